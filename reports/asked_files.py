"""Files that people ask for on a page: each is made once by the worker, kept for some days, and then forgotten."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from audit import trail
from meetings.outgoing import told_in
from piccolo_conf import DB
from reports import making
from reports.document import Document, freeze, in_file_names
from reports.making import Format, NotMade, Step
from reports.making_tables import AskedFile, Stage

LEASE: Final = timedelta(minutes=3)  # a worker that takes longer is dead: making has its own limit
KEPT: Final = timedelta(days=2)
TRIES: Final = 3
Make = Callable[[bytes, str, making.Told | None], Awaitable[bytes]]
Clock = Callable[[], datetime]
_ASKED: Final = (AskedFile.sha256, AskedFile.kind)

_CLAIM: Final = """
UPDATE asked_file SET stage = 'being made', lease_until = {}::timestamptz, tries = tries + 1, done = 0, many = 0
WHERE id = (
    SELECT id FROM asked_file
    WHERE stage = 'waiting' OR (stage = 'being made' AND lease_until <= {}::timestamptz)
    ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, frozen, kind, tries
"""


async def ask(document: Document, kind: Format, *, by: str, now: datetime) -> UUID:
    """The file is made or will be; the same report in the same format is made once, also for two who ask at once."""
    frozen = freeze(document)
    row = AskedFile(
        id=uuid4(),
        sha256=hashlib.sha256(frozen).hexdigest(),
        kind=kind,
        name=_named(document),
        title=f"{document.title}: {document.period_name}, {document.type}"[:200],
        frozen=frozen,
        asked_at=now,
        asked_by=by,
    )
    async with DB.transaction():
        written = await AskedFile.insert(row).on_conflict(target=_ASKED, action="DO NOTHING").returning(AskedFile.id)
        if written:
            await trail.record(by, "asked for a file", f"report {document.period}", now=now, detail={"format": kind})
            return row.id
        same = (AskedFile.sha256 == row.sha256) & (AskedFile.kind == kind)
        again: dict[Any, Any] = {AskedFile.stage: Stage.WAITING, AskedFile.tries: 0, AskedFile.asked_at: now}
        await AskedFile.update(again).where(same & (AskedFile.stage == Stage.FAILED))
        found = await AskedFile.select(AskedFile.id).where(same).first()
    assert found is not None, "what was not written is there"
    return UUID(str(found["id"]))


def _named(document: Document) -> str:
    """The file's name without its ending; whoever finds it in a folder sees whether small counts are in it."""
    inside = "" if document.threshold else "-not-for-publication"
    return f"convene-{in_file_names(document.period)}{inside}"


async def make_due(clock: Clock, *, make: Make = making.made, stopping: Callable[[], bool] = lambda: False) -> int:
    """Every file that waits is made, or says why it could not be; returns how many were tried."""
    tried = 0
    while not stopping() and (claimed := await AskedFile.raw(_CLAIM, clock() + LEASE, clock())):
        await _make(claimed[0], clock, make)
        tried += 1
    return tried


async def forget(now: datetime) -> int:
    """Files asked for longer ago than they are kept are gone; returns how many. They can be made again."""
    gone = await AskedFile.delete().where(AskedFile.asked_at < now - KEPT).returning(AskedFile.id)
    return len(gone)


async def _make(row: dict[str, Any], clock: Clock, make: Make) -> None:
    """1. made, outside any transaction; 2. written down only where the claim still stands: tries tell it apart.

    The lease of a worker that was killed ends, and the next one makes the file anew; after so many tries no more.
    """
    mine = (AskedFile.id == row["id"]) & (AskedFile.tries == row["tries"])

    async def told(step: Step) -> None:
        await AskedFile.update({AskedFile.done: step.done, AskedFile.many: step.many}).where(mine)

    if row["tries"] > TRIES:
        failed = f"It was begun {TRIES} times and never finished."
        await AskedFile.update({AskedFile.stage: Stage.FAILED, AskedFile.why: failed}).where(mine)
        return
    if found := await told_in(bytes(row["frozen"]).decode()):
        held = f"Held: there seems to be {' and '.join(found)} in it. Tell whoever runs Convene."
        await AskedFile.update({AskedFile.stage: Stage.FAILED, AskedFile.why: held[:200]}).where(mine)
        return
    try:
        content = await make(bytes(row["frozen"]), row["kind"], told)
    except NotMade as why:
        await AskedFile.update({AskedFile.stage: Stage.FAILED, AskedFile.why: str(why)[:200]}).where(mine)
        return
    done: dict[Any, Any] = {AskedFile.stage: Stage.MADE, AskedFile.content: content, AskedFile.made_at: clock()}
    await AskedFile.update(done).where(mine)
