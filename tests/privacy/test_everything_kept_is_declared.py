"""Every table says how what is in it ends, or why it stays; and what each room says can be done."""

from __future__ import annotations

import pytest

import attendance.keeping
import audit.keeping
import demo.keeping
import directory.keeping
import meetings.keeping
import notifications.keeping
import privacy.keeping
import reports.keeping
import web.keeping
from meetings.episode_tables import Child
from privacy.endings import ENDINGS, OF_A_CHILD, OF_AN_ADDRESS
from privacy.kinds import CASES, KINDS

STAYING = [
    (room.__name__.partition(".")[0], table, why)
    for room in (
        *(audit.keeping, notifications.keeping, web.keeping, directory.keeping, meetings.keeping),
        *(attendance.keeping, reports.keeping, privacy.keeping, demo.keeping),
    )
    for table, why in room.STAYING.items()
]
ENDING = {one.table for one in ENDINGS} | {one.table for one in OF_A_CHILD}


async def tables() -> set[str]:
    rows = await Child.raw("select tablename from pg_tables where schemaname = 'public' and tablename <> 'migration'")
    return {row["tablename"] for row in rows}


@pytest.mark.usefixtures("rolled_back")
async def test_every_table_ends_or_says_why_it_stays() -> None:
    declared = ENDING | {table for _, table, _ in STAYING}
    unsaid = await tables() - declared
    assert not unsaid, f"say in the room's keeping.py how these end, or why they stay: {sorted(unsaid)}"


@pytest.mark.usefixtures("rolled_back")
async def test_what_is_declared_is_there_and_stays_or_ends() -> None:
    assert (ENDING | {table for _, table, _ in STAYING}) <= await tables()
    assert not ENDING & {table for _, table, _ in STAYING}
    assert all(why.strip() for _, _, why in STAYING)


@pytest.mark.usefixtures("rolled_back")
async def test_every_row_that_leads_to_a_child_is_declared_as_the_childs() -> None:
    """By foreign keys from table to table: what can be reached from a child holds something of it."""
    rows = await Child.raw(
        "select c.conrelid::regclass::text as table, c.confrelid::regclass::text as of from pg_constraint c "
        "where c.contype = 'f'"
    )
    reached = {"child"}
    not_led = {
        "series_invitation",
        "departure_seat",
        "escalation_step",
        "escalation_notice",
        "kept_plan",
        "departure",
    }
    while more := {row["table"] for row in rows if row["of"] in reached} - reached - not_led:
        reached |= more
    assert reached <= {one.table for one in OF_A_CHILD}


def test_every_kind_is_somebodys() -> None:
    assert {one.kind for one in ENDINGS} | {CASES} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: str(kind.code))
def test_a_default_lies_within_what_may_be_chosen_and_is_argued(kind: object) -> None:
    assert isinstance(kind, type(KINDS[CASES]))
    assert 1 <= kind.least <= kind.days <= kind.most
    assert len(kind.why) > 20


@pytest.mark.parametrize("one", OF_AN_ADDRESS, ids=lambda one: f"{one.table}.{one.column}")
@pytest.mark.usefixtures("rolled_back")
async def test_what_an_address_may_ask_for_can_be_read(one: object) -> None:
    assert isinstance(one, type(OF_AN_ADDRESS[0]))
    columns = ", ".join(one.shown)
    assert await Child.raw(f"select {columns} from {one.table} where {one.column} = {{}}", "x@y.example") == []


@pytest.mark.usefixtures("rolled_back")
async def test_every_column_of_an_address_is_declared() -> None:
    """A mail address is 254 characters long; who is named by one may ask what is held."""
    rows = await Child.raw(
        "select table_name, column_name from information_schema.columns where table_schema = 'public' "
        "and data_type = 'character varying' and character_maximum_length = 254"
    )
    found = {(row["table_name"], row["column_name"]) for row in rows}
    ours = {  # our own addresses, what the demonstration received, and what is given by somebody already in the list
        ("outbound_mail", "envelope_from"),
        ("inbound_mail", "envelope_to"),
        ("demo_delivered", "envelope_from"),
        ("demo_delivered", "recipient"),
        ("invitation", "delegated_from"),
        ("privacy_request", "subject"),
    }
    assert found - ours <= {(one.table, one.column) for one in OF_AN_ADDRESS}
