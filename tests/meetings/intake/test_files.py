"""Whole files become episodes, or nothing does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from audit.tables import Entry
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.episode_tables import Child, Episode
from meetings.intake.csvfile import as_csv
from meetings.intake.errors import RefusedReport
from meetings.intake.files import ImportResult, import_files
from meetings.noticing import notice
from meetings.tables import Trigger

SAMPLES = Path(__file__).parents[2] / "samples" / "ssda903"
HEADER = "CHILD,DOB,MISSING,MIS_START,MIS_END"
LAMBETH = "E09000022"


async def take_in(
    *lines: str, now: datetime, care: bytes | None = None, dry_run: bool = False, **options: Any
) -> ImportResult:
    return await import_files(
        "\n".join([HEADER, *lines]).encode(),
        care,
        authority=LAMBETH,
        actor="coordinator",
        now=now,
        dry_run=dry_run,
        **options,
    )


@pytest.mark.usefixtures("directory")
async def test_the_public_files_come_in_as_history_that_never_calls_for_a_meeting(now: datetime) -> None:
    result = await import_files(
        (SAMPLES / "missing.csv").read_bytes(),
        (SAMPLES / "episodes.csv").read_bytes(),
        authority=LAMBETH,
        actor="coordinator",
        now=now,
        dry_run=False,
    )
    assert (result.read, result.new, result.history, result.refused, result.triggers) == (43, 43, 43, 0, 0)
    assert await notice(now + timedelta(days=1)) == 0
    assert await Trigger.count() == 0


@pytest.mark.usefixtures("directory")
async def test_the_same_files_again_change_nothing(now: datetime) -> None:
    lines = ("C1,12/03/2012,M,13/11/2025,25/11/2025", "C1,12/03/2012,A,16/11/2026,")
    await take_in(*lines, now=now)
    before = await Episode.select().order_by(Episode.source_reference)
    result = await take_in(*lines, now=now + timedelta(hours=1))
    assert (result.new, result.changed, result.unchanged, result.triggers) == (0, 0, 2, 0)
    assert await Episode.select().order_by(Episode.source_reference) == before


@pytest.mark.usefixtures("directory")
async def test_days_become_the_start_of_the_first_and_the_end_of_the_last(now: datetime) -> None:
    await take_in("C1,,M,01/07/2026,02/07/2026", now=now)
    (episode,) = await Episode.select()
    assert episode["started_at"] == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert episode["ended_at"] == datetime(2026, 7, 2, 23, tzinfo=UTC)
    assert (episode["started_by_day"], episode["ended_by_day"]) == (True, True)
    assert (episode["source"], episode["source_reference"]) == ("ssda903:E09000022", "C1/2026-07-01")


@pytest.mark.usefixtures("directory")
async def test_no_birth_date_or_postcode_reaches_the_database(now: datetime) -> None:
    care = b"CHILD,DECOM,DEC,REC,PL_POST\nC1,01/01/2024,,,WD10 6ZQ"
    await take_in("C1,12/03/2012,M,01/07/2026,02/07/2026", now=now, care=care)
    stored = str([await table.select() for table in (Child, Episode, Entry)])
    assert "2012" not in stored
    assert "WD10" not in stored
    assert [row["age_band"] for row in await Episode.select(Episode.age_band)] == [""]


@pytest.mark.usefixtures("directory")
async def test_the_age_band_is_kept_where_it_is_wanted_and_stays(now: datetime) -> None:
    line = "C1,12/03/2012,M,01/07/2026,02/07/2026"
    await take_in(line, now=now, age_bands=True)
    again = await take_in(line, now=now)
    assert (again.changed, again.unchanged) == (0, 1)
    assert [row["age_band"] for row in await Episode.select(Episode.age_band)] == ["10-14"]


@pytest.mark.usefixtures("directory")
async def test_good_lines_come_in_and_bad_ones_are_told(now: datetime) -> None:
    result = await take_in("C1,,M,01/07/2026,02/07/2026", "C2,,M,02/07/2026,01/07/2026", now=now)
    assert (result.read, result.new, result.refused) == (2, 1, 1)
    assert as_csv(result.problems).splitlines()[1].startswith("missing,3,MIS_END,01/07/2026,refused,")
    assert str(result.problems[0]).startswith(
        "missing, line 3, MIS_END 01/07/2026: The last day is before the first."
    )
    assert await Child.count() == 1


@pytest.mark.usefixtures("directory")
async def test_the_result_is_told_in_a_sentence(now: datetime) -> None:
    lines = ("C1,,M,01/07/2026,02/07/2026", "C2,,X,02/07/2026,", "C3,,M,17/11/2026,")
    dry, real = await take_in(*lines, now=now, dry_run=True), await take_in(*lines, now=now)
    assert dry.sentence().startswith(
        "3 lines read: 2 would be new (1 as history only), 0 would be changed, 0 unchanged"
    )
    assert real.sentence().endswith("1 refused; 0 warnings. Rules called for a meeting 1 time.")
    assert (dry.taken, real.taken) == (2, 2)


@pytest.mark.usefixtures("directory")
async def test_an_open_episode_calls_for_a_meeting(now: datetime) -> None:
    result = await take_in("C1,,M,16/11/2026,", now=now)
    assert (result.history, result.triggers) == (0, 1)
    assert [row["rule_code"] for row in await Trigger.select()] == ["OPEN24-CARE"]


@pytest.mark.usefixtures("directory")
@pytest.mark.parametrize(("last_day", "history"), [("20/10/2026", 1), ("21/10/2026", 0)])
async def test_an_episode_that_ended_more_than_28_days_ago_is_history(
    now: datetime, last_day: str, history: int
) -> None:
    result = await take_in(f"C1,,M,01/10/2026,{last_day}", now=now)
    assert (result.history, result.triggers > 0) == (history, not history)


@pytest.mark.usefixtures("directory")
async def test_the_age_at_which_episodes_become_history_can_be_set(now: datetime) -> None:
    result = await take_in("C1,,M,01/10/2026,20/10/2026", now=now, history_after_days=60)
    assert (result.history, result.triggers) == (0, 2)


@pytest.mark.usefixtures("directory")
async def test_history_counts_for_the_child_who_goes_missing_again(now: datetime) -> None:
    result = await take_in("C1,,M,01/10/2026,02/10/2026", "C1,,M,05/10/2026,06/10/2026", "C1,,M,17/11/2026,", now=now)
    assert (result.history, result.triggers) == (2, 2)
    assert {row["rule_code"] for row in await Trigger.select()} == {"REPEAT", "OPEN24-CARE"}


@pytest.mark.usefixtures("directory")
async def test_an_end_that_comes_with_a_later_file_closes_the_episode(now: datetime) -> None:
    await take_in("C1,,M,16/11/2026,", now=now)
    result = await take_in("C1,,M,16/11/2026,17/11/2026", now=now)
    assert (result.changed, result.unchanged) == (1, 0)
    (episode,) = await Episode.select()
    assert episode["ended_at"] == datetime(2026, 11, 18, tzinfo=UTC)
    assert await Entry.count().where(Entry.action == "episode closed") == 1


@pytest.mark.usefixtures("directory")
async def test_an_episode_that_ended_today_is_taken(now: datetime) -> None:
    assert (await take_in("C1,,M,16/11/2026,18/11/2026", now=now)).new == 1


@pytest.mark.usefixtures("directory")
async def test_what_called_for_a_meeting_does_not_turn_into_history_by_a_later_file(now: datetime) -> None:
    await take_in("C1,,M,16/11/2026,", now=now)
    await take_in("C1,,M,16/11/2026,17/11/2026", now=now + timedelta(days=60))
    assert [row["history_only"] for row in await Episode.select(Episode.history_only)] == [False]


@pytest.mark.usefixtures("directory")
async def test_a_dry_run_says_the_same_and_writes_nothing(now: datetime) -> None:
    lines = ("C1,,M,01/07/2026,02/07/2026", "C2,,X,02/07/2026,")
    entries = await Entry.count()
    dry = await take_in(*lines, now=now, dry_run=True)
    assert (await Episode.count(), await Child.count(), await Entry.count()) == (0, 0, entries)
    real = await take_in(*lines, now=now)
    assert (dry.read, dry.new, dry.refused, dry.problems) == (real.read, real.new, real.refused, real.problems)


@pytest.mark.usefixtures("directory")
async def test_the_import_is_logged_with_its_counts(now: datetime) -> None:
    await take_in("C1,,M,01/07/2026,02/07/2026", now=now)
    entry = await Entry.select().where(Entry.action == "files imported").first()
    assert entry is not None
    assert (entry["actor"], entry["subject"]) == ("coordinator", "source:ssda903:E09000022")


@pytest.mark.usefixtures("directory")
async def test_more_lines_than_one_statement_takes_are_all_taken(now: datetime) -> None:
    result = await take_in(*[f"C{n},,M,01/07/2026,02/07/2026" for n in range(600)], now=now)
    assert result.new == await Episode.count() == 600


@pytest.mark.usefixtures("directory")
async def test_an_authority_that_is_no_place_is_refused(now: datetime) -> None:
    with pytest.raises(RefusedReport, match="There is no place"):
        await import_files(b"", None, authority="Nowhere", actor="coordinator", now=now, dry_run=False)


async def test_a_failure_in_the_middle_leaves_nothing_behind(
    committed: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await load_directory()
    await load_default_rules(now)

    async def fails(*_: object) -> int:
        raise ConnectionError("the database went away")

    monkeypatch.setattr("meetings.intake.files.notice_children", fails)
    with pytest.raises(ConnectionError):
        await take_in("C1,,M,16/11/2026,", now=now)
    assert (await Episode.count(), await Child.count()) == (0, 0)
