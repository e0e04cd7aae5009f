"""The pages of episodes and of the import: what they show, and what their forms do."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from audit.tables import Entry
from meetings.episode_tables import Child, Episode
from meetings.intake.pages import router as pages_router
from meetings.intake.record import Reported
from meetings.tables import Trigger
from tests.browsing import At, Browser, application, sign_in_as

NEW = {
    "reference": "F0-0123456789abcdef",
    "child": "LCS-0048213",
    "kind": "M",
    "started-day": "18",
    "started-month": "11",
    "started-year": "2026",
    "started-time": "8:30am",
    "home_place": "E09000022",
    "accepted": "yes",
}
LINES = ("566910,12/03/2012,M,13/11/2025,25/11/2025", "384923,12/03/2012,X,13/11/2025,25/11/2025")
MISSING = "\n".join(["CHILD,DOB,MISSING,MIS_START,MIS_END", *LINES]).encode()


def words(response: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


@pytest.fixture(scope="module")
def app() -> Litestar:
    """One application for all, on a Wednesday morning: it holds nothing of a test."""
    return application(clock=At(datetime(2026, 11, 18, 10, 0, tzinfo=UTC)))


@pytest.fixture
async def stranger(directory: None, app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def browser(stranger: Browser) -> Browser:
    """The coordinator's."""
    return await sign_in_as(stranger, "coordinator@council.example", "Missing coordinator")


async def the_episode() -> dict[str, Any]:
    (row,) = await Episode.select()
    return row


async def upload(browser: Browser, *, act: str, missing: bytes = MISSING, **files: bytes) -> httpx.Response:
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get("/import")).text)
    assert token
    return await browser.post(
        "/import",
        data={"_csrf_token": token[1], "authority": "E09000022", "act": act},
        files={name: (f"{name}.csv", content, "text/csv") for name, content in {"missing": missing, **files}.items()},
    )


PATHS = ["/episodes", "/episodes/new", f"/episodes/{'0' * 8}-0000-4000-8000-{'0' * 12}", "/import"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_sees_none_of_the_pages(stranger: Browser, path: str) -> None:
    answer = await stranger.get(path)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


def test_every_page_of_the_room_is_for_people_who_are_signed_in() -> None:
    assert [guard.__name__ for guard in pages_router.guards or []] == ["signed_in", "admitted"]


async def test_a_coordinator_records_an_episode_and_sees_what_calls_for_a_meeting(browser: Browser) -> None:
    saved = await browser.send_form("/episodes/new", **NEW, flags="cse", police_grading="high")
    episode = await the_episode()
    assert (saved.status_code, saved.headers["location"]) == (303, f"/episodes/{episode['id']}?done=new")
    shown = words(await browser.get(saved.headers["location"]))
    assert "The episode is recorded." in shown
    assert "Graded high risk by the police or by social care, while missing" in shown
    assert "Missing coordinator" in shown
    assert episode["started_at"] == datetime(2026, 11, 18, 8, 30, tzinfo=UTC)
    assert [row["issuer"] for row in await Child.select()] == ["E09000022"]


async def test_the_form_sent_twice_records_one_episode(browser: Browser) -> None:
    await browser.send_form("/episodes/new", **NEW)
    again = await browser.send_form("/episodes/new", **NEW)
    assert again.headers["location"].endswith("?done=unchanged")
    assert await Episode.count() == 1


async def test_every_form_has_a_reference_of_its_own(browser: Browser) -> None:
    pages = [(await browser.get("/episodes/new")).text for _ in range(2)]
    references = [re.search(r'name="reference" value="(F0-[0-9a-f]{16})"', text) for text in pages]
    assert references[0]
    assert references[1]
    assert references[0][1] != references[1][1]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"child": ""}, "Enter the child's reference"),
        ({"child": "Jane Doe"}, "A reference is 1 to 64 letters, numbers"),
        ({"child": "12/03/2012"}, "This looks like a birth date"),
        ({"home_place": ""}, "Choose the responsible authority's place"),
        ({"home_place": "E00"}, "There is no place 'E00'."),
        ({"started-day": "31"}, "There is no such day as 31 11 2026"),
        ({"started-year": "2027"}, "The start is in the future."),
        ({"police_grading": "severe"}, "Fill in police grading"),
        ({"refusal_source": "school"}, "Who told of a refusal belongs to a report that the police did not accept."),
    ],
)
async def test_a_mistake_redraws_the_form_with_what_was_typed_and_what_is_wrong(
    browser: Browser, typed: dict[str, str], sentence: str
) -> None:
    redrawn = await browser.send_form("/episodes/new", **(NEW | typed))
    assert redrawn.status_code == 400
    assert words(redrawn).count(sentence) == 2  # in the summary and beside the field
    assert "8:30am" in redrawn.text
    assert await Episode.count() == 0


