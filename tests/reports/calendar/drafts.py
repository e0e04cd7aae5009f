"""Publications as tests of delivery need them: frozen and sealed, in whatever state a test says."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec

from reports import periods, sealing
from reports.document import Section, freeze
from reports.publication_tables import Publication, State, Whole
from tests.reports.publishing.samples import report

RESTS_ON = "Of 100 seats, 97 have a recorded outcome."
MISSING = "missing strategy meeting"


async def make_publication(
    *,
    now: datetime,
    period: str = "2026-Q3",
    state: State = State.DRAFTED,
    window: timedelta = timedelta(days=10),
    revision: int = 1,
    supersedes: Publication | None = None,
    reason: str = "",
) -> Publication:
    """A publication whose window closes that long from now; a released one was released now."""
    days = periods.parse(period)
    document = report(period=period, first=days.first, last=days.last)
    quality = Section(name="quality", heading="How far to trust it", sentences=(RESTS_ON, "Nobody challenged any."))
    document = msgspec.structs.replace(
        document, period_name=days.name, threshold=5, sections=(*document.sections, quality)
    )
    replaces = supersedes.sha256 if supersedes else ""
    content = sealing.seal(sealing.Published(document=document, revision=revision, replaces=replaces, reason=reason))
    row = Publication(
        id=uuid4(),
        period=period,
        type=MISSING,
        revision=revision,
        supersedes=supersedes.id if supersedes else None,
        reason=reason,
        state=state,
        threshold=5,
        content=content,
        sha256=sealing.verify(content).sha256,
        drawn_at=now,
        drafted_at=now,
        drafted_by="tests",
        challenge_until=now + window,
        released_at=now if state == State.RELEASED else None,
        released_by="tests" if state == State.RELEASED else "",
    )
    await Publication.insert(row)
    await Whole.insert(Whole(publication=row.id, content=freeze(document)))
    return row
