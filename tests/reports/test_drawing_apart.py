"""Charts are drawn in a process apart: the same as here, once for the same cells, and a bad one stops no other."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from notifications.apart import ROOT
from reports.charts import svg
from reports.drawing import MOST_KEPT, DrawsApart, NotDrawn
from reports.funnel import funnel
from reports.rates import Rate

TABLE, CHART = funnel([(f"Unit {n}", Rate(80 + n, 100)) for n in range(8)], whole="London")


@pytest_asyncio.fixture
async def draws() -> AsyncIterator[DrawsApart]:
    apart = DrawsApart()
    yield apart
    await apart.close()


@pytest_asyncio.fixture
async def poisonable() -> AsyncIterator[DrawsApart]:
    apart = DrawsApart("tests.reports.poisoned_drawing", patience=2.0)
    yield apart
    await apart.close()


def process_of(apart: DrawsApart) -> int:
    assert apart._process is not None
    return apart._process.pid


def environment_of(process: int) -> bytes:
    return Path(f"/proc/{process}/environ").read_bytes()


async def test_it_draws_what_drawing_here_draws_for_both_widths(draws: DrawsApart) -> None:
    assert await draws(CHART, TABLE) == svg(CHART, TABLE).encode()
    assert await draws(CHART, TABLE, narrow=True) == svg(CHART, TABLE, narrow=True).encode()


async def test_the_same_cells_are_drawn_once_and_others_anew_by_the_same_process(draws: DrawsApart) -> None:
    first = await draws(CHART, TABLE)
    process = process_of(draws)
    await draws._end("")
    assert await draws(CHART, TABLE) is first
    assert draws._process is None
    assert await draws(CHART, replace(TABLE, rows=TABLE.rows[1:])) != first
    assert process_of(draws) != process


async def test_what_cannot_be_drawn_is_said_and_the_next_chart_is_drawn_by_the_same_process(
    draws: DrawsApart,
) -> None:
    with pytest.raises(NotDrawn, match="funnel: its table cannot be drawn so"):
        await draws(replace(CHART, kind="pie"), TABLE)
    process = process_of(draws)
    assert (await draws(CHART, TABLE)).startswith(b"<svg")
    assert process_of(draws) == process


@pytest.mark.parametrize(
    ("name", "why"), [("hang", "TimeoutError"), ("die", "IncompleteReadError"), ("swell", "EOFError")]
)
async def test_a_chart_that_stops_its_process_is_said_and_the_next_gets_a_new_one(
    poisonable: DrawsApart, name: str, why: str
) -> None:
    with pytest.raises(NotDrawn, match=why):
        await poisonable(replace(CHART, name=name), TABLE)
    assert await poisonable(CHART, TABLE)


async def test_no_more_is_kept_than_its_bound(poisonable: DrawsApart) -> None:
    for n in range(7):
        await poisonable(replace(CHART, name=f"chart {n}"), TABLE)
    assert 0 < sum(map(len, poisonable._kept.values())) <= MOST_KEPT


async def test_the_process_ends_when_no_chart_follows() -> None:
    apart = DrawsApart("tests.reports.poisoned_drawing", rest=0.1)
    await apart(CHART, TABLE)
    assert apart._ending is not None
    await apart._ending
    assert apart._process is None
    assert await apart(replace(CHART, name="another"), TABLE)
    await apart.close()


async def test_many_charts_asked_for_at_once_share_one_process(poisonable: DrawsApart) -> None:
    charts = [replace(CHART, name=f"chart {n % 3}") for n in range(9)]
    drawn = await asyncio.gather(*(poisonable(chart, TABLE) for chart in charts))
    assert all(drawn)


def test_who_asks_for_charts_does_not_load_the_drawing_libraries() -> None:
    program = "import sys, reports.drawing; sys.exit(bool({'altair', 'vl_convert'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


async def test_the_process_has_no_secret_of_ours(draws: DrawsApart) -> None:
    await draws(CHART, TABLE)
    assert environment_of(process_of(draws)) == b""
