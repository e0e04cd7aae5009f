"""Seats that let the time to answer pass: each has a ladder until a trusted answer comes, or nobody is asked.

What counts as an answer is what counts everywhere (`answers.standing`): no out-of-office notice, no bounce and nobody
unknown has ever applied one. The dates of a series have no ladder: everybody meets again tomorrow or next week.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance.answers import standing
from attendance.escalations import raise_escalation
from attendance.ladder import Cause, no_answer, time_to_answer
from attendance.ladder_tables import Escalation
from attendance.state import given_to, told_at
from directory.one_by_one import one_by_one
from directory.units import unit_names
from meetings.letters import in_words
from meetings.proposal import is_required
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat
from notifications.itip import Partstat

LOOKED_BACK = timedelta(days=1)  # a ladder that an outage kept from being climbed is recorded as missed
_WORDS = {Partstat.ACCEPTED: "accepted", Partstat.DECLINED: "declined", Partstat.TENTATIVE: "tentative"}


@dataclass(frozen=True)
class Silent:
    """A required seat whose time to answer has passed without one."""

    meeting: Meeting
    invitation: Invitation
    unit: UUID
    asked_until: datetime


async def raise_for_silent(now: datetime) -> int:
    """Every required seat that let its time to answer pass has its ladder; returns how many are new.

    Doing it twice, or by two workers, raises nothing twice. Where an answer was taken back a new one is raised.
    """
    silent = await _silent(now)
    known = await _known({one.meeting.id for one in silent})
    names = await unit_names({one.unit for one in silent})
    by_seat = {one.invitation.seat: one for one in silent}

    async def settle(seat: UUID) -> bool:
        one = by_seat[seat]
        before = known.get((seat, one.meeting.last_major_sequence), [])
        climbs = any(row.stopped_at is None for row in before)
        return not climbs and await _raise(one, names[one.unit], before, now)

    return await one_by_one("silent seat", by_seat, settle)


async def _raise(one: Silent, unit: str, before: Sequence[Escalation], now: datetime) -> bool:
    meeting = one.meeting
    asked = max([one.asked_until, *(row.stopped_at for row in before)])
    steps = no_answer(starts_at=meeting.starts_at, asked_until=asked)
    if not steps or now >= meeting.starts_at + LOOKED_BACK:
        return False
    found = await raise_escalation(
        cause=Cause.NO_ANSWER,
        key=f"no answer:{one.invitation.seat}:{meeting.last_major_sequence}:{len(before)}",
        unit=one.unit,
        meeting=meeting.id,
        seat=one.invitation.seat,
        about=f"{unit} has not said whether it comes to the {meeting.type} on {in_words(meeting.starts_at)}.",
        wanted=f"Please see that somebody of the unit answers the invitation. It went to {one.invitation.address}.",
        steps=steps,
        until=meeting.starts_at,
        now=now,
    )
    return found is not None


async def why_stopped(rows: Collection[Escalation]) -> dict[UUID, str]:
    """Of these ladders of silent seats, those that have to stop, and why."""
    seats = await Seat.objects(Seat.meeting).where(Seat.id.is_in([row.seat for row in rows])) if rows else []
    by_seat = {seat.id: seat for seat in seats}
    answers = await _answers(list(by_seat.values()))
    found = {}
    for row in rows:
        why = _why(row, by_seat[row.seat], answers)
        if why:
            found[row.id] = why
    return found


def _why(row: Escalation, seat: Seat, answers: Mapping[UUID, str | None]) -> str:
    meeting: Meeting = seat.meeting
    if meeting.state != MeetingState.SCHEDULED:
        return "the meeting was called off"
    if not row.key.startswith(f"no answer:{seat.id}:{meeting.last_major_sequence}:"):
        return "the meeting has a new time"
    if seat.removed_at is not None:
        return "the seat was removed"
    if seat.id not in answers:
        return "nobody is invited for the seat any more"
    answer = answers[seat.id]
    return f"the unit answered: {answer}" if answer else ""


async def _answers(seats: Sequence[Seat]) -> dict[UUID, str | None]:
    """What each of these seats answered by now, in words; None for no answer, and left out where nobody is asked."""
    asked = (
        await Invitation.objects().where(
            Invitation.seat.is_in([seat.id for seat in seats]) & (Invitation.state == InviteState.ACTIVE)
        )
        if seats
        else []
    )
    given = await given_to([invitation.id for invitation in asked])
    major = {seat.id: seat.meeting.last_major_sequence for seat in seats}
    found: dict[UUID, str | None] = {}
    for invitation in asked:
        answer = standing(given[invitation.id], major[invitation.seat])
        found[invitation.seat] = _WORDS.get(Partstat(answer.partstat), "somebody else comes") if answer else None
    return found


async def _silent(now: datetime) -> list[Silent]:
    rows = await Invitation.objects(Invitation.meeting).where(
        (Invitation.state == InviteState.ACTIVE)
        & Invitation.of_series.is_null()
        & (Invitation.meeting.state == MeetingState.SCHEDULED)
        & Invitation.meeting.series.is_null()
        & (Invitation.meeting.starts_at > now - LOOKED_BACK)
        & (Invitation.meeting.reply_by <= now)
    )
    asked = [(row, row.meeting) for row in rows]
    seats: list[dict[str, Any]] = (
        await Seat.select(Seat.id, Seat.unit, Seat.capacities).where(Seat.id.is_in([row.seat for row in rows]))
        if rows
        else []
    )
    by_id = {seat["id"]: seat for seat in seats}
    given, told = await given_to([row.id for row in rows]), await told_at(asked)
    found = []
    for invitation, meeting in asked:
        seat = by_id[invitation.seat]
        until = time_to_answer(starts_at=meeting.starts_at, reply_by=meeting.reply_by, told_at=told[invitation.id])
        answered = standing(given[invitation.id], meeting.last_major_sequence) is not None
        if until <= now and not answered and is_required(seat["capacities"], meeting.quorum):
            found.append(Silent(meeting, invitation, seat["unit"], until))
    return found


async def _known(meetings: Collection[UUID]) -> dict[tuple[UUID, int], list[Escalation]]:
    """The ladders of silent seats at these meetings, by seat and the SEQUENCE of the time that they are about."""
    found: dict[tuple[UUID, int], list[Escalation]] = {}
    rows = (
        await Escalation.objects().where(
            Escalation.meeting.is_in(list(meetings)) & (Escalation.cause == Cause.NO_ANSWER.value)
        )
        if meetings
        else []
    )
    for row in rows:
        found.setdefault((row.seat, int(row.key.split(":")[2])), []).append(row)
    return found
