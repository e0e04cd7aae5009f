"""The example report: a whole calendar year of the simulated London, published quarter by quarter.

    .venv/bin/python -m demo.example --scale 1 --out docs/example-report

The year is lived by the product's own verbs in the database of the state directory, and goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import processes
import supervise
from attendance import register
from attendance.marks import Mark
from attendance.tables import Attendance, Outcome
from audit.tables import Entry
from demo import london
from demo.agenda import Agenda
from demo.contacts import load_contacts
from demo.desk import Desk, Span
from demo.exchange import Exchange
from demo.ladders import load_ladders
from demo.london import WEEK, Begun
from demo.progress import Share, bar
from demo.simulated_press import PRESS
from demo.year import Year
from installation import load_reference_data
from meetings.letters import Letterhead
from meetings.tables import MeetingType
from reports import making, open_data, periods, posting, publishing
from reports.periods import Period
from reports.publication_tables import Publication, State
from settings import Settings, load_settings

NEW_YEAR, LIVED = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
MARKED = datetime(2026, 1, 26, tzinfo=UTC)  # by then the registers of December are marked
KIND = MeetingType.MISSING.value
AFTER, WINDOW = timedelta(days=20), timedelta(days=16)  # from the quarter's end to its draft, and to its release
APPROVES, RELEASES = "committee officer", "head of performance"
STATEMENT = "Read with the registers that stand behind it."
CORRECTED_UNIT, CORRECTED = "SN", 12
WHY = "Deputies had been marked as no-shows"


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


async def publish_the_year(folder: Path) -> None:
    """The four quarters are released, the second once more after a correction; all of it lies in the folder.

    What was released before stays; a draft that was left is released.
    """
    await posting.post_due(MARKED)
    await Entry.raw("ANALYZE")
    for number in (1, 2, 3, 4):
        period = periods.quarter(2025, number)
        drafted = MARKED if number == 4 else period.until + AFTER
        publication = await _latest(period)
        if publication is None:
            await publishing.draft(period, KIND, press=PRESS, despite=True, by=APPROVES, now=drafted)
        await _release(period, drafted + WINDOW)
    second, corrected = periods.quarter(2025, 2), MARKED + WINDOW
    wrong = await _latest(second)
    assert wrong is not None
    if wrong.revision == 1:
        await _correct(corrected)
        await posting.post_due(corrected)
        await publishing.revise(wrong.id, WHY, press=PRESS, despite=True, by=APPROVES, now=corrected)
    await _release(second, corrected + WINDOW)
    await open_data.write_open_data(folder, make=making.made, now=corrected + WINDOW)


async def _latest(period: Period) -> Publication | None:
    of_period = (Publication.period == period.code) & (Publication.state != State.WITHDRAWN)
    return await Publication.objects().where(of_period).order_by(Publication.revision, ascending=False).first()


async def _release(period: Period, now: datetime) -> None:
    """The period's latest publication is out, if it was not."""
    row = await _latest(period)
    assert row is not None
    if row.state == State.DRAFTED:
        await publishing.approve(row.id, STATEMENT, seen=row.sha256, press=PRESS, by=APPROVES, now=now)
    if row.state != State.RELEASED:
        await publishing.release(row.id, seen=row.sha256, press=PRESS, by=RELEASES, now=now)


async def _correct(now: datetime) -> None:
    """Seats of one unit that were marked as no-shows in May are marked as filled by a deputy."""
    may = periods.month(2025, 5)
    marked: list[dict[str, Any]] = await Attendance.raw(_MARKED_ABSENT, CORRECTED_UNIT, may.since, may.until, KIND)
    for row in marked[:CORRECTED]:
        await register.correct(
            row["meeting"], [Mark(row["seat"], Outcome.DEPUTY)], reason=WHY, by="demonstration", now=now
        )


_MARKED_ABSENT = """
SELECT seat.meeting, seat.id AS seat
FROM seat JOIN unit ON unit.id = seat.unit JOIN meeting ON meeting.id = seat.meeting
JOIN register ON register.meeting = meeting.id
JOIN LATERAL (SELECT outcome FROM attendance WHERE attendance.seat = seat.id ORDER BY id DESC LIMIT 1) AS mark ON true
WHERE unit.code = {} AND meeting.starts_at >= {} AND meeting.starts_at < {} AND meeting.type = {}
    AND meeting.state = 'scheduled' AND mark.outcome = 'no-show'
ORDER BY meeting.starts_at, seat.id
"""


async def _make(settings: Settings, scale: float, seed: int, folder: Path) -> None:
    await processes.migrate_schema()
    async with processes.database():
        await load_reference_data(NEW_YEAR)
        with london.quietly(), bar("Living 2025 in the simulated London …") as progress:
            await live_the_year(scale, seed, letterhead=processes.letterhead_of(settings), progress=progress)
        await publish_the_year(folder)


def main(given: Sequence[str] | None = None) -> None:
    """The year is lived, and its reports are published into the folder `--out`."""
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--scale", type=float, default=1.0)
    wanted.add_argument("--seed", type=int, default=2023)
    wanted.add_argument("--state", type=Path, default=Path("var/example"))
    wanted.add_argument("--out", type=Path, default=Path("var/example/published"))
    told = wanted.parse_args(given)
    with supervise.surroundings(told.state.absolute()) as around:
        os.environ.update(around.env)
        asyncio.run(_make(load_settings(), told.scale, told.seed, told.out.absolute()))


if __name__ == "__main__":
    main()
