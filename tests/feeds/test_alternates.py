"""The feeds that a status page names in its head."""

import pytest

from trayuptime.feeds.alternates import MOST, alternates

PAGE = "https://status.example.com/en/"


def _urls(page: str) -> list[str]:
    return [url for _, url in alternates(page, PAGE)]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" href="/a.rss">',
            "https://status.example.com/a.rss",
        ),
        ("<LINK REL=Alternate TYPE=Application/Atom+XML HREF=feed>", "https://status.example.com/en/feed"),
        (
            '<link rel="feed alternate" type="application/rss+xml" href="https://feeds.example.com/a?b=1&amp;c=2"/>',
            "https://feeds.example.com/a?b=1&c=2",
        ),
    ],
)
def test_a_link_to_a_feed_is_followed_from_where_it_stands(link: str, url: str) -> None:
    assert _urls(f"<html><head><title>Status</title>{link}</head><body></body></html>") == [url]


@pytest.mark.parametrize(
    "page",
    [
        "",
        "{}",
        '<link rel="alternate" hreflang="fr" href="/fr">',
        '<link rel="stylesheet" type="application/rss+xml" href="/a">',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<link rel="alternate" type="application/rss+xml">',
        '<link rel="alternate" type="application/rss+xml" href="https://[oops">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/a"> -->',
        '<a rel="alternate" type="application/rss+xml" href="/a">',
    ],
)
def test_what_is_no_link_to_a_feed_leads_nowhere(page: str) -> None:
    assert _urls(page) == []


def test_a_page_of_many_feeds_is_followed_to_the_first_few() -> None:
    many = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(100))

    assert _urls(many + many)[-1] == f"https://status.example.com/{MOST - 1}"
