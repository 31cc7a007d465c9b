"""Whom we trust: the system's authorities, one context for everybody; and one more per bundle that is named.

Measured (CPython 3.11, OpenSSL 3.0): a context over a hashed directory costs 0.13 ms, because OpenSSL opens
only the certificate it needs; over a bundle file 15-50 ms and 0.7 MiB. So the directory wins where there is
one, unless the environment names a file.

Windows hands its own store to Python, which is read beside certifi's list: it fetches authorities only as
they are needed, so it may lack a public one, but it has the company's. macOS hands it to nobody but its own
verifier, which the small package truststore speaks to; where that is missing, certifi's list must do.

A bundle that a user names is trusted in addition: who adds a company's authority still means to reach those
hosts that the company's proxy does not open.
"""

import os
import re
import ssl
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

import certifi

from trayuptime.core.evidence import Failure
from trayuptime.net.certificate import listen
from trayuptime.net.hop import Stop

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d")
_HASHED_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")


class Contexts:
    """Builds each context once and keeps it, until a change of its file or `forget`."""

    def __init__(self, environ: Mapping[str, str], platform: str = sys.platform) -> None:
        self._environ = environ
        self._platform = platform
        self._system: ssl.SSLContext | None = None
        self._by_bundle: dict[tuple[str, int], ssl.SSLContext] = {}

    def get(self, ca_bundle: str | None) -> ssl.SSLContext:
        """The context that trusts what the system trusts, and `ca_bundle` as well.

        Raises:
            Stop: the certificates cannot be read.
        """
        if ca_bundle is not None:
            return self._of_bundle(ca_bundle)
        if self._system is None:
            self._system = _system_context(self._environ, self._platform)
        return self._system

    def forget(self) -> None:
        """Read everything anew next time."""
        self._system = None
        self._by_bundle.clear()

    def _of_bundle(self, ca_bundle: str) -> ssl.SSLContext:
        path = Path(ca_bundle).expanduser()
        try:
            key = (ca_bundle, path.stat().st_mtime_ns)
            if key not in self._by_bundle:
                context = _system_context(self._environ, self._platform)
                context.load_verify_locations(*_as_arguments(path))
                self._by_bundle[key] = context
            return self._by_bundle[key]
        except OSError as error:  # ssl.SSLError is one
            raise _unreadable(ca_bundle, error) from error


def store_of(directories: Iterable[str]) -> Path:
    """The first hashed directory of these, or certifi's bundle."""
    hashed = (Path(directory) for directory in directories if _is_hashed(directory))
    return next(hashed, Path(certifi.where()))


def _system_context(environ: Mapping[str, str], platform: str) -> ssl.SSLContext:
    named = environ.get("SSL_CERT_FILE") or environ.get("SSL_CERT_DIR")
    if not named and platform == "darwin" and (native := _native_context()) is not None:
        return native
    usual = (ssl.get_default_verify_paths().openssl_capath, *_HASHED_DIRECTORIES)
    path = Path(named) if named else store_of(usual)
    try:
        context = _context(path)
    except OSError as error:
        raise _unreadable(str(path), error) from error
    # Python 3.13 turns on rules that browsers do not have, and many a company's authority breaks.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if not named and platform == "win32":
        context.load_default_certs()
    return listen(context)


def _native_context() -> ssl.SSLContext | None:
    try:
        truststore = import_module("truststore")
    except ImportError:
        return None
    native: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return native


def _context(path: Path) -> ssl.SSLContext:
    cafile, capath = _as_arguments(path)
    return ssl.create_default_context(cafile=cafile, capath=capath)


def _as_arguments(path: Path) -> tuple[str | None, str | None]:
    return (None, str(path)) if path.is_dir() else (str(path), None)


def _unreadable(path: str, error: OSError) -> Stop:
    """It is our own setting that is wrong, so no vendor's TLS failed."""
    return Stop(Failure.REFUSED_BY_US, f"cannot read certificates from {path}: {_why(error)}")


def _is_hashed(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return any(_HASHED_NAME.fullmatch(entry.name) for entry in entries)
    except OSError:
        return False


def _why(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return "it holds none in PEM form"
    return (error.strerror or "unknown error").lower()
