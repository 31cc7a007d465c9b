"""Whom we trust: one TLS context for everybody, and one more per bundle that a user names.

Measured (CPython 3.11, OpenSSL 3.0): a context over a hashed directory costs 0.13 ms, because OpenSSL opens
only the certificate it needs; over a bundle file 15-50 ms and 0.7 MiB. So the directory wins where there is
one, unless the environment names a file. On Windows and macOS this means certifi's list, not the system's:
a company's own authority has to be named as `ca_bundle` there.
"""

import os
import re
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path

import certifi

from trayuptime.core.evidence import Failure
from trayuptime.net.hop import Stop

_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.\d")
_HASHED_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")


class Contexts:
    """Builds each context once and keeps it, until a change of its file or `forget`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._system: ssl.SSLContext | None = None
        self._by_bundle: dict[tuple[str, int], ssl.SSLContext] = {}

    def get(self, ca_bundle: str | None) -> ssl.SSLContext:
        """The context that trusts `ca_bundle` alone, or else what the system trusts.

        Raises:
            Stop: the certificates cannot be read.
        """
        if ca_bundle is not None:
            return self._of_bundle(ca_bundle)
        if self._system is None:
            self._system = _system_context(self._environ)
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
                self._by_bundle[key] = _context(path)
            return self._by_bundle[key]
        except OSError as error:  # ssl.SSLError is one
            raise Stop(Failure.TLS, f"cannot read certificates from {ca_bundle}: {_why(error)}") from error


def store_of(directories: Iterable[str]) -> Path:
    """The first hashed directory of these, or certifi's bundle."""
    hashed = (Path(directory) for directory in directories if _is_hashed(directory))
    return next(hashed, Path(certifi.where()))


def _system_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    named = environ.get("SSL_CERT_FILE") or environ.get("SSL_CERT_DIR")
    usual = (ssl.get_default_verify_paths().openssl_capath, *_HASHED_DIRECTORIES)
    path = Path(named) if named else store_of(usual)
    try:
        return _context(path)
    except OSError as error:
        raise Stop(Failure.TLS, f"cannot read certificates from {path}: {_why(error)}") from error


def _context(path: Path) -> ssl.SSLContext:
    if path.is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)


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