async def test_the_list_shows_the_open_episodes_and_all_on_demand(
    browser: Browser, first: Any, now: datetime
) -> None:
    await first("E1", child="C-open-1", care_status="looked after", cse=True)
    await first("E2", child="C-ended-2", ended_at=now)
    shown, everything = words(await browser.get("/episodes")), words(await browser.get("/episodes?show=all"))
    assert "C-open-1 Still missing Lambeth" in shown
    assert "EXPLOIT" in shown
    assert "C-ended-2" not in shown
    assert "C-ended-2 Ended Lambeth" in everything


async def test_the_list_has_pages(browser: Browser, first: Any, now: datetime) -> None:
    for n in range(51):
        await first(f"E{n}", child=f"C{n:02}", started_at=now - timedelta(minutes=n))
    first_page, second = await browser.get("/episodes"), await browser.get("/episodes?number=2")
    assert "C49" in first_page.text
    assert "C50" not in first_page.text
    assert "number=2" in first_page.text
    assert "C50" in second.text
    assert "number=1" in second.text


@pytest.mark.parametrize(("query", "status"), [("number=0", 404), ("number=x", 400), ("number=99999999999", 404)])
async def test_a_page_number_that_is_none_is_an_error_page(browser: Browser, query: str, status: int) -> None:
    assert (await browser.get(f"/episodes?{query}")).status_code == status


async def test_an_empty_list_says_what_to_do(browser: Browser) -> None:
    assert "No episode yet. Record one" in words(await browser.get("/episodes"))


async def test_an_episode_that_is_not_there_is_a_404(browser: Browser) -> None:
    assert (await browser.get(PATHS[2])).status_code == 404
    assert (await browser.get(PATHS[2] + "/end")).status_code == 404


async def test_a_step_that_is_none_is_a_404(browser: Browser, first: Any) -> None:
    done = await first()
    assert (await browser.get(f"/episodes/{done.id}/nothing")).status_code == 404


async def test_seeing_an_episode_is_logged_and_not_shown_in_its_log(browser: Browser, first: Any) -> None:
    done = await first()
    shown = words(await browser.get(f"/episodes/{done.id}"))
    assert await Entry.count().where(Entry.action == "opened the episode", Entry.subject == f"episode:{done.id}") == 1
    assert "Episode recorded" in shown
    assert "Viewed" not in words(await browser.get(f"/episodes/{done.id}"))


async def test_the_coordinator_closes_an_episode_that_a_system_reported(
    browser: Browser, first: Any, now: datetime
) -> None:
    done: Reported = await first()
    end = {"ended-day": "18", "ended-month": "11", "ended-year": "2026", "ended-time": "9:45am", "closure": "found"}
    saved = await browser.send_form(f"/episodes/{done.id}/end", **end)
    assert saved.headers["location"] == f"/episodes/{done.id}?done=closed"
    assert (await the_episode())["ended_at"] == now - timedelta(minutes=15)
    shown = words(await browser.get(saved.headers["location"]))
    assert "Episode closed: ended at, closure" in shown
    assert "A return calls no meeting off." in shown


async def test_an_end_before_the_start_is_said_beside_the_field(browser: Browser, first: Any) -> None:
    done = await first()
    end = {"ended-day": "17", "ended-month": "11", "ended-year": "2026", "ended-time": "9am", "closure": "found"}
    redrawn = await browser.send_form(f"/episodes/{done.id}/end", **end)
    assert redrawn.status_code == 400
    assert words(redrawn).count("The end is before the start. Check both.") == 2


async def test_a_closed_episode_is_opened_again(browser: Browser, first: Any, now: datetime) -> None:
    done = await first(ended_at=now, closure="returned")
    saved = await browser.send_form(f"/episodes/{done.id}/end", reopen="yes")
    assert saved.headers["location"].endswith("?done=reopened")
    assert (await the_episode())["ended_at"] is None


