"""Released reports are compared with the records every night, so that no late correction stays silent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from audit import trail
from directory.one_by_one import one_by_one
from reports import changes, periods
from reports.changes import Change
from reports.press import Press, released_document
from reports.publication_tables import Publication, Recheck, State
from web.moments import london_date

ACTOR = "nightly comparison"


async def compare_released(press: Press, now: datetime) -> int:
    """Each newest released report was compared once this London day; returns how many were.

    What differs is on the page of publications, and in the audit trail when it begins and when it ends. May be killed
    at any moment and run twice at once: each comparison is one transaction, and of two the second finds it done.
    """
    newest = [row["id"] for row in await newest_released()]
    checked = await Recheck.select(Recheck.publication, Recheck.checked_at)
    today = {row["publication"] for row in checked if london_date(row["checked_at"]) >= london_date(now)}

    async def settle(publication: UUID) -> int:
        return await _compare(publication, press, now)

    return await one_by_one("comparison of a publication", [one for one in newest if one not in today], settle)


async def newest_released() -> list[dict[str, Any]]:
    """The newest released revision of each period and type, without its file, the latest period first."""
    rows = (
        await Publication.select(Publication.id, Publication.period, Publication.type, Publication.revision)
        .where(Publication.state == State.RELEASED)
        .order_by(Publication.revision)
    )
    newest = {(row["period"], row["type"]): row for row in rows}
    return sorted(newest.values(), key=lambda row: periods.parse(row["period"]).last, reverse=True)


async def due() -> dict[UUID, tuple[int, datetime]]:
    """How many figures of each newest released report differ from the records, and since when it is known."""
    newest = {row["id"] for row in await newest_released()}
    rows = await Recheck.select().where(Recheck.differing > 0)
    return {row["publication"]: (row["differing"], row["since"]) for row in rows if row["publication"] in newest}


async def differing(publication: Publication, press: Press, now: datetime) -> list[Change]:
    """The figures that the report shows and the records now contradict.

    :raises DoesNotReconcile: naming the figure and both numbers.
    """
    drawn = await press.draw(periods.parse(publication.period), publication.type, now)
    return changes.wrong(released_document(publication), drawn.document)


async def _compare(publication: UUID, press: Press, now: datetime) -> int:
    row = await Publication.objects().where(Publication.id == publication).first()
    assert row is not None, "publications are never deleted"
    figures = len(await differing(row, press, now))
    async with Recheck._meta.db.transaction():
        first = Recheck(publication=publication, checked_at=now, differing=0)
        new = await Recheck.insert(first).on_conflict(target=Recheck.publication, action="DO NOTHING")
        known = await Recheck.select().where(Recheck.publication == publication).lock_rows().first()
        assert known is not None, "it was inserted a moment ago, and is never deleted"
        if not new and london_date(known["checked_at"]) >= london_date(now):
            return 0
        since = (known["since"] or now) if figures else None
        await Recheck.update({Recheck.checked_at: now, Recheck.differing: figures, Recheck.since: since}).where(
            Recheck.publication == publication
        )
        if bool(figures) != bool(known["differing"]):
            action = "found that a published report differs from the records" if figures else "found it right again"
            await trail.record(ACTOR, action, f"publication {publication}", now=now, detail={"figures": figures})
    return 1
