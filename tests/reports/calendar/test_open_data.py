"""The open-data folder: every release in every format, nothing ever altered, and lists that lead to all of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from notifications import troubles
from reports import open_data
from reports.delivery_tables import MadeFile
from reports.made_files import stored
from reports.open_data import write_open_data
from reports.open_data_layout import FILES, folder_of
from reports.publication_tables import Publication, State
from reports.sealing import NotAsPublished, verify
from tests.reports.calendar.drafts import make_publication
from tests.reports.calendar.making import Press

KIND = "missing-strategy-meeting"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "open data"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its path, hidden ones among them."""
    found = (Path(place) / name for place, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(f"{open_data.HIDDEN}*")]


async def written(folder: Path, now: datetime, press: Press | None = None) -> int:
    return await write_open_data(folder, make=(press or Press()).make, now=now)


async def corrected(now: datetime) -> tuple[Publication, Publication]:
    """A release and its correction."""
    first = await make_publication(now=now, state=State.RELEASED)
    second = await make_publication(
        now=now + timedelta(days=1), state=State.RELEASED, revision=2, supersedes=first, reason="Registers corrected."
    )
    return first, second


@pytest.mark.usefixtures("rolled_back")
class TestTheFolder:
    async def test_a_release_is_there_in_every_format(self, folder: Path, now: datetime) -> None:
        row = await make_publication(now=now, state=State.RELEASED)
        assert await written(folder, now) == 1
        at = f"2026-Q3/{KIND}/r1"
        assert sorted(tree(folder)) == sorted([*(f"{at}/{name}" for name, _, _ in FILES), "index.html", "index.json"])
        assert verify((folder / at / "report.json").read_bytes()).sha256 == row.sha256

    async def test_drafts_are_not_there(self, folder: Path, now: datetime) -> None:
        for state in (State.DRAFTED, State.APPROVED, State.WITHDRAWN):
            period = {State.DRAFTED: "2026-Q1", State.APPROVED: "2026-Q2"}.get(state, "2026-Q3")
            await make_publication(now=now, period=period, state=state)
        assert await written(folder, now) == 0
        assert sorted(tree(folder)) == ["index.html", "index.json"]
        assert "No report has been published yet." in (folder / "index.html").read_text()

    async def test_the_list_for_machines_has_the_hash_of_every_file(self, folder: Path, now: datetime) -> None:
        await corrected(now)
        await written(folder, now)
        releases = json.loads((folder / "index.json").read_text())["releases"]
        assert [(one["revision"], one["superseded_by"]) for one in releases] == [(2, None), (1, 2)]
        for one in releases:
            for file in one["files"]:
                content = (folder / file["path"]).read_bytes()
                assert hashlib.sha256(content).hexdigest() == file["sha256"]

    async def test_a_corrected_report_is_marked_and_kept(self, folder: Path, now: datetime) -> None:
        await corrected(now)
        await written(folder, now)
        page = (folder / "index.html").read_text()
        assert "Superseded by revision 2." in page
        assert "It corrects revision 1: Registers corrected." in page
        links = re.findall(r'href="([^"]+)"', page)
        assert len(links) == 1 + 2 * len(FILES)
        assert not [link for link in links if not (folder / link).is_file()]

    async def test_nothing_that_is_there_is_written_again(self, folder: Path, now: datetime) -> None:
        first = await make_publication(now=now, state=State.RELEASED)
        await written(folder, now)
        before = tree(folder)
        (folder / f"2026-Q3/{KIND}/r1/report.pdf").write_bytes(b"a website's own copy")
        await make_publication(
            now=now, state=State.RELEASED, revision=2, supersedes=first, reason="Registers corrected."
        )
        await written(folder, now + timedelta(days=30))
        after = tree(folder)
        assert after[f"2026-Q3/{KIND}/r1/report.pdf"] == b"a website's own copy"
        unchanged = [path for path in before if "/r1/" in path and not path.endswith("report.pdf")]
        assert {path: after[path] for path in unchanged} == {path: before[path] for path in unchanged}

    async def test_another_round_changes_not_a_byte(self, folder: Path, now: datetime) -> None:
        await corrected(now)
        await written(folder, now)
        times = {path: (folder / path).stat().st_mtime_ns for path in tree(folder)}
        assert await written(folder, now + timedelta(days=1)) == 0
        assert {path: (folder / path).stat().st_mtime_ns for path in tree(folder)} == times

    async def test_a_website_may_read_all_of_it(self, folder: Path, now: datetime) -> None:
        await make_publication(now=now, state=State.RELEASED)
        mask = os.umask(0o077)
        try:
            await written(folder, now)
        finally:
            os.umask(mask)
        release = folder / f"2026-Q3/{KIND}/r1"
        assert release.stat().st_mode & 0o777 == 0o755
        assert {path.stat().st_mode & 0o777 for path in release.iterdir()} == {0o644}

    async def test_without_a_folder_nothing_is_made(self, now: datetime) -> None:
        await make_publication(now=now, state=State.RELEASED)
        press = Press()
        assert await write_open_data(None, make=press.make, now=now) == 0
        assert press.made.total() == 0

    async def test_the_same_bytes_lie_in_the_folder_as_were_mailed(self, folder: Path, now: datetime) -> None:
        row = await make_publication(now=now, state=State.RELEASED)
        mailed = await stored(row.id, "pdf", make=Press().make, now=now)
        await written(folder, now)
        assert (folder / f"2026-Q3/{KIND}/r1/report.pdf").read_bytes() == mailed.content


