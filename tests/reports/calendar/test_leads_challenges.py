"""What a unit lead who is signed in says of an outcome holds back the reports with it, as by the unit's link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar

from attendance.challenge_tables import Challenge
from attendance.challenges import Claim, answer, raise_challenge
from attendance.tables import Outcome
from audit.tables import Entry
from directory.tables import Unit
from meetings.letters import Letterhead
from meetings.tables import MeetingType, Seat
from reports import publishing
from reports.announcing import announce
from reports.challenged import Challenged, challenges_of
from reports.delivery_tables import ToldUnit
from reports.figures import Asked, recount
from reports.periods import parse
from reports.publication_tables import Publication, State
from reports.telling_units import tell_units
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.reading_pages import words
from tests.browsing import Browser, letters, sign_in_as
from tests.factories import close_register, make_mark, make_meeting, make_seat, make_unit
from tests.reports.calendar.drafts import make_publication
from web import signin
from web.roles import Role
from web.viewer import Post

DAY = timedelta(days=1)
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
HELD = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
SAID = Claim("attended", "The duty log.", "Inspector")


@pytest.fixture
async def unit(rolled_back: None) -> Unit:
    return await make_unit(code="CN", name="Central North")


async def absent(unit: Unit, starts_at: datetime = HELD, of: MeetingType = MeetingType.MISSING) -> Seat:
    """The unit's seat at a meeting whose register is closed: nobody came."""
    meeting = await make_meeting(home=unit, starts_at=starts_at, meeting_type=of)
    seat = await make_seat(meeting=meeting, unit=unit)
    await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
    await close_register(meeting=meeting)
    return seat


class TestOnThePage:
    @pytest.fixture(scope="class")
    @staticmethod
    def app() -> Litestar:
        return clocked_app()

    @pytest.fixture
    async def lead(self, unit: Unit, app: Litestar) -> AsyncIterator[Browser]:
        Clock.at = NOW
        agency = (await Unit.select(Unit.agency._.code.as_alias("agency")).where(Unit.id == unit.id))[0]["agency"]
        async with Browser(app) as browser:
            post = Post(Role.UNIT_LEAD, agency, unit.code)
            yield await sign_in_as(browser, "lead@north.example", "Unit lead", posts=[post])

    async def test_a_report_waits_for_the_answer_to_a_lead_who_is_signed_in(
        self, unit: Unit, lead: Browser, letterhead: Letterhead
    ) -> None:
        seat, draft = await absent(unit), await make_publication(now=NOW - DAY, period="2026-11")
        page = f"/seats/{seat.id}/challenge"
        assert "that report waits for the answer." in words(await lead.get(page))
        assert (await lead.send_form(page, says="attended", reason="The duty log.")).status_code == 303

        assert await publishing.open_challenges(draft) == 1
        desk = await sign_in_as(Browser(clocked_app()), "desk@convene.example", "Publisher", publishes=True)
        assert "1 waits for an answer." in words(await desk.get(f"/reports/publications/{draft.id}"))
        period = parse("2026-11")
        quality = (await recount(Asked(period.since, period.until, draft.type, NOW))).quality
        assert (quality.challenged, quality.challenges_open) == (1, 1)

        (raised,) = await Challenge.objects()
        await answer(raised.id, upheld=False, words="The minutes.", by="desk", now=NOW, letterhead=letterhead)
        assert await challenges_of(draft) == Challenged(raised=1, open=0)

    async def test_whoever_opens_an_outcome_by_the_link_is_not_named_even_when_signed_in(
        self, unit: Unit, lead: Browser, letterhead: Letterhead
    ) -> None:
        seat = await absent(unit)
        await make_publication(now=NOW, period="2026-11")
        await tell_units(letterhead=letterhead, now=NOW)
        told = await ToldUnit.objects().first()
        assert told
        link = letterhead.outcomes_link(told.id).removeprefix("https://convene.example")
        for page in (link, f"{link}/{seat.id}"):
            assert (await lead.get(page)).status_code == 200
        opened = await Entry.select(Entry.actor, Entry.subject).where(Entry.action.like("opened %link"))
        assert {row["actor"] for row in opened} == {"sealed link"}
        assert {row["subject"] for row in opened} == {f"outcomes:{told.id}", f"seat:{seat.id}"}


