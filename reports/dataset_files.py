"""The dataset as it may be given out: counted, with small counts kept back, as CSV files and as sheets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from reports import dataset, dataset_counting, disclosure, press, software
from reports.counts import Asked
from reports.disclosure import THRESHOLD
from reports.document import Document, freeze, in_file_names
from reports.making import Format, made
from reports.periods import Period

FORMATS: Final[Mapping[str, Format]] = {kind.ending: kind for kind in (Format.CSV, Format.ODS, Format.XLSX)}


async def draw_up(period: Period, kind: str, now: datetime, *, threshold: int = THRESHOLD) -> Document:
    """The dataset of a period and type of meeting, with nothing in it that would tell of a few children or meetings.

    Nor with what the reports say that were released, from which it could be subtracted.

    :raises DoesNotReconcile: when its counts do not agree; then nothing may be given out.
    """
    counted = await dataset_counting.count(Asked(period.since, period.until, kind, now))
    whole = dataset.compile_dataset(counted, period, kind, now, software.version())
    released = await press.reports_beside(period)
    return await asyncio.to_thread(disclosure.protect, whole, threshold, released, dataset.said)


async def file_of(document: Document, ending: str) -> bytes:
    """The dataset as a file with this ending, of FORMATS.

    :raises NotMade: when it could not be made.
    """
    return await made(freeze(document), FORMATS[ending])


def named(document: Document, ending: str) -> str:
    """The name of a file of the dataset."""
    return f"convene-dataset-{in_file_names(document.period)}.{ending}"
