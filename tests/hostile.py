"""A loopback server that misbehaves on demand, one named behaviour at a time.

    with Hostile(drip) as server:
        ...  # ask server.url("/x"); then look at server.requests
        server.behaviour = json_ok  # healed

A behaviour is a function of one connection. It may talk HTTP, anything else, or nothing; it must return once
`talk.wait_for_close` does, which the server's end makes happen. Everything runs on daemon threads and over
real sockets, so that it serves tests of any kind: async ones, threaded ones, whole processes.
"""

import contextlib
import datetime as dt
import gzip
import ipaddress
import json
import select
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE_S = 5.0
"""No read of the server waits longer: a test that goes wrong fails, and does not hang."""


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Talk:
    """One connection, seen from the server."""

    def __init__(self, server: "Hostile", sock: socket.socket) -> None:
        self.server = server
        self.sock = sock

    def request(self) -> Received:
        """Read one request whole and record it; ConnectionError if it never comes."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._some()
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            body += self._some()
        method, target, _ = first.split(" ")
        received = Received(method, target, headers, body)
        self.server.requests.append(received)
        return received

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        """A correct HTTP/1.1 answer."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        self.send("\r\n".join(lines).encode("latin-1") + body)

    def wait_for_close(self) -> None:
        """Until the client hangs up or the server ends."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass

    def rest(self, seconds: float) -> bool:
        """Wait between two bytes; whether to go on."""
        return not self.server.ending.wait(seconds)

    def _some(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the client went away")
        return data


Behaviour = Callable[[Talk], None]


@dataclass
class Hostile:
    """A server on loopback; `behaviour` may be changed at any time and holds for the next connection."""

    behaviour: Behaviour
    tls: Path | None = None
    """A PEM file with key and certificate: the behaviour then talks inside TLS."""
    host: str = "127.0.0.1"
    port: int = 0
    requests: list[Received] = field(default_factory=list)
    connections: int = 0
    ending: threading.Event = field(default_factory=threading.Event)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: list[threading.Thread] = field(default_factory=list)

    def url(self, path: str = "/", name: str | None = None) -> str:
        host = name or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._listener = socket.create_server((self.host, self.port), family=family, backlog=256)
        self.port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # ends accept; close alone would not
        for sock in list(self._open):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        self._listener.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="hostile server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(sock)
            self.connections += 1
            self._start(self._serve, sock, self.behaviour)

    def _serve(self, sock: socket.socket, behaviour: Behaviour) -> None:
        talking = sock
        # Whatever goes wrong on the wire is the client's business: it is what the tests look at.
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(self._open.discard, sock)
            stack.callback(sock.close)
            sock.settimeout(PATIENCE_S)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.tls)
                talking = context.wrap_socket(sock, server_side=True)
                self._open.add(talking)
                stack.callback(self._open.discard, talking)
                stack.callback(talking.close)
            behaviour(Talk(self, talking))


# Well-behaved

OK_BODY = json.dumps({"object": "list", "data": [{"id": "model-1"}]}).encode()


def json_ok(talk: Talk) -> None:
    talk.request()
    talk.answer(
        "200 OK",
        OK_BODY,
        "Content-Type: application/json",
        "Date: Mon, 30 Mar 2026 01:13:45 GMT",
        "X-Twice: a",
        "x-twice: b",
    )


def answer(status: str, body: bytes = b"", *headers: str) -> Behaviour:
    def behave(talk: Talk) -> None:
        talk.request()
        talk.answer(status, body, *headers)

    return behave


def redirect(to: str, status: str = "302 Found") -> Behaviour:
    return answer(status, b"", f"Location: {to}")


def redirect_then_ok(to: str, status: str = "302 Found") -> Behaviour:
    """Redirects `/`, answers everything else."""

    def behave(talk: Talk) -> None:
        if talk.request().target == "/":
            talk.answer(status, b"", f"Location: {to}", "Set-Cookie: seen=1")
        else:
            talk.answer("200 OK", OK_BODY)

    return behave


def html(talk: Talk) -> None:
    talk.request()
    talk.answer("200 OK", b"<!doctype html><title>Please log in</title>", "Content-Type: text/html")


def gzipped(talk: Talk) -> None:
    talk.request()
    talk.answer("200 OK", gzip.compress(OK_BODY), "Content-Encoding: gzip")


def interim_answers_first(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    talk.answer("200 OK", OK_BODY)


def bad_utf8(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9 \xff\xfe\r\nContent-Length: 4\r\n\r\n\xff\xfe\xc3\x28")


# Silence and cuts


def hang(talk: Talk) -> None:
    """Reads everything, the TLS greeting too where there is one, and never says a word."""
    talk.wait_for_close()


def reset(talk: Talk) -> None:
    talk.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.sock.close()


def reset_after_request(talk: Talk) -> None:
    talk.request()
    reset(talk)


def close_unanswered(talk: Talk) -> None:
    talk.request()


def close_in_headers(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Ty")


def cut_body(talk: Talk) -> None:
    talk.request()
    talk.send(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"object": "li')


def cut_chunk(talk: Talk) -> None:
    talk.request()
    talk.send(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"object"')


def more_than_promised(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}and some more that nobody announced")


# Too much


def drip(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while talk.rest(0.01):
        talk.send(b" ")


def drip_headers(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\n")
    while talk.rest(0.01):
        talk.send(b"X-A: b\r\n")


def endless_body(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while talk.rest(0):
        talk.send(b"first words" + b"x" * 65536)


def endless_interim_answers(talk: Talk) -> None:
    talk.request()
    while talk.rest(0):
        talk.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


def gzip_bomb(talk: Talk) -> None:
    """Some 1 MB that would become more than a gigabyte."""
    talk.request()
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    unit = b"\0" * (1 << 20)
    talk.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
    for _ in range(1100):
        talk.send(packer.compress(unit))
    talk.send(packer.flush())


def huge_headers(size: int) -> Behaviour:
    """An answer whose headers hold about `size` bytes."""
    return answer("200 OK", OK_BODY, *(f"X-{number}: {'h' * 1000}" for number in range(size // 1000)))


# Not what was asked for


def not_http(talk: Talk) -> None:
    """A greeting of another protocol, and then patience."""
    talk.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    talk.wait_for_close()


def illegal_header(talk: Talk) -> None:
    talk.request()
    talk.send(b"HTTP/1.1 200 OK\r\nno colon in here\r\n\r\n")


def unasked_brotli(talk: Talk) -> None:
    talk.request()
    talk.answer("200 OK", b"\x0b\x02\x80hello\x03", "Content-Encoding: br")


def false_gzip(talk: Talk) -> None:
    talk.request()
    talk.answer("200 OK", b"this was never compressed", "Content-Encoding: gzip")


def half_gzip(talk: Talk) -> None:
    talk.request()
    packed = gzip.compress(OK_BODY * 10)
    talk.answer("200 OK", packed[: len(packed) // 2], "Content-Encoding: gzip")


def switching_protocols(talk: Talk) -> None:
    talk.request()
    talk.send(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello"
    )
    talk.wait_for_close()


# Proxies


def connect_proxy(talk: Talk) -> None:
    """An honest HTTP proxy for CONNECT; the target's name is ignored, loopback and its port are used."""
    received = talk.request()
    port = int(received.target.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as onward:
        talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        _relay(talk.sock, onward)


def _relay(one: socket.socket, other: socket.socket) -> None:
    while True:
        held = isinstance(one, ssl.SSLSocket) and one.pending() > 0
        ready = [one] if held else select.select([one, other], [], [], PATIENCE_S)[0]
        for source, sink in ((one, other), (other, one)):
            if source in ready:
                data = source.recv(65536)
                if not data:
                    return
                sink.sendall(data)
        if not ready:
            return


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port of 127.0.0.1 where connecting neither succeeds nor fails: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        yield port


def closed_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    return port


class Authority:
    """A certificate authority of our own; `bundle` is what to trust."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _common_name("Hostile Test Authority")
        certificate = (
            self._builder(self._name, self._key.public_key(), -1, 1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(sign=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.bundle = directory / "authority.pem"
        self.bundle.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def certify(
        self, names: Sequence[str], *, expired: bool = False, days: tuple[int, int] | None = None
    ) -> Path:
        """A PEM file with key and certificate for these names or addresses, valid in these days from now."""
        days = days or ((-3, -2) if expired else (-1, 1))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self._builder(_common_name("server"), key.public_key(), *days)
            .add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        path = self._directory / f"{names[0].replace(':', '_')}{days[0]}{days[1]}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, from_days: int, to_days: int
    ) -> x509.CertificateBuilder:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=from_days))
            .not_valid_after(now + dt.timedelta(days=to_days))
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        )


def _common_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign,
        crl_sign=sign,
        encipher_only=False,
        decipher_only=False,
    )
