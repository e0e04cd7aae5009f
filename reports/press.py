"""From the records to a file that can be published: drawn, its small counts hidden, sealed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meetings.outgoing import told_in
from reports import changes, periods, sealing
from reports.document import Document, thaw
from reports.periods import Period
from reports.publication_tables import Publication, State, Whole
from reports.publishing_errors import NothingChanged, TellsTooMuch, Unfinished, WordsTellTooMuch
from reports.quantities import Earlier
from reports.reconciliation import MONTHS
from reports.sealing import NotAsPublished, Published
from reports.telling import tells_any

_TELLS = re.compile(r"\b[A-Z]{2}-[2-9BCDFGHJKLMNPQRSTVWXZ]{6}\b|\S@\S")  # a reference of Convene, an address


@dataclass(frozen=True)
class Drawn:
    """A report with every count in it, as only those who may see every meeting see it.

    :param registers_open: meetings held in the period whose register nobody has closed.
    :param waiting: meetings of the period that the ledger has not posted yet.
    """

    document: Document
    registers_open: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Press:
    """How a report is drawn for a period and a type of meeting, and how its small counts are hidden.

    :param draw: raises DoesNotReconcile where two counts of one thing differ.
    :param hide: is given the threshold, and what was published before and could be subtracted from.
    """

    draw: Callable[[Period, str, datetime], Awaitable[Drawn]]
    hide: Callable[[Document, int, Sequence[Earlier]], Document]


@dataclass(frozen=True)
class Order:
    """What is to be made: the report of which period and type, hiding counts below which threshold.

    :param corrects: the released publication that is revised; None for a first report.
    :param reason: why it is revised.
    :param despite: also where figures are unfinished.
    """

    period: Period
    type: str
    threshold: int
    despite: bool = False
    corrects: Publication | None = None
    reason: str = ""


@dataclass(frozen=True)
class Made:
    """A file that can be published, and what is to be known of its figures."""

    content: bytes
    sha256: str
    drawn: Drawn


async def made(order: Order, press: Press, now: datetime) -> Made:
    """The file of this order, from the records as they are now. Opens no transaction: hiding may take seconds.

    :raises DoesNotReconcile: naming the figure and both numbers.
    :raises PublishingError: Unfinished, NothingChanged, TellsTooMuch, WordsTellTooMuch.
    """
    drawn = await press.draw(order.period, order.type, now)
    if (drawn.registers_open or drawn.waiting) and not order.despite:
        raise Unfinished(drawn.registers_open, drawn.waiting)
    before = released_document(order.corrects) if order.corrects else None
    if before and not changes.wrong(before, drawn.document):
        raise NothingChanged
    beside = await released_beside(order.period)
    earlier = await _with_wholes(beside)
    document = await asyncio.to_thread(press.hide, drawn.document, order.threshold, earlier)
    if tells_any(order.reason, document, drawn.document):
        raise WordsTellTooMuch("reason")
    published = _published(document, before, order, beside)
    content = sealing.seal(published)
    if tells_too_much(content.decode()) or await told_in(content.decode()):
        raise TellsTooMuch
    return Made(content, sealing.verify(content).sha256, drawn)


def _published(document: Document, before: Document | None, order: Order, beside: Sequence[Publication]) -> Published:
    hashes = tuple(sorted(row.sha256 for row in beside))
    if before is None or order.corrects is None:
        return Published(document=document, beside=hashes)
    replaces = order.corrects.sha256
    return Published(
        document=changes.told(document, changes.changes(before, document), order.reason, replaces),
        revision=order.corrects.revision + 1,
        replaces=replaces,
        reason=order.reason,
        beside=hashes,
    )


async def released_beside(period: Period) -> list[Publication]:
    """The released publications to subtract from, of every type and revision, the first released first."""
    out = await Publication.select(Publication.id, Publication.period).where(Publication.state == State.RELEASED)
    near = told_together(period, {row["period"] for row in out})
    ids = [row["id"] for row in out if row["period"] in near]
    if not ids:
        return []
    return await Publication.objects().where(Publication.id.is_in(ids)).order_by(Publication.released_at)


async def reports_beside(period: Period) -> list[Earlier]:
    """The reports of `released_beside`, as they were printed and with every count in them.

    :raises NotAsPublished: when a row was tampered with.
    """
    return await _with_wholes(await released_beside(period))


async def _with_wholes(rows: Sequence[Publication]) -> list[Earlier]:
    ids = [row.id for row in rows]
    found = await Whole.select(Whole.publication, Whole.content).where(Whole.publication.is_in(ids)) if ids else []
    wholes = {row["publication"]: row["content"] for row in found}
    if missing := [row for row in rows if row.id not in wholes]:
        raise NotAsPublished(f"of {missing[0].period}, the report with every count in it is missing")
    return [Earlier(released_document(row), thaw(wholes[row.id])) for row in rows]


def tells_too_much(text: str) -> bool:
    """There is the reference of a meeting or an address in it."""
    return _TELLS.search(text) is not None


def told_together(period: Period, codes: Collection[str]) -> set[str]:
    """Of these periods, those with whose reports somebody could subtract from this one's.

    Reports draw the months of three years. And who has a year subtracts three of its quarters to have the fourth,
    with which they have no day in common: so whatever overlaps what is near is near as well.
    """
    listed = {code: periods.parse(code) for code in codes}
    near = {code for code, one in listed.items() if _reach(one) <= period.last and _reach(period) <= one.last}
    while more := {c for c in listed.keys() - near if any(_overlap(listed[c], listed[other]) for other in near)}:
        near |= more
    return near


def _reach(period: Period) -> date:
    """The first day of which the report of this period says something."""
    months = period.last.year * 12 + period.last.month - MONTHS
    return min(period.first, date(months // 12, months % 12 + 1, 1))


def _overlap(one: Period, other: Period) -> bool:
    """They have a day in common."""
    return one.first <= other.last and other.first <= one.last


def released_document(publication: Publication) -> Document:
    """The report in the publication's file.

    :raises NotAsPublished: when the row was tampered with.
    """
    return sealing.verify(publication.content).published.document
