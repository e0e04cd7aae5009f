"""Whatever a tiny London's people and rounds wrote about cases, the same transaction wrote into the log of acts."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.tables import Entry
from demo import london
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.letters import Letterhead
from tests.factories import make_child

TODAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SCALE = 1 / 600
# Every table that holds what is known or was decided about a case. xmin: the transaction that wrote a row last.
CASE_TABLES = (
    "child", "episode", "placement_move", "trigger", "not_convened", "meeting", "seat", "invitation", "meeting_event",
    "series", "series_invitation", "briefing_line", "handover", "lead_dispute", "lead_refusal", "action",
    "checklist_answer", "interview", "meeting_record", "review", "response", "attendance", "register", "proposal",
    "deputy", "alias", "absence", "challenge", "escalation", "departure", "break_glass", "appointment", "person",
)  # fmt: skip
_UNLOGGED = """
SELECT count(*) AS rows FROM {table} AS changed
WHERE NOT EXISTS (SELECT 1 FROM logged WHERE logged.act = changed.xmin::text)
"""


async def unlogged() -> dict[str, int]:
    """Of each table the rows that a transaction wrote last which logged nothing."""
    await Entry.raw("CREATE TABLE logged AS SELECT DISTINCT xmin::text AS act FROM audit_entry")
    try:
        rows = {table: (await Entry.raw(_UNLOGGED.replace("{table}", table)))[0]["rows"] for table in CASE_TABLES}
    finally:
        await Entry.raw("DROP TABLE logged")
    return {table: count for table, count in rows.items() if count}


async def filled() -> set[str]:
    counts = {table: (await Entry.raw(f"SELECT count(*) AS rows FROM {table}"))[0]["rows"] for table in CASE_TABLES}
    return {table for table, count in counts.items() if count}


async def test_every_transaction_that_changed_a_case_logged_it(committed: None, letterhead: Letterhead) -> None:
    await load_directory()
    await load_default_rules(TODAY)
    await london.load_once(scale=SCALE, seed=2023, letterhead=letterhead, clock=lambda: TODAY)

    assert await unlogged() == {}
    assert len(await filled()) >= 25  # of what this London does not do, the verbs' own tests look into the log
    await make_child()  # as a verb would that forgot to
    assert await unlogged() == {"child": 1}
