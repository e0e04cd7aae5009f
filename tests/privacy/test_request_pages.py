"""Requests about what is held, as managers write them down, confirm them and take the answer away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from litestar import Litestar

from audit.tables import Entry
from meetings.episode_tables import Child
from meetings.removed import ISSUER
from privacy.answering import take_steps
from privacy.tables import CaseHold, PrivacyRequest
from tests.attendance.reading_pages import words
from tests.browsing import Browser, sign_in_as
from tests.privacy.cases import make_case
from web import signin
from web.pages import utc_now
from web.roles import Role
from web.tables import Appointment
from web.viewer import Post

DAY = timedelta(days=1)

ASKED = {
    "subject": "LCS-7719",
    "issuer": "E09000001",
    "who": "the young person",
    "why": "Letter of 3 May",
}


async def asked(browser: Browser, wish: str, **change: str) -> str:
    """The page of a request that was written down and looked up."""
    done = await browser.send_form("/requests", wish=wish, **ASKED | change)
    assert done.status_code == 303, words(done)
    await take_steps(utc_now(), real_now=utc_now())
    return done.headers["location"].partition("?")[0]


async def test_the_answer_is_taken_away_by_whoever_wrote_the_request_down(
    manager: Browser, second_manager: Browser
) -> None:
    await make_case()
    page = await asked(manager, "access child")
    text = words(await manager.get(page))
    assert "What is held about a child" in text
    assert "Stands Done" in text
    assert "Read it over before you hand it on" in text
    file = await manager.get(f"{page}/answer.zip")
    assert file.headers["content-type"] == "application/zip"
    assert file.headers["cache-control"] == "no-store"
    assert file.content.startswith(b"PK")
    assert await Entry.exists().where(Entry.action == "took an answer away")
    assert (await second_manager.get(f"{page}/answer.zip")).status_code == 404
    assert "The answer is for whoever wrote the request down" in words(await second_manager.get(page))


async def test_an_erasure_is_previewed_and_confirmed_by_a_second_manager(
    manager: Browser, second_manager: Browser
) -> None:
    case = await make_case()
    page = await asked(manager, "erasure child")
    text = words(await manager.get(page))
    assert "What the erasure does" in text
    assert "Units with a seat at a meeting 4 Stay" in text
    assert "Actions 1 Go" in text
    assert "Answers to invitations 2 Stay, without what tells who the child is" in text
    assert "Somebody else of your authority confirms it" in text
    unsure = await second_manager.send_form(page)
    assert unsure.status_code == 400
    assert "an erasure cannot be undone" in words(unsure)
    own = await manager.send_form(page, sure="yes")
    assert own.status_code == 400
    assert "confirmed by somebody else than who wrote it down" in words(own)
    done = await second_manager.send_form(page, sure="yes")
    assert done.headers["location"] == f"{page}?done=confirmed"
    await take_steps(utc_now(), real_now=utc_now())
    assert "Stands Done" in words(await manager.get(page))
    assert await Child.exists().where(Child.id == case.child.id, Child.issuer == ISSUER)


async def test_a_hold_is_listed_until_it_is_lifted_with_a_reason(manager: Browser) -> None:
    await make_case()
    await asked(manager, "hold child", why="Inquiry 4")
    text = words(await manager.get("/requests"))
    assert "Hold HD-" in text
    reference = text.split("Hold HD-")[1].split()[0]
    action = f"/requests/holds/HD-{reference}"
    assert (await manager.send_form("/requests", action)).status_code == 400
    done = await manager.send_form("/requests", action, **{f"lifted-HD-{reference}": "Inquiry over"})
    assert done.headers["location"] == "/requests?done=lifted"
    assert "No case is held" in words(await manager.get("/requests"))


async def test_a_request_is_dropped(manager: Browser) -> None:
    await make_case()
    page = await asked(manager, "erasure child")
    done = await manager.send_form(page, act="drop")
    assert done.headers["location"] == f"{page}?done=dropped"
    assert "Stands Dropped" in words(await manager.get(page))
    again = await manager.send_form("/requests", page, act="drop")
    assert again.status_code == 400
    assert "Somebody decided about this request a moment ago" in words(again)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"who": ""}, "Choose who asks"),
        ({"subject": ""}, "Enter the child’s reference"),
        ({"issuer": ""}, "Enter whose numbering the reference is"),
        ({"why": ""}, "Say why"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field(manager: Browser, change: dict[str, str], said: str) -> None:
    answer = await manager.send_form("/requests", wish="access child", **ASKED | change)
    assert answer.status_code == 400
    assert said in words(answer)


@pytest.mark.parametrize("page", ["/requests", "/requests/PR-ABCDEF", "/requests/PR-ABCDEF/answer.zip"])
async def test_only_managers_see_requests(
    page: str, administrator: Browser, coordinator: Browser, now: datetime
) -> None:
    for browser in (administrator, coordinator):
        assert (await browser.get(page)).status_code == 403
        assert (await browser.send_form("/directory", "/requests", wish="access child", **ASKED)).status_code == 403


async def test_a_request_that_is_not_there_is_not_found(manager: Browser) -> None:
    assert (await manager.get("/requests/PR-ABCDEF")).status_code == 404
    assert (await manager.send_form("/requests", "/requests/holds/HD-ABCDEF")).status_code == 404


async def test_what_a_manager_wrote_down_is_of_those_who_were_colleagues_then(
    manager: Browser, app: Litestar, now: datetime
) -> None:
    """A manager of Lambeth covered at Camden for a day: the request and the hold came in then, or after it."""
    await make_case()
    page = await asked(manager, "hold child")
    visitor = await signin.add_person("visitor@council.example", "Manager, Lambeth", now=now)
    for agency, until in (("lambeth", None), ("camden", now + DAY)):
        await Appointment.insert(
            Appointment(
                person=visitor, role=Role.MANAGER, agency_code=agency, since=now, until=until, given_by="tests"
            )
        )
    await PrivacyRequest.update({PrivacyRequest.asked_by: str(visitor)}, force=True)
    await CaseHold.update({CaseHold.held_by: str(visitor)}, force=True)
    async with Browser(app) as camden:
        await sign_in_as(camden, "m@camden.example", "Manager, Camden", posts=[Post(Role.MANAGER, "camden")])
        for at, shown in ((now, True), (now + DAY, False)):
            await PrivacyRequest.update({PrivacyRequest.asked_at: at}, force=True)
            await CaseHold.update({CaseHold.held_at: at}, force=True)
            text = words(await camden.get("/requests"))
            assert ("Hold HD-" in text, page.rpartition("/")[2] in text) == (shown, shown)
            assert (await camden.get(page)).status_code == (200 if shown else 404)
