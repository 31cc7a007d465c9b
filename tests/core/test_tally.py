"""Latencies counted by value are as exact as all of them in a row."""

from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.tally import percentile, tally, together, total

VALUES = st.lists(st.sampled_from([0.0, 1.0, 2.5, 300.0, 1_234.567]), max_size=60)


def test_nothing_has_no_percentile_and_no_length() -> None:
    assert percentile((), 0.5) is None
    assert total(()) == 0.0


@LAW
@given(one=VALUES, other=VALUES, share=st.sampled_from([0.01, 0.5, 0.95, 1.0]))
def test_parts_put_together_tell_what_all_values_tell(
    one: list[float], other: list[float], share: float
) -> None:
    whole = sorted(one + other)
    found = together([tally(one), tally(other)])

    assert found == tally(whole)
    assert [value for value, count in found for _ in range(count)] == whole
    assert percentile(found, share) == (
        whole[-(-len(whole) * round(share * 100) // 100) - 1] if whole else None
    )
    assert abs(total(found) - sum(whole)) < 1e-6
