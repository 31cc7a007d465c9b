"""An account that another host knows: each host is left alone for as long as it says itself, and no other."""

from pathlib import Path

from runtime.world import ANSWERS, FINE, KEYED, Behaviour, Ring, Says, Watch, always, api, by_time, watch
from trayuptime.core.model import Key, Level, Service, Surface
from trayuptime.core.reasons import Access

HUB, ROUTER = "huggingface.co", "router.huggingface.co"
BUSY = Says(429, headers={"retry-after": "3600"}, body=b"{}")
PAGE = Says(headers={"content-type": "text/html"}, body=b"<html><title>Chat</title>hello</html>")


def _watch(home: Path, whoami: Behaviour, router: Behaviour | None = None, lines: str = "") -> Watch:
    """Hugging Face with its page, which is at the hub too."""
    hf = f'kind = "huggingface"\nbase_url = "https://{ROUTER}/v1"\nfeed = "none"\n{KEYED}\n'
    seen = watch(home, "hf", hf=f'{hf}surfaces = ["api", "web"]\n{lines}', ring=Ring(hf="key"))
    seen.world.hosts = {ROUTER: router or always(FINE), HUB: always(PAGE), f"{HUB}/api/whoami-v2": whoami}
    return seen


def _asked(seen: Watch, host: str) -> list[float]:
    return [round(asked.second) for asked in seen.world.asked if asked.host == f"{host}:443"]


def test_a_hub_that_asks_to_wait_does_not_keep_the_router_from_being_asked(tmp_path: Path) -> None:
    seen = _watch(tmp_path, always(BUSY)).live(200)

    assert _asked(seen, ROUTER) == [0, 60, 120, 180]
    assert _asked(seen, HUB) == [0]
    assert seen.state.access("hf").access is Access.UNCHECKED
    assert {result.level for result in seen.results("hf") if result.surface is Surface.API} == {Level.REACH}


def test_an_outage_of_the_router_is_seen_while_the_hub_waits(tmp_path: Path) -> None:
    seen = _watch(tmp_path, always(BUSY), by_time((0, FINE), (100, Says(503, body=b"")))).live(200)

    assert seen.state.surface(api("hf")).service is Service.DOWN


def test_the_key_is_checked_again_when_the_hub_may_be_asked(tmp_path: Path) -> None:
    seen = _watch(tmp_path, by_time((0, BUSY), (10, Says(body=b'{"type": "user"}')))).live(3_700)

    assert seen.state.access("hf").access is Access.OK
    assert min(second for second in _asked(seen, HUB) if second) >= 3_600


def test_the_hub_is_never_asked_two_things_at_once(tmp_path: Path) -> None:
    slow = Says(body=b'{"type": "user"}', after_s=0.7)
    seen = _watch(tmp_path, always(slow), lines='login_url = "https://huggingface.co/login"\n').live(300)

    assert seen.world.most_at_one_host == 1
    assert seen.state.access("hf").access is Access.OK
    assert seen.state.surface(Key("hf", Surface.WEB)).service is Service.UP


def test_a_hub_that_hangs_delays_its_own_page_alone(tmp_path: Path) -> None:
    seen = _watch(tmp_path, always(Says(None, after_s=3_600.0))).live(130)

    assert _asked(seen, ROUTER) == [0, 60, 120]
    assert seen.state.surface(api("hf")).service is Service.UP


def test_a_completion_tells_of_the_key_while_the_hub_waits(tmp_path: Path) -> None:
    paid = '[provider.completion]\nmodel = "m"\nevery = "10m"\nusd_in = 1\nusd_out = 1'
    seen = _watch(tmp_path, always(BUSY), lines=paid)
    seen.world.hosts[f"{ROUTER}/answers"] = always(ANSWERS)
    seen.live(30)

    assert seen.state.access("hf").access is Access.OK
