"""A tiny London is lived whole: nothing hangs, nothing is doubled, and its last day has something to do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from attendance.tables import Register, Reminder, Response
from demo import london as simulated
from demo.tables import Delivered
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.episode_tables import Child, Episode
from meetings.letters import Letterhead
from meetings.tables import Invitation, Meeting, MeetingState, MeetingType, Trigger
from meetings.waiting import list_waiting, refusals_unseen
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from reports import committee, periods
from reports.figures import Asked
from tests.both_ways import both_ways
from web.moments import london_date
from web.viewer import MACHINE

TODAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LETTERHEAD = Letterhead("invites.convene.example", "meetings", "Convene", "OFFICIAL", "https://c.example", "s" * 40)
TABLES = (Child, Episode, Trigger, Meeting, Invitation, OutboundMail, InboundMail, Response, Register, Delivered)


async def load(*, scale: float = 1 / 600, today: datetime = TODAY) -> None:
    await simulated.load_once(scale=scale, seed=2023, letterhead=LETTERHEAD, clock=lambda: today)


async def sizes() -> dict[str, int]:
    return {table.__name__: await table.count() for table in TABLES}


@pytest_asyncio.fixture(scope="module")
async def a_tiny_london(database: None) -> AsyncIterator[None]:
    """Lived once for all tests that only look at it, in a transaction that is rolled back."""
    from piccolo_conf import DB

    async with DB.transaction() as transaction:
        await load_directory()
        await load_default_rules(TODAY)
        await load(today=TODAY + timedelta(minutes=7, seconds=31))
        yield
        await transaction.rollback()  # type: ignore[no-untyped-call]  # Piccolo leaves it untyped


@pytest.fixture
def looking(a_tiny_london: None) -> None:
    """The test only looks."""


async def test_the_history_ends_at_the_last_full_quarter_of_an_hour(looking: None) -> None:
    begun = await simulated.begun_before()
    assert begun is not None
    assert (begun.until, begun.finished) == (TODAY, True)


async def test_every_letter_is_sent_or_refused(looking: None) -> None:
    states = {row["state"] for row in await OutboundMail.select(OutboundMail.state)}
    assert OutState.SENT in states
    assert states <= {OutState.SENT, OutState.REFUSED}


async def test_every_answer_that_came_in_has_a_disposition(looking: None) -> None:
    dispositions = [row["disposition"] for row in await InboundMail.select(InboundMail.disposition)]
    assert dispositions.count(Disposition.APPLIED) > 50
    assert Disposition.KEPT not in dispositions


async def test_the_reports_reconcile(looking: None) -> None:
    period = periods.between(london_date(TODAY - timedelta(days=366)), london_date(TODAY))
    kind = MeetingType.MISSING.value
    counted = await both_ways(Asked(period.since, period.until, kind, TODAY))
    report = committee.compile(counted, period, kind, TODAY)
    assert counted.seats.total.expected > 10
    assert report.finding.startswith(period.when)


async def test_children_wait_on_the_last_day(looking: None) -> None:
    assert await list_waiting(MACHINE)


async def test_nobody_has_waited_for_weeks(looking: None) -> None:
    assert all(child.due_at > TODAY - timedelta(days=7) for child in await list_waiting(MACHINE))


async def test_refused_reports_wait_to_be_seen(looking: None) -> None:
    assert await refusals_unseen(MACHINE)


async def test_some_meetings_are_to_come_and_their_letters_are_in_the_mailroom(looking: None) -> None:
    alone = Meeting.series.is_null()  # the dates of a series come in one letter
    coming = await Meeting.count().where(Meeting.starts_at > TODAY, Meeting.state == MeetingState.SCHEDULED, alone)
    assert coming
    assert await Delivered.count() >= coming


async def test_nothing_is_dated_after_today(looking: None) -> None:
    assert not await Episode.exists().where((Episode.reported_at > TODAY) | (Episode.ended_at > TODAY))
    assert not await Response.exists().where(Response.received_at > TODAY)
    assert not await Register.exists().where(Register.closed_at > TODAY)


async def test_no_trigger_was_noticed_before_it_fired(looking: None) -> None:
    assert not await Trigger.exists().where(Trigger.noticed_at < Trigger.fired_at)


async def test_no_reminder_was_missed(looking: None) -> None:
    outcomes = {row["outcome"] for row in await Reminder.select(Reminder.outcome)}
    assert "missed" not in outcomes


async def test_loading_again_changes_nothing(looking: None) -> None:
    before = await sizes()
    await load()
    assert await sizes() == before


async def test_another_day_changes_nothing_either(looking: None) -> None:
    before = await sizes()
    await load(today=TODAY + timedelta(days=40))
    assert await sizes() == before


async def test_a_briefing_and_a_panel_come_round_again_with_answers_and_registers(looking: None) -> None:
    for kind in (MeetingType.BRIEFING, MeetingType.PANEL):
        dates = await Meeting.objects().where(Meeting.type == kind).order_by(Meeting.starts_at)
        past = [one.id for one in dates if one.ends_at < TODAY - timedelta(hours=18)]
        assert past
        assert await Register.count().where(Register.meeting.is_in(past)) == len(past)
        assert len({one.series for one in dates}) == 1
        answered = await Response.count().where(
            Response.invitation.meeting == dates[-1].id, Response.applied.eq(True)
        )
        assert answered >= 2


async def test_a_quarter_is_released_with_a_challenge_that_was_answered(looking: None) -> None:
    from attendance.challenge_tables import Challenge
    from reports.calendar_tables import ListedAddress
    from reports.publication_tables import Publication

    (row,) = await Publication.select(Publication.state, Publication.approved_by, Publication.released_by)
    assert row["state"] == "released"
    assert row["approved_by"] != row["released_by"]
    assert await Challenge.count().where(Challenge.state == "kept") == await Challenge.count() == 1
    assert await ListedAddress.count() == 2
