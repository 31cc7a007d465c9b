"""Feeds that tell in prose, or with other people's labels: what is unsure is never green, and no trouble."""

import pytest

from feeds import pages
from feeds.pages import NOW, at
from trayuptime.core.announcements import is_planned
from trayuptime.core.feed import FeedFormat, Page, PageIncident, Part, is_open
from trayuptime.core.model import FeedState, Surface
from trayuptime.core.scoping import scoped
from trayuptime.feeds.formats import parse

UP, DEGRADED, DOWN = FeedState.UP, FeedState.DEGRADED, FeedState.DOWN
MAINTENANCE, UNKNOWN = FeedState.MAINTENANCE, FeedState.UNKNOWN
KNOWN = pages.item("Old", "<strong>Resolved</strong>", guid="old", date="Tue, 01 Sep 2026 00:50:00 GMT")


def read(*items: str, form: FeedFormat = FeedFormat.RSS, title: str = "Vendor") -> Page:
    page = parse(form, pages.rss(title, *items), NOW)
    assert isinstance(page, Page), page
    return page


def whole(page: Page, *parts: Part) -> FeedState:
    return scoped(page, parts, (), NOW).state


def news(page: Page) -> PageIncident:
    """What the item of a test became."""
    (found,) = [item for item in page.incidents if item.id == "g1"]
    return found


@pytest.mark.parametrize(
    "text",
    [
        "The issue has been fully mitigated, and most operations are succeeding normally now. Some are slow.",
        "The issue has been fully mitigated. Some requests are throttled as we work toward full resolution.",
        "The API is down. The issue hasn't been resolved yet.",
        "The API is down. The issue isn’t fully resolved.",
        "We are investigating elevated errors in chat. The login issue of this morning was resolved.",
        "我们正在处理。昨日的登录故障已解决。",
        "数据库问题已修复，服务正在恢复中",
        "11:30 The problem is back. 11:00 The issue has been resolved.",
        "[Investigating] The errors are back. [Resolved] All is well.",
        "The storage issue has been mitigated. Requests are gradually recovering.",
        "The API is down. A fix should have been resolved by now but the outage goes on.",
        "We are seeing errors. This is unrelated to the incident of yesterday, which has been resolved.",
        "The issue has been resolved. 12:00 Errors have started again.",
        "This has been resolved but we are seeing a recurrence.",
        "11:00 故障已恢复。12:00 服务再次异常。",
        "网页端已恢复，API 故障中。",
        "We believe the issue has been resolved and are monitoring the errors.",
        "12:00 UTC – We are investigating a new wave of errors. 11:00 UTC – This incident has been resolved.",
        "Oct 5: We are currently investigating errors. Oct 4: The issue was resolved.",
        "故障原因已确认，预计 20:00 前已恢复",
        "网络故障已解决，但 API 响应较慢",
        "Storage has been restored, and a small subset of services is experiencing residual impact.",
        "Access has been restored. Customers should begin to see signs of recovery.",
        "Portal access has been restored. We have initiated the deployment of the last good state.",
    ],
)
def test_what_is_over_and_goes_on_in_one_text_is_not_green(text: str) -> None:
    assert whole(read(pages.item("Errors", text), KNOWN)) in {DEGRADED, UNKNOWN}
    azure = read(pages.item("Azure OpenAI - East US", text), form=FeedFormat.AZURE_RSS, title="Azure Status")
    assert whole(azure) is DEGRADED


@pytest.mark.parametrize(
    "text",
    [
        "An issue where some users couldn't log in has been resolved.",
        "The incident in which users weren't able to log in has been resolved.",
        "The incident is resolved. All systems are currently operational.",
        "A subset of users saw elevated errors. The issue has been resolved.",
        "The issue has been resolved. If you are currently experiencing issues, contact support.",
        "The issue has been resolved. There is no ongoing impact.",
        "We are currently investigating elevated errors. This incident has been resolved.",
        "已修复，服务已陆续恢复正常。",
        "我们正在排查。故障已修复。",
        "The issue has been resolved and error rates have returned to normal.",
        "Error rates have returned to normal. The issue has been resolved.",
        "The issue has been resolved. If the issue persists, contact support.",
        "The issue has been resolved. 5% of requests failed between ten and eleven.",
        "服务已恢复。期间 API 无法访问。",
        "服务已恢复。如仍无法使用请联系客服。",
        "Resolved.",
        "Issue resolved.",
        "This issue has been fixed.",
        "All services are back to normal.",
        "Our services have fully recovered.",
        "服务已全部恢复。",
        "今日 10:00 至 11:00 期间，API 请求出现异常，现已恢复。",
        "如您在10点遇到错误，问题已解决。",
        "This incident has been resolved. If you continue to see errors, or failing requests, write.",
        "服务已恢复正常。如有请求仍失败，或无法登录，请联系客服。",
        "故障已排除，服务恢复正常。",
        "服务恢复正常。",
        "Users saw errors until 10:45 UTC when the issue was fixed.",
        "If you were affected by the errors, the issue has been resolved.",
    ],
)
def test_an_ordinary_end_is_an_end(text: str) -> None:
    assert whole(read(pages.item("Errors", text), KNOWN)) is UP


