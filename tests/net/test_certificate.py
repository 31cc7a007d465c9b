"""A certificate that was refused is read for a sentence, however it is built; nonsense is nobody's."""

import datetime as dt
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.net.certificate import Certificate, read_message

KEY = ec.generate_private_key(ec.SECP256R1())
FROM, UNTIL = dt.datetime(1999, 12, 31, tzinfo=dt.UTC), dt.datetime(2051, 8, 14, 12, 30, tzinfo=dt.UTC)


def _der(*names: tuple[x509.ObjectIdentifier, str]) -> bytes:
    issuer = x509.Name([x509.NameAttribute(kind, text) for kind, text in names])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(issuer)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .sign(KEY, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def _message(version: int, *certificates: bytes) -> bytes:
    """As RFC 5246 7.4.2 and RFC 8446 4.4.2 write it."""
    late = version == ssl.TLSVersion.TLSv1_3
    entries = b"".join(len(c).to_bytes(3) + c + (b"\0\0" if late else b"") for c in certificates)
    body = (b"\0" if late else b"") + len(entries).to_bytes(3) + entries
    return b"\x0b" + len(body).to_bytes(3) + body


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize(
    ("names", "issuer"),
    [
        (
            [(NameOID.ORGANIZATION_NAME, "Corp"), (NameOID.COMMON_NAME, "Corp Inspection CA")],
            "Corp Inspection CA",
        ),
        ([(NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, "Büro & Söhne")], "Büro & Söhne"),
        ([], "nobody it names"),
        ([(NameOID.COMMON_NAME, "evil\n\x1b[31m  name\u202e")], "evil [31m name"),
        ([(NameOID.COMMON_NAME, "x" * 64)], "x" * 64),
    ],
)
def test_issuer_and_dates_are_read(
    version: int, names: list[tuple[x509.ObjectIdentifier, str]], issuer: str
) -> None:
    found = read_message(version, _message(version, _der(*names), b"the next one"))

    assert found == Certificate(issuer, FROM, UNTIL)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_nonsense_is_nobodys(version: int) -> None:
    for message in (
        b"",
        b"\x0b",
        b"\x0b\0\0\0",
        _message(version),
        _message(version, b"\x30\x84\xff\xff\xff\xff"),
    ):
        assert read_message(version, message) is None


@given(
    st.binary(max_size=80),
    st.integers(0, 400),
    st.sampled_from([ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]),
)
def test_no_certificate_whatever_ends_a_question(noise: bytes, at: int, version: int) -> None:
    der = _der((NameOID.COMMON_NAME, "Corp"))
    spoilt = der[:at] + noise + der[at + len(noise) :]

    found = read_message(version, _message(version, spoilt))
    assert found is None or isinstance(found.issuer, str)
    assert read_message(version, noise) is None
