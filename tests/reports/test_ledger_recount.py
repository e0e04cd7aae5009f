"""The ledger equals a recount whatever happened, in whatever order, and whoever posts is killed or comes twice."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from piccolo.columns import Column

from attendance.challenge_tables import Challenge, ChallengeState
from attendance.tables import Attendance, Outcome
from directory.tables import Area, Place, Unit
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, MeetingType, Seat
from notifications.tables import OutboundMail, OutState
from piccolo_conf import DB
from reports import anew, figures, nightly, periods, posting, recount
from reports.figures import Asked
from reports.ledger_tables import LedgerDifference, LedgerState, LedgerTouched, SeatFact, SeatLedger
from reports.rates import LedgerDiffers
from tests.both_ways import both_ways, from_ledger
from tests.factories import (
    DAY,
    HOUR,
    call_off,
    close_register,
    make_episode,
    make_mark,
    make_meeting,
    make_not_convened,
    make_request,
    make_response,
    make_rule,
    make_seat,
    make_trigger,
    make_unit,
)

PERIOD = periods.parse("2026-11")


def asked(now: datetime) -> Asked:
    return Asked(PERIOD.since, PERIOD.until, MeetingType.MISSING, now)


class World:
    """Meetings of two units, and what can happen to them; time goes on as each thing does."""

    def __init__(self, now: datetime, home: Unit, other: Unit) -> None:
        self.now, self.home, self.other = now, home, other
        self.meetings: list[tuple[Meeting, Seat]] = []

    async def set_up(self, pick: int) -> None:
        meeting = await make_meeting(
            home=self.home, destination=self.other, starts_at=self.now + (pick % 50 - 20) * HOUR
        )
        seat = await make_seat(meeting=meeting, unit=(self.home, self.other)[pick % 2])
        await make_request(meeting=meeting, seat=seat)
        self.meetings.append((meeting, seat))

    async def trigger(self, pick: int) -> None:
        episode = await make_episode(home_place="E09000022")
        rule = await make_rule(code=f"R{len(self.meetings)}{uuid4().hex[:8]}")
        meeting = self._meeting(pick)[0] if self.meetings and pick % 3 else None
        await make_trigger(rule=rule, due_at=self.now + (pick % 40 - 20) * HOUR, meeting=meeting, cause=episode.id)

    async def decide(self, pick: int) -> None:
        decision = await make_not_convened(home=self.home, due_at=self.now + (pick % 40 - 20) * HOUR)
        await make_trigger(rule=await make_rule(code=uuid4().hex[:12]), due_at=decision.due_at, not_convened=decision)

    async def close(self, pick: int) -> None:
        await close_register(meeting=self._meeting(pick)[0])

    async def mark(self, pick: int) -> None:
        meeting, seat = self._meeting(pick)
        await make_mark(meeting=meeting, seat=seat, outcome=list(Outcome)[pick % len(Outcome)])

    async def correct(self, pick: int) -> None:
        meeting, seat = self._meeting(pick)
        mark = await make_mark(meeting=meeting, seat=seat, outcome=list(Outcome)[pick % len(Outcome)], reason="Wrong")
        await Attendance.update({Attendance.marked_at: meeting.ends_at + DAY}).where(Attendance.id == mark.id)

    async def call_off(self, pick: int) -> None:
        meeting = self._meeting(pick)[0]
        await call_off(meeting=meeting, at=meeting.starts_at - pick % 40 * HOUR)

    async def convene_again(self, pick: int) -> None:
        await self._change(pick, {Meeting.state: MeetingState.SCHEDULED})

    async def move(self, pick: int) -> None:
        meeting = self._meeting(pick)[0]
        starts = self.now + (pick % 60 - 40) * HOUR
        await self._change(pick, {Meeting.starts_at: starts, Meeting.ends_at: starts + HOUR})
        meeting.starts_at, meeting.ends_at = starts, starts + HOUR

    async def answer(self, pick: int) -> None:
        meeting, seat = self._meeting(pick)
        partstat = ("ACCEPTED", "DECLINED", "NEEDS-ACTION")[pick % 3]
        at = meeting.starts_at - (pick % 60) * HOUR
        await make_response(meeting=meeting, seat=seat, partstat=partstat, received_at=at)

    async def bounce(self, pick: int) -> None:
        meeting, _ = self._meeting(pick)
        state = (OutState.REFUSED, OutState.REFUSED, OutState.SENT)[pick % 3]
        await OutboundMail.update({OutboundMail.state: state}).where(OutboundMail.uid == meeting.uid)

    async def take_back(self, pick: int) -> None:
        meeting, seat = self._meeting(pick)
        ended: dict[Column | str, Any] = {
            Invitation.state: InviteState.REMOVED,
            Invitation.ended_at: meeting.starts_at - HOUR,
        }
        await Invitation.update(ended).where(Invitation.seat == seat.id)

    async def remove(self, pick: int) -> None:
        meeting, seat = self._meeting(pick)
        await Seat.update({Seat.removed_at: meeting.starts_at - HOUR}).where(Seat.id == seat.id)

    async def wait(self, pick: int) -> None:
        self.now += pick % 30 * HOUR

    async def post(self, pick: int) -> None:
        await posting.post_due(self.now)

    async def post_twice(self, pick: int) -> None:
        await LedgerTouched.raw("insert into ledger_touched (kind, subject) select kind, subject from ledger_touched")
        await posting.post_due(self.now)
        await posting.post_due(self.now)

    async def make_anew(self, pick: int) -> None:
        await anew.make_ledger_anew()

    async def _change(self, pick: int, values: dict[Column | str, Any]) -> None:
        await Meeting.update(values).where(Meeting.id == self._meeting(pick)[0].id)

    def _meeting(self, pick: int) -> tuple[Meeting, Seat]:
        return self.meetings[pick % len(self.meetings)]


VERBS = sorted(name for name in vars(World) if not name.startswith("_"))
STEPS = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 999)), min_size=5, max_size=20)


@example(steps=[("post", 0), ("remove", 0)])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
async def test_whatever_happened_and_whenever_it_was_posted_the_ledger_equals_a_recount(
    database: None, now: datetime, steps: list[tuple[str, int]]
) -> None:
    async with DB.transaction() as transaction:
        world = World(now, await make_unit(code="CN"), await make_unit(code="EA"))
        await world.set_up(1)
        for verb, pick in steps:
            await getattr(world, verb)(pick)
        await both_ways(asked(world.now))
        assert await recount.check_all(world.now) == []
        await transaction.rollback()  # type: ignore[no-untyped-call]  # Piccolo gives it no types


@pytest_asyncio.fixture
async def held(committed: None, now: datetime) -> AsyncIterator[tuple[Meeting, Seat]]:
    """A meeting held a week ago at which one unit attended, and which is not yet posted."""
    home = await make_unit(code="CN")
    meeting = await make_meeting(home=home, starts_at=now - 7 * DAY)
    seat = await make_seat(meeting=meeting, unit=home)
    await make_mark(meeting=meeting, seat=seat)
    yield meeting, seat


async def attended() -> int:
    rows = await SeatLedger.raw(
        "select coalesce(sum(attended), 0)::int as n from seat_ledger where span = 'month' and cut = 'capacities'"
    )
    return int(rows[0]["n"])


@pytest.mark.parametrize("step", ["replace_facts", "forget", "_move"])
async def test_whoever_is_killed_while_posting_leaves_nothing_behind(
    held: tuple[Meeting, Seat], now: datetime, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    done: Callable[..., Awaitable[object]] = getattr(posting, step)

    async def killed(*given: object) -> None:
        await done(*given)
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr(posting, step, killed)
        with pytest.raises(asyncio.CancelledError):
            await posting.post_due(now)
    assert await attended() == 0
    await both_ways(asked(now))
    assert await attended() == 1


async def test_two_who_post_at_once_count_each_seat_once(held: tuple[Meeting, Seat], now: datetime) -> None:
    await asyncio.gather(*(posting.post_due(now) for _ in range(4)))
    await both_ways(asked(now))
    assert await attended() == 1


async def test_what_changes_while_a_batch_is_posted_waits_for_the_next(
    held: tuple[Meeting, Seat], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, seat = held
    replaced = posting.replace_facts

    async def meanwhile(given: dict[str, object]) -> None:
        await asyncio.get_running_loop().create_task(make_no_show(), context=outside)
        await replaced(given)

    async def make_no_show() -> None:
        await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)

    outside = contextvars.copy_context()
    with monkeypatch.context() as changed:
        changed.setattr(posting, "replace_facts", meanwhile)
        await posting.post_batch(now)
    assert await attended() == 1
    counted = await both_ways(asked(now))
    assert (counted.seats.total.attended, counted.seats.total.no_show) == (0, 1)


async def test_days_that_are_no_whole_month_are_counted_from_facts(held: tuple[Meeting, Seat], now: datetime) -> None:
    days = periods.between(date(2026, 10, 30), date(2026, 11, 11))
    counted = await both_ways(Asked(days.since, days.until, MeetingType.MISSING, now))
    assert counted.seats.total.attended == 1
    before = periods.between(date(2026, 10, 30), date(2026, 11, 10))
    assert (await both_ways(Asked(before.since, before.until, MeetingType.MISSING, now))).seats.total.expected == 0


async def test_a_line_that_differs_is_named_and_no_report_of_its_month_is_given(
    held: tuple[Meeting, Seat], now: datetime
) -> None:
    await both_ways(asked(now))
    await SeatLedger.raw("update seat_ledger set attended = 5 where cut = 'capacities'")
    found = [str(one) for one in await recount.check_all(now)]
    line = "missing strategy meeting, capacities, home police, CN, bcu, attended"
    assert found == [f"November 2026, seat ledger, {line}: posted 5, recounted 1."]
    with pytest.raises(LedgerDiffers, match="the ledger has 5, a recount 1"):
        await from_ledger(asked(now))
    october = periods.parse("2026-10")
    await from_ledger(Asked(october.since, october.until, MeetingType.MISSING, now))
    await anew.make_ledger_anew()
    assert await recount.check_all(now) == []
    await both_ways(asked(now))


async def test_a_year_is_read_as_a_whole_and_held_against_its_months(
    held: tuple[Meeting, Seat], now: datetime
) -> None:
    years = periods.between(date(2025, 3, 1), date(2027, 4, 30))
    of_years = Asked(years.since, years.until, MeetingType.MISSING, now)
    assert figures.whole_spans(years.first, date(2027, 5, 1)) == [
        ("month", date(2025, 3, 1)),
        ("year", date(2025, 4, 1)),
        ("year", date(2026, 4, 1)),
        ("month", date(2027, 4, 1)),
    ]
    assert (await both_ways(of_years)).seats.total.attended == 1
    await SeatLedger.raw("update seat_ledger set attended = 5 where span = 'year' and cut = 'capacities'")
    found = [str(one) for one in await recount.check_all(now)]
    line = "the year from here, missing strategy meeting, capacities, home police, CN, bcu, attended"
    assert found == [f"April 2026, seat ledger, {line}: posted 5, recounted 1."]
    with pytest.raises(LedgerDiffers, match="the ledger has 5, a recount 1"):
        await from_ledger(of_years)
    await from_ledger(asked(now))
    await anew.make_ledger_anew()
    assert await recount.check_all(now) == []
    await both_ways(of_years)


async def test_medians_of_hours_are_exact_over_days_months_and_years(
    held: tuple[Meeting, Seat], now: datetime
) -> None:
    meeting, rule = held[0], await make_rule(code="OPEN72")
    hours = (-1, 3, 23, 24, 25, 47, 200, 201)
    for some in range(1, len(hours) + 1):
        await make_trigger(
            rule=rule,
            meeting=meeting,
            due_at=now - some * 20 * DAY,
            fired_at=meeting.starts_at - hours[some - 1] * HOUR,
            cause=uuid4(),
        )
        for first in (date(2026, 3, 5), date(2026, 4, 1), date(2025, 4, 1)):
            days = periods.between(first, date(2027, 3, 31))
            counted = await both_ways(Asked(days.since, days.until, MeetingType.MISSING, now))
            assert counted.triggers.total.median_hours == median(hours[:some])
            assert counted.trigger_rules["OPEN72"].median_hours == median(hours[:some])


async def test_a_fact_that_differs_from_the_records_is_named_and_can_be_made_anew(
    held: tuple[Meeting, Seat], now: datetime
) -> None:
    await both_ways(asked(now))
    await SeatFact.update({SeatFact.no_show: 1, SeatFact.attended: 0}, force=True)
    found = [str(one) for one in await recount.check_all(now) if one.ledger == "seat_fact"]
    assert [line.rpartition(", ")[0].rpartition(", ")[2] + " " + line.rpartition(", ")[2] for line in found] == [
        "attended: posted 0 recounted 1.",
        "no_show: posted 1 recounted 0.",
    ]
    await anew.make_facts_anew(now)
    await anew.make_ledger_anew()
    assert await recount.check_all(now) == []


async def test_what_waits_to_be_posted_is_no_difference(held: tuple[Meeting, Seat], now: datetime) -> None:
    meeting, seat = held
    await both_ways(asked(now))
    await make_mark(meeting=meeting, seat=seat, outcome=Outcome.NO_SHOW)
    assert await recount.check_all(now) == []
    assert (await from_ledger(asked(now))).quality.waiting == 1


async def test_the_ledger_is_checked_once_a_night(held: tuple[Meeting, Seat], now: datetime) -> None:
    await posting.post_due(now)
    night = now.replace(hour=3)
    assert not await nightly.check(night - HOUR)
    assert await nightly.check(night)
    assert not await nightly.check(night + HOUR)
    await SeatLedger.raw("update seat_ledger set attended = 5 where cut = 'capacities'")
    assert await nightly.check(night + DAY)
    assert await LedgerDifference.count().where(LedgerDifference.settled_at.is_null()) == 1


async def test_a_change_of_boundaries_moves_the_triggers_that_it_concerns(rolled_back: None, now: datetime) -> None:
    await Place.insert(Place(code="E09000022", name="Lambeth"))
    old, new = await make_unit(code="AS"), await make_unit(code="CN")
    area = Area(id=uuid4(), place="E09000022", unit=old.id)
    await Area.insert(area)
    episode = await make_episode(home_place="E09000022")
    trigger = await make_trigger(rule=await make_rule(), due_at=now - DAY, cause=episode.id)
    await Meeting.raw("update trigger set child = {} where id = {}", episode.child, trigger.id)
    assert set((await both_ways(asked(now))).triggers.by_home_unit) == {old.id}
    await Area.update({Area.unit: new.id}).where(Area.id == area.id)
    assert set((await both_ways(asked(now))).triggers.by_home_unit) == {new.id}


async def test_every_cut_adds_up_to_the_seats_of_the_police(rolled_back: None, now: datetime) -> None:
    home = await make_unit(code="CN")
    for days in (1, 2, 9):
        meeting = await make_meeting(home=home, starts_at=now - days * DAY)
        await make_seat(meeting=meeting, unit=home, added_at=meeting.starts_at - days * timedelta(hours=20))
    counted = await both_ways(asked(now))
    for cut in counted.cuts.values():
        assert sum(counts.expected for counts in cut.values()) == counted.seats.total.expected == 3
    assert set(counted.cuts[figures.Cut.NOTICE]) == {"under 24 hours", "1 to 2 days", "6 days or more"}


async def test_a_challenge_is_counted_until_it_is_withdrawn(held: tuple[Meeting, Seat], now: datetime) -> None:
    meeting, seat = held
    challenge = Challenge(
        id=uuid4(),
        meeting=meeting.id,
        seat=seat.id,
        challenged=Outcome.ATTENDED,
        says=Outcome.DEPUTY,
        reason="A deputy came",
        raised_at=now,
        raised_by="Missing team",
    )
    await Challenge.insert(challenge)
    quality = (await both_ways(asked(now))).quality
    assert (quality.challenged, quality.challenges_open) == (1, 1)
    await Challenge.update({Challenge.state: ChallengeState.WITHDRAWN}).where(Challenge.id == challenge.id)
    quality = (await both_ways(asked(now))).quality
    assert (quality.challenged, quality.challenges_open) == (0, 0)


async def test_the_ledger_says_how_far_it_is_posted(rolled_back: None, now: datetime) -> None:
    assert (await from_ledger(asked(now))).quality.posted_at is None
    await posting.post_due(now)
    assert (await from_ledger(asked(now))).quality.posted_at == now
    assert await LedgerState.count() == 1
