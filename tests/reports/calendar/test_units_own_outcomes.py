"""Before publication each unit is told once, sees its own outcomes and nobody else's, and may challenge them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from litestar import Litestar

from attendance.challenge_tables import Challenge
from attendance.challenges import answer
from attendance.tables import Outcome
from directory.tables import Contact, Unit, UnitKind
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingType, Seat
from notifications.tables import OutboundMail
from reports.delivery_tables import PublicationStep, ToldUnit
from reports.figures import Asked, recount
from reports.outcomes import outcomes_by_unit
from reports.periods import parse
from reports.publication_tables import Publication, State
from reports.telling_units import tell, tell_units, untold
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.reading_pages import words
from tests.browsing import Browser, letters
from tests.factories import call_off, make_mark, make_meeting, make_request, make_seat, make_unit
from tests.reports.calendar.drafts import MISSING, make_publication

DAY = timedelta(days=1)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
NOVEMBER = parse("2026-11")


@pytest.fixture(scope="module")
def app() -> Litestar:
    return clocked_app()


@pytest.fixture
async def browser(rolled_back: None, app: Litestar) -> AsyncIterator[Browser]:
    Clock.at = NOW
    async with Browser(app) as browser:
        yield browser


class City:
    """Two police units and a council, with what became of them in November."""

    north: Unit
    south: Unit
    council: Unit
    seats: dict[str, Seat]


async def contact(unit: Unit, email: str, rank: int = 1) -> None:
    await Contact.insert(
        Contact(id=uuid4(), unit=unit.id, role="team", email=email, rank=rank, active_from=date(2026, 1, 1))
    )


@pytest.fixture
async def city(rolled_back: None) -> City:
    made = City()
    made.north = await make_unit(code="CN", name="Central North")
    made.south = await make_unit(code="SO", name="South")
    made.council = await make_unit(code="council", name="Camden children's services", kind=UnitKind.SOCIAL_CARE)
    await contact(made.north, "team@north.example")
    await contact(made.south, "team@south.example")
    made.seats = {}
    for number, outcome in enumerate((Outcome.ATTENDED, Outcome.NO_SHOW, None)):
        starts = datetime(2026, 11, 9 + number, 10, 0, tzinfo=UTC)
        meeting = await make_meeting(home=made.north, destination=made.south, starts_at=starts)
        seat = await make_seat(meeting=meeting, unit=made.north)
        made.seats[outcome or "none"] = seat
        if outcome:
            await make_mark(meeting=meeting, seat=seat, outcome=outcome)
        if number == 0:
            await make_seat(meeting=meeting, unit=made.south, capacities=("destination police",))
            await make_seat(meeting=meeting, unit=made.council, capacities=("social worker",))
    return made


async def link_of(unit: Unit, letterhead: Letterhead) -> str:
    row = await ToldUnit.objects().where(ToldUnit.unit == unit.id).first()
    assert row is not None
    return letterhead.outcomes_link(row.id).removeprefix("https://convene.example")


async def told(letterhead: Letterhead, **more: object) -> Publication:
    row = await make_publication(now=NOW, period="2026-11", window=timedelta(days=10, hours=14), **more)  # type: ignore[arg-type]
    await tell_units(letterhead=letterhead, now=NOW)
    return row


class TestTheLetter:
    async def test_it_says_by_when_and_how_many_and_names_no_meeting(
        self, city: City, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        text = (await letters())[0].replace("\r\n", "\n")
        link = letterhead.outcomes_link((await ToldUnit.objects().where(ToldUnit.unit == city.north.id))[0].id)
        sample = (Path(__file__).parent / "units_letter.txt").read_text()
        assert text == sample.replace("LINK", link)
        references = [row["reference"] for row in await Meeting.select(Meeting.reference)]
        assert not [reference for reference in references if reference in text]

    async def test_each_unit_is_told_once_however_often_the_round_comes(
        self, city: City, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        for _ in range(2):
            await tell_units(letterhead=letterhead, now=NOW + DAY)
        assert await OutboundMail.count() == 2
        assert await ToldUnit.count() == 3
        step = await PublicationStep.objects().first()
        assert step is not None
        assert step.letters == 2

    async def test_a_unit_without_a_contact_is_named(self, city: City, letterhead: Letterhead) -> None:
        row = await told(letterhead)
        assert await untold(row.id) == ["Camden children's services"]

    async def test_three_of_a_units_contacts_are_told(self, city: City, letterhead: Letterhead) -> None:
        for rank in range(2, 6):
            await contact(city.north, f"{rank}@north.example", rank)
        await told(letterhead)
        rows = await OutboundMail.select(OutboundMail.recipient).where(OutboundMail.recipient.like("%north.example"))
        assert sorted(row["recipient"] for row in rows) == [
            "2@north.example",
            "3@north.example",
            "team@north.example",
        ]

    @pytest.mark.parametrize("state", [State.RELEASED, State.WITHDRAWN])
    async def test_nobody_is_told_of_what_is_no_draft(self, city: City, letterhead: Letterhead, state: State) -> None:
        row = await told(letterhead, state=state)
        assert not await tell(row.id, letterhead=letterhead, now=NOW)
        assert await OutboundMail.count() == 0

    async def test_nobody_is_told_once_the_window_has_closed(self, city: City, letterhead: Letterhead) -> None:
        await make_publication(now=NOW, period="2026-11", window=-DAY)
        assert await tell_units(letterhead=letterhead, now=NOW) == 0
        assert await ToldUnit.count() == 0


async def test_the_outcomes_that_units_see_are_those_that_the_report_counts(city: City) -> None:
    off = await make_meeting(home=city.north, starts_at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    await make_seat(meeting=off, unit=city.north)
    await call_off(meeting=off, at=off.starts_at - DAY)
    other = await make_meeting(home=city.north, meeting_type=MeetingType.PLANNING)
    await make_seat(meeting=other, unit=city.north)
    bounced = await make_meeting(home=city.south, starts_at=datetime(2026, 11, 21, 10, tzinfo=UTC))
    seat = await make_seat(meeting=bounced, unit=city.south)
    await make_request(meeting=bounced, seat=seat, state="refused")  # type: ignore[arg-type]

    asked = Asked(NOVEMBER.since, NOVEMBER.until, MISSING, NOW)
    counted = (await recount(asked)).seats.by_unit
    seen = {one.unit: one.outcomes.total() for one in await outcomes_by_unit(asked)}
    police = {city.north.id, city.south.id}
    assert {unit: seen[unit] for unit in police} == {unit: counted[unit].expected for unit in police}


class TestThePage:
    async def test_a_unit_sees_its_own_outcomes_and_nobody_elses(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        text = words(await browser.get(await link_of(city.north, letterhead)))
        assert "Missing strategy meeting, 3 outcomes: 1 attended, 1 no-show, 1 not recorded." in text
        assert "until the end of Friday 11 December 2026" in text
        assert "South" not in text
        assert "Camden" not in text
        text = words(await browser.get(await link_of(city.south, letterhead)))
        assert "1 outcome: 1 not recorded" in text

    async def test_a_challenge_is_raised_without_an_account(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        row = await told(letterhead)
        link = await link_of(city.north, letterhead)
        page = f"{link}/{city.seats[Outcome.NO_SHOW].id}"
        done = await browser.send_form(page, says="attended", reason="The duty log.", who="Duty inspector")
        assert done.status_code == 303
        text = words(await browser.get(done.headers["location"]))
        assert "Your challenge is recorded." in text
        assert "Challenged You said “attended”. A coordinator will answer." in text
        one = await Challenge.objects().first()
        assert one is not None
        assert (one.publication, one.period, one.raised_by) == (row.id, "2026-11", "Duty inspector")

    async def test_opening_the_pages_changes_nothing(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        link = await link_of(city.north, letterhead)
        for page in (link, f"{link}/{city.seats[Outcome.NO_SHOW].id}", f"{link}?done=challenged"):
            assert (await browser.get(page)).status_code == 200
            assert (await browser.head(page)).status_code in (200, 405)
        assert await Challenge.count() == 0

    async def test_what_was_typed_stays_when_something_is_missing(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        page = f"{await link_of(city.north, letterhead)}/{city.seats[Outcome.NO_SHOW].id}"
        again = await browser.send_form(page, says="attended", reason="The duty log.", who="")
        assert again.status_code == 400
        assert "Enter your role or your name" in words(again)
        assert "The duty log." in again.text
        assert 'value="attended" checked' in again.text
        assert await Challenge.count() == 0

    async def test_a_challenge_is_withdrawn_on_the_same_page(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        page = f"{await link_of(city.north, letterhead)}/{city.seats[Outcome.NO_SHOW].id}"
        await browser.send_form(page, says="attended", reason="The duty log.", who="Inspector")
        done = await browser.send_form(page, act="withdraw", who="Inspector")
        text = words(await browser.get(done.headers["location"]))
        assert "Your challenge is withdrawn." in text
        assert "You said" not in text

    async def test_the_answer_stands_beside_the_outcome(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        link = await link_of(city.north, letterhead)
        await browser.send_form(
            f"{link}/{city.seats[Outcome.NO_SHOW].id}", says="attended", reason="Log.", who="Inspector"
        )
        one = await Challenge.objects().first()
        assert one is not None
        await answer(one.id, upheld=False, words="The minutes.", by="c", now=NOW, letterhead=letterhead)
        assert "Kept Your challenge was answered: The minutes." in words(await browser.get(link))

    async def test_the_seat_of_another_unit_is_behind_no_link(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        link = await link_of(city.south, letterhead)
        own = f"{await link_of(city.north, letterhead)}/{city.seats[Outcome.NO_SHOW].id}"
        other = f"{link}/{city.seats[Outcome.NO_SHOW].id}"
        assert (await browser.get(other)).status_code == 404
        refused = await browser.send_form(own, other, says="attended", reason="x", who="x")
        assert refused.status_code == 404
        assert await Challenge.count() == 0

    async def test_a_seat_of_another_period_is_behind_no_link(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        earlier = await make_meeting(home=city.north, starts_at=datetime(2026, 10, 9, 10, tzinfo=UTC))
        seat = await make_seat(meeting=earlier, unit=city.north)
        await told(letterhead)
        link = await link_of(city.north, letterhead)
        assert (await browser.get(f"{link}/{seat.id}")).status_code == 404

    async def test_the_link_ends_with_the_window(self, city: City, browser: Browser, letterhead: Letterhead) -> None:
        row = await told(letterhead)
        link = await link_of(city.north, letterhead)
        page = f"{link}/{city.seats[Outcome.NO_SHOW].id}"
        Clock.at = row.challenge_until - timedelta(seconds=1)
        assert (await browser.get(link)).status_code == 200
        Clock.at = row.challenge_until
        assert (await browser.get(link)).status_code == 404
        assert (await browser.get(page)).status_code == 404

    async def test_the_link_ends_when_the_draft_is_withdrawn(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        row = await told(letterhead)
        await Publication.update({Publication.state: State.WITHDRAWN}).where(Publication.id == row.id)
        assert (await browser.get(await link_of(city.north, letterhead))).status_code == 404

    async def test_a_link_that_was_guessed_opens_nothing(
        self, city: City, browser: Browser, letterhead: Letterhead
    ) -> None:
        await told(letterhead)
        row = await ToldUnit.objects().first()
        assert row is not None
        forged = f"/outcomes/{UUID(str(row.id)).hex}.{'a' * 26}"
        assert (await browser.get(forged)).status_code == 404


@pytest.mark.usefixtures("committed")
async def test_two_workers_tell_each_unit_once(letterhead: Letterhead) -> None:
    unit = await make_unit(code="CN", name="Central North")
    await contact(unit, "team@north.example")
    meeting = await make_meeting(home=unit, starts_at=datetime(2026, 11, 9, 10, tzinfo=UTC))
    await make_seat(meeting=meeting, unit=unit)
    row = await make_publication(now=NOW, period="2026-11")
    done = await asyncio.gather(*(tell(row.id, letterhead=letterhead, now=NOW) for _ in range(4)))
    assert sorted(done) == [False, False, False, True]
    assert await OutboundMail.count() == 1
