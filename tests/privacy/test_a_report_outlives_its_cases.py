"""A report was published, its children are forgotten: the file is proved by itself, and the records say the same."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from attendance.tables import Outcome
from meetings.tables import MeetingType
from privacy.forgetting import forget
from reports import corrections_due, figures, periods, posting, publishing, recount, sealing
from reports.document import Document
from reports.figures import Asked
from reports.publication_tables import Publication, Recheck
from reports.standing_press import PRESS
from tests.factories import make_mark
from tests.privacy.cases import LONG_AGO, NAMED, Case, make_case

pytestmark = pytest.mark.usefixtures("rolled_back")
ROOT = Path(__file__).parents[2]
MAY = periods.month(2024, 5)
PUBLISHED = LONG_AGO + timedelta(days=40)


async def released() -> Publication:
    draft = await publishing.draft(MAY, MeetingType.MISSING, press=PRESS, by="analyst", now=PUBLISHED)
    row, after = await publishing.found(draft), PUBLISHED + timedelta(days=20)
    await publishing.approve(draft, "Read.", seen=row.sha256, press=PRESS, by="lead", now=after)
    await publishing.release(draft, seen=row.sha256, press=PRESS, by="chief", now=after)
    return await publishing.found(draft)


async def drawn() -> Document:
    """The report as the records and the ledger say it now, with every count in it."""
    return (await PRESS.draw(MAY, MeetingType.MISSING, PUBLISHED)).document


def verified(file: Path) -> subprocess.CompletedProcess[str]:
    """What the command says of the file, without a database and without our settings."""
    command = [sys.executable, "-m", "commands", "report", "verify", str(file)]
    elsewhere = {"DATABASE_URL": "postgresql://nowhere:1/none"}
    return subprocess.run(command, cwd=ROOT, env=elsewhere, capture_output=True, text=True)


@pytest.fixture
async def cases() -> list[Case]:
    made = [await make_case(reference=f"LCS-77{number}") for number in range(19, 26)]
    await posting.post_due(PUBLISHED)
    return made


async def test_the_published_file_verifies_and_recounts_after_every_child_in_it_is_forgotten(
    cases: list[Case], now: datetime, tmp_path: Path
) -> None:
    publication, before = await released(), await drawn()
    file = tmp_path / "report.json"
    file.write_bytes(publication.content)
    said = verified(file)
    assert said.returncode == 0
    assert "The file is unaltered." in said.stdout

    for case in cases:
        assert await forget(case.child.id, by="tests", why="period", now=now)

    assert verified(file).stdout == said.stdout
    kept = await publishing.found(publication.id)
    assert (kept.content, kept.sha256) == (publication.content, publication.sha256)
    assert not [name for name in (*NAMED, *(case.child.reference for case in cases)) if name.encode() in kept.content]

    await posting.post_due(PUBLISHED)  # what was forgotten is posted anew, and is what it was
    assert await drawn() == before
    assert await recount.check_all(now) == []
    shown = sealing.verify(publication.content).published.document
    hidden = PRESS.hide(await drawn(), shown.threshold, ())
    assert [table.rows for table in hidden.tables] == [table.rows for table in shown.tables]
    asked = Asked(MAY.since, MAY.until, MeetingType.MISSING, now)
    counted = (await figures.recount(asked)).seats.total
    assert (counted.expected, counted.not_reached) == (2 * len(cases), len(cases))
    assert counted == (await figures.count(asked)).seats.total


async def test_no_correction_is_due_because_a_child_was_forgotten_and_one_is_where_a_register_changed(
    cases: list[Case], now: datetime
) -> None:
    publication = await released()
    await forget(cases[0].child.id, by="tests", why="period", now=now)
    await corrections_due.compare_released(PRESS, now)
    assert await Recheck.exists().where(Recheck.publication == publication.id)
    assert await corrections_due.due() == {}

    other = cases[1]
    await make_mark(meeting=other.meeting, seat=other.seats[0], outcome=Outcome.NO_SHOW, reason="Corrected.")
    await posting.post_due(now)
    await corrections_due.compare_released(PRESS, now + timedelta(days=2))
    assert list(await corrections_due.due()) == [publication.id]
