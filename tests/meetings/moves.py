"""A child with missing history whose placement moves, as the tests of handovers begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.handover_tables import Handover
from notifications.tables import OutboundMail

LAMBETH, SOUTHWARK, NEWHAM, CAMDEN = "E09000022", "E09000028", "E09000025", "E09000007"
DAY = timedelta(days=1)


async def moved(
    now: datetime,
    *,
    to: str = NEWHAM,
    origin: str = LAMBETH,
    history: bool = True,
    missing_at: datetime | None = None,
    moved_at: datetime | None = None,
    recorded_at: datetime | None = None,
) -> UUID:
    """The id of a move of yesterday, from Lambeth (AS) to Newham (NE)."""
    child = Child(id=uuid4(), issuer=LAMBETH, reference=f"REF-{uuid4().hex[:8]}")
    await Child.insert(child)
    if history:
        started = missing_at or now - 30 * DAY
        await Episode.insert(
            Episode(
                id=uuid4(),
                child=child.id,
                source="tests",
                source_reference=uuid4().hex,
                started_at=started,
                reported_at=started,
                ended_at=started + DAY,
                home_place=LAMBETH,
                recorded_at=started,
            )
        )
    move = PlacementMove(
        id=uuid4(),
        child=child.id,
        source="tests",
        source_reference=uuid4().hex,
        moved_at=moved_at or now - DAY,
        home_place=LAMBETH,
        from_place=origin,
        to_place=to,
        recorded_at=recorded_at or now,
    )
    await PlacementMove.insert(move)
    return UUID(str(move.id))


async def corrected(move: UUID, *, to: str) -> None:
    """The source says that it was to somewhere else."""
    await PlacementMove.update({PlacementMove.to_place: to}).where(PlacementMove.id == move)


async def handover_of(move: UUID) -> Handover:
    """The latest handover of the move."""
    row = await Handover.objects().where(Handover.move == move).order_by(Handover.noticed_at, ascending=False).first()
    assert row is not None
    return row


async def notices() -> list[OutboundMail]:
    return await OutboundMail.objects().where(OutboundMail.kind == "handover").order_by(OutboundMail.id)