def test_what_went_on_for_days_and_is_over_is_over() -> None:
    text = "We are investigating elevated errors. The login issue has been resolved."
    old = pages.item("Errors", text, date="Thu, 10 Sep 2026 00:50:00 GMT")

    assert whole(read(old, KNOWN)) is UP


@pytest.mark.parametrize("title", ["Azure OpenAI - East US - Mitigated", "[Resolved] Azure OpenAI"])
def test_azure_closes_by_leaving_the_list_or_by_a_mark(title: str) -> None:
    page = read(pages.item(title, "Errors."), form=FeedFormat.AZURE_RSS, title="Azure Status")

    assert whole(page) is (UP if title.startswith("[") else DEGRADED)


def test_two_of_azures_items_of_one_guid_and_date_are_two() -> None:
    page = read(
        pages.item("Azure OpenAI - East US", "Errors."),
        pages.item("Azure SQL Database - East US", "Errors."),
        form=FeedFormat.AZURE_RSS,
        title="Azure Status",
    )

    assert whole(page, Part(contains=("openai",))) is DEGRADED


@pytest.mark.parametrize("newer", ["aa", "bb"], ids=["one guid", "two guids"])
def test_what_a_monitor_opens_by_itself_it_closes_by_itself(newer: str) -> None:
    went = pages.item("Llama API went down", "Down", guid="i/#aa", date="Thu, 03 Sep 2026 18:02:55 GMT")
    came = pages.item("Llama API recovered", "Up", guid=f"i/#{newer}", date="Thu, 03 Sep 2026 18:08:55 GMT")
    again = pages.item("Llama API went down", "Down", guid="i/#cc", date="Tue, 22 Sep 2026 00:50:00 GMT")
    page = read(came, went, KNOWN)

    assert whole(page) is UP
    (found,) = [item for item in page.incidents if item.title.startswith("Llama")]
    assert found.first_word_at == at("2026-09-03T18:02:55")
    assert found.ended_at == at("2026-09-03T18:08:55")
    assert whole(read(again, came, went, KNOWN)) is DEGRADED


def test_of_two_monitors_of_one_name_each_closes_its_own() -> None:
    date = "Tue, 22 Sep 2026 00:{}:00 GMT".format
    items = [
        pages.item("API recovered", "Up", guid="i/3", date=date(30)),
        pages.item("API went down", "Down", guid="i/2", date=date(20)),
        pages.item("API went down", "Down", guid="i/1", date=date(10)),
    ]

    assert whole(read(*items, KNOWN)) is DEGRADED
    again = pages.item("API recovered", "Up", guid="i/4", date=date(40))
    assert whole(read(again, *items, KNOWN)) is UP


@pytest.mark.parametrize(
    ("title", "text", "state"),
    [
        ("Images recovered", "Chat is still failing; we are investigating an outage.", UNKNOWN),
        ("API went down", "This has been resolved.", UP),
    ],
)
def test_a_monitors_title_does_not_silence_what_is_said_below_it(
    title: str, text: str, state: FeedState
) -> None:
    assert whole(read(pages.item(title, text), KNOWN)) is state


@pytest.mark.parametrize("title", ["API not recovered", "API partially recovered", "Most regions recovered"])
def test_who_has_not_recovered_whole_is_not_over(title: str) -> None:
    assert whole(read(pages.item(title, "An outage."), KNOWN)) is DEGRADED


