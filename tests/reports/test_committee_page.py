"""The committee's page of definitions keeps pace with what is published."""

import re
from pathlib import Path

from reports.meeting_measures import EVERY

COMMITTEE = Path(__file__).parents[2] / "docs" / "committee.md"


def test_every_published_measure_is_defined_for_the_committee_and_no_other() -> None:
    assert re.findall(r"^### (.+)$", COMMITTEE.read_text(encoding="utf-8"), re.MULTILINE) == [m.name for m in EVERY]
