"""Other programs' files are read whatever is in them."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from trayuptime.system.finding.reading import assignments, from_json, from_yaml, text_of


@given(st.text("ab:- \n\"'#[]{},\t|>&*", max_size=120))
def test_no_yaml_is_too_odd(text: str) -> None:
    value = from_yaml(text)

    assert value is None or isinstance(value, dict | list)


YAML = """\
---
# a comment
a: "x: y" # another
b:
  c: 1
  d: [p, "q"]
e:
- f: 2
  g:
    - h
    - i: j
-   k: l
m: |
  a block
n: o
"""


def test_the_yaml_of_tools_is_understood() -> None:
    assert from_yaml(YAML) == {
        "a": "x: y",
        "b": {"c": "1", "d": ["p", "q"]},
        "e": [{"f": "2", "g": ["h", {"i": "j"}]}, {"k": "l"}],
        "m": "|",
        "n": "o",
    }


def test_json_with_comments_keeps_its_strings() -> None:
    text = '{ // a\n "u": "http://x/*y*/", /* b */ "v": [1, 2,], "w": "a, ]",}'

    assert from_json(text) == {"u": "http://x/*y*/", "v": [1, 2], "w": "a, ]"}
    assert from_json("{") is None


def test_assignments_are_read_as_shells_do() -> None:
    text = "export A=1\nB='two words'\n  C = x\n#D=4\nif true; then\nset -gx E five\nset -x F 6\n"

    found = dict(assignments(text))

    assert {name: found[name] for name in "ABCEF"} == {
        "A": "1",
        "B": "two words",
        "C": "x",
        "E": "five",
        "F": "6",
    }
    assert "D" not in found


def test_a_text_is_read_whatever_mark_it_begins_with(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfx=1")

    assert text_of(tmp_path / "a") == "x=1"
    assert text_of(tmp_path / "b\0") == ""
