"""The starting text for the assessment names tables, files and tests that are there, and all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from meetings.episode_tables import Child
from privacy.endings import ENDINGS, OF_A_CHILD, STAYING
from privacy.kinds import KINDS
from privacy.record import BEGINS, ENDS, table_of

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "dpia.md").read_text(encoding="utf-8")
RECORD = PAGE.split(BEGINS)[1].split(ENDS)[0].strip()
NAMED = sorted(set(re.findall(r"`([a-z_/]+\.py)`", PAGE.split(BEGINS)[0])))


def test_the_record_is_what_the_rooms_declare() -> None:
    """`./run forgotten record` prints it anew."""
    assert table_of(ENDINGS, OF_A_CHILD, STAYING, KINDS) == RECORD


@pytest.mark.usefixtures("rolled_back")
async def test_the_record_has_every_table_of_the_database() -> None:
    rows = await Child.raw("select tablename from pg_tables where schemaname = 'public'")
    there = {row["tablename"] for row in rows} - {"migration", "demo_delivered"}
    assert {line.split("`")[1] for line in RECORD.splitlines()[2:]} == there


@pytest.mark.parametrize("name", NAMED)
def test_each_file_and_test_that_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (ROOT / "tests" / name).exists()
