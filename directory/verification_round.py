"""Owners are asked whether their entries are right: every 90 days, reminded, then passed up. A round of the worker.

Each step is taken once, also with two workers or when one is killed: the letters, the next step and what was asked
are written in one transaction, under the lock of the unit's row or the asking's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from audit import trail
from directory import contacts, held, ladder, owner_links, verification_letters
from directory.contacts import ways_to_reach
from directory.one_by_one import one_by_one
from directory.owner_links import Purpose
from directory.rungs import CHOSEN, Rung
from directory.tables import Contact, Unit
from directory.verification_letters import Asked
from directory.verification_tables import Step, Verification
from directory.verification_times import EVERY, LINK_WORKS, NEXT, asked_a_day, in_office_hours
from notifications import outbox
from web.letters import Sender
from web.moments import london_date

ACTOR: Final = "verification"
_MOST_AT_ONCE: Final = 200
_ABOVE: Final = (Rung.SUPERVISOR, Rung.HEAD)
_DUE = """
SELECT unit.id FROM unit
WHERE EXISTS (
    SELECT 1 FROM contact
    WHERE contact.unit = unit.id AND active_from <= {} AND (active_to IS NULL OR active_to > {})
)
AND NOT EXISTS (
    SELECT 1 FROM verification
    WHERE verification.unit = unit.id AND coalesce(confirmed_at, asked_at) > {}
)
AND NOT EXISTS (
    SELECT 1 FROM verification WHERE verification.unit = unit.id AND ended_at IS NULL AND step <> 'unanswered'
)
ORDER BY (
    SELECT max(coalesce(confirmed_at, asked_at)) FROM verification WHERE verification.unit = unit.id
) NULLS FIRST, md5(unit.code)
LIMIT {}
"""


@dataclass(frozen=True)
class _To:
    """Whom a letter goes to."""

    address: str
    role: str


async def ask_due(*, sender: Sender, now: datetime) -> int:
    """Every asking whose next step is due has taken it, and today's share of units is asked; how many of both.

    Nothing is written outside office hours: what is due then waits for the next working morning.
    """
    if not in_office_hours(now):
        return 0
    due: list[dict[str, Any]] = (
        await Verification.select(Verification.id)
        .where(Verification.ended_at.is_null() & (Verification.next_at <= now))
        .order_by(Verification.next_at)
        .limit(_MOST_AT_ONCE)
    )
    steps = await one_by_one(
        "step of a verification", [row["id"] for row in due], lambda one: _step(one, sender, now)
    )
    return steps + await _ask_todays(sender, now)


async def ask_now(unit: UUID, *, sender: Sender, by: str, now: datetime) -> bool:
    """The unit is asked at once, because somebody wants it; an asking before it is over."""
    return await _ask(unit, None, sender=sender, by=by, now=now)


async def _ask_todays(sender: Sender, now: datetime) -> int:
    """As many units are asked as the day's share leaves: each takes a place of the day, which only one can have."""
    today = london_date(now)
    share = asked_a_day(len(await contacts.speakers(today)))
    taken = {
        row["place"]
        for row in await Verification.select(Verification.place).where(
            (Verification.asked_on == today) & Verification.place.is_not_null()
        )
    }
    free = [place for place in range(share) if place not in taken]
    rows: list[dict[str, Any]] = await Verification.raw(_DUE, today, today, now - EVERY, len(free)) if free else []
    places = dict(zip((row["id"] for row in rows), free, strict=False))
    return await one_by_one(
        "verification", places, lambda unit: _ask(unit, places[unit], sender=sender, by=ACTOR, now=now)
    )


async def _ask(unit_id: UUID, place: int | None, *, sender: Sender, by: str, now: datetime) -> bool:
    """The unit is asked, and its letters are in the outbox; False where another worker was first.

    1. The unit's row is locked: no two ask one unit at once, and each sees what the other wrote.
    2. The place of the day is unique: two workers together ask no more than the day's share.
    """
    async with Verification._meta.db.transaction():
        unit = await _locked(unit_id)
        if place is not None and await _asked_meanwhile(unit_id, now):
            return False
        row = Verification(id=uuid4(), unit=unit_id, asked_at=now, asked_on=london_date(now), place=place)
        once = (Verification.asked_on, Verification.place)
        if (
            not await Verification.insert(row)
            .on_conflict(target=once, action="DO NOTHING")
            .returning(Verification.id)
        ):
            return False
        await Verification.update({Verification.ended_at: now, Verification.next_at: None}).where(
            (Verification.unit == unit_id) & Verification.ended_at.is_null() & (Verification.id != row.id)
        )
        await _write(unit, row, Step.ASKED, sender=sender, by=by, now=now)
    return True


