"""A ladder is raised, stopped, held or hurried. One transaction each; what other rooms' causes use as well.

Another cause raises a ladder where its own state changes, with `raise_escalation(cause=Cause.DISPUTE, key=…, …)` in
its own transaction, and stops it there with `stop_escalation`. The steps are data (`attendance.ladder.LADDERS`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from attendance import errors
from attendance.ladder import LADDERS, Cause, Step, put_off, steps_of
from attendance.ladder_tables import Escalation, EscalationStep, StepEnd
from audit import trail
from directory.units import unit_names
from meetings.letters import in_words
from meetings.scheduling import happened
from meetings.tables import Meeting

ACTOR = "ladder"
LONGEST_REASON = 100
LONGEST_SENTENCE = 500
# Spaces that a unit's name may hold, as a word processor writes it, and that are not printable to Python.
_SPACES = re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


async def raise_escalation(
    *,
    cause: Cause,
    key: str,
    unit: UUID | None,
    about: str,
    wanted: str,
    now: datetime,
    meeting: UUID | None = None,
    seat: UUID | None = None,
    steps: Sequence[Step] | None = None,
    until: datetime | None = None,
) -> UUID | None:
    """A ladder is raised against the unit, once for this key; its id, or None where it was raised before.

    It joins the caller's transaction, which holds the meeting locked where there is one.

    :param key: the cause's own name for it, such as "dispute:<meeting>:<n>"; the same again raises nothing.
    :param unit: whose ladder is climbed; None is about all of London.
    :param about: what happened, one sentence of at most 500 characters. It stands in letters that leave London's
        agencies: no child, no person; the meeting by its reference.
    :param wanted: what is asked of whoever is told, one sentence; the link to acknowledge follows it.
    :param steps: instead of those of `LADDERS`.
    :param until: nobody is told from then on; for a coming meeting its start. Steps are put closer to fit before it.
    :raises ValueError: for a sentence that is too long or is more than one line.
    """
    about, wanted = _sentence(about), _sentence(wanted)
    planned = steps_of(LADDERS[cause].steps, now, until) if steps is None else tuple(steps)
    async with Escalation._meta.db.transaction():
        row = Escalation(
            id=uuid4(),
            key=key,
            cause=cause.value,
            meeting=meeting,
            seat=seat,
            unit=unit,
            about=about,
            wanted=wanted,
            raised_at=now,
            until=until,
            ends_when_acknowledged=cause in LADDERS and LADDERS[cause].ends_when_acknowledged,
        )
        return UUID(str(row.id)) if await _raised(row, planned, now) else None


async def _raised(row: Escalation, planned: Sequence[Step], now: datetime) -> bool:
    """The ladder is written with its steps; False where one of its key was raised before."""
    if not await Escalation.insert(row).on_conflict(target=Escalation.key, action="DO NOTHING"):
        return False
    if planned:
        await EscalationStep.insert(*(_step(row.id, number, one) for number, one in enumerate(planned, start=1)))
    await trail.record(ACTOR, f"ladder raised: {row.cause}", f"ladder:{row.id}", now=now, detail={"key": row.key})
    return True


def _sentence(words: str) -> str:
    """What a ladder says, as it is kept.

    :raises ValueError: when it is too long or is more than one line.
    """
    sentence = _SPACES.sub(" ", words)
    if not 0 < len(sentence) <= LONGEST_SENTENCE or not sentence.isprintable():
        raise ValueError("a ladder says in one short line what happened, and what is wanted")
    return sentence


async def stop_escalation(key: str, *, why: str, now: datetime) -> bool:
    """The ladder of this key climbs no further, for this reason; False where none was climbing.

    The steps that were left are not needed. It joins the caller's transaction.
    """
    async with Escalation._meta.db.transaction():
        known = await Escalation.objects().where((Escalation.key == key) & Escalation.stopped_at.is_null()).first()
        return known is not None and await stop(known.id, why=why, now=now)


async def stop(escalation: UUID, *, why: str, now: datetime) -> bool:
    """As `stop_escalation`, by the ladder's id."""
    async with Escalation._meta.db.transaction():
        row, meeting = await found_locked(escalation)
        if row.stopped_at is not None:
            return False
        await Escalation.update({Escalation.stopped_at: now, Escalation.stopped_why: why[:80]}).where(
            Escalation.id == row.id
        )
        await EscalationStep.update(
            {EscalationStep.settled_at: now, EscalationStep.outcome: StepEnd.NOT_NEEDED.value}
        ).where((EscalationStep.escalation == row.id) & EscalationStep.settled_at.is_null())
        await trail.record(ACTOR, "ladder stopped", f"ladder:{row.id}", now=now, detail={"why": why})
        if meeting is not None and await _was_climbed(row.id):
            await happened(meeting, ACTOR, f"the ladder for {await unit_of(row)} stopped: {why}", now)
    return True


