"""Does this episode, or this move, call for a meeting: by which rules, since when, and by when?

A rule is data. Its condition names one of the situations of `situations.py` under "when", and gives the numbers that
the situation reads; its clock says by when the meeting is to be held. What is decided here, for every rule:

* **fired_at** is the instant the condition became true by what is known now, never before the episode was
  reported. Whatever was learned later and is true of an earlier time counts from that earlier time.
* **The version in force** on the London date of fired_at decides: the home authority's own, where it has one, or else
  the general one (`in_force.py`). A situation that lasts (graded high, open for so long) and began under another
  version fires when the new version begins, if the episode was still open then. Where several versions have been
  met, the one that was met first has fired.
* **A return stops nothing**: what was true before the end stays fired. What was not reached before the end never
  fires.
* **Withdrawn** episodes (entered in error) never fire and never count. **History-only** episodes never fire but
  count in the history of others.
* **Placed elsewhere** has no deadline of its own. It fires only in company: with the first rule that calls for a
  meeting about the same episode, and it inherits the earliest deadline of those. Alone it makes no meeting.
* **Refused** alerts and makes no meeting: it is due at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from meetings.clocks import deadline
from meetings.in_force import RuleBook, Spans
from meetings.rule_facts import EpisodeFacts, Fired, MoveFacts, RuleFacts
from meetings.situations import (
    BY_PEOPLE,
    IN_COMPANY,
    OF_MOVES,
    flagged_at,
    moved_with_history,
    others_of,
    placed_elsewhere,
    situation,
)
from web.moments import london_date

Moment = Callable[[RuleFacts], datetime | None]


def fired(episode: EpisodeFacts, history: Sequence[EpisodeFacts], book: RuleBook, now: datetime) -> list[Fired]:
    """The rules this episode has fired by `now`, soonest deadline first.

    :param history: the child's episodes from every source, in any order; this one may be among them.
    :raises ValueError: when a rule's condition names no situation known here.
    """
    if episode.withdrawn or episode.history_only:
        return []
    others = others_of(episode, history)
    rules = book.of(episode.home_place)
    alone = _only(rules, lambda when: when not in (*OF_MOVES, *IN_COMPANY, *BY_PEOPLE))

    def moment(rule: RuleFacts) -> datetime | None:
        return situation(rule)(episode, others, rule)

    found = _decided(alone, now, moment, _clock_starts(episode), episode.id)
    company = [one for one in found if one.makes_meeting]
    if company and placed_elsewhere(episode):
        found += _inherited(_only(rules, lambda when: when in IN_COMPANY), company, episode)
    return sorted(found, key=lambda one: (one.due_at, one.rule_code))


def fired_by_move(move: MoveFacts, history: Sequence[EpisodeFacts], book: RuleBook, now: datetime) -> list[Fired]:
    """The rules this placement move has fired by `now`.

    A move fires when the child was missing before it and not missing at it: an open episode has rules of its own.
    """

    def moment(rule: RuleFacts) -> datetime | None:
        return move.moved_at if moved_with_history(move, history, rule.condition) else None

    of_moves = _only(book.of(move.home_place), lambda when: when in OF_MOVES)
    return _decided(of_moves, now, moment, {"moved": move.moved_at}, move.id)


def _only(rules: Mapping[str, Spans], which: Callable[[str], bool]) -> list[Spans]:
    return [kept for versions in rules.values() if (kept := tuple(v for v in versions if which(v.condition["when"])))]


def _decided(
    rules: Iterable[Spans], now: datetime, moment: Moment, starts: Mapping[str, datetime], cause: UUID
) -> list[Fired]:
    """For each rule, what the version in force at its own moment decides: of several, the one met first."""
    found = []
    for versions in rules:
        met = [(at, rule) for rule in versions if (at := moment(rule)) and at <= now and _in_force(rule, at)]
        if met:
            at, rule = min(met, key=lambda one: one[0])
            found.append(Fired(rule.code, cause, at, _due(rule, at, starts), rule.id, rule.makes_meeting))
    return found


def _in_force(rule: RuleFacts, at: datetime) -> bool:
    return rule.enabled and rule.in_force(london_date(at))


def _due(rule: RuleFacts, at: datetime, starts: Mapping[str, datetime]) -> datetime:
    if rule.clock_amount is None:
        return at
    return deadline(starts.get(rule.clock_start, at), rule.clock_amount, rule.clock_unit)


def _clock_starts(episode: EpisodeFacts) -> dict[str, datetime]:
    """The instants a clock may start from; "crossed" is not among them, for it is the moment of firing.

    What has not happened, such as a return, is not among them either: the clock then starts at the firing.
    """
    starts = {
        "last seen": episode.started_at,
        "reported": episode.reported_at,
        "returned": episode.ended_at,
        "graded": episode.graded_high_at,
        "flagged": flagged_at(episode),
        "disclosed": episode.disclosure_at,
    }
    return {name: at for name, at in starts.items() if at is not None}


def _inherited(rules: Iterable[Spans], company: Sequence[Fired], episode: EpisodeFacts) -> list[Fired]:
    since, due = min(one.fired_at for one in company), min(one.due_at for one in company)
    return [
        Fired(rule.code, episode.id, since, due, rule.id, rule.makes_meeting)
        for versions in rules
        for rule in versions
        if _in_force(rule, since)
    ]
