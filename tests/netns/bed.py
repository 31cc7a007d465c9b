"""The bed of these tests: a small internet with vendors and names, and a laptop where TrayUptime watches."""

import json
import queue
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from cli.house import PATIENCE_S, PROGRAM, House, Ran, Running
from hostile import Authority, Behaviour
from netns.namespaces import inside, lacking
from netns.network import INTERNET, INTERNET_6, NAME_SERVER, NEXT_ROOM, Network, open_network
from netns.servers import NameServer, Vendor, open_name_server
from netns.telling import Event
from trayuptime.system import control

POLLING = 'interval = "60s"\nretry_interval = "1s"\ntimeout = "2s"\n'
"""Too slow to ask of itself while a test runs: what is asked is what `check_now` and a doubt ask for."""

AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Trouble:
    """How something goes wrong, and the way back."""

    begin: Callable[[], None]
    end: Callable[[], None]


class Watch:
    """A running engine, and what it says."""

    def __init__(self, running: Running, socket_path: Path) -> None:
        self.running = running
        self._socket_path = socket_path

    @property
    def events(self) -> list[Event]:
        """Everything it has said so far, oldest first."""
        return _parsed(self.running.said)

    def check_now(self) -> None:
        """What the menu's "Check now" does."""
        assert control.send(self._socket_path, {"do": "check_now"}) == {"ok": True}

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Meanwhile that is done again and again: what was under way the first time is not asked anew."""
        enough = threading.Event()

        def ask() -> None:
            self.check_now()
            while not enough.wait(AGAIN_S):
                self.check_now()

        with ThreadPoolExecutor(1, thread_name_prefix="asking") as thread:
            asked = thread.submit(ask)
            try:
                yield
            finally:
                enough.set()
            asked.result()

    def event(self, name: str, provider: str | None = None) -> Event:
        """The next event of this name."""
        try:
            return self.running.event(name, provider)
        except queue.Empty:
            raise AssertionError(f"no event {name!r} of {provider} in {PATIENCE_S} s") from None

    def results(self, *providers: str, after: Event | None = None) -> None:
        """Wait until each of these has had a result: after this event, or ever."""
        first = 0 if after is None else self.events.index(after) + 1
        told = {event["provider"] for event in self.events[first:] if event["event"] == "result"}
        missing = set(providers) - told
        while missing:
            missing.discard(self.event("result")["provider"])

    def notice(self, title: str) -> None:
        """Wait for the notice of this title."""
        while self.event("notify")["title"] != title:
            pass

    def end(self) -> list[Event]:
        """Ends it; all that it ever said."""
        assert self.running.end() == 0
        return _parsed(self.running.rest().splitlines())

    def go_through(self, trouble: Trouble, *providers: str) -> list[Event]:
        """The network goes and comes back, each of these answers again; all that was ever said.

        Args:
            trouble: how it goes, and how it comes back.
            providers: all that are watched.
        """
        trouble.begin()
        self.check_now()
        offline = self.event("offline")
        trouble.end()
        with self.asking():
            self.event("online")
            self.results(*providers, after=offline)
        return self.end()


class Bed:
    """A network, whoever listens in it, and one home of TrayUptime; made by `open_bed`."""

    def __init__(self, root: Path, network: Network, names: NameServer, stack: ExitStack) -> None:
        self.network = network
        self.names = names
        self.house = House(root)
        self._authority = Authority(root)
        self._numbers = count(11)
        self._stack = stack

    @property
    def land(self) -> Path:
        """The file of the namespace where the vendors are."""
        return Path("/run/netns", self.network.land)

    def vendor(self, name: str, *, both_families: bool = False, tls: bool = True) -> Vendor:
        """A vendor on the internet: a name, an address of its own, and TLS that this laptop trusts."""
        number = next(self._numbers)
        addresses = (f"{INTERNET}{number}", *([f"{INTERNET_6}{number}"] if both_families else []))
        host = f"{name}.example"
        self.names.tell(host, addresses)
        scheme, port, certificate = ("https", 443, self.certificate(host)) if tls else ("http", 80, None)
        return self._open(Vendor(name, f"{scheme}://{host}/v1", self.land, addresses, port, certificate))

    def machine(self, name: str) -> Vendor:
        """A server in the next room, known by its private address, without TLS."""
        address = f"{NEXT_ROOM}{next(self._numbers)}"
        return self._open(Vendor(name, f"http://{address}:8000/v1", self.land, (address,), 8000))

    def certificate(self, host: str, *, expired: bool = False) -> Path:
        """One for this name, of the authority that the vendors' part of the configuration trusts."""
        return self._authority.certify([host], expired=expired)

    def portal(self, address: str, port: int, behaviour: Behaviour, *, tls: bool) -> None:
        """What the router answers at this address of its own; its certificate is of nobody we know."""
        certificate = _stranger(self.house.root).certify(["portal.example"]) if tls else None
        router = Path("/run/netns", self.network.router)
        portal = Vendor("portal", "", router, (address,), port, certificate, behaviour)
        self._stack.callback(portal.stop)
        portal.start()

    @contextmanager
    def lonely(self) -> Iterator["Lonely"]:
        """A place without any network but loopback, gone when left."""
        argv = ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && read -r _"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as keeper:
            assert keeper.stdout is not None
            assert keeper.stdout.readline() == "up\n"
            with ExitStack() as stack:
                yield Lonely(Path("/proc", str(keeper.pid), "ns/net"), stack)

    def section(self, vendor: Vendor) -> str:
        """Its part of a configuration."""
        lines = ["[[provider]]", f'id = "{vendor.name}"', 'kind = "openai-compatible"']
        lines.append(f'base_url = "{vendor.base_url}"')
        if vendor.tls is not None:
            lines.append(f'ca_bundle = "{self._authority.bundle}"')
        return "\n".join([*lines, ""])

    def configure(self, *vendors: Vendor, polling: str = POLLING) -> None:
        """Write the configuration: these vendors, in this order."""
        self.house.write(*(self.section(vendor) for vendor in vendors), polling=polling)

    @contextmanager
    def watch(
        self, *vendors: Vendor, polling: str = POLLING, within: tuple[str, ...] | None = None
    ) -> Iterator[Watch]:
        """An engine on the laptop that has seen each of these vendors answer.

        Args:
            vendors: its configuration.
            polling: the section of that name.
            within: what stands before its command, to run it elsewhere.
        """
        self.configure(*vendors, polling=polling)
        within = self.network.laptop_command if within is None else within
        with self.house.engine(command=(*within, *PROGRAM)) as running:
            watch = Watch(running, self.house.root / "run" / "engine.sock")
            try:
                watch.results(*(vendor.name for vendor in vendors))
                yield watch
            except AssertionError as error:
                running.process.kill()
                error.add_note(f"It said:\n{running.rest()}\nIt complained:\n{running.errors()}")
                raise

    def run(self, *argv: str, within: tuple[str, ...] | None = None) -> Ran:
        """A command on the laptop, to its end."""
        within = self.network.laptop_command if within is None else within
        done = subprocess.run(
            [*within, *PROGRAM, *argv],
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=self.house._environ({}),
            stdin=subprocess.DEVNULL,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def connect(self, address: str, port: int) -> None:
        """Connect from the laptop, and leave again."""
        laptop = Path("/run/netns", self.network.laptop)
        inside(laptop, lambda: socket.create_connection((address, port), PATIENCE_S)).close()

    def wait_until(self, claim: Callable[[], bool], what: str) -> None:
        """Look again and again until the claim holds; looking takes its time."""
        give_up_at = time.monotonic() + PATIENCE_S
        while not claim():
            assert time.monotonic() < give_up_at, f"after {PATIENCE_S} s still waiting: {what}"

    def _open(self, vendor: Vendor) -> Vendor:
        for address in vendor.addresses:
            self.network.give_address(address)
        self._stack.callback(vendor.stop)
        vendor.start()
        return vendor


class Lonely:
    """A network that is loopback alone; made by `Bed.lonely`."""

    def __init__(self, namespace: Path, stack: ExitStack) -> None:
        self._namespace = namespace
        self._ports = count(8001)
        self._stack = stack

    @property
    def command(self) -> tuple[str, ...]:
        """What stands before a command that runs there."""
        return ("nsenter", f"--net={self._namespace}")

    def server(self, name: str) -> Vendor:
        """One on loopback, with a port of its own."""
        port = next(self._ports)
        base_url = f"http://127.0.0.1:{port}/v1"
        server = Vendor(name, base_url, self._namespace, ("127.0.0.1",), port)
        self._stack.callback(server.stop)
        server.start()
        return server


@contextmanager
def open_bed(root: Path) -> Iterator[Bed]:
    """A bed whose home is this empty folder; nothing but the folder is left at the end.

    A machine that cannot have one has not passed the test: it fails, and says what is needed.

    Args:
        root: with a short path, because a socket is made below it.
    """
    if sentence := lacking():
        pytest.fail(sentence)
    with open_network() as network, ExitStack() as stack:
        network.give_address(NAME_SERVER)
        names = stack.enter_context(open_name_server(Path("/run/netns", network.land), NAME_SERVER))
        yield Bed(root, network, names, stack)


def _stranger(root: Path) -> Authority:
    folder = root / "stranger"
    folder.mkdir(exist_ok=True)
    return Authority(folder)


def _parsed(lines: list[str]) -> list[Event]:
    return [json.loads(line) for line in lines]
