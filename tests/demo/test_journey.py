"""The whole job runs over real sockets and its books agree; broken files name their lines and stop nothing."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from demo import books, journey
from demo.tally import Line, differences
from demo.wire import Posting
from meetings.letters import Letterhead
from tests.notifications.outgoing.outbox_checks import check_all_sent

ROOT = Path(__file__).parents[2]
BROKEN = """\
CHILD,DOB,MISSING,MIS_START,MIS_END
510000,12/03/2002,A,13/11/2017,25/11/2017
510001,12/03/2002,M,31/02/2018,01/03/2018
510002,12/03/2002,X,01/02/2018,03/02/2018
510003,12/03/2002,M,09/02/2018,01/02/2018
510004,12/03/2002,M,09/02/2018
"""


async def test_every_count_of_a_journey_agrees_with_its_other_side(committed: None, letterhead: Letterhead) -> None:
    result = await journey.journey(*journey.read_files(journey.FILES), seed=5, letterhead=letterhead, number=14)
    assert [str(line) for line in result.differences] == []
    counted = {f"{line.what} {line.one_side}": line.one for line in result.lines}
    assert counted["Lines of the files read"] == 43
    assert counted["Live episodes reported by the sources"] == 14
    assert counted["Meetings held in the rows"] > 0
    assert counted["Letters written"] > counted["Invitations made"] > 0
    assert counted["Answers applied"] > 0
    assert (await check_all_sent())["REQUEST"] > 0


async def test_a_letter_that_the_books_miss_is_a_difference(rolled_back: None) -> None:
    lines = await books.letters(Posting(accepted=1))
    assert [line.what for line in differences(lines)] == ["Letters", "Letters"]


async def test_a_week_is_the_same_for_the_same_seed(rolled_back: None, london: None) -> None:
    assert await journey.a_week(7, 60) == await journey.a_week(7, 60)


async def test_a_week_has_as_many_episodes_as_asked_all_reported_within_it(rolled_back: None, london: None) -> None:
    week = await journey.a_week(2023, 60)
    reported = [episode.reported_at for episode in week.episodes]
    assert len(reported) == 60
    assert journey.BEGINS < min(reported) <= max(reported) <= journey.BEGINS + timedelta(days=7)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder of files in which four of five lines cannot be used."""
    (tmp_path / "missing.csv").write_text(BROKEN)
    shutil.copy(journey.FILES / "episodes.csv", tmp_path)
    return tmp_path


def walk(*, files: Path, tmp_path: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One journey in a process and a database of its own, as the command does it."""
    counts = tmp_path / "counts.json"
    program = (
        "import sys; from pathlib import Path; from demo import journey; "
        "sys.exit(journey.run(Path(sys.argv[1]), Path(sys.argv[2]), 2023))"
    )
    environment = os.environ | {"CONVENE_STATE": str(tmp_path / "state")}
    done = subprocess.run(
        [sys.executable, "-c", program, str(files), str(counts)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done, counts


def test_a_journey_over_broken_files_names_each_broken_line_and_ends_well(broken: Path, tmp_path: Path) -> None:
    done, counts = walk(files=broken, tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(counts.read_text())
    assert told["reconciled"]
    for line in (3, 4, 5, 6):
        assert any(f"line {line}," in row or f"line {line}:" in row for row in told["refused_rows"]), line
        assert f"missing, line {line}" in done.stdout
    assert "Everything reconciled" in done.stdout
    assert (tmp_path / "state" / "journey" / "report.html").stat().st_size > 1000
    assert (tmp_path / "state" / "journey" / "attendance.csv").stat().st_size > 1000


def test_a_folder_without_the_file_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert journey.run(tmp_path, None, 2023) == 2
    assert "There is no missing.csv" in capsys.readouterr().out


def test_a_place_for_the_counts_that_is_not_there_is_told_before_the_journey(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert journey.run(None, tmp_path / "nowhere" / "counts.json", 2023) == 2
    assert "There is no folder" in capsys.readouterr().out


def test_two_counts_that_differ_are_told_with_both_their_numbers() -> None:
    line = Line("Letters", "written", 12, "sent", 11)
    assert str(line) == "Letters: 12 written, but 11 sent."
