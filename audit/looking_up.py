"""Entries of the log by what they are about or by who did it, the newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from audit.chain import Row
from audit.tables import Entry

_COLUMNS = "SELECT id, at, actor, action, subject, detail::text AS detail FROM audit_entry"
_ABOUT = f"{_COLUMNS} WHERE subject = ANY({{}}::text[]) AND id < {{}} ORDER BY id DESC LIMIT {{}}"
_BY = f"{_COLUMNS} WHERE actor = {{}} AND id < {{}} ORDER BY id DESC LIMIT {{}}"
_BY_WHILE = f"""{_COLUMNS} WHERE actor = {{}} AND id < {{}} AND EXISTS (
    SELECT 1 FROM unnest({{}}::timestamptz[], {{}}::timestamptz[]) AS span (since, until)
    WHERE audit_entry.at >= span.since AND (span.until IS NULL OR audit_entry.at < span.until)
) ORDER BY id DESC LIMIT {{}}"""
NEWEST = 2**63 - 1
Spans = Sequence[tuple[datetime, datetime | None]]


async def about(subjects: Sequence[str], *, before: int = NEWEST, most: int) -> list[Row]:
    """The entries about any of these, numbered below `before`."""
    return [Row(**row) for row in await Entry.raw(_ABOUT, list(subjects), before, most)]


async def done_by(actor: str, spans: Spans | None = None, *, before: int = NEWEST, most: int) -> list[Row]:
    """What this actor did and opened, numbered below `before`.

    :param spans: from when (inclusive) until when (exclusive; None for still); at any time where not given.
    """
    if spans is None:
        return [Row(**row) for row in await Entry.raw(_BY, actor, before, most)]
    since, until = [one for one, _ in spans], [one for _, one in spans]
    return [Row(**row) for row in await Entry.raw(_BY_WHILE, actor, before, since, until, most)]