async def test_it_counts_for_each_report_with_the_outcome_that_could_be_challenged_then(unit: Unit) -> None:
    month, quarter = [await make_publication(now=NOW, period=code) for code in ("2026-11", "2026-Q4")]
    before = await make_publication(now=NOW, period="2026-10")
    seat = await absent(unit)
    await raise_challenge(seat.id, unit.id, SAID, now=NOW + DAY, by="a person")
    open_of = [await publishing.open_challenges(one) for one in (month, quarter, before)]
    assert open_of == [1, 1, 0]


@pytest.mark.parametrize(
    ("at", "waits"),
    [
        (NOW - timedelta(seconds=1), 0),  # nothing was drafted yet
        (NOW, 1),
        (NOW + 10 * DAY - timedelta(seconds=1), 1),
        (NOW + 10 * DAY, 0),  # the window is over
    ],
)
async def test_what_was_said_outside_the_window_holds_nothing_back(unit: Unit, at: datetime, waits: int) -> None:
    draft = await make_publication(now=NOW, period="2026-11", window=10 * DAY)
    seat = await absent(unit)
    await raise_challenge(seat.id, unit.id, SAID, now=at, by="a person")
    assert await challenges_of(draft) == Challenged(raised=waits, open=waits)


@pytest.mark.parametrize(
    ("starts_at", "of", "waits"),
    [
        (datetime(2026, 11, 1, 0, 0, tzinfo=UTC), MeetingType.MISSING, 1),
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), MeetingType.MISSING, 0),
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), MeetingType.MISSING, 1),
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), MeetingType.MISSING, 0),
        (HELD, MeetingType.PLANNING, 0),
    ],
)
async def test_an_outcome_that_the_report_does_not_count_holds_it_not_back(
    unit: Unit, starts_at: datetime, of: MeetingType, waits: int
) -> None:
    draft = await make_publication(now=NOW, period="2026-11")
    seat = await absent(unit, starts_at, of)
    await raise_challenge(seat.id, unit.id, SAID, now=NOW + DAY, by="a person")
    assert await publishing.open_challenges(draft) == waits


async def test_what_was_said_of_a_draft_that_was_withdrawn_holds_the_next_one_back(unit: Unit) -> None:
    first = await make_publication(now=NOW, period="2026-11")
    seat = await absent(unit)
    await raise_challenge(seat.id, unit.id, SAID, now=NOW + DAY, by="a person")
    ended = {Publication.state: State.WITHDRAWN, Publication.withdrawn_at: NOW + 2 * DAY}
    await Publication.update(ended).where(Publication.id == first.id)  # type: ignore[arg-type]  # columns as keys
    second = await make_publication(now=NOW + 3 * DAY, period="2026-11")
    assert await challenges_of(second) == Challenged(raised=1, open=1)


async def test_after_a_draft_was_withdrawn_its_window_is_over(unit: Unit) -> None:
    draft = await make_publication(now=NOW, period="2026-11", state=State.WITHDRAWN)
    await Publication.update({Publication.withdrawn_at: NOW + DAY}).where(Publication.id == draft.id)
    seat = await absent(unit)
    await raise_challenge(seat.id, unit.id, SAID, now=NOW + 2 * DAY, by="a person")
    assert await publishing.open_challenges(draft) == 0


async def test_the_letter_at_the_end_of_the_window_counts_them_with_the_units_own(
    unit: Unit, letterhead: Letterhead
) -> None:
    await signin.add_person("publisher@convene.example", "Publisher", publishes=True, now=NOW)
    draft = await make_publication(now=NOW, period="2026-11", window=DAY)
    by_lead, by_link = await absent(unit), await absent(unit, HELD + DAY)
    await raise_challenge(by_lead.id, unit.id, SAID, now=NOW, by="a person")
    claim = Claim("attended", "The minutes.", "Sergeant", publication=draft.id, period=draft.period)
    link = await raise_challenge(by_link.id, unit.id, claim, now=NOW)
    await answer(link, upheld=False, words="No.", by="desk", now=NOW, letterhead=letterhead)
    await announce(letterhead=letterhead, now=NOW + 2 * DAY)
    assert "Challenges: 2 raised, 1 without an answer" in (await letters())[-1]
