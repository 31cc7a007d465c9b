from trayuptime.demo import FastClock

START = 1_774_800_000_000


class Watch:
    """The real seconds, as the test says."""

    def __init__(self) -> None:
        self.shown_s = 1_000.0

    def __call__(self) -> float:
        return self.shown_s


def _clock(watch: Watch, speed: float = 300.0) -> FastClock:
    return FastClock(START, speed, real_now_s=watch)


def test_it_stands_still_until_it_is_started() -> None:
    watch = Watch()
    clock = _clock(watch)
    watch.shown_s += 60

    assert (clock.now(), clock.monotonic_s()) == (START, 0.0)


def test_both_of_its_faces_run_at_its_speed() -> None:
    watch = Watch()
    clock = _clock(watch)
    clock.start()
    watch.shown_s += 2

    assert (clock.now(), clock.monotonic_s()) == (START + 600_000, 600.0)


def test_it_says_how_long_a_wait_really_is() -> None:
    assert _clock(Watch()).real_s(300.0) == 1.0


def test_a_change_of_speed_moves_no_hand() -> None:
    watch = Watch()
    clock = _clock(watch)
    clock.start()
    watch.shown_s += 2
    clock.set_speed(1.0)

    assert clock.monotonic_s() == 600.0
    watch.shown_s += 5
    assert clock.monotonic_s() == 605.0
    assert clock.real_s(5.0) == 5.0


def test_the_computers_own_clock_is_followed_where_nothing_else_is_said() -> None:
    clock = FastClock(START, 1_000_000.0)
    clock.start()
    first = clock.monotonic_s()

    assert 0 <= first <= clock.monotonic_s()
