"""The legend: a pause of ours and maintenance of theirs are drawn alike, and told apart in words."""

import pytest
from pytestqt.qtbot import QtBot

from trayuptime.core.strip import Status
from trayuptime.ui.charts.legend import Legend

UP, PAUSED = Status.UP, Status.PAUSED


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({UP, PAUSED}, {UP}, "Legend: up, paused"),
        ({UP}, {UP, PAUSED}, "Legend: up, announced maintenance"),
        ({UP, PAUSED}, {UP, PAUSED}, "Legend: up, paused; for their page: maintenance"),
    ],
)
def test_announced_maintenance_is_not_called_a_pause(
    qtbot: QtBot, ours: set[Status], theirs: set[Status], told: str
) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.show_statuses({UP})
    legend.show_statuses(ours, theirs)

    assert legend.accessibleName() == told
