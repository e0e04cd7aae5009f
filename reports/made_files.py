"""A released publication in each format: made once, so that everybody gets the same bytes.

Making takes seconds and a process of its own, so no transaction is open meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from reports.delivery_tables import MadeFile
from reports.document import freeze
from reports.publication_tables import Publication
from reports.sealing import NotAsPublished, presented, verify

Make = Callable[[bytes, str], Awaitable[bytes]]  # a frozen report and the name of a format, into a file


@dataclass(frozen=True)
class File:
    """One format of a publication."""

    kind: str
    content: bytes = field(repr=False)
    sha256: str


async def stored(publication: UUID, kind: str, *, make: Make, now: datetime) -> File:
    """The publication in this format; made now where it never was.

    Of two that make it at once the first to be written counts, and both get that one.

    :raises NotAsPublished: when the row of the publication or the stored file was tampered with.
    """
    found = await _found(publication, kind)
    if found is not None:
        return found
    row = await Publication.select(Publication.content).where(Publication.id == publication).first()
    assert row is not None, "only what is published is made"
    content = await make(freeze(presented(verify(bytes(row["content"])))), kind)
    made = MadeFile(
        publication=publication,
        kind=kind,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=now,
    )
    once = (MadeFile.publication, MadeFile.kind)
    await MadeFile.insert(made).on_conflict(target=once, action="DO NOTHING")
    written = await _found(publication, kind)
    assert written is not None
    return written


async def _found(publication: UUID, kind: str) -> File | None:
    row = (
        await MadeFile.select(MadeFile.content, MadeFile.sha256)
        .where((MadeFile.publication == publication) & (MadeFile.kind == kind))
        .first()
    )
    if row is None:
        return None
    content = bytes(row["content"])
    if hashlib.sha256(content).hexdigest() != row["sha256"]:
        raise NotAsPublished(f"The stored {kind} file is not the one that was made.")
    return File(kind, content, row["sha256"])