async def _asked_meanwhile(unit: UUID, now: datetime) -> bool:
    recent = (Verification.asked_at > now - EVERY) | (Verification.confirmed_at > now - EVERY)
    return await Verification.exists().where((Verification.unit == unit) & recent)


async def _step(verification: UUID, sender: Sender, now: datetime) -> bool:
    """The asking has taken its next step; False where another worker took it, or is at it."""
    async with Verification._meta.db.transaction():
        known = await Verification.select(Verification.unit).where(Verification.id == verification).first()
        assert known is not None, "askings are never deleted"
        unit = await _locked(known["unit"])
        row = (
            await Verification.objects()
            .where(
                (Verification.id == verification) & Verification.ended_at.is_null() & (Verification.next_at <= now)
            )
            .lock_rows()
            .first()
        )
        if row is None:
            return False
        await _write(unit, row, NEXT[Step(row.step)][0], sender=sender, by=ACTOR, now=now)
    return True


async def _write(unit: Unit, row: Verification, step: Step, *, sender: Sender, by: str, now: datetime) -> None:
    """The step is taken, with its letters. One that reaches nobody is followed by the next at once."""
    to = await _whom(unit.id, step, now)
    while not to and step is not Step.UNANSWERED:
        step = NEXT[step][0]
        to = await _whom(unit.id, step, now)
    next_at = now + NEXT[step][1] if step in NEXT else None
    for one in to:
        await _send(unit, row, step, one, next_at, sender=sender, now=now)
    await Verification.update({Verification.step: step, Verification.next_at: next_at}).where(
        Verification.id == row.id
    )
    action = "asked for a directory entry" if step is not Step.UNANSWERED else "gave up asking for a directory entry"
    detail = {"step": step.value, "letters": len(to)}
    await trail.record(by, action, f"unit {unit.code}", now=now, detail=detail)


async def _send(
    unit: Unit, row: Verification, step: Step, to: _To, next_at: datetime | None, *, sender: Sender, now: datetime
) -> None:
    lines = held.current(await held.lines_of(unit), london_date(now))
    made = await owner_links.make(
        Purpose.VERIFY, row.id, unit=unit.id, sent_to=to.address, expires_at=now + LINK_WORKS, sender=sender, now=now
    )
    asked = Asked(
        unit=unit.name,
        lines=lines,
        to=to.address,
        to_role=to.role,
        link=made.link,
        message_id=made.message_id,
        step=step,
        since=row.asked_at,
        answer_by=next_at,
        works_until=made.expires_at,
    )
    letter = verification_letters.question(asked, sender, now=now)
    key = f"verification:{row.id}:{step.value}:{to.address.lower()}"[:200]
    await outbox.enqueue(letter, key=key, kind="verification", useful_until=made.expires_at, now=now)


async def _whom(unit: UUID, step: Step, now: datetime) -> list[_To]:
    """The team's mailbox and the first contact beside it; or the lowest rung above the unit that is taken."""
    today = london_date(now)
    if step in (Step.ASKED, Step.REMINDED):
        ways = (await ways_to_reach(today, [unit])).get(unit, [])
        return [_To(one.email, one.role) for one in owners(ways)]
    if step is Step.PASSED_UP:
        above = [one for one in await ladder.on_rungs(unit, CHOSEN, today) if one.unit == unit and one.rung in _ABOVE]
        return [_To(one.email, one.role) for one in above if one.rung == above[0].rung]
    return []


def owners(ways: Sequence[Contact]) -> list[Contact]:
    """Of a unit's contacts in the order to try them, those who are asked: its mailbox, and one contact beside it.

    Those whose letters come back are left out: a link that nobody gets proves nothing.
    """
    working = [one for one in ways if one.failing_since is None]
    mailbox = next((one for one in working if one.group), working[0] if working else None)
    beside = next((one for one in working if one is not mailbox), None)
    return [one for one in (mailbox, beside) if one is not None]


async def _locked(unit_id: UUID) -> Unit:
    await Unit.select(Unit.id).where(Unit.id == unit_id).lock_rows("NO KEY UPDATE")
    unit = await Unit.objects(Unit.agency).where(Unit.id == unit_id).first()
    assert unit is not None, "units are never deleted"
    return unit
