"""Whoever was told by the ladder says that they have it: without an account, by the link in their letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from attendance import errors
from attendance.escalations import ACTOR, stop, unit_of
from attendance.ladder_tables import Escalation, EscalationLetter, EscalationNotice
from audit import trail
from meetings.scheduling import happened
from meetings.tables import Meeting
from notifications.addresses import one_line

LINK_WORKS = timedelta(days=60)
LONGEST_NAME = 80


@dataclass(frozen=True)
class Matter:
    """One ladder that a letter told of, as its page shows it."""

    unit: str
    about: str
    wanted: str
    reference: str
    starts_at: datetime | None
    stopped: str  # why it climbs no further, "" while it does


@dataclass(frozen=True)
class Asked:
    """A letter of the ladder, and whether it was acknowledged."""

    role: str
    sent_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    matters: tuple[Matter, ...]


async def asked(letter: UUID, *, now: datetime) -> Asked:
    """What the letter was about; nothing is changed, because mail scanners open links as well.

    :raises LinkGone: when there is no such letter, or it is too old.
    """
    row = await _letter(letter, now)
    ladders = await Escalation.objects(Escalation.meeting).where(Escalation.id.is_in(await _ladders(letter)))
    matters = [
        Matter(
            unit=await unit_of(ladder),
            about=ladder.about,
            wanted=ladder.wanted,
            reference=ladder.meeting.reference if _has_meeting(ladder) else "",
            starts_at=ladder.meeting.starts_at if _has_meeting(ladder) else None,
            stopped=ladder.stopped_why if ladder.stopped_at else "",
        )
        for ladder in sorted(ladders, key=lambda one: (one.raised_at, one.id))
    ]
    return Asked(row.role, row.sent_at, row.acknowledged_at, row.acknowledged_by, tuple(matters))


async def acknowledge(letter: UUID, *, who: str, now: datetime) -> bool:
    """It is on record who has it; False when somebody had acknowledged the letter before.

    Where that was all that was wanted, the ladder stops. A silent seat's goes on: only an answer ends it.

    :param who: a role or a name of at most 80 characters.
    :raises AttendanceError: LinkGone, NameWanted; nothing was changed.
    """
    who = one_line(who).strip()
    if not 0 < len(who) <= LONGEST_NAME:
        raise errors.NameWanted(LONGEST_NAME)
    async with Escalation._meta.db.transaction():
        row = await _letter(letter, now)
        ladders = await _ladders(letter)
        known: list[dict[str, Any]] = await Escalation.select(Escalation.meeting).where(
            Escalation.id.is_in(ladders) & Escalation.meeting.is_not_null()
        )
        wanted = list({one["meeting"] for one in known})
        meetings = (
            await Meeting.objects().where(Meeting.id.is_in(wanted)).order_by(Meeting.id).lock_rows() if wanted else []
        )
        rows = await Escalation.objects().where(Escalation.id.is_in(ladders)).order_by(Escalation.id).lock_rows()
        changed = (
            await EscalationLetter.update(
                {EscalationLetter.acknowledged_at: now, EscalationLetter.acknowledged_by: who}
            )
            .where((EscalationLetter.id == letter) & EscalationLetter.acknowledged_at.is_null())
            .returning(EscalationLetter.id)
        )
        if not changed:
            return False
        by_id = {meeting.id: meeting for meeting in meetings}
        for ladder in rows:
            await _acknowledged(ladder, by_id.get(ladder.meeting), row.role, who, now)
    return True


async def _acknowledged(ladder: Escalation, meeting: Meeting | None, role: str, who: str, now: datetime) -> None:
    what = f"{ladder.cause}, {await unit_of(ladder)}: acknowledged by {who} ({role})"
    if meeting is not None:
        await happened(meeting, ACTOR, what, now)
    else:
        await trail.record(ACTOR, "acknowledged", f"ladder:{ladder.id}", now=now, detail={"role": role})
    if ladder.ends_when_acknowledged and ladder.stopped_at is None:
        await stop(ladder.id, why=f"{role} acknowledged it", now=now)


async def _letter(letter: UUID, now: datetime) -> EscalationLetter:
    row = await EscalationLetter.objects().where(EscalationLetter.id == letter).first()
    if row is None or now > row.sent_at + LINK_WORKS:
        raise errors.LinkGone
    return row


async def _ladders(letter: UUID) -> list[UUID]:
    rows: list[dict[str, Any]] = await EscalationNotice.select(
        EscalationNotice.step.escalation.as_alias("ladder")
    ).where(EscalationNotice.letter == letter)
    return list({row["ladder"] for row in rows})


def _has_meeting(ladder: Escalation) -> bool:
    return ladder.meeting is not None and ladder.meeting.id is not None
