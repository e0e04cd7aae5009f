"""What speaks against an entry: seen by the rooms that read mail and invite, kept here until somebody deals with it.

A warning changes no address and stops no letter: whoever can write to us could cause one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.custom_types import Combinable

from audit import trail
from audit.trail import Act
from directory.contradiction_tables import Against, Closed, Contradiction
from directory.errors import NoSuchWarning
from directory.tables import Contact, Unit
from directory.verification_tables import OwnerLink
from directory.wording import plain_line
from web.moments import london_date

ACTOR = "directory"
LONGEST_REASON = 200
_LONGEST_EVIDENCE = 200
_NOTE = """
INSERT INTO contradiction (
    id, unit, kind, address, evidence, times, first_at, last_at, open_key, closed_by, closed_how, reason
) VALUES ({}, {}, {}, {}, {}, 1, {}, {}, {}, '', '', '')
ON CONFLICT (open_key) DO UPDATE SET
    times = contradiction.times + 1, last_at = excluded.last_at,
    evidence = left(excluded.evidence || ', ' || contradiction.evidence, {})
WHERE {}
RETURNING times
"""


async def note(
    unit: UUID, kind: Against, *, address: str, evidence: str, by: str, now: datetime, again: bool = True
) -> bool:
    """It speaks against this address of the unit; where that is known and open, it was seen once more.

    In the caller's transaction. One statement: two at once make one row.

    :param evidence: a reference, such as "received message 212" or "meeting 7f3k2m"; the latest stands first.
    :param again: whether it counts where it is known and open; else nothing is done then, and False returned.
    """
    lower = address.lower()
    key = f"{unit}:{kind.value}:{lower}"
    values = (uuid4(), unit, kind.value, lower, evidence[:_LONGEST_EVIDENCE], now, now, key, _LONGEST_EVIDENCE)
    rows: list[dict[str, Any]] = await Contradiction.raw(_NOTE, *values, again)
    if not rows:
        return False
    [row] = rows
    detail = {"kind": kind.value, "evidence": evidence, "times": row["times"]}
    known = await Unit.select(Unit.code).where(Unit.id == unit).first()
    subject = f"unit {known['code'] if known else unit}"
    await trail.record(by, "warned of a directory entry", subject, now=now, detail=detail)
    return True


async def note_address(address: str, kind: Against, *, evidence: str, by: str, now: datetime) -> int:
    """It speaks against every unit's contact of today at this address; returns how many units. As `note`."""
    rows: list[dict[str, Any]] = await Contact.raw(_AT, address, london_date(now), london_date(now))
    for row in rows:
        await note(row["unit"], kind, address=address, evidence=evidence, by=by, now=now)
    return len(rows)


async def letter_came_back(message_ids: Collection[str], *, evidence: str, by: str, now: datetime) -> bool:
    """A letter to the owner of an entry came back, known by its Message-ID; False where it is none of these."""
    link = await OwnerLink.objects().where(OwnerLink.message_id.is_in(list(message_ids) or [""])).first()
    if link is None:
        return False
    return await note(link.unit, Against.BOUNCE, address=link.sent_to, evidence=evidence, by=by, now=now)


async def silence_counts_from(units: Collection[UUID]) -> dict[UUID, datetime]:
    """For each unit when it was last confirmed, or a warning of its silence closed: silence before is dealt with."""
    wanted = list(units)
    rows: list[dict[str, Any]] = await Contradiction.raw(_COUNTS_FROM, Against.SILENCE.value, wanted, wanted)
    known = {row["unit"]: row["at"] for row in rows}
    return {unit: known.get(unit, datetime.min.replace(tzinfo=UTC)) for unit in wanted}


_AT = """
SELECT DISTINCT unit FROM contact
WHERE lower(email) = lower({}) AND active_from <= {} AND (active_to IS NULL OR active_to > {}) ORDER BY unit
"""
_COUNTS_FROM = """
SELECT unit, max(at) AS at FROM (
    SELECT unit, closed_at AS at FROM contradiction
    WHERE kind = {} AND closed_at IS NOT NULL AND unit = ANY({}::uuid[])
    UNION ALL
    SELECT unit, confirmed_at FROM verification WHERE confirmed_at IS NOT NULL AND unit = ANY({}::uuid[])
) AS dealt_with GROUP BY unit
"""


