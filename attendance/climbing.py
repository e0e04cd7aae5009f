"""The round of the ladder: each step that is due is taken once, and nobody is written to twice at once.

A round is one transaction, and rounds take turns: the row of settings is locked first. Killed in the middle, it has
written nothing; a second worker waits and finds nothing left. Of one ladder at most one rung above the unit is told
in a round, and whoever was written to less than a quarter of an hour ago waits, and then gets one letter for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from attendance import no_shows, silent
from attendance.escalations import ACTOR, stop, unit_of
from attendance.ladder import Cause, Waiting, due
from attendance.ladder_letters import rungs_in_words
from attendance.ladder_post import write
from attendance.ladder_recipients import QUIET, Recipient, Taken, recipients
from attendance.ladder_tables import Escalation, EscalationLetter, EscalationStep, LadderSetting, StepEnd
from directory.one_by_one import one_by_one
from meetings.letterhead import Letterhead
from meetings.scheduling import happened
from meetings.tables import Meeting, MeetingState

_MOST_AT_ONCE = 200
_ONLY_ROW = 1

log = structlog.get_logger()


async def climb(*, letterhead: Letterhead, now: datetime) -> int:
    """Every step whose time has come has ended; returns how many were sent. One that fails is logged, and waits.

    A ladder that has to stop is stopped first: no step is taken after a trusted answer.
    """
    ladders = await _with_something_due(now)
    if not ladders:
        return 0
    try:
        return await _climb(ladders, letterhead, now)
    except Exception as error:  # then each by itself: one that fails must not keep the others from going
        log.error("ladders failed together", count=len(ladders), error=type(error).__name__)
    return await one_by_one("ladder", ladders, lambda ladder: _climb([ladder], letterhead, now))


async def stop_those_over(now: datetime) -> int:
    """Every ladder whose cause is gone has stopped, also where no step is due; returns how many."""
    rows = await Escalation.objects(Escalation.meeting).where(Escalation.stopped_at.is_null())
    meetings = {row.meeting.id: row.meeting for row in rows}
    for row in rows:
        row.meeting = row.meeting.id
    over = await _over(rows, meetings, now)
    return await one_by_one("ladder that is over", over, lambda ladder: _stop_if_over(ladder, now))


async def _stop_if_over(ladder: UUID, now: datetime) -> bool:
    """The ladder has stopped; False when, looked at again under the lock, it is not over."""
    async with Escalation._meta.db.transaction():
        found, locked = await _locked([ladder])
        why = await _over(found, locked, now)
        return ladder in why and await stop(ladder, why=why[ladder], now=now)


async def in_turn() -> LadderSetting:
    """The settings of the ladder, locked until the transaction ends: rounds take turns by it."""
    await LadderSetting.insert(LadderSetting(id=_ONLY_ROW)).on_conflict(target=LadderSetting.id, action="DO NOTHING")
    row = await LadderSetting.objects().where(LadderSetting.id == _ONLY_ROW).lock_rows().first()
    assert row is not None
    return row


async def _with_something_due(now: datetime) -> list[UUID]:
    rows: list[dict[str, Any]] = (
        await EscalationStep.select(EscalationStep.escalation)
        .where(
            EscalationStep.settled_at.is_null()
            & (EscalationStep.due_at <= now)
            & EscalationStep.escalation.stopped_at.is_null()
        )
        .order_by(EscalationStep.due_at, EscalationStep.id)
        .limit(_MOST_AT_ONCE)
    )
    return list(dict.fromkeys(row["escalation"] for row in rows))


async def _climb(ladders: Sequence[UUID], letterhead: Letterhead, now: datetime) -> int:
    """The due steps of these ladders have ended, in one transaction."""
    async with Escalation._meta.db.transaction():
        await in_turn()
        rows, meetings = await _locked(ladders)
        over = await _over(rows, meetings, now)
        for row in rows:
            if row.id in over:
                await stop(row.id, why=over[row.id], now=now)
        taken: list[Taken] = []
        for row in rows:
            if row.id not in over:
                taken += await _due_of(row, meetings.get(row.meeting), now)
        told = await _to_be_told(taken, now)
        await write([(one, told[one.step.id]) for one in taken if told.get(one.step.id)], letterhead, now)
        for one in taken:
            if one.step.id in told:
                await _settled(one, told[one.step.id], now)
        return sum(bool(told.get(one.step.id)) for one in taken)


async def _over(rows: Sequence[Escalation], meetings: Mapping[UUID, Meeting], now: datetime) -> dict[UUID, str]:
    """Of these ladders, those whose cause is gone, and why."""
    over = await silent.why_stopped([row for row in rows if row.cause == Cause.NO_ANSWER])
    over |= await no_shows.why_corrected([row for row in rows if row.key.startswith("no-show:")])
    for row in rows:
        meeting = meetings.get(row.meeting)
        if row.until is not None and meeting is not None and meeting.state != MeetingState.SCHEDULED:
            over[row.id] = "the meeting was called off"
        elif row.until is not None and now >= row.until and row.id not in over and not await _has_steps_left(row.id):
            over[row.id] = "the meeting began"
    return over


async def _has_steps_left(ladder: UUID) -> bool:
    return await EscalationStep.exists().where(
        (EscalationStep.escalation == ladder) & EscalationStep.settled_at.is_null()
    )


async def _due_of(row: Escalation, meeting: Meeting | None, now: datetime) -> list[Taken]:
    """The steps of one ladder to take now; those that were missed are on record. From its end on it is stopped."""
    steps = await EscalationStep.objects().where(EscalationStep.escalation == row.id).order_by(EscalationStep.number)
    left = [step for step in steps if step.settled_at is None]
    until = meeting.starts_at if row.until is not None and meeting is not None else row.until
    ready, missed = due([Waiting(s.number, s.rungs, s.due_at) for s in left], until=until, now=now)
    for step in left:
        if step.number in missed:
            step.outcome, step.settled_at = StepEnd.MISSED.value, now
            await _settle(step, StepEnd.MISSED, now)
            await _tell(row, meeting, f"was missed: {rungs_in_words(step.rungs)} should have been told", step, now)
    if until is not None and now >= until:
        await stop(row.id, why="the meeting began", now=now)
    return [Taken(row, meeting, step, tuple(steps)) for step in left if step.number in ready]


async def _to_be_told(taken: Sequence[Taken], now: datetime) -> dict[int, list[Recipient]]:
    """Whom each step tells, by its number in the database; left out is a step that waits for its readers' quiet."""
    found = {one.step.id: await recipients(one, now) for one in taken}
    addresses = {who.address.lower() for told in found.values() for who in told}
    rows: list[dict[str, Any]] = (
        await EscalationLetter.select(EscalationLetter.address).where(
            EscalationLetter.address.is_in(sorted(addresses)) & (EscalationLetter.sent_at > now - QUIET)
        )
        if addresses
        else []
    )
    quiet = {row["address"] for row in rows}
    return {
        step: told
        for step, told in found.items()
        if not any(who.address.lower() in quiet or who.just_reminded for who in told)
    }


