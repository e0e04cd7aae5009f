"""What the rules read of an episode, of a placement move and of a version of a rule, and what they say. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class EpisodeFacts:
    """What the rules read of an episode. Instants are aware; gradings are read through `graded_high_at`."""

    id: UUID
    source: str
    source_reference: str
    started_at: datetime
    reported_at: datetime
    ended_at: datetime | None = None
    withdrawn: bool = False
    history_only: bool = False
    graded_high_at: datetime | None = None
    care_status: str = ""
    home_place: str = ""
    host_place: str = ""
    cse: bool = False
    cce: bool = False
    trafficking: bool = False
    uasc: bool = False
    flagged_at: datetime | None = None
    disclosure_at: datetime | None = None
    report_accepted: bool = True


@dataclass(frozen=True, kw_only=True)
class MoveFacts:
    """What the rules read of a placement move."""

    id: UUID
    moved_at: datetime
    from_place: str
    to_place: str
    home_place: str = ""


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """One version of a rule. It holds from `effective_from` until the day before `effective_to` (open when None).

    With a `place` it is that authority's own, for its children, and stands before the general one.
    """

    id: UUID
    code: str
    place: str = ""
    version: int
    condition: Mapping[str, Any]
    clock_amount: int | None = None
    clock_unit: str = ""
    clock_start: str = ""
    makes_meeting: bool = True
    enabled: bool = True
    effective_from: date
    effective_to: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether this version holds on that London date."""
        return self.effective_from <= day and (self.effective_to is None or day < self.effective_to)


@dataclass(frozen=True)
class Fired:
    """A rule that called for a meeting (or alerts) about one episode or move; instants are aware."""

    rule_code: str
    cause: UUID
    fired_at: datetime
    due_at: datetime
    rule: UUID
    makes_meeting: bool = True