@pytest.mark.usefixtures("rolled_back")
class TestFaults:
    async def test_after_an_outage_all_releases_are_caught_up_with(self, folder: Path, now: datetime) -> None:
        for period in ("2026-Q1", "2026-Q2", "2026-Q3"):
            await make_publication(now=now, period=period, state=State.RELEASED)
        assert await written(folder, now) == 3

    async def test_a_file_that_cannot_be_made_stops_no_other_release(self, folder: Path, now: datetime) -> None:
        await make_publication(now=now, period="2026-Q2", state=State.RELEASED)
        first = await make_publication(now=now, state=State.RELEASED)
        press = Press()

        async def make(frozen: bytes, kind: str) -> bytes:
            if kind == "ods" and b"2026-Q2" in frozen:
                raise TimeoutError
            return await press.make(frozen, kind)

        assert await write_open_data(folder, make=make, now=now) == 1
        assert (folder / folder_of(first.period, first.type, 1)).is_dir()
        assert not (folder / "2026-Q2").exists()
        assert "April to June 2026" not in (folder / "index.html").read_text()
        (trouble,) = await troubles.standing()
        assert trouble.said.startswith("A file of the report for April to June 2026 cannot be made")
        assert await written(folder, now) == 1
        assert await troubles.standing() == []

    async def test_a_stored_file_that_was_altered_is_given_to_nobody(self, folder: Path, now: datetime) -> None:
        row = await make_publication(now=now, state=State.RELEASED)
        await stored(row.id, "pdf", make=Press().make, now=now)
        await MadeFile.update({MadeFile.content: b"another PDF"}).where(MadeFile.publication == row.id)
        with pytest.raises(NotAsPublished):
            await stored(row.id, "pdf", make=Press().make, now=now)
        assert await written(folder, now) == 0
        assert not (folder / f"2026-Q3/{KIND}/r1").exists()

    async def test_a_folder_that_cannot_be_written_is_said_until_it_can(self, tmp_path: Path, now: datetime) -> None:
        await make_publication(now=now, state=State.RELEASED)
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(OSError, match=r"Not a directory|File exists"):
            await written(tmp_path / "file", now)
        with pytest.raises(OSError, match=r"Not a directory|File exists"):
            await written(tmp_path / "file", now + timedelta(hours=1))
        (trouble,) = await troubles.standing()
        assert trouble.said.startswith("The open-data folder cannot be written: ")
        assert trouble.since == now
        (tmp_path / "file").unlink()
        assert await written(tmp_path / "file", now) == 1
        assert await troubles.standing() == []

    async def test_a_worker_killed_while_it_wrote_leaves_nothing_under_a_name(
        self, folder: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await make_publication(now=now, state=State.RELEASED)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", _dies)
            assert await written(folder, now) == 0
        assert not (folder / f"2026-Q3/{KIND}/r1").exists()
        assert "July to September" not in (folder / "index.html").read_text()
        assert await written(folder, now) == 1

    async def test_what_a_killed_worker_left_is_cleared_away_after_a_day(self, folder: Path, now: datetime) -> None:
        for name, age in (("old", 2 * 86_400), ("new", 60)):
            left = folder / f"{open_data.HIDDEN}{name}"
            left.mkdir(parents=True)
            when = left.stat().st_mtime - age
            os.utime(left, (when, when))
        await written(folder, now)
        assert hidden(folder) == [f"{open_data.HIDDEN}new"]


@pytest.mark.usefixtures("committed")
async def test_two_workers_write_each_release_once(folder: Path, now: datetime) -> None:
    for period in ("2026-Q2", "2026-Q3"):
        await make_publication(now=now, period=period, state=State.RELEASED)
    await asyncio.gather(*(written(folder, now) for _ in range(4)))
    await written(folder, now)
    assert hidden(folder) == []
    releases = json.loads((folder / "index.json").read_text())["releases"]
    assert [one["period"] for one in releases] == ["2026-Q3", "2026-Q2"]
    for one in releases:
        for file in one["files"]:
            assert hashlib.sha256((folder / file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_a_folder_is_named_in_plain_words_on_every_system() -> None:
    assert folder_of("2026-07-01..2026-07-05", "strategy discussion (s47)", 3) == (
        "2026-07-01-to-2026-07-05/strategy-discussion-s47/r3"
    )


def _dies(*_: object) -> None:
    raise SystemError("the worker was killed")
