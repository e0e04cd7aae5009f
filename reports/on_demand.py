"""The report that the command line asks for, as a file: as published, as it would be, or with every count."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from reports import drawing_up, press, sealing, standing_press
from reports.disclosure import THRESHOLD
from reports.document import Document, freeze
from reports.making import Format, made
from reports.periods import Period
from reports.publication_tables import Publication, State


@dataclass(frozen=True)
class OnDemand:
    """The file, what it holds, and where that comes from, in words."""

    content: bytes
    document: Document
    source: str


async def report(period: Period, kind: str, form: Format, *, full: bool, now: datetime) -> OnDemand:
    """The report of these days and this type of meeting.

    :param full: with every count, for those who may see every meeting; else as it was released, or as it could be.
    :raises DoesNotReconcile: naming the figure and both numbers.
    :raises NotMade: when the file could not be made.
    """
    if full:
        document = drawing_up.not_for_publication(await drawing_up.draw_up(period, kind, now))
        source = "every count, not for publication"
    else:
        document, source = await _published(period, kind, now)
    return OnDemand(await made(freeze(document), form), document, source)


async def _published(period: Period, kind: str, now: datetime) -> tuple[Document, str]:
    """The last revision that was released; where none was, the records as they stand, with small counts hidden."""
    same = (Publication.period == period.code) & (Publication.type == kind) & (Publication.state == State.RELEASED)
    released = await Publication.objects().where(same).order_by(Publication.revision, ascending=False).first()
    if released:
        seen = sealing.presented(sealing.verify(released.content))
        return seen, f"as released, revision {released.revision}"
    drawn = await drawing_up.draw_up(period, kind, now)
    earlier = await press.reports_beside(period)
    hidden = await asyncio.to_thread(standing_press.hidden, drawn, THRESHOLD, earlier)
    return hidden, f"not released yet; counts below {THRESHOLD} hidden"