async def open_of(units: Collection[UUID]) -> dict[UUID, list[Contradiction]]:
    """What speaks against the entries of these units, the latest seen first."""
    wanted = list(units)
    rows = await _listed(Contradiction.unit.is_in(wanted) & _OPEN) if wanted else []
    found: dict[UUID, list[Contradiction]] = {unit: [] for unit in wanted}
    for row in rows:
        found[row.unit].append(row)
    return found


async def all_open() -> list[Contradiction]:
    """What speaks against any entry, with its unit's row in place of the unit's id; the latest seen first."""
    return (
        await Contradiction.objects(Contradiction.unit)
        .where(_OPEN)
        .order_by(Contradiction.last_at, ascending=False)
        .order_by(Contradiction.id)
    )


async def closed_of(unit: UUID, most: int = 20) -> list[Contradiction]:
    """What spoke against the entry, the latest closed first."""
    return (
        await Contradiction.objects()
        .where((Contradiction.unit == unit) & Contradiction.closed_at.is_not_null())
        .order_by(Contradiction.closed_at, ascending=False)
        .limit(most)
    )


async def contradiction_of(unit: UUID, contradiction: UUID) -> Contradiction:
    """:raises NoSuchWarning: when nothing of this id speaks, or spoke, against the unit's entry."""
    row = (
        await Contradiction.objects()
        .where((Contradiction.id == contradiction) & (Contradiction.unit == unit))
        .first()
    )
    if row is None:
        raise NoSuchWarning
    return row


async def close_confirmed(unit: UUID, *, by: str, now: datetime) -> int:
    """Whatever spoke against the unit's entry is answered by its confirmation; returns how many."""
    return await _close(Contradiction.unit == unit, Closed.CONFIRMED, by=by, now=now)


async def close_changed(unit: UUID, address: str, *, by: str, now: datetime) -> int:
    """Whatever spoke against this address is over, because the unit has it no more; returns how many."""
    about = (Contradiction.unit == unit) & (Contradiction.address == address.lower())
    return await _close(about, Closed.CHANGED, by=by, now=now)


_GONE = """
SELECT DISTINCT open.unit, open.address FROM contradiction open
WHERE open.closed_at IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM contact
    WHERE contact.unit = open.unit AND lower(contact.email) = open.address AND (active_to IS NULL OR active_to > {})
  )
  AND NOT EXISTS (
    SELECT 1 FROM ladder_contact above
    WHERE above.unit = open.unit AND lower(above.email) = open.address AND (active_to IS NULL OR active_to > {})
  )
ORDER BY open.unit, open.address
"""


async def close_gone(now: datetime) -> int:
    """Whatever spoke against addresses that their unit has no more is over, however they went; returns how many.

    A round of the worker: a contact may end on a day that was to come, or by a file.
    """
    today = london_date(now)
    rows: list[dict[str, Any]] = await Contradiction.raw(_GONE, today, today)
    return sum([await close_changed(row["unit"], row["address"], by=ACTOR, now=now) for row in rows])


async def decide(contradiction: UUID, *, reason: str, by: str, now: datetime) -> bool:
    """Somebody decided that the entry stays as it is, and why; False where it was closed before.

    :raises NotPlain: when the reason cannot be used.
    """
    reason = plain_line(reason, "The reason", LONGEST_REASON)
    return await _close(Contradiction.id == contradiction, Closed.DECIDED, reason=reason, by=by, now=now) > 0


_OPEN = Contradiction.closed_at.is_null()


async def _listed(which: Combinable) -> list[Contradiction]:
    return (
        await Contradiction.objects()
        .where(which)
        .order_by(Contradiction.last_at, ascending=False)
        .order_by(Contradiction.id)
    )


async def _close(which: Combinable, how: Closed, *, reason: str = "", by: str, now: datetime) -> int:
    async with Contradiction._meta.db.transaction():
        rows: list[dict[str, Any]] = (
            await Contradiction.update(
                {
                    Contradiction.closed_at: now,
                    Contradiction.closed_by: by,
                    Contradiction.closed_how: how.value,
                    Contradiction.reason: reason,
                    Contradiction.open_key: Contradiction.id,
                }
            )
            .where(which & _OPEN)
            .returning(Contradiction.id)
        )
        acts = [Act("closed a warning of the directory", f"warning:{row['id']}", {"how": how.value}) for row in rows]
        await trail.record_all(by, acts, now=now)
    return len(rows)
