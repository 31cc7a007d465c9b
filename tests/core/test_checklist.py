"""A checklist is the playbook as it is now, with the ticks that there ever were."""

from core.builders import at
from trayuptime.core.checklist import Checklist, Task, checklist
from trayuptime.core.playbook import Heading, Text, lines_in
from trayuptime.core.ticks import Tick


def test_a_checklist_has_the_lines_with_their_ticks() -> None:
    lines = lines_in("# Now\n- [ ] Tell Anna\n- [ ] Switch")
    tick = Tick("tell  anna", True, at(1), "Kim")

    found = checklist(lines, [tick])

    assert found == Checklist(
        (
            Heading(1, "Now"),
            Task(1, "Tell Anna", "Tell Anna", tick),
            Task(2, "Switch", "Switch"),
        )
    )
    assert [task.done for task in found.tasks] == [True, False]


def test_what_was_done_before_it_fell_again_has_to_be_done_again() -> None:
    ticks = [Tick("a", True, at(1)), Tick("b", True, at(9))]

    found = checklist(lines_in("- [ ] a\n- [ ] b"), ticks, at(5)).tasks

    assert [task.done for task in found] == [False, True]
    assert [task.tick for task in found] == ticks


def test_the_last_tick_of_an_item_holds_in_whatever_order_they_come() -> None:
    ticks = [Tick("a", True, at(1)), Tick("a", False, at(2)), Tick("b", False, at(3)), Tick("b", True, at(4))]

    for order in (ticks, ticks[::-1]):
        found = checklist(lines_in("- [ ] a\n- [ ] b"), order)
        assert [task.done for task in found.tasks] == [False, True]
        assert [task.tick for task in found.tasks] == [ticks[1], ticks[3]]


def test_of_two_machines_at_one_time_both_choose_what_was_done() -> None:
    ticks = [Tick("a", True, at(1)), Tick("a", False, at(1))]

    for order in (ticks, ticks[::-1]):
        assert checklist(lines_in("- [ ] a"), order).tasks[0].done


def test_an_edit_of_the_playbook_loses_no_tick() -> None:
    before = lines_in("- [ ] a\n- [ ] b\n- [ ] c")
    ticks = [Tick("c", True, at(1)), Tick("b", True, at(2)), Tick("a", False, at(3))]
    assert [task.done for task in checklist(before, ticks).tasks] == [False, True, True]

    found = checklist(lines_in("# New\n- [ ] c\ntext\n- [ ] d"), ticks)

    assert found.rows == (Heading(1, "New"), Task(1, "c", "c", ticks[0]), Text("text"), Task(2, "d", "d"))
    assert found.gone == (Task(3, "b", "b", ticks[1]),)
    assert [task.number for task in found.tasks] == [1, 2, 3]


def test_one_of_two_alike_is_ticked_alone() -> None:
    found = checklist(lines_in("- [ ] Call\n- [ ] Call"), [Tick("Call (2)", True, at(1))])

    assert [task.done for task in found.tasks] == [False, True]


def test_without_a_playbook_what_was_ticked_is_still_told() -> None:
    assert checklist((), [Tick("a", True, at(1))]).tasks == (Task(1, "a", "a", Tick("a", True, at(1))),)
    assert checklist((), ()) == Checklist()
