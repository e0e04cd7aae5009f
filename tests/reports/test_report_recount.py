"""The SQL says the same as a slow recount in plain Python over the same rows, whatever the rows are."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from attendance.answers import Given, last_answer_at, withdrew_late
from attendance.tables import Attendance, Outcome, Register, Response
from directory.tables import Unit, UnitKind
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, MeetingType, Seat
from notifications.tables import OutboundMail, OutState
from reports import committee, figures, periods
from reports.figures import Asked, Counted
from tests.both_ways import both_ways
from tests.factories import (
    HOUR,
    call_off,
    close_register,
    make_invitation,
    make_mark,
    make_meeting,
    make_request,
    make_response,
    make_seat,
    make_unit,
)

pytestmark = pytest.mark.usefixtures("rolled_back")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
PERIOD = periods.month(2026, 11)
ASKED = Asked(PERIOD.since, PERIOD.until, MeetingType.MISSING, NOW)
POLICE = ("home police", "destination police", "incident police")
CAME = {Outcome.ATTENDED, Outcome.DEPUTY}
COUNTED_OUTCOMES = {
    Outcome.ATTENDED: "attended",
    Outcome.DEPUTY: "deputy",
    Outcome.APOLOGIES: "apologies",
    Outcome.NO_SHOW: "no_show",
    Outcome.REPORT_ONLY: "report_only",
    None: "not_recorded",
}


@pytest.mark.parametrize("seed", range(6))
async def test_the_report_equals_a_slow_recount(seed: int) -> None:
    police = await make_history(random.Random(seed))  # noqa: S311  # the same history each time
    counted = await both_ways(ASKED)
    recounted = await Recount.read(police)
    assert {unit: asdict(c) for unit, c in counted.seats.by_unit.items()} == recounted.seats_by_unit()
    assert asdict(counted.seats.total) == recounted.seats(recounted.police_seats)
    assert asdict(counted.meetings.total) == recounted.meetings(recounted.due)


@pytest.mark.parametrize("seed", range(6, 9))
async def test_whatever_the_rows_are_the_report_reconciles(seed: int) -> None:
    await make_history(random.Random(seed))  # noqa: S311  # the same history each time
    counted: Counted = await both_ways(ASKED)
    assert counted.seats.total.expected > 5
    committee.compile(counted, PERIOD, MeetingType.MISSING, NOW)


async def make_history(rng: random.Random) -> set[UUID]:
    """Meetings of every kind around the month's edges; the ids of the police units among those asked."""
    police = [await make_unit(code=code) for code in ("AS", "CN", "EA", "NW")]
    others = [await make_unit(code="council", kind=UnitKind.SOCIAL_CARE)]
    for _ in range(40):
        await make_random_meeting(rng, police, others)
    return {unit.id for unit in police}


async def make_random_meeting(rng: random.Random, police: Sequence[Unit], others: Sequence[Unit]) -> None:
    home, destination = rng.choice(police), rng.choice([*police, None])
    meeting = await make_meeting(
        home=home,
        destination=destination,
        starts_at=NOW + timedelta(minutes=rng.randint(-26 * 1440, 1440)),
        minutes=rng.choice((30, 45, 60)),
        meeting_type=rng.choice((MeetingType.MISSING, MeetingType.MISSING, MeetingType.PANEL)),
        sequence=3,
        last_major_sequence=rng.choice((0, 0, 2)),
        quorum=rng.choice(((), ("home police",), ("home police", "social worker"))),
    )
    asked = [home, destination, rng.choice(police)] if rng.random() < 0.9 else []
    for unit in {unit.code: unit for unit in asked if unit}.values():
        capacities = tuple(c for c in POLICE if rng.random() < 0.4) or ("home police",)
        await make_random_seat(rng, meeting, unit, capacities)
    await make_random_seat(rng, meeting, others[0], ("social worker",))
    if rng.random() < 0.2:
        await call_off(meeting=meeting, at=meeting.starts_at - rng.randint(-2, 60) * HOUR)
    if rng.random() < 0.6:
        await close_register(meeting=meeting)


