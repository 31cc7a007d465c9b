"""Every state in light and dark, plain and dense, drawn to be looked at; red only where something is down.

All pictures lie under `TRAYUPTIME_ARTEFACTS`, or `build/artefacts`, in `panel/`; those of the panel's states
in docs/pictures too.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from history.watching import Watching, go_down
from trayuptime.config.keys import KeyringKey
from trayuptime.core.last_day import LastDay
from trayuptime.core.model import Service, Switch
from trayuptime.core.state import Switched
from trayuptime.core.ticks import Tick
from trayuptime.history import History
from trayuptime.system.finding import Found
from trayuptime.ui.crash import CrashReport
from trayuptime.ui.first_run import HIGHEST_PX, FirstRun
from trayuptime.ui.history.checklist_window import ChecklistWindow
from trayuptime.ui.marks import Mark, colour_of
from trayuptime.ui.panel import Panel
from trayuptime.ui.pieces import Words
from trayuptime.ui.places import Places
from trayuptime.ui.shell import NO_HOST
from trayuptime.ui.theme import Scheme
from trayuptime.ui.view import View, crashed_view, view_of
from ui import pictures
from ui.days import days_for, every_status, unseen
from ui.history.test_events import came_up, opened, went_down, write
from ui.longer import longer
from ui.looks import PALETTES
from ui.states import STATES
from ui.tellings import NOW, at, down, telling, up

FOLDER = Path(os.environ.get("TRAYUPTIME_ARTEFACTS") or Path(__file__).parents[2] / "build" / "artefacts")
CONFIG_FILE = Path("/home/ada/.config/TrayUptime/config.toml")
KEYS = {"OPENAI_API_KEY": "a key", "MISTRAL_API_KEY": "a key", "DEEPSEEK_API_KEY": "a key"}
REPORT = 'Traceback (most recent call last):\n  File "poller.py", line 57, in run\nRuntimeError: boom'
PLAYBOOK = """# When DeepSeek fails
A line that begins with `- [ ]` is something to do; each incident keeps its own ticks.

