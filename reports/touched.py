"""What is to be posted: what the database noted as changed, what became due, and what hangs on these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from reports.ledger_tables import LedgerTouched
from reports.ledgers import BASES

# What stands for other rows: a child for its meetings and triggers, a letter for the meetings of its UID, …
_EXPAND = """
    select distinct f.kind, f.subject from (
        select 'meeting' as kind, m.id::text as subject from taken t
            join meeting m on t.kind = 'mail' and m.uid = t.subject
        union all select 'meeting', i.meeting::text from taken t
            join invitation i on t.kind = 'invitation' and i.id = t.uuid
        union all select 'meeting', m.id::text from taken t join episode e on t.kind = 'episode' and e.id = t.uuid
            join meeting m on m.child = e.child
        union all select 'meeting', m.id::text from taken t join meeting m on t.kind = 'child' and m.child = t.uuid
        union all select 'trigger', x.id::text from taken t join trigger x on t.kind = 'child' and x.child = t.uuid
        union all select 'meeting', s.meeting::text from taken t join seat s on t.kind = 'unit' and s.unit = t.uuid
        union all select 'trigger', x.id::text from taken t join trigger x on t.kind = 'rule' and x.rule = t.uuid
        union all select 'trigger', x.id::text from taken t
            join episode e on t.kind = 'place' and e.home_place = t.subject
            join trigger x on x.child = e.child and x.meeting is null
        union all select 'trigger', x.id::text from taken t
            join placement_move p on t.kind = 'place' and p.home_place = t.subject
            join trigger x on x.cause = p.id and x.meeting is null
    ) f
"""
_FOUND_BY = "select kind, subject, case when kind in ('mail', 'place') then null else subject::uuid end as uuid"
_SOUGHT = f"""
    with gone as (
        delete from ledger_touched where kind not in ('meeting', 'trigger', 'decision', 'dispute') returning *
    ),
    taken as ({_FOUND_BY} from gone)
    insert into ledger_touched (kind, subject)
"""


async def noted(at_once: int) -> list[dict[str, Any]]:
    """The oldest notes; what stands for other rows was replaced by these before."""
    await LedgerTouched.raw(_SOUGHT + _EXPAND)
    notes: list[dict[str, Any]] = await LedgerTouched.raw(
        "select id, kind, subject from ledger_touched order by id limit {}", at_once
    )
    return notes


async def forget(notes: list[int]) -> None:
    """What these notes were about is posted."""
    await LedgerTouched.raw("delete from ledger_touched where id = any({})", notes)


async def waiting() -> list[dict[str, Any]]:
    """Everything that is noted and not yet posted; changes nothing."""
    notes: list[dict[str, Any]] = await LedgerTouched.raw(
        f"with taken as ({_FOUND_BY} from ledger_touched) {_EXPAND} "
        "union select kind, subject from ledger_touched where kind in ('meeting', 'trigger', 'decision', 'dispute')"
    )
    return notes


async def given_by(notes: Iterable[Mapping[str, Any]], since: datetime, until: datetime) -> dict[str, list[UUID]]:
    """What this batch posts, by kind: what was noted, what became due, and what hangs on these."""
    given: dict[str, set[UUID]] = {base: set() for base in BASES}
    for note in notes:
        given[note["kind"]].add(UUID(note["subject"]))
    given["meeting"] |= await _ids("select id from meeting where starts_at > {} and starts_at <= {}", since, until)
    given["trigger"] |= await _ids("select id from trigger where due_at > {} and due_at <= {}", since, until)
    given["meeting"] |= await _ids(
        "select meeting as id from trigger where id = any({}) and meeting is not null", list(given["trigger"])
    )
    meetings = list(given["meeting"])
    given["trigger"] |= await _ids("select id from trigger where meeting = any({})", meetings)
    given["trigger"] |= await _ids("select id from trigger where rule_code = 'REVIEW' and cause = any({})", meetings)
    given["trigger"] |= await _ids("select id from trigger where not_convened = any({})", list(given["decision"]))
    given["decision"] |= await _ids(
        "select not_convened as id from trigger where id = any({}) and not_convened is not null",
        list(given["trigger"]),
    )
    given["dispute"] |= await _ids("select id from lead_dispute where meeting = any({})", meetings)
    return {f"{base}s": sorted(ids) for base, ids in given.items()}


async def _ids(query: str, *values: object) -> set[UUID]:
    return {row["id"] for row in await LedgerTouched.raw(query, *values)}
