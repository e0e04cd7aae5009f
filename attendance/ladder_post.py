"""The letters of one round of the ladder: one to each person, whatever they are told of; frozen with the steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from attendance import ladder_counts, ladder_letters
from attendance.ladder import Cause
from attendance.ladder_letters import Before, Told
from attendance.ladder_recipients import Recipient, Taken
from attendance.ladder_tables import EscalationLetter, EscalationNotice, EscalationStep, StepEnd
from directory.units import unit_names
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from notifications import outbox
from notifications.outbox import Outgoing

KIND = "escalation"


async def write(told: Sequence[tuple[Taken, Sequence[Recipient]]], letterhead: Letterhead, now: datetime) -> None:
    """Everybody told of these steps has one letter in the outbox, if the caller's transaction commits."""
    readers: defaultdict[str, list[Taken]] = defaultdict(list)
    roles: dict[str, Recipient] = {}
    for one, recipients in told:
        for who in recipients:
            readers[who.address.lower()].append(one)
            roles.setdefault(who.address.lower(), who)
    if not readers:
        return
    matters = await _matters([one for one, _ in told])
    rows = [EscalationLetter(id=uuid4(), address=to, role=roles[to].role, sent_at=now) for to in sorted(readers)]
    outgoing = {
        row.id: _outgoing(row.id, roles[row.address], readers[row.address], matters, letterhead, now) for row in rows
    }
    written = await outbox.enqueue_many(list(outgoing.values()), now=now)
    for row in rows:
        row.mail = written[outgoing[row.id].key]
    await EscalationLetter.insert(*rows)
    notices = [EscalationNotice(step=one.step.id, letter=row.id) for row in rows for one in readers[row.address]]
    await EscalationNotice.insert(*notices)


def _outgoing(
    letter: UUID,
    who: Recipient,
    taken: Sequence[Taken],
    matters: Mapping[int, Told],
    letterhead: Letterhead,
    now: datetime,
) -> Outgoing:
    message = ladder_letters.letter(
        [matters[one.step.id] for one in taken],
        letterhead,
        to=who.address,
        role=who.role,
        link=letterhead.acknowledge_link(letter),
        message_id=new_message_id(letterhead),
        now=now,
    )
    about = {one.meeting.uid for one in taken if one.meeting is not None}
    return Outgoing(message, f"escalation:{letter}", KIND, uid=about.pop() if len(about) == 1 else "")


async def _matters(taken: Sequence[Taken]) -> dict[int, Told]:
    """Each step as its letter tells it, by the step's number in the database."""
    names = await unit_names({one.ladder.unit for one in taken})
    acknowledged = await acknowledged_steps([step.id for one in taken for step in one.steps])
    found = {}
    for one in taken:
        more = await _more(one)
        found[one.step.id] = _told(one, names.get(one.ladder.unit, "London"), acknowledged, more)
    return found


def _told(one: Taken, unit: str, acknowledged: Mapping[int, str], more: Sequence[tuple[str, str]]) -> Told:
    before = [step for step in one.steps if step.number < one.step.number and step.outcome != StepEnd.NOT_NEEDED]
    after = [step for step in one.steps if step.number > one.step.number and step.settled_at is None]
    return Told(
        cause=Cause(one.ladder.cause),
        unit=unit,
        about=one.ladder.about,
        wanted=one.ladder.wanted,
        reference=one.meeting.reference if one.meeting else "",
        starts_at=one.meeting.starts_at if one.meeting else None,
        before=[_before(step, acknowledged) for step in before if step.settled_at],
        next_rungs=after[0].rungs if after else (),
        next_at=after[0].due_at if after else None,
        goes_on=not one.ladder.ends_when_acknowledged,
        more=more,
    )


def _before(step: EscalationStep, acknowledged: Mapping[int, str]) -> Before:
    at = step.settled_at if step.outcome == StepEnd.SENT else step.due_at
    return Before(step.rungs, at, step.outcome, acknowledged.get(step.id, ""))


async def acknowledged_steps(steps: Collection[int]) -> dict[int, str]:
    """Who acknowledged these steps first, of those that somebody did."""
    rows: list[dict[str, Any]] = (
        await EscalationNotice.select(EscalationNotice.step, EscalationNotice.letter.acknowledged_by.as_alias("who"))
        .where(EscalationNotice.step.is_in(list(steps)) & EscalationNotice.letter.acknowledged_at.is_not_null())
        .order_by(EscalationNotice.letter.acknowledged_at, ascending=False)
    )
    return {row["step"]: row["who"] for row in rows}


async def _more(one: Taken) -> list[tuple[str, str]]:
    """The quarterly note's lines: each unit with what was raised against it."""
    if one.ladder.cause != Cause.QUARTER:
        return []
    first, last = ladder_counts.quarter_of_key(one.ladder.key)
    counts = await ladder_counts.counted(first, last)
    return [(count.unit, ladder_counts.in_words(count)) for count in counts if count.raised]
