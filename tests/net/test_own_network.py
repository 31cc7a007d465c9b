"""What a failure tells of this computer's own network, in networks of the tests' own."""

import socket
from collections.abc import Callable, Sequence

import pytest

import hostile
from hostile import Hostile
from net.asking import NOW, SOON_S, ask, everyone_at, transport_with
from own_network import in_own_network, ip, plug_in, router
from trayuptime.core.evidence import Evidence, Failure
from trayuptime.core.model import Network
from trayuptime.net.resolve import Address, Lookup
from trayuptime.net.transport import Transport
from trayuptime.net.ways import local_address_to
from trayuptime.system.network import facts

FAR = ("203.0.113.5", 443)
FAR_V6 = ("2001:db8:ffff::5", 443)


def seen_there(
    *places: tuple[str, int], before: Callable[[], object] = lambda: None, timeout_s: float = SOON_S
) -> Evidence:
    """A question to a vendor at these addresses, in a network of its own."""

    def act() -> Evidence:
        before()
        return ask(transport_with(everyone_at(*places)), "https://vendor.test/", timeout_s=timeout_s)

    return in_own_network(act)


def failing_lookup(number: int) -> Lookup:
    def lookup(_host: str, _port: int) -> Sequence[Address]:
        raise socket.gaierror(number, "?")

    return lookup


def ask_with(
    facts: Callable[[], Network | None], lookup: Lookup, url: str = "https://vendor.test/"
) -> Evidence:
    return ask(Transport(lambda: NOW, "TrayUptime/test", lookup=lookup, environ={}, facts=facts), url)


@pytest.mark.netns
@pytest.mark.parametrize("places", [[FAR], [FAR_V6], [FAR_V6, FAR], [FAR, ("203.0.113.6", 443)]])
def test_without_any_route_this_computer_is_cut_off(places: list[tuple[str, int]]) -> None:
    seen = seen_there(*places)

    assert (seen.failure, seen.cut_off) == (Failure.CONNECT_TIMEOUT, True)


@pytest.mark.netns
def test_a_router_that_knows_no_way_is_not_this_computer() -> None:
    """It says so with the same number as our own kernel would."""

    def act() -> Evidence:
        plug_in()
        with router():
            return ask(transport_with(everyone_at(FAR)), "https://vendor.test/")

    seen = in_own_network(act)

    assert (seen.failure, seen.cut_off) == (Failure.CONNECT_TIMEOUT, False)
    assert "no route" in seen.failure_text
    assert seen.network.local_address == "192.0.2.2"


@pytest.mark.netns
def test_a_route_that_the_user_forbids_is_no_way_out() -> None:
    """So some VPNs keep everything at home while they are down."""
    seen = seen_there(FAR, before=lambda: ip("route add unreachable default"))

    assert seen.cut_off


@pytest.mark.netns
def test_one_family_without_a_way_is_not_being_cut_off() -> None:
    seen = seen_there(FAR_V6, FAR, before=plug_in)

    assert seen.failure is Failure.CONNECT_TIMEOUT
    assert not seen.cut_off


@pytest.mark.netns
def test_a_host_of_the_lost_family_alone_was_never_asked() -> None:
    seen = seen_there(FAR_V6, before=plug_in)

    assert seen.cut_off


@pytest.mark.netns
def test_silence_beyond_a_gateway_is_not_being_cut_off() -> None:
    seen = seen_there(FAR, before=plug_in)

    assert (seen.failure, seen.cut_off) == (Failure.CONNECT_TIMEOUT, False)


@pytest.mark.parametrize(
    ("number", "known", "cut_off"),
    [
        (socket.EAI_AGAIN, Network(), True),
        (socket.EAI_FAIL, Network(), True),
        (socket.EAI_AGAIN, Network(routes=("wan0",)), False),
        (socket.EAI_AGAIN, Network(tunnels=("vpn0",)), False),
        (socket.EAI_AGAIN, None, False),
        (socket.EAI_NONAME, Network(), False),
    ],
)
def test_no_name_server_is_being_cut_off_only_where_nothing_leads_out(
    number: int, known: Network | None, cut_off: bool
) -> None:
    seen = ask_with(lambda: known, failing_lookup(number))

    assert (seen.failure, seen.cut_off) == (Failure.DNS, cut_off)


def test_a_failure_names_our_routes_and_tunnels_and_both_ends() -> None:
    known = Network(routes=("wan0",), tunnels=("vpn0",))

    with Hostile(hostile.close_unanswered) as server:
        seen = ask_with(lambda: known, everyone_at(), server.url())

    assert seen.failure is Failure.RESET
    assert seen.network == Network("127.0.0.1", "127.0.0.1", ("wan0",), ("vpn0",))


@pytest.mark.netns
def test_where_no_connection_was_made_our_address_is_the_one_it_would_have_had() -> None:
    seen = seen_there(FAR, before=plug_in)

    assert (seen.network.local_address, seen.network.peer_address) == ("192.0.2.2", FAR[0])


def test_behind_a_proxy_the_peer_is_the_proxy() -> None:
    with Hostile(hostile.answer("502 Bad Gateway")) as proxy:
        seen = ask(
            transport_with(everyone_at(("127.0.0.1", None))), "https://vendor.test/", proxy=proxy.url()
        )

    assert seen.network.peer_address == "127.0.0.1"
    assert seen.network.proxy == f"127.0.0.1:{proxy.port}"


@pytest.mark.parametrize(
    ("status", "readings"), [("200 OK", 0), ("301 Moved", 0), ("401 No", 1), ("503 No", 1)]
)
def test_the_ways_out_are_read_for_failures_alone(status: str, readings: int) -> None:
    read: list[None] = []

    def note() -> Network:
        read.append(None)
        return Network(routes=("wan0",))

    with Hostile(hostile.answer(status, b"{}")) as server:
        seen = ask_with(note, everyone_at(), server.url())

    assert len(read) == readings
    assert seen.network.routes == (("wan0",) if readings else ())
    assert not seen.cut_off


@pytest.mark.netns
def test_the_facts_of_the_kernel_make_a_lost_name_server_our_own_trouble() -> None:
    def act() -> tuple[bool, bool]:
        offline = ask_with(facts, failing_lookup(socket.EAI_AGAIN))
        plug_in()
        return offline.cut_off, ask_with(facts, failing_lookup(socket.EAI_AGAIN)).cut_off

    assert in_own_network(act) == (True, False)


@pytest.mark.netns
def test_asking_for_the_way_sends_nothing() -> None:
    def act() -> tuple[str | None, str]:
        plug_in()
        address: Address = (socket.AF_INET, socket.SOCK_STREAM, 0, "", FAR)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300) as ear:  # every packet
            ear.bind(("wan0", 0x0300))
            ear.setblocking(False)
            found = local_address_to(address)
            sent = b""
            while True:
                try:
                    sent += ear.recv(2048)
                except BlockingIOError:
                    break
        return found, sent.hex() if socket.inet_aton(FAR[0]) in sent else ""

    assert in_own_network(act) == ("192.0.2.2", "")
