"""The dataset as it may be given out: counted, with small counts kept back, as CSV files and as sheets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from reports import dataset, dataset_counting, disclosure, press, software
from reports.counts import Asked
from reports.document import Document
from reports.documents import datapackage, ods, xlsx
from reports.periods import Period

THRESHOLD: Final = 5  # counts from 1 up to, not including, it are kept back
WRITERS: Final[Mapping[str, Callable[[Document], bytes]]] = {
    "zip": datapackage.write,
    "ods": ods.write,
    "xlsx": xlsx.write,
}


async def draw_up(period: Period, kind: str, now: datetime, *, threshold: int = THRESHOLD) -> Document:
    """The dataset of a period and type of meeting, with nothing in it that would tell of a few children or meetings.

    Nor with what the reports say that were released, from which it could be subtracted.

    :raises DoesNotReconcile: when its counts do not agree; then nothing may be given out.
    """
    counted = await dataset_counting.count(Asked(period.since, period.until, kind, now))
    whole = dataset.compile_dataset(counted, period, kind, now, software.version())
    released = [press.released_document(row) for row in await press.released_beside(period)]
    return await asyncio.to_thread(disclosure.protect, whole, threshold, released, dataset.said)


def named(document: Document, kind: str) -> str:
    """The name of a file of the dataset."""
    return f"convene-dataset-{document.period.replace('..', '-to-')}.{kind}"
