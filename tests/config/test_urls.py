"""URLs are checked once, and loopback is told apart without asking anybody."""

import pytest

from trayuptime.config.urls import BadUrl, api_url, host_of, is_loopback, page_url


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("models.localhost", True),
        ("127.0.0.1", True),
        ("127.255.0.9", True),
        ("::1", True),
        ("0:0:0:0:0:0:0:1", True),
        ("", False),
        ("127.1", False),
        ("127.0.0.1.example", False),
        ("localhost.example", False),
        ("notlocalhost", False),
        ("128.0.0.1", False),
        ("0.0.0.0", False),
        ("192.168.0.1", False),
        ("fe80::1", False),
        ("api.deepseek.com", False),
    ],
)
def test_loopback_is_this_computer_only(host: str, answer: bool) -> None:
    assert is_loopback(host) is answer


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://h.example", "https://h.example"),
        ("https://h.example/v1//", "https://h.example/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("https://münchen.example/v1", "https://münchen.example/v1"),
    ],
)
def test_an_api_url_loses_its_last_slashes(url: str, kept: str) -> None:
    assert api_url(url) == kept


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "starts with https://"),
        ("h.example/v1", "starts with https://"),
        ("ftp://h.example", "starts with https://"),
        ("file:///etc/passwd", "starts with https://"),
        ("https://", "with a host"),
        ("https:///v1", "with a host"),
        ("https://h.example:0", "with a host"),
        ("https://h.example:99999", "cannot be read"),
        ("https://[::1", "cannot be read"),
        ("https://me@h.example", "user name or password"),
        ("https://:secret@h.example", "user name or password"),
        ("https://h.example/v1 ", "without blanks"),
        ("https://127.0.0.1\\@h.example", "without blanks"),
        ("https://h.example/\n", "without blanks"),
        ("https://h.example/{key}", "without blanks"),
        ("https://h.example/v1?region=eu", "must end with its path"),
        ("https://h.example/v1?", "must end with its path"),
        ("https://h.example/v1#top", "must end with its path"),
    ],
)
def test_a_bad_api_url_is_refused(url: str, words: str) -> None:
    with pytest.raises(BadUrl) as caught:
        api_url(url)

    assert words in str(caught.value)


@pytest.mark.parametrize("query", ["region=eu", "page=2&lang=de", "monkey=1"])
def test_a_page_may_have_a_query(query: str) -> None:
    assert page_url(f"https://h.example/?{query}#top") == f"https://h.example/?{query}#top"


@pytest.mark.parametrize(
    "name", ["key", "api_key", "X-Api-Key", "access_token", "client_secret", "password", "sig"]
)
def test_a_page_may_have_no_secret_in_its_query(name: str) -> None:
    with pytest.raises(BadUrl, match="must not carry a key"):
        page_url(f"https://h.example/?a=1&{name}=x")


def test_a_host_is_named_in_lower_case_without_port() -> None:
    assert host_of("https://API.Example:8443/v1") == "api.example"
    assert host_of("http://[::1]:80/") == "::1"
    assert host_of("nothing") == ""
