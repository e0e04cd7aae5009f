"""Emergency access: never without a reason, never beyond its time, never unseen by whose case it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from litestar import Litestar

from audit.tables import Entry
from directory.tables import Agency, UnitKind
from meetings import break_glass, break_glass_listing, break_glass_round
from meetings.break_glass_rules import AT_MOST, GlassError, NoReason, NoReference, NoSuchGlass, NoSuchTime, TooOften
from meetings.letters import Letterhead
from meetings.tables import Meeting
from notifications.tables import OutboundMail
from tests.browsing import Browser, application, letters, sign_in_as
from tests.factories import make_area, make_episode, make_meeting, make_seat, make_unit
from web import signin
from web.appointing import viewer_of
from web.roles import Role
from web.tables import BreakGlass
from web.viewer import Post, Viewer

WHY = "The child was seen at King's Cross and my force is with them now."
HERE = Path(__file__).parent


@dataclass
class Cast:
    """A meeting that Camden chairs, Camden's people, and Southwark's, who have no part in it."""

    meeting: Meeting
    coordinator: Viewer
    manager: Viewer
    stranger: Viewer
    strangers_manager: Viewer


async def somebody(email: str, title: str, agency: str, role: Role, now: datetime) -> Viewer:
    person = await signin.add_person(email, title, agency, appointments=[Post(role, agency)], now=now)
    return await viewer_of(person, now=now)


@pytest.fixture
async def cast(rolled_back: None, now: datetime) -> Cast:
    home = await make_unit(code="camden-police")
    council = await make_unit(code="camden-care", kind=UnitKind.SOCIAL_CARE)
    await Agency.update({Agency.code: "camden"}).where(Agency.id == council.agency)
    meeting = await make_meeting(home=home)
    await Meeting.update({Meeting.reference: "7F3K2M"}).where(Meeting.id == meeting.id)
    await make_seat(meeting=meeting, unit=home)
    await make_seat(meeting=meeting, unit=council, capacities=("chair", "social worker"))
    return Cast(
        meeting,
        await somebody("coordinator@camden.example", "Missing coordinator, Camden", "camden", Role.COORDINATOR, now),
        await somebody("manager@camden.example", "Manager, Camden", "camden", Role.MANAGER, now),
        await somebody("c@southwark.example", "Missing coordinator, Southwark", "southwark", Role.COORDINATOR, now),
        await somebody("m@southwark.example", "Manager, Southwark", "southwark", Role.MANAGER, now),
    )


def asked(**changed: str) -> Mapping[str, str]:
    return {"reference": "7f3k2m", "reason": WHY, "hours": "2"} | changed


async def taken(cast: Cast, now: datetime, letterhead: Letterhead, **changed: str) -> UUID:
    return await break_glass.take(asked(**changed), by=cast.stranger, now=now, posted_at=now, letterhead=letterhead)


async def opened(viewer: Viewer, at: datetime) -> tuple[UUID, ...]:
    """The cases that the access shows: what both walls ask for."""
    rows = await BreakGlass.select(BreakGlass.meeting, BreakGlass.child).where(
        BreakGlass.person == viewer.person, BreakGlass.since <= at, BreakGlass.until > at
    )
    return tuple(row["meeting"] or row["child"] for row in rows)


async def test_it_takes_effect_at_once_and_ends_by_itself(cast: Cast, now: datetime, letterhead: Letterhead) -> None:
    await taken(cast, now, letterhead)

    assert await opened(cast.stranger, now) == (cast.meeting.id,)
    assert await opened(cast.stranger, now + timedelta(hours=2)) == ()
    assert await opened(cast.strangers_manager, now) == ()


@pytest.mark.parametrize("reason", ["", "   ", "urgent", "x" * 501])
async def test_abuse_case_33_without_a_reason_there_is_no_access(
    cast: Cast, now: datetime, letterhead: Letterhead, reason: str
) -> None:
    with pytest.raises(NoReason):
        await taken(cast, now, letterhead, reason=reason)
    assert not await BreakGlass.exists()


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [({"hours": "5"}, NoSuchTime), ({"hours": ""}, NoSuchTime), ({"reference": "  "}, NoReference)],
)
async def test_no_other_time_than_offered_and_no_access_to_everything(
    cast: Cast, now: datetime, letterhead: Letterhead, changed: dict[str, str], refusal: type[GlassError]
) -> None:
    with pytest.raises(refusal):
        await taken(cast, now, letterhead, **changed)


async def test_whose_case_it_is_has_a_letter_without_the_reason(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    await taken(cast, now, letterhead)

    sent = await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id)
    assert [row["recipient"] for row in sent] == ["coordinator@camden.example", "manager@camden.example"]
    assert {text.replace("\r\n", "\n") for text in await letters()} == {(HERE / "break_glass_letter.txt").read_text()}


async def test_it_is_in_the_trail_of_the_meeting_without_the_words_of_the_reason(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    await taken(cast, now, letterhead)

    entry = await Entry.select().where(Entry.subject == "meeting:7F3K2M").first()
    assert entry
    assert (entry["actor"], entry["action"]) == (str(cast.stranger.person), "took emergency access")
    assert "King" not in entry["detail"]


async def test_who_guesses_gets_the_same_answer_for_every_reference_and_is_on_record(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    for _ in range(AT_MOST):
        await taken(cast, now, letterhead, reference="NOSUCH")

    with pytest.raises(TooOften):
        await taken(cast, now, letterhead, reference="NOSUCH")
    with pytest.raises(TooOften):
        await taken(cast, now, letterhead)
    assert await letters() == []
    assert await Entry.count().where(Entry.action == "took emergency access") == AT_MOST
    assert await Entry.count().where(Entry.action == "was refused emergency access") == 2
    waiting, _ = await break_glass_listing.to_review(cast.strangers_manager, now)
    assert [(one.reference, one.found) for one in waiting] == [("NOSUCH", False)] * AT_MOST


async def test_a_childs_case_is_found_by_its_reference_and_told_without_it(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    episode = await make_episode(home_place="camden")
    council = await make_unit(code="hackney-care", kind=UnitKind.SOCIAL_CARE)
    await Agency.update({Agency.code: "hackney"}).where(Agency.id == council.agency)
    await make_area(unit=council, place="camden")
    await somebody("hackney@council.example", "Manager, Hackney", "hackney", Role.MANAGER, now)

    await taken(cast, now, letterhead, reference=str(episode.id))

    assert await opened(cast.stranger, now) == (episode.child,)
    assert (await letters())[0].startswith(
        "Missing coordinator, Southwark has taken emergency access to a child's case, which"
    )


async def test_it_is_ended_by_its_taker_or_by_a_manager_of_whose_case_it_is(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    for viewer in (cast.stranger, cast.manager):
        access = await taken(cast, now, letterhead)
        await break_glass.end(access, by=viewer, now=now, posted_at=now)
        row = await BreakGlass.objects().get(BreakGlass.id == access)
        assert row
        assert row.ended_at == now
    for viewer in (cast.coordinator, cast.strangers_manager):
        access = await taken(cast, now, letterhead)
        with pytest.raises(NoSuchGlass):
            await break_glass.end(access, by=viewer, now=now, posted_at=now)


async def test_a_manager_of_whose_case_it_is_reviews_it_once(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    access = await taken(cast, now, letterhead)
    for viewer in (cast.stranger, cast.coordinator, cast.strangers_manager):
        with pytest.raises(NoSuchGlass):
            await break_glass.review(access, "justified", "", by=viewer, now=now, posted_at=now)

    await break_glass.review(
        access, "not justified", "Asked their sergeant.", by=cast.manager, now=now, posted_at=now
    )

    waiting, reviewed = await break_glass_listing.to_review(cast.manager, now)
    assert (len(waiting), reviewed[0].outcome, reviewed[0].note) == (0, "not justified", "Asked their sergeant.")
    with pytest.raises(NoSuchGlass):
        await break_glass.review(access, "justified", "", by=cast.manager, now=now, posted_at=now)


async def test_each_monday_at_nine_managers_are_asked_once_while_any_waits(
    cast: Cast, now: datetime, letterhead: Letterhead
) -> None:
    access = await taken(cast, now, letterhead)
    sent: int = await OutboundMail.count()

    async def asked_by(at: datetime) -> int:
        await break_glass_round.ask_for_reviews(at, posted_at=at, letterhead=letterhead)
        written: int = await OutboundMail.count()
        return written - sent

    monday = now.replace(day=23, hour=9)
    assert await asked_by(monday - timedelta(minutes=1)) == 0
    assert await asked_by(monday) == 1
    assert await asked_by(monday + timedelta(days=6)) == 1
    assert await asked_by(monday + timedelta(days=9)) == 2  # the worker did not run that Monday
    await break_glass.review(access, "justified", "", by=cast.manager, now=monday, posted_at=monday)
    assert await asked_by(monday + timedelta(days=14)) == 2
    assert (await letters())[-1].replace("\r\n", "\n") == (HERE / "break_glass_review_letter.txt").read_text()


@pytest.fixture
def app() -> Litestar:
    return application()


class TestThePages:
    async def test_who_meets_a_case_that_is_not_there_may_ask_and_a_partner_may_not(
        self, cast: Cast, app: Litestar
    ) -> None:
        async with Browser(app) as lead, Browser(app) as partner:
            lead_at = [Post(Role.UNIT_LEAD, "met", "met-ce")]
            await sign_in_as(lead, "lead@police.example", "Police-unit lead", posts=lead_at)
            await sign_in_as(partner, "p@charity.example", "Partner", posts=[Post(Role.PARTNER, "charity")])

            assert "take emergency access" in (await lead.get("/meetings/NOSUCH")).text
            assert "emergency" not in (await partner.get("/meetings/NOSUCH")).text
            assert (await partner.get("/break-glass")).status_code == 403

    async def test_abuse_case_33_the_page_says_what_is_missing_and_ends_what_is_over(
        self, cast: Cast, app: Litestar
    ) -> None:
        async with Browser(app) as browser:
            await sign_in_as(browser, "c@southwark.example", "", posts=[])

            refused = await browser.send_form("/break-glass", reference="7F3K2M", reason=" ", hours="1")
            assert refused.status_code == 400
            assert "Say why you need it now" in refused.text
            there = await browser.send_form("/break-glass", reference="7F3K2M", reason=WHY, hours="1")
            missing = await browser.send_form("/break-glass", reference="NOSUCH", reason=WHY, hours="1")
            assert there.status_code == missing.status_code == 303
            page = there.headers["location"]
            assert "If there is a case 7F3K2M, you can read it now" in (await browser.get(page)).text
            assert (
                "If there is a case NOSUCH, you can read it now"
                in (await browser.get(missing.headers["location"])).text
            )
            onward = await browser.get(f"{page}/case")
            assert (onward.status_code, onward.headers["location"]) == (303, "/meetings/7F3K2M")
            assert (await browser.get(f"{missing.headers['location']}/case")).status_code == 404

            await browser.send_form(page, f"{page}/ending")
            assert (await browser.get(f"{page}/case")).status_code == 404
            assert await Entry.exists().where(Entry.action == "was refused a case", Entry.subject.like("access:%"))
            assert "Your access to 7F3K2M has ended" in (await browser.get(page)).text

    async def test_the_manager_reads_the_reason_and_records_what_the_review_found(
        self, cast: Cast, app: Litestar, now: datetime, letterhead: Letterhead
    ) -> None:
        access = await taken(cast, now, letterhead)
        async with Browser(app) as browser:
            await sign_in_as(browser, "manager@camden.example", "", posts=[])

            assert "King&#39;s Cross" in (await browser.get("/break-glass/review")).text
            page = f"/break-glass/{access}/review"
            assert (await browser.send_form(page)).status_code == 400
            done = await browser.send_form(page, outcome="followed up", note="Spoke with their sergeant.")
            text = (await browser.get(done.headers["location"])).text
            assert "The review is recorded." in text
            assert "Spoke with their sergeant." in text
            assert (await browser.get(page)).status_code == 404

    async def test_abuse_case_33_the_case_opens_while_it_lasts_and_is_refused_and_logged_afterwards(
        self, cast: Cast, app: Litestar
    ) -> None:
        async with Browser(app) as browser:
            await sign_in_as(browser, "c@southwark.example", "", posts=[])
            case = "/meetings/7F3K2M"
            refused = Entry.action == "was refused a case"

            assert (await browser.get(case)).status_code == 404
            assert await Entry.count().where(refused) == 1
            taken = await browser.send_form("/break-glass", reference="7F3K2M", reason=WHY, hours="1")
            shown = await browser.get(case)
            assert shown.status_code == 200
            assert "Call off" not in shown.text
            await BreakGlass.update({BreakGlass.until: BreakGlass.since}).where(
                BreakGlass.id == UUID(taken.headers["location"].rpartition("/")[2])
            )
            assert (await browser.get(case)).status_code == 404
            assert await Entry.count().where(refused) == 2
