"""The press by which this installation publishes: the committee's report of the records, with small counts hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from reports import disclosure, drawing_up, saying
from reports.document import Document
from reports.periods import Period
from reports.press import Drawn, Press
from reports.quantities import Earlier


async def drawn(period: Period, meeting_type: str, now: datetime) -> Drawn:
    """The report of the records as they stand, with every count in it.

    :raises DoesNotReconcile: naming the figure and both numbers.
    """
    counted = await drawing_up.counted(period, meeting_type, now)
    document = await drawing_up.written(counted, period, meeting_type, now)
    return Drawn(document, counted.quality.registers_open, counted.quality.waiting)


def hidden(document: Document, threshold: int, earlier: Sequence[Earlier]) -> Document:
    """The report as everybody may read it, its words made anew from the figures that are left."""
    return disclosure.protect(document, threshold, earlier, saying.say)


PRESS: Final = Press(drawn, hidden)
