"""The example report: a whole calendar year of the simulated London, published quarter by quarter.

    .venv/bin/python -m demo.example --scale 1 --out docs/example-report

The year is lived by the product's own verbs in the database of the state directory, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import processes
import supervise
from audit.tables import Entry
from commands import load_reference_data
from demo import london
from demo.agenda import Agenda
from demo.contacts import load_contacts
from demo.desk import Desk, Span
from demo.exchange import Exchange
from demo.ladders import load_ladders
from demo.london import WEEK, Begun
from demo.progress import Share, bar
from demo.year import Year
from meetings.letters import Letterhead
from settings import Settings, load_settings

NEW_YEAR, LIVED = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
MARKED = datetime(2026, 1, 26, tzinfo=UTC)  # by then the registers of December are marked


async def live_the_year(scale: float, seed: int, *, letterhead: Letterhead, progress: Share) -> None:
    """All of 2025 has happened, and what follows from it until the registers are marked; a stopped one goes on."""
    await load_contacts(NEW_YEAR)
    await load_ladders(NEW_YEAR)
    begun = await london.begun_before() or Begun(seed, scale, LIVED, NEW_YEAR, False)
    if begun.finished:
        return
    agenda = Agenda()
    post = Exchange(begun.seed, letterhead, agenda, unusual_from=MARKED)
    desk = Desk(begun.seed, letterhead, agenda, post, Span(MARKED, leaves_from=MARKED, reminds_from=MARKED))
    year = Year(await london.city_of(begun), agenda=agenda, desk=desk, post=post, until=LIVED)
    reached = begun.reached
    await year.begin(reached)
    while reached < MARKED:
        end = min(reached + WEEK, MARKED)
        async with Entry._meta.db.transaction():
            await year.tidy(reached)
            await year.live(end)
            await london.note("history finished" if end == MARKED else "history reached", begun, end)
        reached = end
        progress((reached - NEW_YEAR) / (MARKED - NEW_YEAR))


async def _make(settings: Settings, scale: float, seed: int) -> None:
    await processes.migrate_schema()
    async with processes.database():
        await load_reference_data(NEW_YEAR)
        with london.quietly(), bar("Living 2025 in the simulated London …") as progress:
            await live_the_year(scale, seed, letterhead=processes.letterhead_of(settings), progress=progress)


def main(given: Sequence[str] | None = None) -> None:
    """The year is lived, and its report published, in files under `--out`."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--scale", type=float, default=1.0)
    wanted.add_argument("--seed", type=int, default=2023)
    wanted.add_argument("--state", type=Path, default=Path("var/example"))
    told = wanted.parse_args(given)
    with supervise.surroundings(told.state.absolute()) as around:
        os.environ.update(around.env)
        asyncio.run(_make(load_settings(), told.scale, told.seed))


if __name__ == "__main__":
    main()
