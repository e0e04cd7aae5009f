"""The log verified: each altered, missing or added entry is named, whoever did it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from audit import chain, sealing, trail, verifying
from audit.seal_tables import Batch
from audit.tables import Entry
from audit_commands import told

WHEN = "sealed on 18 November 2026 at 10:00 UTC"


async def three_batches(now: datetime) -> list[chain.Head]:
    """Three batches of two entries each, numbered 1 to 6; their heads, as they were sent elsewhere."""
    heads = []
    for number in range(3):
        await trail.record("coordinator", "moved", f"meeting:{number}", now=now, detail={"by": 15})
        await trail.record("partner", "opened the meeting", f"meeting:{number}", now=now)
        await sealing.seal_due(now)
        newest = await sealing.newest()
        assert newest
        heads.append(newest)
    return heads


async def by_hand(*statements: str) -> None:
    """As somebody who owns the database does, past the application."""
    from piccolo_conf import DB

    connection = await DB.get_new_connection()
    try:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def findings(heads: Sequence[chain.Head] = ()) -> list[str]:
    return (await verifying.verify(heads)).findings


async def test_a_log_that_nobody_touched_is_as_it_was_sealed(committed: None, now: datetime) -> None:
    heads = await three_batches(now)
    await trail.record("coordinator", "moved", "meeting:9", now=now)

    done = await verifying.verify(heads)

    assert (done.findings, done.entries, done.batches, done.compared, done.unsealed) == ([], 6, 3, 3, 1)
    assert told(done, heads) == [
        "Compared 6 entries with 3 batches. Each is as it was sealed.",
        f"The newest seal: convene-audit-head 1 3 6 2026-11-18T10:00:00+00:00 {heads[2].hash}",
        "Not sealed yet: 1 entries, the oldest of 18 November 2026 10:00 UTC.",
        "3 of 3 heads from elsewhere agree, the newest of batch 3.",
    ]


async def test_abuse_case_40_an_entry_that_a_database_administrator_edits_is_named(
    committed: None, now: datetime
) -> None:
    await three_batches(now)

    await by_hand(
        "UPDATE audit_entry SET actor = 'somebody else' WHERE id = 3",
        "UPDATE audit_entry SET detail = '{}', at = at + interval '1 day' WHERE id = 5",
    )

    assert await findings() == [
        f"Entry 3 was altered: its actor differs from batch 2, {WHEN}.",
        f"Entry 5 was altered: its time and detail differ from batch 3, {WHEN}.",
    ]


async def test_abuse_case_40_an_entry_that_a_database_administrator_deletes_is_named(
    committed: None, now: datetime
) -> None:
    await three_batches(now)

    await by_hand("DELETE FROM audit_entry WHERE id = 4")

    assert await findings() == [f"Entry 4 is missing: it is in batch 2, {WHEN}."]


async def test_abuse_case_40_an_entry_that_a_database_administrator_inserts_is_named(
    committed: None, now: datetime
) -> None:
    await three_batches(now)
    columns = "INSERT INTO audit_entry (id, at, actor, action, subject, detail) VALUES"

    await by_hand(
        "DELETE FROM audit_entry WHERE id = 4",
        f"{columns} (4, now(), 'partner', 'moved', 'meeting:1', '{{}}')",
        f"{columns} (-2, now(), 'partner', 'moved', 'meeting:1', '{{}}')",
        f"{columns} (7000, now(), 'partner', 'moved', 'meeting:1', '{{}}')",
    )

    assert await findings() == [
        f"Entry 4 was altered: its time and action differ from batch 2, {WHEN}.",
        "Entry -2 was added: the log never gave out its number.",
        "Entry 7000 was added: the log never gave out its number.",
    ]


async def test_an_entry_put_into_a_gap_is_named(committed: None, now: datetime) -> None:
    await by_hand("SELECT nextval('audit_entry_id_seq')")  # as a transaction that is rolled back does
    await three_batches(now)

    await by_hand("INSERT INTO audit_entry (id, at, actor, action, subject) VALUES (1, now(), 'a', 'b', 'c')")

    assert await findings() == [f"Entry 1 was added: it is not in batch 1, {WHEN}."]


async def test_abuse_case_40_an_edit_sealed_anew_is_found_by_the_head_that_was_sent_elsewhere(
    committed: None, now: datetime
) -> None:
    heads = await three_batches(now)
    await by_hand("UPDATE audit_entry SET actor = 'somebody else' WHERE id = 3")

    await seal_anew(since=2)

    assert await findings() == []  # nothing within this database can tell
    found = (  # batch 3 follows from batch 2, so its head differs too
        "Batch 2 has another head than was sent elsewhere: "
        "something after entry 2, up to entry 4, was altered and sealed anew."
    )
    assert await findings(heads) == [found]


async def seal_anew(since: int) -> None:
    """The seals from this batch on are computed again from what stands in the log now."""
    for batch in await Batch.objects().where(Batch.number >= since).order_by(Batch.number):
        before = await Batch.objects().get(Batch.number == batch.number - 1)
        assert before
        rows = await Entry.raw(sealing.ENTRIES, batch.after, batch.upto, sealing.MOST)
        lines = b"".join(chain.line(chain.Row(**row)) for row in rows)
        head = chain.head(before.head, batch.number, batch.after, batch.upto, batch.sealed_at, lines)
        await by_hand(
            f"UPDATE audit_batch SET previous = '{before.head}', head = '{head}', lines = '\\x{lines.hex()}' "
            f"WHERE number = {batch.number}"
        )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "DELETE FROM audit_batch WHERE number = 2",
            [
                "Batch 2 is missing: the seal of entries after 2 was removed.",
                "Batch 3 does not follow from batch 1: its seal was altered.",
            ],
        ),
        (
            "DELETE FROM audit_batch WHERE number = 3",
            ["Batch 3 was sent elsewhere and is not here: the newest seals were removed."],
        ),
        (
            "UPDATE audit_batch SET lines = substr(lines, 1, 50), entries = 1 WHERE number = 2",
            [
                "Batch 2 does not give its own head: its seal was altered.",
                f"Entry 4 was added: it is not in batch 2, {WHEN}.",
            ],
        ),
    ],
)
async def test_a_seal_that_was_removed_or_altered_is_named(
    committed: None, now: datetime, statement: str, expected: list[str]
) -> None:
    heads = await three_batches(now)

    await by_hand(statement)

    assert await findings(heads) == expected


async def test_of_very_many_findings_the_first_are_told_and_the_rest_counted(
    committed: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await three_batches(now)
    monkeypatch.setattr(verifying, "TOLD", 2)

    await by_hand("UPDATE audit_entry SET actor = 'somebody else'")

    done = await verifying.verify()
    assert (len(done.findings), done.more) == (2, 4)
    assert "And 4 more." in told(done, [])


def test_heads_are_read_from_a_file_or_from_letters_pasted_together(now: datetime) -> None:
    head = chain.Head(12, 3456, now, "ab" * 32)

    wrapped = head.text().replace(" ", "\n")  # as some mail clients copy a long line
    pasted = (
        f"Date: today\n> {head.text()}\n{wrapped}\r\nsomething else\n{chain.Head(13, 3460, now, 'cd' * 32).text()}"
    )

    assert chain.read_heads(pasted) == [head, head, chain.Head(13, 3460, now, "cd" * 32)]


def test_what_another_program_needs_to_verify_a_line_is_what_the_docstring_says(now: datetime) -> None:
    import hashlib

    row = chain.Row(7, now, "Zoë", "moved", "meeting:1", '{"by": 15}')

    text = '[7,"2026-11-18T10:00:00.000000+00:00","Zoë","moved","meeting:1","{\\"by\\": 15}"]'
    assert chain.read_line(chain.line(row)).digest == hashlib.sha256(text.encode()).digest()
