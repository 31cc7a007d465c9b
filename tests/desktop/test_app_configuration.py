"""The configuration while it runs, and the first minute without one: nobody is contacted unasked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app import POLLING, App, Artefacts, provider
from desktop.bed import Part
from desktop.conftest import MakeDesktop
from desktop.screen_reader import ENVIRON, ScreenReader
from desktop.vendors import Recorder, Vendor, recorder
from trayuptime.ui.marks import Face, Mark

pytestmark = pytest.mark.desktop

PARTS = frozenset({Part.WINDOW_MANAGER, Part.PANEL})


@pytest.fixture
def proxy() -> Iterator[Recorder]:
    """Where everything goes that would leave this machine; it lets nothing out."""
    with recorder(lambda _path, _headers: (503, {"error": "nothing leaves this machine"})) as heard:
        yield heard


def behind(proxy: Recorder) -> dict[str, str]:
    """The environment that sends everything through the proxy, with nobody's keys."""
    url = f"http://127.0.0.1:{proxy.port}"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {name: url for upper in names for name in (upper, upper.lower())}


def remote_peers(pid: int) -> set[str]:
    """The addresses beyond itself that a process has a connection to, as the kernel has them."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except FileNotFoundError:
            continue
        if target.startswith("socket:["):
            inodes.add(target.removeprefix("socket:[").removesuffix("]"))
    peers = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in inodes:
                peers.add(f"{table} {fields[2]}")
    return peers


def test_an_edit_is_taken_over_and_a_broken_one_is_said_and_changes_nothing(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=PARTS)
    alpha = POLLING + provider("alpha", "Alpha AI", vendors[0].openai_url)
    both = alpha + provider("beta", "Beta Models", vendors[1].openai_url)
    app = App(desktop, alpha)
    app.start()
    app.wait_for_row("Alpha AI: up")

    app.configure(both)
    app.wait_for_row("Beta Models: up")
    assert app.rows()[0] == "All 2 up"

    app.configure(both.replace("interval", "intervall", 1))
    trouble = app.wait_for_row("The last good configuration stays in force: ")
    app.wait_for_row("Beta Models: up")
    app.press(trouble)
    app.wait_for_window()
    artefacts.shot(desktop, "a broken edit")
    assert "interval" in app.run("config", "check", code=2)

    app.configure(both)
    desktop.wait_until(lambda: trouble not in app.rows() and app.rows(), "the trouble is gone")
    app.configure(alpha)
    desktop.wait_until(lambda: app.rows()[:1] == ["Alpha AI is up"], "Beta Models is gone")
    assert not any("Beta" in row for row in app.rows())


def test_a_start_with_a_broken_file_says_so_and_begins_when_it_is_mended(
    make_desktop: MakeDesktop, vendors: tuple[Vendor, Vendor], artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=PARTS)
    reader = ScreenReader(desktop)
    good = POLLING + provider("alpha", "Alpha AI", vendors[0].openai_url)
    app = App(desktop, good.replace("openai-compatible", "openai-compatibel"))
    app.start(environ=ENVIRON)

    app.wait_for_window()
    desktop.wait_until(lambda: "openai-compatibel" in reader.text(), "the window says what is wrong")
    assert "Watch these" not in reader.text()
    artefacts.shot(desktop, "a broken start")
    app.configure(good)

    app.wait_for_face(Face(Mark.UP))


def test_the_first_start_contacts_nobody_until_a_choice_is_made(
    make_desktop: MakeDesktop, proxy: Recorder, artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=PARTS)
    reader = ScreenReader(desktop)
    app = App(desktop, None)
    process = app.start(environ={**ENVIRON, **behind(proxy)})

    app.wait_for_window()
    reader.wait_for("Watch these")
    boxes = [thing for thing in reader.things() if thing.role == "check box"]
    assert [box.words for box in boxes] == ["OpenAI", "Anthropic Claude", "DeepSeek", "Google Gemini"]
    assert not any(box.checked for box in boxes)
    for host in ("openai", "anthropic", "deepseek"):
        assert f"without a key, only whether it is there · asks api.{host}.com" in reader.text()
    assert not reader.wait_for("Watch these").enabled
    artefacts.shot(desktop, "first run")
    assert "Check now" not in app.rows()
    assert remote_peers(process.pid) == set()
    assert proxy.heard == []
    assert not (app.home / "config.toml").exists()

    reader.press("DeepSeek")
    desktop.wait_until(lambda: reader.wait_for("Watch these").enabled, "the choice counts")
    reader.press("Watch these")

    app.wait_for_row("DeepSeek: ")
    desktop.wait_until(lambda: proxy.heard, "the chosen one is asked")
    pages = {"status.deepseek.com:443", "api.flashcat.cloud:443"}  # its own, and where that cannot be read
    assert "api.deepseek.com:443" in {path for _, path, _ in proxy.heard}
    assert {path for _, path, _ in proxy.heard} <= {"api.deepseek.com:443", *pages}
    assert 'id = "deepseek"' in (app.home / "config.toml").read_text()
    artefacts.shot(desktop, "first choice made")


def test_the_first_start_offers_what_has_a_key_in_the_environment(
    make_desktop: MakeDesktop, proxy: Recorder, artefacts: Artefacts
) -> None:
    desktop = make_desktop(parts=PARTS)
    reader = ScreenReader(desktop)
    app = App(desktop, None)
    app.start(environ={**ENVIRON, **behind(proxy), "OPENAI_API_KEY": "sk-not-a-real-one"})

    assert reader.wait_for("OpenAI").checked
    reader.wait_for("with the key in OPENAI_API_KEY · asks api.openai.com and status.openai.com")
    artefacts.shot(desktop, "a key was found")
    reader.press("Watch these")

    app.wait_for_row("OpenAI: ")
    written = (app.home / "config.toml").read_text()
    assert 'key = "env:OPENAI_API_KEY"' in written
    assert "sk-not-a-real-one" not in written
