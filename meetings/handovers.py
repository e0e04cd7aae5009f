"""A handover is acknowledged by the receiving unit, or a person says who was told: one transaction each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit import trail
from directory.areas import place_names
from directory.tables import POLICE, Unit
from directory.units import unit_names
from meetings import errors, seeing
from meetings.episode_tables import Child, PlacementMove
from meetings.handing_over import tell
from meetings.handover_tables import Handover, HandoverState
from meetings.letterhead import Letterhead
from notifications.addresses import one_line
from web.viewer import Viewer

LONGEST_WHO = 80
MOST_SHOWN = 50
LINK_WORKS = timedelta(days=60)
OPEN = (HandoverState.WAITING.value, HandoverState.SET_ASIDE.value)


@dataclass(frozen=True)
class Listed:
    """One handover as pages show it, in names; `child` is the child's reference, for signed-in people only."""

    id: UUID
    reference: str
    child: str
    child_id: UUID
    moved_at: datetime
    from_place: str
    to_place: str
    from_unit: str
    to_unit: str
    row: Handover


def link_ends(row: Handover) -> datetime:
    """Until when the link in the notice works; after that it is recorded by telephone."""
    end: datetime = max(row.noticed_at, row.due_at) + LINK_WORKS
    return end


async def acknowledge(handover: UUID, who: str, *, via: str, by: str, now: datetime) -> bool:
    """The receiving unit knows of the move: who said so, when and how is on record; False where somebody had said so.

    :param who: a role or a name of the unit, as it gives it.
    :param via: "link" or "telephone".
    :raises MeetingError: NoSuchHandover, UnsuitableWords; nothing was changed.
    """
    said = one_line(who)
    if not 0 < len(said) <= LONGEST_WHO:
        raise errors.UnsuitableWords("who", f"Say who acknowledges it, in {LONGEST_WHO} characters or fewer.")
    async with Handover._meta.db.transaction():
        row = await _locked(handover)
        if row.state == HandoverState.ACKNOWLEDGED:
            return False
        await Handover.update(
            {
                Handover.state: HandoverState.ACKNOWLEDGED,
                Handover.acknowledged_at: now,
                Handover.acknowledged_by: said,
                Handover.acknowledged_via: via,
                Handover.recorded_by: by if via == "telephone" else row.recorded_by,
            }
        ).where(Handover.id == row.id)
        await trail.record(by, "move acknowledged", f"handover:{row.reference}", now=now, detail={"via": via})
    return True


async def tell_unit(reference: str, unit: UUID, *, by: str, now: datetime, letterhead: Letterhead) -> bool:
    """A person chose which police unit receives the child, and it has its notice; False where it has no address.

    :raises MeetingError: NoSuchHandover, UnsuitableWords; nothing was changed.
    """
    if not await Unit.exists().where((Unit.id == unit) & Unit.kind.is_in([kind.value for kind in POLICE])):
        raise errors.UnsuitableWords("unit", "Choose a police unit.")
    async with Handover._meta.db.transaction():
        known = await found(reference)
        row = await _locked(known.id)
        if row.state != HandoverState.SET_ASIDE:
            raise errors.NoSuchHandover
        if await Handover.exists().where(
            (Handover.move == row.move) & (Handover.to_unit == unit) & (Handover.id != row.id)
        ):
            raise errors.UnsuitableWords("unit", "This unit was told of the move before. Telephone it.")
        await Handover.update({Handover.recorded_by: by}).where(Handover.id == row.id)
        told = await tell(row, unit, letterhead=letterhead, now=now)
        await trail.record(by, "chose the receiving unit", f"handover:{reference}", now=now, detail={"unit": unit})
    return told


async def found(reference: str) -> Handover:
    """:raises NoSuchHandover: when there is none of this reference."""
    row = await Handover.objects().where(Handover.reference == reference).first()
    if row is None:
        raise errors.NoSuchHandover
    return row


async def waiting(viewer: Viewer) -> list[Listed]:
    """Every handover of the viewer's that is not acknowledged, the one to be acknowledged soonest in front."""
    not_done = Handover.state.is_in(list(OPEN)) & seeing.where(seeing.handovers(viewer))
    return await listed(await Handover.objects().where(not_done).order_by(Handover.due_at))


async def acknowledged(viewer: Viewer) -> list[Listed]:
    """The latest of the viewer's that were acknowledged."""
    seen = seeing.where(seeing.handovers(viewer))
    done = Handover.objects().where((Handover.state == HandoverState.ACKNOWLEDGED) & seen)
    return await listed(await done.order_by(Handover.acknowledged_at, ascending=False).limit(MOST_SHOWN))


async def count_waiting(viewer: Viewer) -> int:
    not_done = Handover.state.is_in(list(OPEN)) & seeing.where(seeing.handovers(viewer))
    return int(await Handover.count().where(not_done))


async def listed(rows: list[Handover]) -> list[Listed]:
    """These handovers in names."""
    if not rows:
        return []
    moves = {
        move.id: move for move in await PlacementMove.objects().where(PlacementMove.id.is_in([r.move for r in rows]))
    }
    children: list[dict[str, Any]] = await Child.select(Child.id, Child.reference).where(
        Child.id.is_in(list({move.child for move in moves.values()}))
    )
    reference_of = {row["id"]: row["reference"] for row in children}
    names = await unit_names([unit for row in rows for unit in (row.from_unit, row.to_unit)])
    places = await place_names()
    drawn = []
    for row in rows:
        move = moves[row.move]
        drawn.append(
            Listed(
                id=row.id,
                reference=row.reference,
                child=reference_of[move.child],
                child_id=move.child,
                moved_at=move.moved_at,
                from_place=places.get(move.from_place, move.from_place),
                to_place=places.get(move.to_place, move.to_place),
                from_unit=names.get(row.from_unit, ""),
                to_unit=names.get(row.to_unit, ""),
                row=row,
            )
        )
    return drawn


async def _locked(handover: UUID) -> Handover:
    """The handover, its move locked first, as the rounds of the worker lock it.

    :raises NoSuchHandover: when there is none, or the move was corrected since.
    """
    known = await Handover.select(Handover.move).where(Handover.id == handover).first()
    if known is None:
        raise errors.NoSuchHandover
    await PlacementMove.select(PlacementMove.id).where(PlacementMove.id == known["move"]).lock_rows("UPDATE")
    row = await Handover.objects().where(Handover.id == handover).lock_rows().first()
    if row is None or row.state == HandoverState.OVERTAKEN:
        raise errors.NoSuchHandover
    return row
