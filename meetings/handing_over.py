"""Every move of a child with missing history has its handover: the receiving police unit is told, or a person is.

What is decided here:

* A move counts while it happened, and was recorded, within the last four weeks: an import of years tells nobody.
* Who polices the two places is looked up on the day of the move. Where it is one unit, nothing is handed over.
* The same move again tells nobody again. Corrected to another unit's area, the first unit is told that it was not
  for it, and the right one is told; what a person chose by hand is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from audit import trail
from directory.areas import Serving, serving
from directory.contacts import speakers
from directory.errors import NoUnit
from directory.one_by_one import one_by_one
from directory.units import unit_names
from meetings import handover_letters
from meetings.episode_tables import Episode, PlacementMove
from meetings.handover_letters import Notice
from meetings.handover_tables import Handover, HandoverState
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from meetings.occurrences import new_reference
from meetings.standing_clocks import Clock, setting
from notifications import outbox
from web.moments import london_date

ACTOR = "convene"
RECENTLY = timedelta(days=28)
NO_UNIT = "no police unit of the directory serves the place"
NO_ADDRESS = "the directory has no mail address of the unit"


@dataclass(frozen=True)
class Units:
    """Who hands over to whom; `to` is None where no known unit polices the place."""

    sender: UUID | None
    to: UUID | None


async def notice_moves(now: datetime, *, letterhead: Letterhead) -> int:
    """Every recent move has the handover that it needs; returns how many changed. One that fails is tried again."""
    moves = await _in_view(now)
    standing = await _standing([move.id for move in moves])
    reachable = await speakers(london_date(now)) if _aside(standing) else {}
    by_id = {move.id: move for move in moves}

    async def settle(move: UUID) -> bool:
        units = await _units_of(by_id[move])
        changes = needs_change(standing.get(move), units, reachable)
        return changes and await _hand_over(move, units, letterhead, now)

    return await one_by_one("move of a child", by_id, settle)


def needs_change(standing: Handover | None, units: Units | None, reachable: Collection[UUID]) -> bool:
    """Whether the handover that stands is not the one that the move calls for, as far as is known.

    :param reachable: the units that have an address, so that one set aside for want of it can be told.
    """
    if standing is None or units is None:
        return (standing is None) != (units is None)
    if standing.recorded_by and (standing.to_unit is None or standing.acknowledged_via != "telephone"):
        return False  # a person has dealt with it, or chose the unit
    if units.to is None:
        return False
    return units.to != standing.to_unit or (standing.state == HandoverState.SET_ASIDE and units.to in reachable)


async def tell(row: Handover, unit: UUID, *, letterhead: Letterhead, now: datetime) -> bool:
    """The unit has its notice, or the handover waits for a person; the caller's transaction has locked the move.

    1. The letter's key holds the handover and how often it was told: no crash or second worker repeats a letter.
    """
    speaker = (await speakers(london_date(now), [unit])).get(unit)
    due_at = (await setting(Clock.HANDOVER)).after(now)
    told = int(row.told) + (speaker is not None)
    changes: dict[Any, Any] = {
        Handover.to_unit: unit,
        Handover.state: HandoverState.WAITING if speaker else HandoverState.SET_ASIDE,
        Handover.why_aside: "" if speaker else NO_ADDRESS,
        Handover.address: speaker.email if speaker else "",
        Handover.told: told,
        Handover.due_at: due_at,
        Handover.overdue_at: None,
    }
    await Handover.update(changes).where(Handover.id == row.id)
    if speaker is not None:
        to = await _notice(row, unit, speaker.email, due_at, now)
        letter = handover_letters.notice(to, letterhead, message_id=new_message_id(letterhead), now=now)
        await outbox.enqueue(letter, key=f"handover:{row.id}:{told}", kind="handover", now=now)
    what = "receiving unit told of a move" if speaker else "handover set aside"
    await trail.record(ACTOR, what, f"handover:{row.reference}", now=now, detail={"unit": unit})
    return speaker is not None


async def _in_view(now: datetime) -> list[PlacementMove]:
    """The recent moves between places, of children who were reported missing or absent before them."""
    since = now - RECENTLY
    moves = await (
        PlacementMove.objects()
        .where((PlacementMove.recorded_at >= since) & (PlacementMove.moved_at >= since))
        .order_by(PlacementMove.moved_at)
    )
    children = list({move.child for move in moves})
    history: dict[UUID, datetime] = {}
    rows: list[dict[str, Any]] = []
    if children:
        rows = await Episode.select(Episode.child, Episode.started_at).where(
            Episode.child.is_in(children) & Episode.withdrawn_at.is_null()
        )
    for row in rows:
        history[row["child"]] = min(row["started_at"], history.get(row["child"], row["started_at"]))
    return [move for move in moves if move.child in history and history[move.child] <= move.moved_at]


async def _standing(moves: Sequence[UUID]) -> Mapping[UUID, Handover]:
    """By move, the handover that was not overtaken."""
    if not moves:
        return {}
    rows = await Handover.objects().where(
        Handover.move.is_in(list(moves)) & (Handover.state != HandoverState.OVERTAKEN)
    )
    return {row.move: row for row in rows}


def _aside(standing: Mapping[UUID, Handover]) -> bool:
    return any(row.state == HandoverState.SET_ASIDE for row in standing.values())


async def _units_of(move: PlacementMove) -> Units | None:
    """None where one unit polices both places, or the move is within one place."""
    if move.from_place == move.to_place:
        return None
    places = {move.from_place, move.to_place, move.home_place}
    served = await serving(places, london_date(move.moved_at))
    sender = _police(served, move.from_place) or _police(served, move.home_place)
    to = _police(served, move.to_place)
    return None if to is not None and to == sender else Units(sender, to)


def _police(served: Serving, place: str) -> UUID | None:
    try:
        return served.police(place)
    except NoUnit:
        return None


async def _hand_over(move: UUID, units: Units | None, letterhead: Letterhead, now: datetime) -> bool:
    """The move has this handover; False when another worker saw to it.

    1. The move's row is locked, so that two workers, or a worker and a correction, follow one another.
    2. What stands is read again under the lock.
    """
    async with Handover._meta.db.transaction():
        await PlacementMove.select(PlacementMove.id).where(PlacementMove.id == move).lock_rows("UPDATE")
        standing = (await _standing([move])).get(move)
        reachable = await speakers(london_date(now), [units.to]) if units and units.to else {}
        if not needs_change(standing, units, reachable):
            return False
        if standing is not None:
            if units is not None and standing.state == HandoverState.SET_ASIDE and units.to is not None:
                await Handover.update({Handover.from_unit: units.sender}).where(Handover.id == standing.id)
                await tell(await _read(standing.id), units.to, letterhead=letterhead, now=now)
                return True
            await _overtaken(standing, letterhead, now)
        if units is not None:
            await _begin(move, units, letterhead, now)
    return True


async def _begin(move: UUID, units: Units, letterhead: Letterhead, now: datetime) -> None:
    """A handover of the move to this unit, new or, where a correction was taken back, once more."""
    before = None
    if units.to is not None:
        before = await Handover.objects().where((Handover.move == move) & (Handover.to_unit == units.to)).first()
    row = before or Handover(
        id=uuid4(),
        reference=new_reference("HO"),
        move=move,
        to_unit=units.to,
        state=HandoverState.SET_ASIDE,
        why_aside=NO_UNIT,
        noticed_at=now,
        due_at=(await setting(Clock.HANDOVER)).after(now),
    )
    row.from_unit = units.sender
    if before is None:
        await Handover.insert(row)
    else:
        await Handover.update({Handover.from_unit: units.sender}).where(Handover.id == row.id)
    if units.to is not None:
        await tell(row, units.to, letterhead=letterhead, now=now)
    else:
        await trail.record(ACTOR, "handover set aside", f"handover:{row.reference}", now=now)


async def _overtaken(row: Handover, letterhead: Letterhead, now: datetime) -> None:
    """The handover stands no more, and a unit that was told of it is told so."""
    await Handover.update({Handover.state: HandoverState.OVERTAKEN}).where(Handover.id == row.id)
    if row.told and row.to_unit is not None:
        to = await _notice(row, row.to_unit, row.address, row.due_at, now)
        letter = handover_letters.not_yours(to, letterhead, message_id=new_message_id(letterhead), now=now)
        await outbox.enqueue(letter, key=f"handover-not-yours:{row.id}:{row.told}", kind="handover", now=now)
    await trail.record(ACTOR, "handover overtaken by a correction", f"handover:{row.reference}", now=now)


async def _notice(row: Handover, unit: UUID, address: str, due_at: datetime, now: datetime) -> Notice:
    names = await unit_names([unit, row.from_unit])
    knows = (await speakers(london_date(now), [row.from_unit])).get(row.from_unit) if row.from_unit else None
    return Notice(
        handover=row.id,
        reference=row.reference,
        address=address,
        unit=names[unit],
        sender=names.get(row.from_unit, "the coordinator who sent this"),
        phone=knows.phone if knows else "",
        due_at=due_at,
    )


async def _read(handover: UUID) -> Handover:
    row = await Handover.objects().where(Handover.id == handover).first()
    assert row is not None
    return row
