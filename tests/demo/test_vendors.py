import asyncio
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from trayuptime.config.keys import NoKey
from trayuptime.core.evidence import Evidence
from trayuptime.core.feed import FeedFormat, Page
from trayuptime.core.model import FeedState, Key, Rules, Surface
from trayuptime.core.slowness import SLOW_FLOOR_MS
from trayuptime.core.state import State
from trayuptime.demo import page
from trayuptime.demo.past import past, write_past
from trayuptime.demo.site import HEAD_BYTES, HOST, Answer, Site
from trayuptime.demo.timeline import INTERVAL_S, NIGHT, SLOW_S, STARTS_AT, at
from trayuptime.demo.vendors import DEEPSEEK_API, DEEPSEEK_WEB, PARTS, Part, answer, configuration, latency_ms
from trayuptime.feeds.formats import parse
from trayuptime.history import History, Reader
from trayuptime.net.transport import Request, Transport

DOWN_AT = at("2026-03-29T20:00:00Z")
SLOW_AT = at("2026-03-29T17:00:00Z")
PART = {part.key: part for part in PARTS}
PAGE_URL = f"http://127.0.0.1:7999{page.PATH}"
URLS = {part.key: f"http://127.0.0.1:{8000 + number}" for number, part in enumerate(PARTS)}


def _path(key: Key) -> str:
    return "/" if key.surface is Surface.WEB else "/v1/models"


def test_every_address_of_the_configuration_is_on_loopback() -> None:
    for provider in configuration(URLS, PAGE_URL).providers:
        urls = (
            provider.reach_url,
            provider.base_url,
            provider.models_url,
            provider.web_url,
            provider.login_url,
        )
        assert {urlsplit(url).hostname for url in urls if url is not None} == {"127.0.0.1"}
        assert isinstance(provider.key, NoKey)


def test_no_rule_but_the_interval_differs_from_the_defaults() -> None:
    for provider in configuration(URLS, PAGE_URL).providers:
        assert provider.rules == Rules(interval_s=INTERVAL_S)


def test_every_provider_is_called_simulated() -> None:
    for provider in configuration(URLS, PAGE_URL).providers:
        assert provider.name.endswith(" (simulated)")


def test_every_surface_that_is_watched_is_played() -> None:
    watched = {
        Key(provider.id, surface)
        for provider in configuration(URLS, PAGE_URL).providers
        for surface in provider.surfaces
    }

    assert watched == set(PART)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.key.provider}-{part.key.surface}")
def test_a_healthy_part_answers_soon(part: Part) -> None:
    said = answer(part, _path(part.key), STARTS_AT)

    assert said.status is HTTPStatus.OK
    assert 0 < said.after_s < SLOW_FLOOR_MS / 1000 / 3


def test_only_the_chat_page_has_a_bad_night() -> None:
    down = {key for key, part in PART.items() if answer(part, _path(key), DOWN_AT).status >= 500}
    slow = {key for key, part in PART.items() if answer(part, _path(key), SLOW_AT).after_s == SLOW_S}

    assert down == slow == {DEEPSEEK_WEB}


def test_another_path_is_not_found() -> None:
    assert answer(PART[DEEPSEEK_API], "/", STARTS_AT).status is HTTPStatus.NOT_FOUND
    assert answer(PART[DEEPSEEK_WEB], "/v1/models", STARTS_AT).status is HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("second_of_the_night", "state"),
    [(-1, FeedState.UP), (1, FeedState.DOWN), (1_200, FeedState.DEGRADED), (60_000, FeedState.UP)],
)
def test_the_vendors_own_page_says_of_its_chat_what_the_record_says(
    second_of_the_night: int, state: FeedState
) -> None:
    now = NIGHT[0].at + 1_000 * second_of_the_night
    read = parse(FeedFormat.FLASHDUTY, page.answer(page.PATH, now).body, now)

    assert isinstance(read, Page)
    assert {item.name: item.state for item in read.components} == {
        "API服务(API Service)": FeedState.UP,
        "对话服务(Chatservice)": state,
    }
    assert [item.first_word_at for item in read.incidents] == ([] if state is FeedState.UP else [NIGHT[0].at])


