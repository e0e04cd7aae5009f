"""The example report is as it was published, and its revision says which report it corrects."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.simulated_press import SIMULATED
from reports.sealing import NotAsPublished, verify

FOLDER = Path(__file__).parents[1] / "docs" / "example-report"
FILES = sorted(FOLDER.glob("*/r*/report.json"))


def test_a_year_and_one_correction_are_there() -> None:
    assert [f"{file.parts[-3]} {file.parts[-2]}" for file in FILES] == [
        "2025-Q1 r1", "2025-Q2 r1", "2025-Q2 r2", "2025-Q3 r1", "2025-Q4 r1",
    ]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}")
def test_each_file_is_as_it_was_published_and_its_page_names_its_hash(file: Path) -> None:
    verified = verify(file.read_bytes())
    assert verified.sha256 in file.with_name("report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.parts[-2]}")
def test_nobody_can_take_it_for_a_report_of_real_units(file: Path) -> None:
    document = verify(file.read_bytes()).published.document
    assert document.title.startswith("Simulated: ")
    assert document.caveats[0] == SIMULATED


def test_the_revision_names_what_it_replaces() -> None:
    first, second = (verify((FOLDER / "2025-Q2" / r / "report.json").read_bytes()) for r in ("r1", "r2"))
    assert second.published.replaces == first.sha256


def test_a_changed_count_is_noticed() -> None:
    content = FILES[0].read_bytes()
    with pytest.raises(NotAsPublished):
        verify(content.replace(b",5,", b",6,", 1))