async def hold(escalation: UUID, *, until: datetime, reason: str, by: str, now: datetime) -> None:
    """No step is taken before then; those that are left keep their distances, or share the time up to the start.

    :raises AttendanceError: NoSuchLadder, LadderOver, UnsuitableHold, LadderReasonWanted.
    """
    reason = _reason(reason)
    async with Escalation._meta.db.transaction():
        row, meeting = await found_locked(escalation)
        steps = await _left(row)
        if until <= now:
            raise errors.UnsuitableHold("Hold it until a time that is still to come.")
        if row.until is not None and until >= row.until:
            raise errors.UnsuitableHold("Hold it until a time before the meeting starts.")
        times = put_off([step.due_at for step in steps], until, row.until)
        for step, due_at in zip(steps, times, strict=True):
            await EscalationStep.update({EscalationStep.due_at: due_at}).where(EscalationStep.id == step.id)
        await Escalation.update({Escalation.held_until: until}).where(Escalation.id == row.id)
        await _told(row, meeting, f"is held until {in_words(until)}: {reason}", by, now)


async def hurry(escalation: UUID, *, reason: str, by: str, now: datetime) -> None:
    """The next step is due now, whatever its time was, and a hold is over; the steps after it keep their times.

    :raises AttendanceError: NoSuchLadder, LadderOver, LadderReasonWanted.
    """
    reason = _reason(reason)
    async with Escalation._meta.db.transaction():
        row, meeting = await found_locked(escalation)
        step = (await _left(row))[0]
        await EscalationStep.update({EscalationStep.due_at: min(now, step.due_at)}).where(
            EscalationStep.id == step.id
        )
        await Escalation.update({Escalation.held_until: None}).where(Escalation.id == row.id)
        await _told(row, meeting, f"is hurried: {reason}", by, now)


async def found_locked(escalation: UUID) -> tuple[Escalation, Meeting | None]:
    """The ladder and its meeting, locked: the meeting first, as every verb of meetings does.

    :raises NoSuchLadder: when there is none.
    """
    known: dict[str, Any] | None = (
        await Escalation.select(Escalation.meeting).where(Escalation.id == escalation).first()
    )
    if known is None:
        raise errors.NoSuchLadder
    meeting = None
    if known["meeting"] is not None:
        meeting = await Meeting.objects().where(Meeting.id == known["meeting"]).lock_rows().first()
    row = await Escalation.objects().where(Escalation.id == escalation).lock_rows().first()
    assert row is not None
    return row, meeting


def _step(escalation: UUID, number: int, step: Step) -> EscalationStep:
    rungs = [rung.value for rung in step.rungs]
    return EscalationStep(escalation=escalation, number=number, rungs=rungs, due_at=step.due_at)


async def unit_of(row: Escalation) -> str:
    """The name of the unit whose ladder it is."""
    return (await unit_names([row.unit])).get(row.unit, "London")


async def _left(row: Escalation) -> list[EscalationStep]:
    """:raises LadderOver: when no step is left."""
    steps = (
        await EscalationStep.objects()
        .where((EscalationStep.escalation == row.id) & EscalationStep.settled_at.is_null())
        .order_by(EscalationStep.number)
    )
    if row.stopped_at is not None or not steps:
        raise errors.LadderOver
    return list(steps)


async def _was_climbed(escalation: UUID) -> bool:
    return await EscalationStep.exists().where(
        (EscalationStep.escalation == escalation) & (EscalationStep.outcome == StepEnd.SENT.value)
    )


async def _told(row: Escalation, meeting: Meeting | None, what: str, by: str, now: datetime) -> None:
    what = f"the ladder for {await unit_of(row)} {what}"
    if meeting is not None:
        await happened(meeting, by, what, now)
    else:
        await trail.record(by, what[:80], f"ladder:{row.id}", now=now)


def _reason(text: str) -> str:
    text = " ".join(text.split())
    if not 0 < len(text) <= LONGEST_REASON:
        raise errors.LadderReasonWanted(LONGEST_REASON)
    return text