@pytest.mark.parametrize(
    ("listed", "api", "web"),
    [
        ("对话服务(Chatservice)", UP, DEGRADED),
        ("API 服务(API Service)、对话服务(Chatservice)", DEGRADED, DEGRADED),
        ("", DEGRADED, DEGRADED),
        ("All", DEGRADED, DEGRADED),
        ("全部服务", DEGRADED, DEGRADED),
        ("Site<br>API", DEGRADED, DEGRADED),
        ("Site, <a>API</a>", DEGRADED, DEGRADED),
        ("API: degraded", DEGRADED, DEGRADED),
        ("Site &amp; API", DEGRADED, UP),
    ],
)
def test_parts_in_a_line_are_parts(listed: str, api: FeedState, web: FeedState) -> None:
    text = (
        "<p><strong>Status:</strong> investigating</p><p>我们正在抢修。</p>"
        f"<p><strong>Affected components:</strong> {listed}</p>"
    )
    page = read(pages.item("服务异常", text), KNOWN)

    assert whole(page, Part(Surface.API, contains=("api",))) is api
    assert whole(page, Part(Surface.WEB, contains=("对话", "chat"))) is web


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Upgrade",
            "<strong>THIS IS A SCHEDULED EVENT Oct 20, 06:00 UTC</strong>"
            + pages.update("Update", "The window was moved.")
            + pages.update("Scheduled", "On October 20 we will upgrade."),
        ),
        ("Scheduled maintenance of the database", "<b>Status: Update</b>"),
        ("Database upgrade", "<b>Status: Maintenance scheduled</b>"),
        ("Emergency maintenance", pages.update("Scheduled", "An outage of five minutes.")),
        ("Emergency maintenance", "An outage of ten minutes is expected on Sunday."),
        ("紧急维护通知", "<b>状态：已计划</b>"),
        ("Reduced capacity during maintenance on Oct 12", "Expect degraded performance."),
        ("API unavailable during maintenance", pages.update("Scheduled", "On Sunday.")),
        (
            "Database",
            "<strong>Type:</strong> Maintenance<br>"
            + pages.update("Identified")
            + pages.update("Identified"),
        ),
    ],
)
def test_maintenance_that_is_moved_or_told_of_has_not_begun(title: str, text: str) -> None:
    page = read(pages.item(title, text), KNOWN)

    assert whole(page) is UP
    assert not is_planned(page.incidents, (), (), Surface.API, NOW - 60_000)


@pytest.mark.parametrize(
    ("title", "text", "state"),
    [
        ("Database upgrade", "<b>Status: Maintenance in progress</b>", MAINTENANCE),
        ("Database upgrade", "<b>Status: Maintenance complete</b>", UP),
        ("Emergency maintenance", pages.update("In progress"), MAINTENANCE),
        ("Database maintenance", "<b>Status: Ongoing</b>", MAINTENANCE),
        ("API errors", "<b>Status: In progress</b> The next scheduled update is at 14:00.", DEGRADED),
        ("Upgrade", pages.update("Update") + pages.update("In progress", "Maintenance."), MAINTENANCE),
        (
            "Database",
            "<strong>Type:</strong> Maintenance<br>"
            + "".join(map(pages.update, ("Identified", "In progress", "Completed"))),
            UP,
        ),
        (
            "Database",
            "<strong>Type:</strong> Maintenance<br>" + pages.update("Identified") + pages.update("Verifying"),
            MAINTENANCE,
        ),
    ],
)
def test_maintenance_begins_and_ends_by_its_own_words(title: str, text: str, state: FeedState) -> None:
    assert whole(read(pages.item(title, text), KNOWN)) is state


@pytest.mark.parametrize(
    "title",
    [
        "API outage caused by emergency maintenance",
        "API outage during maintenance",
        "Emergency maintenance",
        "API outage after scheduled upgrade",
        "Delays in scheduled updates",
    ],
)
@pytest.mark.parametrize("text", ["The API is unavailable; we try.", "We’re seeing elevated errors."])
def test_trouble_by_maintenance_is_trouble(title: str, text: str) -> None:
    assert whole(read(pages.item(title, text), KNOWN)) is DEGRADED


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Incident: Issues loading threads", "From 7:12 AM to 4:50 PM PST some users saw errors."),
        ("Database upgrade on October 12", "The API may be unavailable for about five minutes."),
        ("Planned network works", "The API may be unavailable for about five minutes."),
        ("Planned network works", "On October 12 the API will be down for five minutes."),
    ],
)
def test_what_was_or_may_be_is_no_trouble_of_now(title: str, text: str) -> None:
    page = read(pages.item(title, text), KNOWN)

    assert whole(page) is UNKNOWN
    assert not is_open(news(page), NOW) or news(page).first_word_at is None