def test_the_page_is_at_its_own_address_alone() -> None:
    assert page.answer("/", STARTS_AT).status == HTTPStatus.NOT_FOUND


def test_healthy_latencies_move_around_the_usual_one() -> None:
    part = PART[DEEPSEEK_API]
    seen = [latency_ms(part, STARTS_AT + minute * 60_000) for minute in range(200)]

    assert min(seen) >= 0.75 * part.usual_ms
    assert max(seen) <= 1.25 * part.usual_ms
    assert len(set(seen)) > 50


def test_the_past_is_a_day_at_the_demos_pace_and_ends_an_interval_before_the_night() -> None:
    times = sorted({result.at for result in past(PARTS, STARTS_AT)})

    assert STARTS_AT - times[0] == 86_400_000
    assert {after - before for before, after in pairwise(times)} == {300_000}
    assert STARTS_AT - times[-1] == 300_000


def test_the_past_gives_a_usual_latency_but_no_state(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    write_past(path, PARTS, STARTS_AT)

    with Reader(path) as reader:
        assert reader.state().surfaces == State().surfaces
    history = History.open(path, stamp=lambda: "test")
    medians = {key: history.median_latency_ms(key, 0) for key in PART}
    history.close()
    for key, median in medians.items():
        assert median is not None
        assert 0.75 * PART[key].usual_ms <= median <= 1.25 * PART[key].usual_ms


def _asked(respond: Answer, *, path: str = "/v1/models") -> tuple[Evidence, list[str]]:
    heard: list[str] = []

    def note(asked: str) -> Answer:
        heard.append(asked)
        return respond

    async def run() -> Evidence:
        site = Site(note)
        await site.open()
        try:
            transport = Transport(lambda: STARTS_AT, "TrayUptime/test")
            return await transport.ask(Request("GET", site.url + path, timeout_s=5.0))
        finally:
            await site.close()

    return asyncio.run(run()), heard


def test_a_site_speaks_http_that_the_transport_understands() -> None:
    evidence, heard = _asked(Answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/html", b"<h1>down</h1>"))

    assert (evidence.failure, evidence.status, evidence.body) == (None, 503, b"<h1>down</h1>")
    assert evidence.headers["content-type"] == "text/html"
    assert heard == ["/v1/models"]


def test_a_site_leaves_the_query_aside() -> None:
    _, heard = _asked(Answer(HTTPStatus.OK, "text/plain", b"x"), path="/a?b=c")

    assert heard == ["/a"]


def test_a_closing_site_hangs_up_on_who_still_waits() -> None:
    arrived = asyncio.Event()

    def note(_path: str) -> Answer:
        arrived.set()
        return Answer(HTTPStatus.OK, "text/plain", b"late", after_s=3_600.0)

    async def run() -> bytes:
        site = Site(note)
        await site.open()
        reader, writer = await asyncio.open_connection(HOST, urlsplit(site.url).port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        await arrived.wait()
        await site.close()
        await site.close()
        rest = await reader.read()
        writer.close()
        await writer.wait_closed()
        return rest

    assert asyncio.run(run()) == b""


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n", b"x" * (HEAD_BYTES + 1)], ids=["half", "huge"])
def test_half_a_request_gets_no_answer(sent: bytes) -> None:
    async def run() -> bytes:
        site = Site(lambda _path: Answer(HTTPStatus.OK, "text/plain", b"never"))
        await site.open()
        reader, writer = await asyncio.open_connection(HOST, urlsplit(site.url).port)
        writer.write(sent)
        writer.write_eof()
        try:
            return await reader.read()
        except ConnectionResetError:  # it hung up with some of it unread
            return b""
        finally:
            writer.close()
            await site.close()

    assert asyncio.run(run()) == b""


def test_a_site_that_was_never_opened_gives_its_port_back() -> None:
    async def run() -> None:
        site = Site(lambda _path: Answer(HTTPStatus.OK, "text/plain", b""))
        await site.close()
        with pytest.raises(OSError, match=r"refused|failed"):
            await asyncio.open_connection(HOST, urlsplit(site.url).port)

    asyncio.run(run())
