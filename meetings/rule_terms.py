"""What a rule says, as one value: its condition, its clocks, whom it seats, and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from meetings.episode_tables import CareStatus
from meetings.seats import Capacity

if TYPE_CHECKING:
    from meetings.tables import Rule

CARE: Final = (CareStatus.LOOKED_AFTER, CareStatus.PROTECTION_PLAN, CareStatus.IN_NEED, CareStatus.NONE)
HOLD_UNITS: Final = ("hours", "days", "working days")
REPLY_UNITS: Final = ("working hours", "working days")
REVIEW_UNITS: Final = HOLD_UNITS
RETURN_POLICIES: Final = ("keep", "convert", "cancel")

# Where a clock may start, by situation; every episode's may start at one of the first four.
_OF_EPISODES: Final = ("crossed", "reported", "last seen", "returned")
STARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "graded high": (*_OF_EPISODES, "graded"),
        "open": _OF_EPISODES,
        "repeated": _OF_EPISODES,
        "exploitation": (*_OF_EPISODES, "flagged"),
        "harm disclosed": (*_OF_EPISODES, "disclosed"),
        "first": _OF_EPISODES,
        "moved with history": ("moved",),
        "asked": ("crossed",),
        "placed elsewhere": (),
        "refused": (),
    }
)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """One version of a rule without its number and dates; the names are those of its columns."""

    condition: Mapping[str, Any]
    makes_meeting: bool
    enabled: bool
    clock_amount: int | None = None
    clock_unit: str = ""
    clock_start: str = ""
    reply_amount: int = 1
    reply_unit: str = "working days"
    review_amount: int | None = None
    review_unit: str = ""
    return_policy: str = "keep"
    meeting_type: str
    capacities: tuple[str, ...] = ()
    quorum: tuple[str, ...] = ()
    source_text: str

    @property
    def when(self) -> str:
        """The situation that the condition names."""
        return str(self.condition["when"])

    @property
    def has_clock(self) -> bool:
        """Whether the rule has a deadline of its own, which an alert and company have not."""
        return self.makes_meeting and bool(STARTS[self.when])


def terms_of(rule: Rule) -> Terms:
    """What this version says; seats in the order of pages, whatever order they are stored in."""
    said = {field.name: getattr(rule, field.name) for field in fields(Terms)}
    said |= {name: in_order(said[name]) for name in ("capacities", "quorum")}
    return Terms(**said | {"condition": json.loads(rule.condition)})


def in_order(capacities: Any) -> tuple[str, ...]:
    """The capacities in the order of pages, each once; what is none of them stands last."""
    known = [str(capacity) for capacity in Capacity]
    return tuple(sorted(set(capacities), key=lambda name: (known.index(name) if name in known else len(known), name)))
