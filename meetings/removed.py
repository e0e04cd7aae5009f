"""An episode or move that was forgotten stays so, whatever file or system reports it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from meetings.removed_tables import RemovedSource

ISSUER: Final = "removed"  # of a child that is forgotten, in place of whose numbering it was known in
MEANWHILE: Final = (
    "All that was kept of this child was forgotten at this moment, and nothing was kept of this report. Send it "
    "again if it tells something new."
)
SENTENCE: Final = (
    "This was forgotten here when its time was over, and is not taken in again. It was left as it is; the counts of "
    "its time still hold it."
)


async def remove(sources: Iterable[tuple[str, str]], *, now: datetime) -> None:
    """Reports of these sources and references are not taken in again."""
    rows = [RemovedSource(sha256=_hash(*one), removed_at=now) for one in sources]
    if rows:
        await RemovedSource.insert(*rows).on_conflict(target=RemovedSource.sha256, action="DO NOTHING")


async def removed(sources: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of these sources and references that were forgotten."""
    hashes = {_hash(*one): one for one in sources}
    if not hashes:
        return set()
    rows = await RemovedSource.select(RemovedSource.sha256).where(RemovedSource.sha256.is_in(list(hashes)))
    return {hashes[row["sha256"]] for row in rows}


def _hash(source: str, reference: str) -> str:
    return hashlib.sha256(f"{source}\n{reference}".encode()).hexdigest()
