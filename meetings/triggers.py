"""Does this episode, or this move, call for a meeting: by which rules, since when, and by when?

A rule is data. Its condition names one of the situations below under "when", and gives the numbers that the
situation reads; its clock says by when the meeting is to be held. What is decided here, for every rule:

* **fired_at** is the instant the condition became true by what is known now, never before the episode was
  reported. Whatever was learned later and is true of an earlier time counts from that earlier time.
* **The version in force** on the London date of fired_at decides, the highest where several are. A situation that
  lasts (graded high, open for so long) and began under another version fires when the new version begins, if the
  episode was still open then.
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
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from meetings.clocks import deadline
from web.moments import london_date, start_of


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
    disclosure_at: datetime | None = None
    report_accepted: bool = True


@dataclass(frozen=True, kw_only=True)
class MoveFacts:
    """What the rules read of a placement move."""

    id: UUID
    moved_at: datetime
    from_place: str
    to_place: str


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """One version of a rule. It holds from `effective_from` until the day before `effective_to` (open when None)."""

    id: UUID
    code: str
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


Situation = Callable[[EpisodeFacts, Sequence[EpisodeFacts], RuleFacts], datetime | None]


def fired(
    episode: EpisodeFacts, history: Sequence[EpisodeFacts], rules: Sequence[RuleFacts], now: datetime
) -> list[Fired]:
    """The rules this episode has fired by `now`, soonest deadline first.

    :param history: the child's episodes from every source, in any order; this one may be among them.
    :raises ValueError: when a rule's condition names no situation known here.
    """
    if episode.withdrawn or episode.history_only:
        return []
    others = _others(episode, history)
    alone = [rule for rule in rules if rule.condition["when"] not in (*_OF_MOVES, *_IN_COMPANY)]
    found = _decided(
        alone, now, lambda rule: _situation(rule)(episode, others, rule), _clock_starts(episode), episode.id
    )
    company = [one for one in found if one.makes_meeting]
    if company and _placed_elsewhere(episode):
        found += _inherited(rules, company, episode)
    return sorted(found, key=lambda one: (one.due_at, one.rule_code))


def fired_by_move(
    move: MoveFacts, history: Sequence[EpisodeFacts], rules: Sequence[RuleFacts], now: datetime
) -> list[Fired]:
    """The rules this placement move has fired by `now`.

    A move fires when the child was missing before it and not missing at it: an open episode has rules of its own.
    """

    def moment(rule: RuleFacts) -> datetime | None:
        return move.moved_at if _moved_with_history(move, history, rule.condition) else None

    of_moves = [rule for rule in rules if rule.condition["when"] in _OF_MOVES]
    return _decided(of_moves, now, moment, {"moved": move.moved_at}, move.id)


def _decided(
    rules: Iterable[RuleFacts],
    now: datetime,
    moment: Callable[[RuleFacts], datetime | None],
    starts: Mapping[str, datetime],
    cause: UUID,
) -> list[Fired]:
    """For each rule code, what the version in force at its own moment decides."""
    found = []
    for _, of_code in groupby(sorted(rules, key=lambda rule: rule.code), key=lambda rule: rule.code):
        versions = list(of_code)
        for rule in sorted(versions, key=lambda rule: rule.version):
            at = moment(rule)
            if at is None or at > now or not rule.enabled or not _decides(rule, versions, at):
                continue
            found.append(Fired(rule.code, cause, at, _due(rule, at, starts), rule.id, rule.makes_meeting))
            break
    return found


def _decides(rule: RuleFacts, versions: Iterable[RuleFacts], at: datetime) -> bool:
    """Whether this is the highest version in force at that instant."""
    day = london_date(at)
    return rule.in_force(day) and not any(v.version > rule.version and v.in_force(day) for v in versions)


def _due(rule: RuleFacts, at: datetime, starts: Mapping[str, datetime]) -> datetime:
    if rule.clock_amount is None:
        return at
    return deadline(starts.get(rule.clock_start, at), rule.clock_amount, rule.clock_unit)


def _clock_starts(episode: EpisodeFacts) -> dict[str, datetime]:
    """The instants a clock may start from; "crossed" is not among them, for it is the moment of firing."""
    starts = {"reported": episode.reported_at}
    if episode.graded_high_at is not None:
        starts["graded"] = episode.graded_high_at
    if episode.disclosure_at is not None:
        starts["disclosed"] = episode.disclosure_at
    return starts


def _inherited(rules: Iterable[RuleFacts], company: Sequence[Fired], episode: EpisodeFacts) -> list[Fired]:
    since, due = min(one.fired_at for one in company), min(one.due_at for one in company)
    versions = [rule for rule in rules if rule.condition["when"] in _IN_COMPANY]
    return [
        Fired(rule.code, episode.id, since, due, rule.id, rule.makes_meeting)
        for rule in versions
        if rule.enabled and _decides(rule, [v for v in versions if v.code == rule.code], since)
    ]


def _situation(rule: RuleFacts) -> Situation:
    name = rule.condition["when"]
    if name not in _SITUATIONS:
        raise ValueError(f"rule {rule.code} version {rule.version} has a condition Convene does not know: {name!r}")
    return _SITUATIONS[name]


def _others(episode: EpisodeFacts, history: Iterable[EpisodeFacts]) -> list[EpisodeFacts]:
    """The child's other episodes, each once: one source and reference is one episode, however often corrected."""
    known = {(one.source, one.source_reference): one for one in history}
    known.pop((episode.source, episode.source_reference), None)
    return [one for one in known.values() if not one.withdrawn]