## First
- [ ] Read their status page: <https://status.example.com>
- [ ] **Never** restart the <b>gateway</b> by hand: [the run book](https://wiki.example.com/run-book)
- [ ] Switch to Beta: `trayuptime switch beta`

## Tell
Anna, +49 30 1234
- [ ] Anna
- [ ] Verschlimmbesserungsvorschlagswesenabteilungsleiter: https://a.example/0123456789abcdef0123456789
```
ssh ops@gateway
    systemctl reload gateway
```
"""

IN_BOTH = {"down with suggestion", "one of thirty down", "every status"}

Draw = Callable[[QWidget, str], QImage]
"""Leaves pictures of a window under a name, and returns the plain one."""


@pytest.fixture(params=list(Scheme))
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    """The whole application in the palette of a scheme."""
    before = QApplication.palette()
    QApplication.setPalette(PALETTES[request.param])
    yield request.param
    QApplication.setPalette(before)


@pytest.fixture
def draw(scheme: Scheme, qtbot: QtBot) -> Draw:
    def drawn(window: QWidget, name: str) -> QImage:
        for ratio in (2, 1):
            picture = QPixmap(window.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            window.render(picture)
            save(picture, f"{name} {scheme} {ratio}x")
        return picture.toImage()

    return drawn


def save(picture: QPixmap, name: str) -> None:
    """For whoever wants to look at it."""
    place = FOLDER / "panel" / f"{name}.png"
    place.parent.mkdir(parents=True, exist_ok=True)
    assert picture.save(str(place))


def keep(picture: QImage, name: str, scheme: Scheme) -> None:
    """In docs/pictures: each in light, and some in dark, for what is drawn in the dark is the same."""
    if scheme is Scheme.LIGHT or name in IN_BOTH:
        pictures.hold(picture, f"panel/{name}, {scheme}" if name in IN_BOTH else f"panel/{name}")


def panel_of(
    view: View, environ: dict[str, str] | None = None, days: Mapping[str, LastDay] = MappingProxyType({})
) -> Panel:
    panel = Panel(FirstRun(CONFIG_FILE, environ or {}), Places())
    panel.may_close = True
    panel.show_view(view)
    panel.show_days(days)
    panel.resize(panel.sizeHint())
    panel.show()
    return panel


def pixels(image: QImage) -> set[int]:
    """Every colour in it, as 0xRRGGBB."""
    raw = image.convertToFormat(QImage.Format.Format_RGB32).constBits()
    return {pixel & 0xFFFFFF for pixel in set(memoryview(raw).cast("I"))}


def rgb(colour: QColor) -> int:
    return colour.rgb() & 0xFFFFFF


def reddish(pixel: int) -> bool:
    colour = QColor(pixel)
    hue = colour.hsvHueF()
    return (hue > 0.95 or 0 <= hue < 0.045) and colour.hsvSaturationF() > 0.6 and colour.valueF() > 0.35


@pytest.mark.parametrize("state", STATES)
def test_red_is_on_the_panel_where_something_is_down_and_nowhere_else(
    state: str, scheme: Scheme, draw: Draw, qtbot: QtBot
) -> None:
    view = view_of(STATES[state])
    panel = panel_of(view, days=days_for(view))
    qtbot.addWidget(panel)

    picture = draw(panel, state)
    drawn = pixels(picture)

    keep(picture, state, scheme)
    is_down = any(light.service is Service.DOWN for light in view.lights)
    assert (rgb(colour_of(Mark.DOWN, scheme)) in drawn) == is_down
    assert any(map(reddish, drawn)) == is_down


def test_a_crash_is_red_in_the_panel_and_its_report_is_not(scheme: Scheme, draw: Draw, qtbot: QtBot) -> None:
    panel, report = panel_of(crashed_view(view_of(STATES["two"]), at(NOW))), CrashReport(REPORT)
    for window in (panel, report):
        qtbot.addWidget(window)
    report.show()

    picture = draw(panel, "crashed")

    keep(picture, "crashed", scheme)
    assert any(map(reddish, pixels(picture)))
    assert not any(map(reddish, pixels(draw(report, "crash report"))))


def test_every_kind_of_time_has_its_place_in_a_row(scheme: Scheme, draw: Draw, qtbot: QtBot) -> None:
    view = view_of(STATES["two"])
    panel = panel_of(view, days={"alpha": every_status(), "beta": unseen()})
    qtbot.addWidget(panel)

    picture = draw(panel, "every status")
    drawn = pixels(picture)

    keep(picture, "every status", scheme)
    assert rgb(colour_of(Mark.DOWN, scheme)) in drawn


@pytest.mark.parametrize("factor", [1.5, 2.0])
def test_a_large_font_leaves_room_for_every_word(
    factor: float, draw: Draw, qtbot: QtBot, qapp: QApplication
) -> None:
    before = QApplication.font()
    large = QApplication.font()
    large.setPointSizeF(before.pointSizeF() * factor)
    QApplication.setFont(large)
    view = view_of(STATES["down with suggestion"])
    panel = panel_of(view, days=days_for(view))
    qtbot.addWidget(panel)

    draw(panel, f"large font {factor}")
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    cut_off = [label.text() for label in labels if label.height() < label.heightForWidth(label.width())]
    QApplication.setFont(before)

    assert cut_off == []


@pytest.mark.parametrize(("window", "text"), [("#000000", "#FFFFFF"), ("#FFFFFF", "#000000")])
def test_a_high_contrast_theme_is_kept(window: str, text: str, qtbot: QtBot, qapp: QApplication) -> None:
    before = QApplication.palette()
    stark = QPalette(QColor(window), QColor(window))
    for role in ("WindowText", "Text", "ButtonText"):
        stark.setColor(QPalette.ColorRole[role], QColor(text))
    QApplication.setPalette(stark)
    view = view_of(STATES["one of thirty down"])
    panel = panel_of(view, days=days_for(view))
    qtbot.addWidget(panel)

    picture = panel.grab()
    save(picture, f"high contrast {text[1:]}")
    image = picture.toImage()
    QApplication.setPalette(before)

    place = panel.providers.visualRect(panel.providers.model().index(0, 0))
    row = image.copy(place.translated(panel.providers.viewport().mapTo(panel, QPoint())))
    words = pixels(row.copy(60, 0, 180, row.height()))
    assert {rgb(QColor(window)), rgb(QColor(text))} <= words
    assert all(QColor(pixel).hsvSaturation() == 0 for pixel in words)  # no colour of ours in any word


def test_a_language_of_long_words_has_room(draw: Draw, qtbot: QtBot) -> None:
    view = view_of(STATES["down with suggestion"])
    panel = panel_of(view, days=days_for(view))
    qtbot.addWidget(panel)
    for words in panel.findChildren(Words):
        words.say(longer(words.accessibleName()))
    for button in panel.findChildren(QAbstractButton):
        button.setText(longer(button.text()))
    QApplication.processEvents()
    panel.resize(panel.sizeHint())

    draw(panel, "long words")

    shown = [each for each in panel.findChildren(QLabel) if each.isVisible()]
    assert [each.text() for each in shown if each.height() < each.heightForWidth(each.width())] == []
    pressed = [each for each in panel.findChildren(QAbstractButton) if each.isVisible()]
    assert [each.text() for each in pressed if each.width() < each.minimumSizeHint().width()] == []


@pytest.mark.parametrize(
    ("name", "environ"), [("first run", {}), ("first run with keys", KEYS)], ids=["bare", "keys"]
)
def test_the_first_choices_fit_without_scrolling(
    name: str, environ: dict[str, str], scheme: Scheme, draw: Draw, qtbot: QtBot
) -> None:
    panel = panel_of(view_of(telling()), environ)
    qtbot.addWidget(panel)

    keep(draw(panel, name), name, scheme)

    (page,) = panel.findChildren(FirstRun)
    assert page.verticalScrollBar().maximum() == 0


def test_what_was_found_is_offered_without_being_cut_off(draw: Draw, qtbot: QtBot) -> None:
    found = (
        Found("mistral", "mistral", ("~/.codex/auth.json (Codex CLI)",), KeyringKey(), lambda: "a key"),
        Found("ollama", "ollama", ("“ollama” listens on port 11434 of this computer",)),
        Found(
            "openai-compatible", "lab", ("~/.continue/config.yaml (Continue)",), base_url="http://[::1]:8/v1"
        ),
    )
    page = FirstRun(CONFIG_FILE, {"OPENAI_API_KEY": "a key"}, lambda: found)
    panel = Panel(page, Places())
    panel.may_close = True
    qtbot.addWidget(panel)
    panel.show_view(view_of(telling()))
    with qtbot.waitSignal(page.looked):
        panel.show()
    QApplication.processEvents()

    draw(panel, "first run found")

    assert page.horizontalScrollBar().maximum() == 0
    assert page.verticalScrollBar().maximum() == 0 or page.height() >= HIGHEST_PX - 1
    words = [label for label in page.findChildren(QLabel) if label.isVisible()]
    assert [label.text() for label in words if label.height() < label.heightForWidth(label.width())] == []


def test_a_remark_and_a_trouble_have_room(draw: Draw, qtbot: QtBot) -> None:
    panel = panel_of(view_of(STATES["trouble"]))
    qtbot.addWidget(panel)
    panel.say(NO_HOST)

    draw(panel, "remark and trouble")

    for band in (panel.note, panel.trouble):
        assert band.height() >= band.heightForWidth(band.width())


@pytest.mark.parametrize("count", [0, 5, 500])
def test_the_history_is_as_quiet_as_what_it_tells(
    count: int, draw: Draw, qtbot: QtBot, tmp_path: Path
) -> None:
    history = History.open(tmp_path / "history.db", lambda: "now")
    write(history, *[went_down(f"{n // 60:02}:{n % 60:02}:31") for n in range(max(0, count - 2))])
    window = opened(tmp_path / "history.db")
    qtbot.addWidget(window)
    if count:
        write(history, came_up())
        write(history, Switched(Switch(at("14:03"), "alpha", "beta")))
    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()

    drawn = pixels(draw(window, f"history {count}"))
    history.close()

    assert any(map(reddish, drawn)) == (count > 0)


@pytest.mark.parametrize("width", [440, 260])
def test_a_playbook_is_never_red(width: int, draw: Draw, qtbot: QtBot, tmp_path: Path) -> None:
    config_file = tmp_path / "config.toml"
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "deepseek.md").write_text(PLAYBOOK)
    history = History.open(tmp_path / "history.db", lambda: "now")
    go_down(Watching(), history)
    for item, done in (("Read their status page: <https://status.example.com>", True), ("Call Bob", True)):
        history.tick(1, Tick(item, done, at("14:03"), "Kim"))
    history.close()
    window = ChecklistWindow(tmp_path / "history.db", config_file)
    qtbot.addWidget(window)
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None)
    tasks = window.pane.view.tasks
    tasks[1].box.click()
    tasks[1].refuse("The history cannot be written: the disk is full. It was not ticked.")
    tasks[2].box.click()
    window.resize(width, 600)
    QApplication.processEvents()

    assert not any(map(reddish, pixels(draw(window, f"playbook {width}"))))
    window.finish()


def test_the_palette_may_change_under_an_open_panel(qtbot: QtBot, qapp: QApplication) -> None:
    before = QApplication.palette()
    QApplication.setPalette(PALETTES[Scheme.LIGHT])
    panel = panel_of(view_of(telling(down(), up("beta", "Beta"))))
    qtbot.addWidget(panel)

    QApplication.setPalette(PALETTES[Scheme.DARK])
    QApplication.processEvents()
    drawn = pixels(panel.grab().toImage())
    QApplication.setPalette(before)

    assert rgb(colour_of(Mark.DOWN, Scheme.DARK)) in drawn
    assert rgb(colour_of(Mark.DOWN, Scheme.LIGHT)) not in drawn