@pytest.mark.parametrize(
    ("updates", "state", "ended"),
    [
        ((("00:10", "Investigating"), ("00:50", "Resolved")), UP, "2026-09-22T00:50"),
        ((("00:50", "Resolved"), ("00:10", "Investigating")), UP, "2026-09-22T00:50"),
        ((("00:10", "Resolved"), ("00:50", "Investigating")), DEGRADED, None),
    ],
)
def test_updates_that_are_listed_the_other_way_round_are_read_by_their_times(
    updates: tuple[tuple[str, str], ...], state: FeedState, ended: str | None
) -> None:
    text = "<p><strong>Type:</strong> Incident</p>" + "".join(
        pages.update(label, at=f"Sep 22, {time}").replace(time, f"{time}:05").replace(" UTC", " GMT+0")
        for time, label in updates
    )
    page = read(pages.item("Errors", text), KNOWN)

    assert whole(page) is state
    assert news(page).ended_at == (None if ended is None else at(ended))


def test_at_the_turn_of_the_year_december_comes_before_january() -> None:
    text = pages.update("Investigating", at="Dec 31, 23:50") + pages.update("Resolved", at="Jan 1, 00:10")

    assert whole(read(pages.item("Errors", text), KNOWN)) is UP


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("API outage - Resolved", "The API was down."),
        ("API outage (Resolved)", "The API was down."),
        ("API outage: resolved", "The API was down."),
        ("API outage resolved", "The API was down."),
        ("✅ Resolved: API outage", "The API was down."),
        ("UPDATE: API outage", "This incident has been resolved."),
        ("[Investigating] API outage", "This incident has been resolved."),
        ("Investigating: API errors", "All services are back to normal."),
    ],
)
def test_an_end_is_told_by_a_title_or_below_one_that_kept_its_mark(title: str, text: str) -> None:
    assert whole(read(pages.item(title, text), KNOWN)) is UP


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("API outage - not resolved", "The API is down."),
        ("[Identified] API errors", "The first issue has been fixed. A second one is being worked upon."),
        ("Investigating: API outage", "We will update this page when the issue is fixed."),
        ("Monitoring: API errors", "The issue was fixed and we are monitoring."),
        ("API outage", "The API is unavailable. We will post an update when the issue is fixed."),
        ("API outage", "The API is down until the problem is fixed."),
        ("API outage", "All requests fail. We will tell once our systems have recovered."),
        ("API outage", "We will tell when services are back to normal."),
        ("API 故障", "服务中断，目前尚未恢复正常"),
        ("API 故障", "待服务恢复正常后另行通知"),
        ("API 故障", "我们力争尽快恢复正常"),
        ("API outage", "The API is down. If you use the EU region, services have recovered."),
        ("API outage", "如果您看到错误，请等待问题已修复的公告。API 不可用"),
        ("API outage", "The API is down. We will notify you after the problem has been resolved."),
        ("API outage", "The API is down. Please bear with us till the problem is fixed."),
        ("API outage", "The API is down. We are working to ensure this is resolved."),
        ("[Investigating] API outage", "The login issue has been resolved. We are investigating errors."),
        (
            "Monitoring: API outage",
            "The issue has been resolved, and most requests are fine. Some are failing.",
        ),
    ],
)
def test_a_mark_is_not_undone_by_half_an_end(title: str, text: str) -> None:
    assert whole(read(pages.item(title, text), KNOWN)) is DEGRADED


def test_updates_that_were_escaped_twice_are_read() -> None:
    updates = pages.update("Investigating", at="Sep 22, 00:10") + pages.update("Resolved", at="Sep 22, 00:50")
    escaped = updates.replace("<", "&lt;").replace(">", "&gt;")

    assert whole(read(pages.item("Errors", f"<p><strong>Type:</strong> Incident</p>{escaped}"), KNOWN)) is UP


def test_a_list_of_parts_may_have_its_lines() -> None:
    listed = "\n<ul>\n<li>Sora (Degraded performance)</li>\n</ul>"
    text = f"<b>Status: Investigating</b><br/>x<br/><b>Affected components</b>{listed}"

    assert whole(read(pages.item("Errors", text), KNOWN), Part(name="Responses")) is UP
