"""Entries of the log by what they are about or by who did it, the newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from audit.chain import Row
from audit.tables import Entry

_COLUMNS = "SELECT id, at, actor, action, subject, detail::text AS detail FROM audit_entry"
_ABOUT = f"{_COLUMNS} WHERE subject = ANY({{}}::text[]) AND id < {{}} ORDER BY id DESC LIMIT {{}}"
_BY = f"{_COLUMNS} WHERE actor = {{}} AND id < {{}} ORDER BY id DESC LIMIT {{}}"
NEWEST = 2**63 - 1


async def about(subjects: Sequence[str], *, before: int = NEWEST, most: int) -> list[Row]:
    """The entries about any of these, numbered below `before`."""
    return [Row(**row) for row in await Entry.raw(_ABOUT, list(subjects), before, most)]


async def done_by(actor: str, *, before: int = NEWEST, most: int) -> list[Row]:
    """What this actor did and opened, numbered below `before`."""
    return [Row(**row) for row in await Entry.raw(_BY, actor, before, most)]
