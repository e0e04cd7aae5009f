"""What a unit is written before figures about it are published: how many outcomes, and where to check them. Pure.

The letter has counts alone. References of meetings stand on the page behind its link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from attendance.tables import Outcome
from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import until
from notifications.imip import Letter
from notifications.wording import Wording

_ON_THE_PAGE = (
    "The page asks for no password. It shows the outcomes of your unit alone. Challenge there each that you think is "
    "wrong. A coordinator answers, and the answer is recorded."
)
_KEEP_IT = (
    "Whoever has the link can see and challenge these outcomes: pass it on within your unit only. Do not put a "
    "child's name or details in a challenge or in your answer."
)


@dataclass(frozen=True)
class ToCheck:
    """A unit's outcomes in a draft; `closes_at` ends the window, and `link` is the unit's own page."""

    unit: str
    period: str
    type: str
    revision: int
    outcomes: Mapping[str, int]
    closes_at: datetime
    link: str = field(repr=False)


def to_check(one: ToCheck, letterhead: Letterhead, *, to: str, message_id: str, now: datetime) -> Letter:
    """Says by when to check, how many outcomes there are, and that nothing need be done if they are right."""
    again = "A correction of the" if one.revision > 1 else "The"
    wording = Wording(
        subject=f"Check your unit's outcomes by {until(one.closes_at)}: {one.period}",
        opening=f"{again} attendance report for {one.period} is about to be published. "
        f"Please check by {until(one.closes_at)} whether what it counts of {one.unit} is right.",
        facts=[
            ("Check your outcomes", one.link),
            ("Your unit", one.unit),
            ("Meetings", f"{one.type}, {one.period}"),
            ("Recorded", counted(one.outcomes)),
        ],
        steps=[
            _ON_THE_PAGE,
            "If all is right, you do not need to do anything.",
            _KEEP_IT,
        ],
        footer=[letterhead.marking, f"Sent by {letterhead.sender_name}. Replies reach the coordinators."],
    )
    return from_mailbox(wording, letterhead, to=to, to_name=one.unit, message_id=message_id, now=now)


def counted(outcomes: Mapping[str, int]) -> str:
    """How many outcomes there are, and of which kind, in the order of the measures: none that is 0."""
    total = sum(outcomes.values())
    kinds = [f"{outcomes[kind.value]} {kind.value}" for kind in Outcome if outcomes.get(kind.value)]
    return f"{total} {'outcome' if total == 1 else 'outcomes'}: {', '.join(kinds)}"
