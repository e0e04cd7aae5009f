"""What is held of each unit is kept as it was: every change makes a version, with who made it, when and by which act.

The verbs of this room write their acts by `record` or `record_all` here, which keep the version in the same
transaction. A round keeps what no verb told: the first state of a unit, and changes made around the application.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from audit import trail
from audit.trail import Act
from directory import held
from directory.held import Line
from directory.history_lines import Difference, differences
from directory.history_tables import EntryVersion
from directory.tables import Area, Unit
from web.signin import titles_of

FOUND: Final = "found so"
_LATEST = """
SELECT DISTINCT ON (unit) unit, fingerprint FROM entry_version WHERE unit = ANY({}::uuid[]) ORDER BY unit, id DESC
"""


@dataclass(frozen=True)
class Version:
    """One version as its page shows it: what it changed, when, by whom and why."""

    at: datetime
    by: str
    action: str
    why: str
    changes: Sequence[Difference]
    forgotten: bool  # what was held then, or before, had its time


async def record(
    actor: str, action: str, subject: str, *, now: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """As `trail.record`; and the units that the act is about have their new version."""
    await record_all(actor, [Act(action, subject, detail or {})], now=now)


async def record_all(actor: str, acts: Sequence[Act], *, now: datetime) -> None:
    """As `trail.record_all`; and the units that the acts are about have their new versions."""
    await trail.record_all(actor, acts, now=now)
    for action in dict.fromkeys(act.action for act in acts):
        units = await _about({act.subject for act in acts if act.action == action})
        await _keep(units, by=actor, action=action, now=now)


async def before(subjects: Collection[str], *, now: datetime) -> None:
    """The state that a change in place will alter is kept; in the caller's transaction.

    :param subjects: what the change is about, as the trail names it: "unit NA", "place E09000007".
    """
    await _keep(await _about(subjects), by="", action=FOUND, now=now)


async def catch_up(now: datetime) -> int:
    """Every unit's present state is kept, also where no verb told of it; returns how many versions are new."""
    rows: list[dict[str, Any]] = await Unit.select(Unit.id).order_by(Unit.id)
    async with EntryVersion._meta.db.transaction():
        return await _keep(await _of_ids([row["id"] for row in rows]), by="", action=FOUND, now=now)


async def because(unit: UUID, why: str, *, now: datetime) -> None:
    """The versions that this moment's acts made of the unit say why; in the caller's transaction."""
    made = (EntryVersion.unit == unit) & (EntryVersion.at == now) & (EntryVersion.by != "")
    await EntryVersion.update({EntryVersion.why: why}).where(made)


async def versions_of(unit: UUID) -> list[Version]:
    """Every version of the unit's entry, the latest first."""
    rows = await EntryVersion.objects().where(EntryVersion.unit == unit).order_by(EntryVersion.id)
    titles = await titles_of({row.by for row in rows})
    found = []
    earlier: list[Line] = []
    gone = False
    for row in rows:
        lines = msgspec.json.decode(row.lines, type=list[Line])
        forgotten = not lines
        known = not forgotten and not gone
        changes = differences(earlier, lines) if known else []
        found.append(Version(row.at, _who(row.by, titles), row.action, row.why, changes, forgotten=not known))
        earlier, gone = lines, forgotten
    return found[::-1]


def _who(by: str, titles: Mapping[str, str]) -> str:
    return "the unit itself, by a link in a letter" if by.startswith("owner:") else titles.get(by, by)


async def _keep(units: Sequence[Unit], *, by: str, action: str, now: datetime) -> int:
    """Those of the units whose entry is not as it was kept last have a new version; returns how many."""
    lines = await held.lines_of_all(units)
    known: list[dict[str, Any]] = await EntryVersion.raw(_LATEST, list(lines)) if lines else []
    latest = {row["unit"]: row["fingerprint"] for row in known}
    new = {unit: one for unit, one in lines.items() if held.fingerprint(one) != latest.get(unit)}
    if not new:
        return 0
    await EntryVersion.update({EntryVersion.superseded_at: now}).where(
        EntryVersion.unit.is_in(list(new)) & EntryVersion.superseded_at.is_null()
    )
    await EntryVersion.insert(
        *(
            EntryVersion(
                unit=unit,
                at=now,
                by=by,
                action=action,
                lines=msgspec.json.encode(one).decode(),
                fingerprint=held.fingerprint(one),
            )
            for unit, one in new.items()
        )
    )
    return len(new)


async def _about(subjects: Collection[str]) -> list[Unit]:
    """The units that these subjects of the trail are about: a unit itself, or all that ever served a place."""
    codes = [subject.removeprefix("unit ") for subject in subjects if subject.startswith("unit ")]
    places = [subject.removeprefix("place ") for subject in subjects if subject.startswith("place ")]
    found = await Unit.objects(Unit.agency).where(Unit.code.is_in(codes)).order_by(Unit.id) if codes else []
    if places:
        rows: list[dict[str, Any]] = await Area.select(Area.unit).where(Area.place.is_in(places))
        found += await _of_ids({row["unit"] for row in rows} - {unit.id for unit in found})
    return found


async def _of_ids(units: Collection[UUID]) -> list[Unit]:
    wanted = list(units)
    return await Unit.objects(Unit.agency).where(Unit.id.is_in(wanted)).order_by(Unit.id) if wanted else []