def _while_open(episode: EpisodeFacts, reached: datetime, rule: RuleFacts) -> datetime | None:
    """When a lasting situation first held under this version of the rule, if the episode was open then."""
    at = max(reached, start_of(rule.effective_from))
    if episode.ended_at is not None and at > episode.ended_at:
        return None
    return max(at, episode.reported_at)


def _graded_high(episode: EpisodeFacts, _: Sequence[EpisodeFacts], rule: RuleFacts) -> datetime | None:
    """Graded high by the police or by social care while open."""
    return None if episode.graded_high_at is None else _while_open(episode, episode.graded_high_at, rule)


def _open_for(episode: EpisodeFacts, _: Sequence[EpisodeFacts], rule: RuleFacts) -> datetime | None:
    """Missing for so many elapsed hours; where care is named, only a child of one of these care statuses."""
    care = rule.condition.get("care")
    if care is not None and episode.care_status not in care:
        return None
    return _while_open(episode, episode.started_at + timedelta(hours=rule.condition["hours"]), rule)


def _repeated(episode: EpisodeFacts, others: Sequence[EpisodeFacts], rule: RuleFacts) -> datetime | None:
    """At least the n-th occasion within so many days (of 24 hours) up to and with this one's start.

    Episodes of one source are as many occasions as the source says. Two sources that report a start on the same
    London date report one occasion. Fires when enough of them, with this one, had been reported.
    """
    since = episode.started_at - timedelta(days=rule.condition["days"])
    counted = [one for one in others if since <= one.started_at <= episode.started_at]
    if not rule.condition.get("count_refused", True):
        counted = [one for one in counted if one.report_accepted]
    reported = sorted(one.reported_at for one in _occasions(episode, counted))
    needed = rule.condition["count"] - 1
    if len(reported) < needed:
        return None
    return max(episode.reported_at, *reported[:needed])


def _occasions(episode: EpisodeFacts, others: Iterable[EpisodeFacts]) -> list[EpisodeFacts]:
    """The others, without those that another source has already reported for the same London date."""
    seen = {london_date(episode.started_at): episode.source}
    occasions = []
    for one in sorted(others, key=lambda other: (other.started_at, other.source)):
        if seen.setdefault(london_date(one.started_at), one.source) == one.source:
            occasions.append(one)
    return occasions


def _exploitation(episode: EpisodeFacts, _: Sequence[EpisodeFacts], __: RuleFacts) -> datetime | None:
    """A flag of exploitation or trafficking, or an unaccompanied child: any episode, however short."""
    flagged = episode.cse or episode.cce or episode.trafficking or episode.uasc
    return episode.reported_at if flagged else None


def _harm_disclosed(episode: EpisodeFacts, _: Sequence[EpisodeFacts], __: RuleFacts) -> datetime | None:
    return episode.disclosure_at


def _refused(episode: EpisodeFacts, _: Sequence[EpisodeFacts], __: RuleFacts) -> datetime | None:
    return None if episode.report_accepted else episode.reported_at


def _first_episode(episode: EpisodeFacts, others: Sequence[EpisodeFacts], _: RuleFacts) -> datetime | None:
    """No earlier episode is known from any source."""
    return None if any(one.started_at < episode.started_at for one in others) else episode.reported_at


def _placed_elsewhere(episode: EpisodeFacts) -> bool:
    return bool(episode.host_place) and episode.host_place != episode.home_place


def _moved_with_history(move: MoveFacts, history: Iterable[EpisodeFacts], condition: Mapping[str, Any]) -> bool:
    """Moved to another place, missing before, not missing at the move."""
    days = condition.get("days")
    since = None if days is None else move.moved_at - timedelta(days=days)
    earlier = [
        one
        for one in history
        if not one.withdrawn and one.started_at <= move.moved_at and (since is None or one.started_at >= since)
    ]
    still_missing = any(one.ended_at is None or one.ended_at > move.moved_at for one in earlier)
    return bool(earlier) and not still_missing and move.from_place != move.to_place


_SITUATIONS: Final[Mapping[str, Situation]] = {
    "graded high": _graded_high,
    "open": _open_for,  # hours, care
    "repeated": _repeated,  # count, days, count_refused
    "exploitation": _exploitation,
    "harm disclosed": _harm_disclosed,
    "refused": _refused,
    "first": _first_episode,
}
_OF_MOVES: Final = ("moved with history",)  # days
_IN_COMPANY: Final = ("placed elsewhere",)
