"""What a rule would have called for, and what another would have, about the same episodes and moves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from meetings.in_force import RuleBook
from meetings.rule_facts import EpisodeFacts, Fired, MoveFacts, RuleFacts
from meetings.situations import IN_COMPANY, OF_MOVES
from meetings.triggers import fired, fired_by_move

ALWAYS: Final = date(2000, 1, 1)


@dataclass
class Known:
    """All that is known of one child."""

    episodes: list[EpisodeFacts] = field(default_factory=list)
    moves: list[MoveFacts] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    """A trigger that would have been: whose, and of which home place."""

    fired: Fired
    child: UUID
    place: str


@dataclass(frozen=True)
class Compared:
    """How often each of two rules calls; of what both call for, how much would be due sooner, and how much later."""

    present: int
    proposed: int
    only_present: int
    only_proposed: int
    sooner: int
    later: int

    @property
    def difference(self) -> int:
        return self.proposed - self.present


def as_always(rules: Iterable[RuleFacts], today: date) -> list[RuleFacts]:
    """The versions that are in force today, as though they always had been and always would be."""
    standing: dict[tuple[str, str], RuleFacts] = {}
    for rule in sorted(rules, key=lambda one: one.version):
        if rule.in_force(today):
            standing[rule.code, rule.place] = replace(rule, effective_from=ALWAYS, effective_to=None)
    return list(standing.values())


def instead(rules: Iterable[RuleFacts], draft: RuleFacts) -> list[RuleFacts]:
    """The rules with this draft in the place of its own present version; `rules` as from `as_always`."""
    others = [rule for rule in rules if (rule.code, rule.place) != (draft.code, draft.place)]
    return [*others, replace(draft, effective_from=ALWAYS, effective_to=None)]


def places_touched(draft: RuleFacts, rules: Iterable[RuleFacts]) -> Callable[[str], bool]:
    """Whether a home place's children come under the draft: its own, or all that have no rule of their own."""
    own = {rule.place for rule in rules if rule.code == draft.code and rule.place}
    return (lambda place: place == draft.place) if draft.place else (lambda place: place not in own)


def needed(rules: Iterable[RuleFacts], code: str) -> list[RuleFacts]:
    """The rules that decide what the one of this code calls for: itself alone, and all where it fires in company."""
    known = list(rules)
    company = any(rule.code == code and rule.condition["when"] in IN_COMPANY for rule in known)
    return known if company else [rule for rule in known if rule.code == code]


def looks_back(rules: Iterable[RuleFacts]) -> timedelta | None:
    """How long before an episode these rules read of others, None for as long as anything is known."""
    conditions = [rule.condition for rule in rules if rule.enabled]
    if any(condition["when"] in (*OF_MOVES, "first") for condition in conditions):
        return None
    days = [condition["days"] for condition in conditions if condition["when"] == "repeated"]
    return timedelta(days=max(days, default=0))


def read_from(since: datetime, first_start: datetime | None, back: timedelta | None) -> datetime | None:
    """From which start on episodes are read, to know what is called for since then; None for all of them.

    A report calls for a meeting about its own episode or one that started later, by counting back from the start. So
    what was reported long after it started reaches further back than the time that is asked about.

    :param first_start: of those reported since then, the earliest start; None where none was.
    :param back: as `looks_back` has it.
    """
    return None if back is None else min(since, first_start or since) - back


def calls(
    children: Mapping[UUID, Known],
    rules: Sequence[RuleFacts],
    code: str,
    touched: Callable[[str], bool],
    within: tuple[datetime, datetime],
) -> dict[UUID, Call]:
    """What the rule of this code calls for in a time, by the episode or move that it is about.

    :param rules: as from `needed`.
    """
    book = RuleBook(rules)
    since, until = within
    found: dict[UUID, Call] = {}
    for child, known in children.items():
        for place, one in _fired(known, book, touched, within):
            if one.rule_code == code and since <= one.fired_at <= until:
                found[one.cause] = Call(one, child, place)
    return found


def compare(present: Mapping[UUID, Call], proposed: Mapping[UUID, Call]) -> Compared:
    """The two counted against each other."""
    both = present.keys() & proposed.keys()
    moved = [(proposed[cause].fired.due_at, present[cause].fired.due_at) for cause in both]
    return Compared(
        present=len(present),
        proposed=len(proposed),
        only_present=len(present) - len(both),
        only_proposed=len(proposed) - len(both),
        sooner=sum(new < old for new, old in moved),
        later=sum(new > old for new, old in moved),
    )


def of_places(found: Mapping[UUID, Call], places: Collection[str]) -> dict[UUID, Call]:
    """Those of these home places."""
    return {cause: call for cause, call in found.items() if call.place in places}


def _fired(
    known: Known, book: RuleBook, touched: Callable[[str], bool], within: tuple[datetime, datetime]
) -> Iterable[tuple[str, Fired]]:
    since, now = within
    for episode in _alive(known.episodes, since):
        if touched(episode.home_place):
            yield from ((episode.home_place, one) for one in fired(episode, known.episodes, book, now))
    for move in known.moves:
        if touched(move.home_place):
            yield from ((move.home_place, one) for one in fired_by_move(move, known.episodes, book, now))


def _alive(episodes: Iterable[EpisodeFacts], since: datetime) -> Iterable[EpisodeFacts]:
    """Those about which anything was so, or was learned, since then; all others have fired before, if at all.

    An episode that is over fires by its own times, or by the report of one that started before it (REPEAT).
    """
    learned = datetime.min.replace(tzinfo=since.tzinfo)
    for one in sorted(episodes, key=lambda episode: episode.started_at):
        learned = max(learned, one.reported_at)
        times = [one.ended_at, learned, one.disclosure_at, one.flagged_at]
        if one.ended_at is None or max(at for at in times if at is not None) >= since:
            yield one