async def _settled(one: Taken, told: Sequence[Recipient], now: datetime) -> None:
    """The step has ended, and the meeting's timeline says how."""
    if told:
        await _settle(one.step, StepEnd.SENT, now)
        roles = ", ".join(dict.fromkeys(who.role for who in told))
        what = f"is sent to {rungs_in_words(one.step.rungs)} ({roles})"
    else:
        await _settle(one.step, StepEnd.NOBODY, now)
        what = f"told nobody: nobody is known as {rungs_in_words(one.step.rungs)}"
    await _tell(one.ladder, one.meeting, what, one.step, now)


async def _settle(step: EscalationStep, end: StepEnd, now: datetime) -> None:
    await EscalationStep.update({EscalationStep.settled_at: now, EscalationStep.outcome: end.value}).where(
        (EscalationStep.id == step.id) & EscalationStep.settled_at.is_null()
    )


async def _tell(row: Escalation, meeting: Meeting | None, what: str, step: EscalationStep, now: datetime) -> None:
    if meeting is not None:
        await happened(meeting, ACTOR, f"{row.cause}, {await unit_of(row)}: step {step.number} {what}", now)


async def _locked(ladders: Sequence[UUID]) -> tuple[list[Escalation], dict[UUID, Meeting]]:
    """These ladders, those that climb, and their meetings, locked: the meetings first, each in the order of ids."""
    known: list[dict[str, Any]] = await Escalation.select(Escalation.meeting).where(
        Escalation.id.is_in(list(ladders)) & Escalation.meeting.is_not_null()
    )
    wanted = list({row["meeting"] for row in known})
    meetings = (
        await Meeting.objects().where(Meeting.id.is_in(wanted)).order_by(Meeting.id).lock_rows() if wanted else []
    )
    rows = (
        await Escalation.objects()
        .where(Escalation.id.is_in(list(ladders)) & Escalation.stopped_at.is_null())
        .order_by(Escalation.id)
        .lock_rows()
    )
    return list(rows), {meeting.id: meeting for meeting in meetings}
