"""From a day on some places are served by another unit: one dated edit, in one transaction, for all of them.

What lies before the day keeps the unit it had, a change already recorded for a later day stands, and so do meetings
that are set up. A day that is past, or an entry that is replaced, is a correction: made only where that was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from audit import trail
from directory import history
from directory.areas import Service, alike, holds_on, lock_place, of_kinds, services_of_kinds
from directory.errors import NotACorrection
from directory.tables import Area, UnitKind
from directory.wording import plain_line
from web.moments import london_date


@dataclass(frozen=True)
class Turn:
    """What the change does at one place.

    :param before: who serves the place on that day as recorded now; None where nobody does.
    :param until: when the unit ends there again, because a later change is recorded (`after`); None where it stays.
    :param same: the unit serves it on that day already: nothing changes.
    :param replaces: `before` began that very day, so its entry becomes the unit's and nothing of it is left.
    """

    place: str
    place_name: str
    before: Service | None
    until: date | None
    after: str
    same: bool
    replaces: bool


async def turns(unit: UUID, places: Iterable[tuple[str, str]], on: date) -> list[Turn]:
    """What it would do if the unit served these places (code and name) from that day; in the order given.

    :raises NoSuchUnit: when there is none.
    """
    listed = list(places)
    code, kinds = await alike(unit)
    served = await services_of_kinds(kinds, [place for place, _ in listed])
    return [_turn(code, place, name, [one for one in served if one.place == place], on) for place, name in listed]


def _turn(code: str, place: str, name: str, served: Sequence[Service], on: date) -> Turn:
    held = next((one for one in served if one.holds_on(on)), None)
    later = min((one.since for one in served if one.since and one.since > on), default=None)
    until = held.until if held else later
    after = next((one.unit_name for one in served if until and one.since == until), "")
    same = held is not None and held.unit == code
    return Turn(place, name, held, until, after, same, not same and held is not None and held.since == on)


async def serve_from(
    unit: UUID,
    places: Iterable[tuple[str, str]],
    on: date,
    *,
    correction: bool = False,
    source: str,
    by: str,
    now: datetime,
) -> list[Turn]:
    """From that day the unit serves these places, instead of whoever of its kind did; returns what changed.

    All of it or nothing; the same again changes nothing. Places are locked in the order of their codes.

    :param correction: it was seen that the day is past, or that an entry is replaced.
    :raises NotACorrection: where one of these is so and was not said; nothing was changed.
    :raises NoSuchPlace, NoSuchUnit: when there is none.
    :raises NotPlain: when the source is not one short line.
    """
    source, listed = plain_line(source, "The source", 200), sorted(places)
    async with Area._meta.db.transaction():
        for place, _ in listed:
            await lock_place(place)
        changes = [turn for turn in await turns(unit, listed, on) if not turn.same]
        past = on < london_date(now)
        if not correction and changes and (past or any(turn.replaces for turn in changes)):
            raise NotACorrection(on, past=past)
        code, kinds = await alike(unit)
        for turn in changes:
            await _make(turn, unit, kinds, on, source)
        acts = [_act(turn, code, on, correction) for turn in changes]
        await history.record_all(by, acts, now=now)
    return changes


async def _make(turn: Turn, unit: UUID, kinds: Sequence[UnitKind], on: date, source: str) -> None:
    held = await Area.objects().where(Area.place == turn.place, of_kinds(kinds), holds_on(on)).first()
    if held and turn.replaces:
        await Area.update({Area.unit: unit, Area.source: source}).where(Area.id == held.id)
        return
    if held:
        await Area.update({Area.effective_to: on}).where(Area.id == held.id)
    row = Area(place=turn.place, unit=unit, effective_from=on, effective_to=turn.until, source=source)
    await Area.insert(row)


def _act(turn: Turn, code: str, on: date, correction: bool) -> trail.Act:
    detail: dict[str, object] = {"unit": code, "from": on, "instead of": turn.before.unit if turn.before else None}
    if turn.replaces:
        detail["replaces"] = True
    return trail.Act("area corrected" if correction else "area changed", f"place {turn.place}", detail)