async def make_random_seat(rng: random.Random, meeting: Meeting, unit: Unit, capacities: Sequence[str]) -> None:
    seat = await make_seat(
        meeting=meeting,
        unit=unit,
        capacities=capacities,
        added_at=meeting.starts_at - rng.choice((-1, 1, 23, 24, 25, 70)) * HOUR,
        removed_at=meeting.starts_at - rng.choice((-1, 0, 1)) * HOUR if rng.random() < 0.1 else None,
        invited=False,
    )
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        await make_random_invitation(rng, meeting, seat)
    for _ in range(rng.choice((0, 1, 1, 2))):
        await make_mark(meeting=meeting, seat=seat, outcome=rng.choice(list(Outcome)))


async def make_random_invitation(rng: random.Random, meeting: Meeting, seat: Seat) -> None:
    state = rng.choice((InviteState.ACTIVE, InviteState.ACTIVE, InviteState.REMOVED, InviteState.CANCELLED))
    await make_invitation(
        meeting=meeting,
        seat=seat,
        invited_at=seat.added_at + rng.randint(0, 30) * HOUR / 10,
        state=state,
        ended_at=None if state == InviteState.ACTIVE else meeting.starts_at - rng.choice((-1, 1)) * HOUR,
    )
    for _ in range(rng.choice((0, 1, 1, 2))):
        await make_request(
            meeting=meeting, seat=seat, state=rng.choice(list(OutState)), kind=rng.choice(("request", "reminder"))
        )
    for _ in range(rng.choice((0, 1, 2, 3))):
        await make_response(
            meeting=meeting,
            seat=seat,
            partstat=rng.choice(("ACCEPTED", "ACCEPTED", "DECLINED", "TENTATIVE")),
            received_at=meeting.starts_at - rng.choice((-1, 0, 1, 20, 24, 40)) * HOUR,
            sequence=rng.choice((0, 2, 3)),
            applied=rng.random() < 0.8,
        )


