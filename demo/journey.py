"""`./run journey`: the whole job once, on real parts, in a database of its own, and a reckoning at the end.

SSDA903 files become history; a simulated week of reports calls for meetings; the invitations leave by SMTP; officers
answer by calendar mail through the mail doors; registers are marked; the report is drawn up; and every count is held
against another that was made on a different side. The clock is passed in, so the weeks take seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

import processes
from demo import books, london, paper, scratch
from demo.agenda import Agenda
from demo.city import City
from demo.contacts import load_contacts
from demo.desk import Desk, Span
from demo.progress import Share, bar
from demo.tally import Line, differences
from demo.wire import SetClock, Wire, open_doors
from demo.year import Year
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.intake import files as ssda903
from meetings.intake.files import ImportResult
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingType
from postgres import NoEmbeddedPostgres
from reports import committee, figures, periods, posting, software
from reports.document import Document, printed
from reports.figures import Asked
from reports.rates import DoesNotReconcile
from web.moments import london_date

BEGINS = datetime(2026, 10, 19, 0, 0, tzinfo=UTC)  # a Monday; the clocks of London go back at the week's end
WEEK, ENDS = timedelta(days=7), BEGINS + timedelta(days=42)
EPISODES = 60
WIDE = 130  # characters a line where the output is no terminal
FILES = Path(__file__).parent / "data" / "ssda903"
AUTHORITY = "E09000022"  # whose files those are taken to be
_SCALE = 1 / 6  # of the city from which the week's episodes are drawn


@dataclass(frozen=True)
class JourneyResult:
    """What one journey did: the import, the books, the report, and the story in sentences."""

    imported: ImportResult
    lines: list[Line]
    report: Document
    story: list[str]

    @property
    def differences(self) -> list[Line]:
        return differences(self.lines)


class NoFiles(ValueError):
    """The folder holds no file of missing episodes; the message names it."""


class NoSuchFolder(ValueError):
    """The counts cannot be written where they were asked for."""


def run(files: Path | None, json_file: Path | None, seed: int) -> int:
    """One journey in a scratch database, printed as it ends; 0 where everything reconciles, else 1 (2: not begun)."""
    console = Console()
    console = console if console.is_terminal else Console(width=WIDE)
    try:
        contents = read_files(files or FILES)
        check_place(json_file)
        with scratch.database() as url:
            os.environ |= {"DATABASE_URL": url, "CONVENE_DEMO": "yes"}
            with bar("On the journey …") as progress:
                result = asyncio.run(_on_scratch(contents, seed, progress))
    except (NoFiles, NoSuchFolder, scratch.NoScratchDatabase, NoEmbeddedPostgres) as not_begun:
        console.print(str(not_begun), markup=False)
        return 2
    except DoesNotReconcile as difference:
        console.print(f"DIFFERENCE. {difference}", markup=False)
        return 1
    folder = Path(os.environ.get("CONVENE_STATE", "var")).absolute() / "journey"
    _tell(console, result, paper.write(result.report, folder))
    if json_file is not None:
        json_file.write_text(json.dumps(counts(result), indent=2) + "\n", encoding="utf-8")
    return 1 if result.differences else 0


async def journey(
    missing: bytes,
    episodes: bytes | None,
    *,
    seed: int,
    letterhead: Letterhead,
    number: int = EPISODES,
    progress: Share = lambda share: None,
) -> JourneyResult:
    """The whole job on the database at hand, which must be migrated and empty.

    :param missing: :param episodes: the two SSDA903 files.
    :param number: how many live episodes the week has.
    """
    clock = SetClock(BEGINS)
    await load_directory()
    await load_contacts(BEGINS)
    await load_default_rules(BEGINS)
    imported = await ssda903.import_files(
        missing, episodes, authority=AUTHORITY, actor="journey", now=BEGINS, dry_run=False
    )
    week = await a_week(seed, number)
    async with open_doors(letterhead, clock) as doors:
        agenda = Agenda()
        post = Wire(seed, letterhead, agenda, doors, clock)
        desk = Desk(seed, letterhead, agenda, post, Span(ENDS, leaves_from=ENDS, reminds_from=BEGINS))
        year = Year(week, agenda=agenda, desk=desk, post=post, until=ENDS)
        await year.begin(BEGINS)
        for day in range(1, (ENDS - BEGINS).days + 1):
            await year.live(BEGINS + timedelta(days=day))
            progress(min(day / 25, 1))
    counted, report = await _report()
    lines = [
        *await books.intake(imported, ssda903.source_of(AUTHORITY), len(week.episodes)),
        *await books.meetings(desk.done, counted),
        *await books.letters(post.posting),
        *await books.answers(post.posting),
        *await books.reminders(),
        *await books.figures(counted),
    ]
    return JourneyResult(imported, lines, report, await books.story())


async def a_week(seed: int, number: int) -> City:
    """So many episodes of one week, drawn from a whole city, and the placement moves of that week."""
    until = BEGINS + WEEK
    city = await london.city_of(london.Begun(seed, _SCALE, until, BEGINS, finished=False))
    live = [episode for episode in city.episodes if BEGINS < episode.reported_at <= until]
    chosen = random.Random(f"week {seed}").sample(live, min(number, len(live)))
    moves = tuple(move for move in city.moves if BEGINS < move.moved_at <= until)
    return City(tuple(sorted(chosen, key=lambda episode: episode.reported_at)), moves)


def read_files(folder: Path) -> tuple[bytes, bytes | None]:
    """The files of missing and of placement episodes in a folder; the second may be absent.

    :raises NoFiles: when there is no file of missing episodes.
    """
    missing, episodes = folder / "missing.csv", folder / "episodes.csv"
    if not missing.is_file():
        raise NoFiles(f"There is no missing.csv in {folder}. Nothing was done. Give a folder that has one.")
    return missing.read_bytes(), episodes.read_bytes() if episodes.is_file() else None


def check_place(file: Path | None) -> None:
    """:raises NoSuchFolder: before the journey rather than after it."""
    if file is not None and not file.absolute().parent.is_dir():
        raise NoSuchFolder(f"There is no folder {file.absolute().parent} for the counts. Nothing was done.")


def counts(result: JourneyResult) -> dict[str, object]:
    """The counts for a machine to read."""
    attendance = paper.table(result.report, "attendance")
    heads = [column.title for column in attendance.columns]
    return {
        "reconciled": not result.differences,
        "refused_rows": [str(problem) for problem in result.imported.problems if problem.refused],
        "books": [asdict(line) for line in result.lines],
        "attendance": [dict(zip(heads, map(printed, row), strict=True)) for row in attendance.rows],
    }


async def _on_scratch(contents: tuple[bytes, bytes | None], seed: int, progress: Share) -> JourneyResult:
    letterhead = Letterhead(
        domain="invites.convene.example",
        mailbox="meetings",
        sender_name="Convene meetings",
        marking="OFFICIAL-SENSITIVE",
        base_url="https://convene.example",
        secret=secrets.token_urlsafe(32),
    )
    await processes.migrate_schema()
    async with processes.database():
        return await journey(*contents, seed=seed, letterhead=letterhead, progress=progress)


async def _report() -> tuple[figures.Counted, Document]:
    """The report of the weeks in which the journey's meetings lie."""
    await Meeting.raw("ANALYZE")
    await posting.post_due(ENDS)
    kind = MeetingType.MISSING.value
    period = periods.between(london_date(BEGINS), london_date(ENDS))
    counted = await figures.count(Asked(period.since, period.until, kind, ENDS))
    return counted, committee.compile(counted, period, kind, ENDS, software=software.version())


def _tell(console: Console, result: JourneyResult, written: list[Path]) -> None:
    console.print(f"SSDA903 files: {result.imported.sentence()}")
    for problem in result.imported.problems:
        console.print(f"  {problem}", markup=False)
    for sentence in result.story:
        console.print(sentence, markup=False)
    console.print(paper.books(result.lines))
    console.print(paper.attendance(paper.table(result.report, "attendance")))
    console.print(result.report.finding)
    for path in written:
        console.print(str(path), markup=False, soft_wrap=True)
    for line in result.differences:
        console.print(f"DIFFERENCE. {line}", markup=False)
    console.print("Not everything reconciles." if result.differences else "Everything reconciled.")
