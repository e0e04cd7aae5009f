"""The committee's page of definitions keeps pace with what is published."""

import re
from pathlib import Path

from reports.meeting_measures import EVERY
from tests.reports.figures_by_hand import drawn_up, whole

COMMITTEE = (Path(__file__).parents[2] / "docs" / "committee.md").read_text(encoding="utf-8")


def test_every_published_measure_is_defined_for_the_committee_and_no_other() -> None:
    measures, _, _ = COMMITTEE.partition("## The sections of the report")
    assert re.findall(r"^### (.+)$", measures, re.MULTILINE) == [measure.name for measure in EVERY]


def test_every_section_of_the_report_is_told_to_the_committee_in_its_order() -> None:
    _, _, sections = COMMITTEE.partition("## The sections of the report")
    told = re.findall(r"^\| ([A-Z][^|]+?) \|", sections.partition("\n## ")[0], re.MULTILINE)
    headings = [section.heading for section in drawn_up(whole()).sections]
    assert all(heading.startswith(words) for heading, words in zip(headings, told[1:], strict=True))