class Recount:
    """The same measures, seat by seat, over rows read whole; slow and plain on purpose."""

    police: set[UUID]
    due: list[Meeting]
    seats_of: dict[UUID, list[Seat]]
    invitations: list[Invitation]
    responses: list[Response]
    marks: list[Attendance]
    mails: list[OutboundMail]
    closed: set[UUID]

    @classmethod
    async def read(cls, police: set[UUID]) -> Recount:
        self = cls()
        self.police = police
        self.due = [
            m
            for m in await Meeting.objects()
            if m.type == MeetingType.MISSING and PERIOD.since <= m.starts_at < PERIOD.until and m.starts_at <= NOW
        ]
        every = await Seat.objects()
        self.seats_of = {m.id: [s for s in every if s.meeting == m.id] for m in self.due}
        self.invitations = await Invitation.objects()
        self.responses = await Response.objects().order_by(Response.id)
        self.marks = await Attendance.objects().order_by(Attendance.id)
        self.mails = await OutboundMail.objects().where(OutboundMail.kind == "request")
        self.closed = {r.meeting for r in await Register.objects()}
        return self

    @property
    def police_seats(self) -> list[tuple[Meeting, Seat]]:
        return [(m, s) for m in self.due for s in self.seats_of[m.id] if s.unit in self.police and listed(m, s)]

    def seats_by_unit(self) -> dict[UUID, dict[str, int]]:
        units = {seat.unit for _, seat in self.police_seats}
        return {unit: self.seats((m, s) for m, s in self.police_seats if s.unit == unit) for unit in units}

    def seats(self, seats: Iterable[tuple[Meeting, Seat]]) -> dict[str, int]:
        counts: Counter[str] = Counter(dict.fromkeys(figures.SeatCounts.__annotations__, 0))
        for meeting, seat in seats:
            counts.update(self.of_seat(meeting, seat))
        return dict(counts)

    def of_seat(self, meeting: Meeting, seat: Seat) -> dict[str, int]:
        held, live = meeting.state != MeetingState.CALLED_OFF, self.live(meeting, seat)
        reached = any(self.may_arrive(meeting, invitation) for invitation in live)
        given = self.given(live)
        answer = last_answer_at(given, meeting.starts_at, meeting.last_major_sequence)
        counts = {"invitations": len(live), "invited": int(bool(live)), "answered": int(answer is not None)}
        if not held:
            return counts
        if not reached:
            return counts | {"not_reached": 1}
        outcome = self.outcome(seat)
        accepted = answer is not None and answer.partstat == "ACCEPTED"
        return counts | {
            "expected": 1,
            COUNTED_OUTCOMES[outcome]: 1,
            "short_notice": int(min(i.invited_at for i in live) > meeting.starts_at - timedelta(hours=24)),
            "accepted": int(accepted),
            "no_show_after_accepting": int(accepted and outcome == Outcome.NO_SHOW),
            "late_withdrawal": int(withdrew_late(given, meeting.starts_at, meeting.last_major_sequence)),
            "seat_minutes": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
        }

    def meetings(self, meetings: list[Meeting]) -> dict[str, int]:
        held = [m for m in meetings if m.state != MeetingState.CALLED_OFF]
        joint = [pair for m in held if (pair := self.joint(m))]
        return {
            "due": len(meetings),
            "held": len(held),
            "called_off": len(meetings) - len(held),
            "registers_open": sum(m.id not in self.closed for m in held),
            "quorate": sum(self.quorate(m) for m in held),
            "without_police": sum(
                not any(self.live(m, s) for m2, s in self.police_seats if m2.id == m.id) for m in held
            ),
            "joint_recorded": len(joint),
            "joint_attended": sum(set(pair) <= CAME for pair in joint),
        }

    def joint(self, meeting: Meeting) -> tuple[Outcome, Outcome] | None:
        """What was recorded of both units, where both were expected and recorded."""
        if meeting.destination_unit in (None, meeting.home_unit):
            return None
        found: dict[UUID, Outcome] = {}
        for other, seat in self.police_seats:
            outcome = self.outcome(seat)
            if other.id == meeting.id and outcome and self.of_seat(meeting, seat).get("expected"):
                found[seat.unit] = outcome
        home, destination = found.get(meeting.home_unit), found.get(meeting.destination_unit)
        return (home, destination) if home and destination else None

    def quorate(self, meeting: Meeting) -> bool:
        there = [
            s
            for s in self.seats_of[meeting.id]
            if self.outcome(s) in CAME and (s.removed_at is None or s.removed_at >= meeting.starts_at)
        ]
        return all(any(capacity in s.capacities for s in there) for capacity in meeting.quorum)

    def live(self, meeting: Meeting, seat: Seat) -> list[Invitation]:
        return [
            i
            for i in self.invitations
            if i.seat == seat.id
            and i.invited_at < meeting.starts_at
            and not (i.state == InviteState.REMOVED and i.ended_at < meeting.starts_at)
        ]

    def may_arrive(self, meeting: Meeting, invitation: Invitation) -> bool:
        states = [m.state for m in self.mails if m.uid == meeting.uid and m.recipient == invitation.address]
        return not states or any(s in (OutState.QUEUED, OutState.SENDING, OutState.SENT) for s in states)

    def given(self, live: list[Invitation]) -> list[Given]:
        ids = {i.id for i in live}
        return [
            Given(r.id, r.partstat, r.sequence, r.dtstamp, r.received_at, r.answered_by, r.row, r.applied)
            for r in self.responses
            if r.invitation in ids
        ]

    def outcome(self, seat: Seat) -> Outcome | None:
        marks = [mark.outcome for mark in self.marks if mark.seat == seat.id]
        return None if not marks or marks[-1] == Outcome.NOT_RECORDED else Outcome(marks[-1])


def listed(meeting: Meeting, seat: Seat) -> bool:
    """On the invitation list when the meeting started."""
    start = meeting.starts_at
    return seat.added_at < start and (seat.removed_at is None or seat.removed_at >= start)
