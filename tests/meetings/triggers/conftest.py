"""One child, its episodes and the suggested rules, for the tests of each rule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from meetings.default_rules import DEFAULTS, SUGGESTED_SINCE
from meetings.in_force import RuleBook
from meetings.rule_facts import EpisodeFacts, Fired, MoveFacts, RuleFacts
from meetings.triggers import fired, fired_by_move
from web.moments import LONDON

_numbers = count(1)


@dataclass
class TheChild:
    """What is known of one child, and what the rules make of it."""

    rules: list[RuleFacts]
    episodes: list[EpisodeFacts] = field(default_factory=list)

    def goes_missing(self, at: str, **known: Any) -> EpisodeFacts:
        """An episode that started at this London time, and was reported at it unless told otherwise."""
        started = moment(at)
        known = {name: moment(v) if name.endswith("_at") and v else v for name, v in known.items()}
        facts: dict[str, Any] = {
            "source": "case-system",
            "source_reference": f"E{next(_numbers)}",
            "reported_at": started,
            "home_place": "E09000022",
        } | known
        episode = EpisodeFacts(id=uuid4(), started_at=started, **facts)
        self.episodes.append(episode)
        return episode

    def was_missing_before(self, days: int, *, of: EpisodeFacts, hours: int = 3, **known: Any) -> EpisodeFacts:
        """An earlier episode, so many days before another, that lasted some hours."""
        start = of.started_at - timedelta(days=days)
        facts: dict[str, Any] = {
            "ended_at": start + timedelta(hours=hours),
            "reported_at": start,
            "source": of.source,
        } | known
        earlier = replace(of, id=uuid4(), source_reference=f"E{next(_numbers)}", started_at=start, **facts)
        self.episodes.append(earlier)
        return earlier

    def fires(self, episode: EpisodeFacts, *, now: str = "2027-12-31 12:00") -> dict[str, Fired]:
        return {one.rule_code: one for one in fired(episode, self.episodes, RuleBook(self.rules), moment(now))}

    def moves(self, at: str, *, now: str = "2027-12-31 12:00", **known: Any) -> dict[str, Fired]:
        places = {"from_place": "E09000022", "to_place": "E23000032"} | known
        move = MoveFacts(id=uuid4(), moved_at=moment(at), **places)
        return {one.rule_code: one for one in fired_by_move(move, self.episodes, RuleBook(self.rules), moment(now))}

    def under(self, code: str, **changes: Any) -> None:
        """The rule of this code is changed, or has another version where one is named."""
        rule = next(rule for rule in reversed(self.rules) if rule.code == code)
        changed = replace(rule, **changes)
        if changed.version == rule.version:
            self.rules.remove(rule)
        else:
            changed = replace(changed, id=uuid4())
        self.rules.append(changed)


def moment(at: str | datetime) -> datetime:
    return at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.fixture
def at() -> Callable[[str], datetime]:
    """The instant of a London time."""
    return moment


@pytest.fixture
def child() -> TheChild:
    """A child about whom nothing is known yet, under the suggested rules."""
    return TheChild([_facts(one) for one in DEFAULTS])


def _facts(one: Any) -> RuleFacts:
    amount, unit, start = one.clock or (None, "", "")
    since: date = SUGGESTED_SINCE
    return RuleFacts(
        id=uuid4(),
        code=one.code,
        version=1,
        condition=one.condition,
        clock_amount=amount,
        clock_unit=unit,
        clock_start=start,
        makes_meeting=one.makes_meeting,
        enabled=one.enabled,
        effective_from=since,
    )
