"""Entries of the log by what they are about or by who did it, the newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.chain import Row
from audit.tables import Entry

_COLUMNS = "SELECT id, at, actor, action, subject, detail::text AS detail FROM audit_entry"
_ABOUT = f"{_COLUMNS} WHERE subject = ANY({{}}::text[]) AND id < {{}} ORDER BY id DESC LIMIT {{}}"
_ABOUT_OR = f"""
{_COLUMNS} WHERE (subject = ANY({{}}::text[]) OR id = ANY({{}}::bigint[])) AND id < {{}} ORDER BY id DESC LIMIT {{}}
"""
_BY = f"{_COLUMNS} WHERE actor = {{}} AND id < {{}} ORDER BY id DESC LIMIT {{}}"
_WITHIN = (
    "EXISTS (SELECT 1 FROM unnest({}::timestamptz[], {}::timestamptz[]) AS span (since, until)"
    " WHERE audit_entry.at >= span.since AND (span.until IS NULL OR audit_entry.at < span.until))"
)
_BY_HERE = f"{_COLUMNS} WHERE actor = {{}} AND id < {{}} AND ({_WITHIN} OR NOT {_WITHIN}) ORDER BY id DESC LIMIT {{}}"
NEWEST = 2**63 - 1
Spans = Sequence[tuple[datetime, datetime | None]]  # from (inclusive) until (exclusive), None for still


@dataclass(frozen=True)
class Posts:
    """When somebody held posts of the reader's, and when others."""

    here: Spans
    elsewhere: Spans


async def about(
    subjects: Sequence[str], *, besides: Sequence[int] = (), before: int = NEWEST, most: int
) -> list[Row]:
    """The entries about any of these, and those of the numbers `besides`, numbered below `before`."""
    if besides:
        return [Row(**row) for row in await Entry.raw(_ABOUT_OR, list(subjects), list(besides), before, most)]
    return [Row(**row) for row in await Entry.raw(_ABOUT, list(subjects), before, most)]


async def done_by(actor: str, posts: Posts | None = None, *, before: int = NEWEST, most: int) -> list[Row]:
    """What this actor did and opened, numbered below `before`; not while they had posts elsewhere alone."""
    if posts is None:
        return [Row(**row) for row in await Entry.raw(_BY, actor, before, most)]
    ends = [[span[end] for span in spans] for spans in (posts.here, posts.elsewhere) for end in (0, 1)]
    return [Row(**row) for row in await Entry.raw(_BY_HERE, actor, before, *ends, most)]
