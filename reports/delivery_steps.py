"""Which steps of a publication are done: each is claimed once, by a row that only one transaction can write."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.custom_types import Combinable

from reports.delivery_tables import PublicationStep, Step
from reports.publication_tables import Publication


async def claimed(publication: UUID, step: Step, now: datetime) -> bool:
    """The step is this transaction's to do; False when it is done. Whoever comes second waits for the first."""
    row = PublicationStep(publication=publication, step=step, at=now)
    once = (PublicationStep.publication, PublicationStep.step)
    written = PublicationStep.insert(row).on_conflict(target=once, action="DO NOTHING")
    return bool(await written.returning(PublicationStep.id))


async def without(step: Step, which: Combinable) -> list[UUID]:
    """The publications of this kind that have not had the step, the oldest first."""
    done = PublicationStep.select(PublicationStep.publication).where(PublicationStep.step == step)
    rows: list[dict[str, Any]] = (
        await Publication.select(Publication.id)
        .where(which & Publication.id.not_in(done))
        .order_by(Publication.drafted_at, Publication.revision)
    )
    return [row["id"] for row in rows]


async def count_letters(publication: UUID, step: Step, letters: int) -> None:
    """How many letters the step caused is on record."""
    await PublicationStep.update({PublicationStep.letters: letters}).where(
        (PublicationStep.publication == publication) & (PublicationStep.step == step)
    )