async def test_a_high_grading_calls_for_a_meeting_at_once(browser: Browser, first: Any) -> None:
    done = await first()
    saved = await browser.send_form(f"/episodes/{done.id}/grading", social_care_grading="high")
    assert saved.headers["location"].endswith("?done=re-graded")
    assert [row["rule_code"] for row in await Trigger.select()] == ["HIGH"]


async def test_a_correction_saved_as_it_stands_changes_nothing(browser: Browser, first: Any, now: datetime) -> None:
    done = await first(
        started_at=now - timedelta(hours=2, seconds=17), cse=True, disclosure_at=now - timedelta(seconds=5)
    )
    before = await the_episode()
    page = await browser.get(f"/episodes/{done.id}/correction")
    fields = dict(re.findall(r'name="((?:started|disclosure)-\w+)" type="text" value="([^"]*)"', page.text))
    assert len(fields) == 8
    saved = await browser.send_form(f"/episodes/{done.id}/correction", **fields, home_place="E09000022", flags="cse")
    assert saved.headers["location"].endswith("?done=unchanged")
    assert await the_episode() == before


async def test_an_episode_entered_in_error_is_withdrawn(browser: Browser, first: Any) -> None:
    done = await first()
    correction = {key: value for key, value in NEW.items() if key.startswith("started")}
    saved = await browser.send_form(
        f"/episodes/{done.id}/correction", **correction, home_place="E09000022", withdrawn="yes"
    )
    assert saved.headers["location"].endswith("?done=withdrawn")
    assert "Entered in error" in words(await browser.get(f"/episodes/{done.id}"))


async def test_what_a_source_sends_is_shown_as_text(browser: Browser, first: Any) -> None:
    done = await first()
    await Episode.update({Episode.source_reference: "<script>alert(1)</script>"}, force=True)
    assert "<script>alert" not in (await browser.get(f"/episodes/{done.id}")).text


async def test_files_are_checked_first_and_nothing_is_kept(browser: Browser) -> None:
    shown = words(await upload(browser, act="check"))
    assert "Checked; nothing was kept. 2 lines read: 1 would be new (1 as history only)" in shown
    assert "missing, line 3 MISSING X Refused The type is M (missing) or A (away)." in shown
    assert await Episode.count() == 0


async def test_good_lines_are_taken_in_and_bad_ones_listed(browser: Browser) -> None:
    care = b"CHILD,DECOM,DEC,REC,PL_POST\n566910,01/01/2024,,,WD10 6ZQ"
    answer = await upload(browser, act="take", episodes=care)
    assert "Taken in. 2 lines read: 1 new (1 as history only)" in words(answer)
    assert "12/03/2012" not in answer.text
    assert "WD10" not in answer.text
    assert await Episode.count() == 1


async def test_the_problems_are_downloaded_as_a_csv_file(browser: Browser) -> None:
    shown = await upload(browser, act="check")
    carried = re.search(r'name="problems" value="([^"]*)"', shown.text)
    assert carried
    saved = await browser.send_form("/import", action="/import/problems", problems=unescape(carried[1]))
    assert saved.headers["content-disposition"] == 'attachment; filename="import-problems.csv"'
    assert saved.headers["content-type"].startswith("text/csv")
    lines = saved.content.decode("utf-8-sig").splitlines()
    assert lines[1] == "missing,3,MISSING,X,refused,The type is M (missing) or A (away)."


async def test_a_list_of_problems_that_is_none_is_an_error_page(browser: Browser) -> None:
    answer = await browser.send_form("/import", action="/import/problems", problems="[1]")
    assert answer.status_code == 400


async def test_an_import_without_a_file_or_an_authority_says_so(browser: Browser) -> None:
    answer = await browser.send_form("/import", act="take")
    assert answer.status_code == 400
    assert "Choose the file of missing periods" in answer.text
    assert "Choose the authority whose files these are" in answer.text


async def test_a_workbook_is_said_to_be_none_and_nothing_is_taken(browser: Browser) -> None:
    shown = words(await upload(browser, act="take", missing=b"PK\x03\x04" + b"\x00" * 100))
    assert "Nothing was taken in." in shown
    assert "Save the sheet as CSV and send that." in shown
