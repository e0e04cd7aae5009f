"""A CSV file of the directory is kept while its preview is looked at, and carried out as it was previewed, or not.

1. The preview is worked out from the directory as it is, and has a fingerprint of all that would change.
2. Confirming works it out again under the locks of what it touches. Where the fingerprint is another, because
   somebody changed the directory in between, nothing is done and the preview is shown again.
3. What is confirmed is done in one transaction, with an entry in the trail for each line that changed something.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from directory import csv_applying
from directory.csv_matching import planned
from directory.csv_plan import Plan
from directory.csv_state import known
from directory.csv_text import Unreadable, decode, rows
from directory.errors import FileGone, FileNotReady, PreviewedBefore
from directory.reach_tables import DirectoryFile
from web.moments import london_date

LARGEST = 5 * 1024 * 1024  # bytes
KEPT_FOR = timedelta(hours=24)


async def keep(raw: bytes, *, by: str, now: datetime) -> UUID:
    """The file waits for its preview to be confirmed; returns its id. Those that waited for a day are forgotten.

    :raises Unreadable: when it is no CSV text, or is too large.
    """
    decode(raw, largest=LARGEST)
    await forget(now)
    row = DirectoryFile(id=uuid4(), content=raw, previewed="", sent_at=now, sent_by=by)
    await DirectoryFile.insert(row)
    return UUID(str(row.id))


async def forget(now: datetime) -> None:
    """The bytes of files that nobody confirmed within a day are gone."""
    waited = (DirectoryFile.sent_at < now - KEPT_FOR) & DirectoryFile.content.is_not_null()
    await DirectoryFile.update({DirectoryFile.content: None}).where(waited)


async def preview(file: UUID, *, now: datetime) -> Plan:
    """What the file would change, as the directory is now.

    :raises FileGone: when there is no such file, or no more.
    """
    row = await DirectoryFile.objects().where(DirectoryFile.id == file).first()
    return await _planned(_content(row, now), london_date(now))


async def confirm(file: UUID, previewed: str, *, by: str, now: datetime) -> Plan:
    """The file is carried out, whole, exactly as the preview with this fingerprint said; returns what was done.

    :raises PreviewedBefore: when the directory has changed so that the file would do something else now.
    :raises FileNotReady: when a line is wrong, or none changes anything.
    :raises FileGone: when there is no such file, or it was confirmed before.
    """
    async with DirectoryFile._meta.db.transaction():
        row = await DirectoryFile.objects().where(DirectoryFile.id == file).lock_rows().first()
        content, today = _content(row, now), london_date(now)
        await csv_applying.lock(await _planned(content, today))
        plan = await _planned(content, today)
        if plan.fingerprint() != previewed:
            raise PreviewedBefore
        if plan.problems or not plan.acts:
            raise FileNotReady
        await csv_applying.apply(plan, by=by, now=now)
        done = DirectoryFile.update(content=None, previewed=previewed, confirmed_at=now)
        await done.where(DirectoryFile.id == file)
    return plan


def _content(row: DirectoryFile | None, now: datetime) -> bytes:
    if row is None or row.content is None or row.sent_at < now - KEPT_FOR:
        raise FileGone
    return bytes(row.content)


async def _planned(content: bytes, today: date) -> Plan:
    try:
        return planned(rows(decode(content, largest=LARGEST)), await known(), today)
    except Unreadable as unreadable:
        plan = Plan()
        plan.refuse(1, "", str(unreadable))
        return plan
