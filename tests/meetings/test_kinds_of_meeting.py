"""Of which kind a meeting is: its rules say so, and each kind has a rate of its own."""

from __future__ import annotations

from datetime import datetime

import pytest

from meetings.rule_checks import KINDS
from meetings.tables import MeetingType, Rule
from tests.meetings.waiting_children import child_waiting, proposal_for

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


@pytest.fixture
async def planning(london: None) -> None:
    """The authority wants a planning meeting for a child who is missing again and again."""
    await Rule.update({Rule.meeting_type: MeetingType.PLANNING}).where(Rule.code == "REPEAT")


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (("HIGH", "REPEAT"), MeetingType.MISSING),
        (("REPEAT", "HIGH"), MeetingType.PLANNING),
        (("REPEAT",), MeetingType.PLANNING),
        (("CROSS", "HIGH"), MeetingType.MISSING),
    ],
)
async def test_of_several_rules_the_one_with_the_soonest_deadline_says_the_kind(
    planning: None, now: datetime, rules: tuple[str, ...], kind: MeetingType
) -> None:
    assert (await proposal_for(await child_waiting(now, rules=rules), now)).type is kind


def test_a_rule_makes_no_briefing_and_no_meeting_about_a_place() -> None:
    assert set(MeetingType) - set(KINDS) == {MeetingType.BRIEFING, MeetingType.CONTEXT}
