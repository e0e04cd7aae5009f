"""The situations that a rule's condition may name under "when", and the numbers that each reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from meetings.rule_facts import EpisodeFacts, MoveFacts, RuleFacts
from web.moments import london_date, start_of

Situation = Callable[[EpisodeFacts, Sequence[EpisodeFacts], RuleFacts], datetime | None]


def situation(rule: RuleFacts) -> Situation:
    """What decides since when a rule's condition holds of an episode, given the child's others.

    :raises ValueError: when the condition names no situation known here.
    """
    name = rule.condition["when"]
    if name not in SITUATIONS:
        raise ValueError(f"rule {rule.code} version {rule.version} has a condition Convene does not know: {name!r}")
    return SITUATIONS[name]


def flagged_at(episode: EpisodeFacts) -> datetime | None:
    """Since when a flag has been known: the report, where nobody said; None without a flag."""
    if not (episode.cse or episode.cce or episode.trafficking or episode.uasc):
        return None
    return episode.flagged_at or episode.reported_at


def others_of(episode: EpisodeFacts, history: Iterable[EpisodeFacts]) -> list[EpisodeFacts]:
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
    at = flagged_at(episode)
    return None if at is None else max(at, episode.reported_at)


def _harm_disclosed(episode: EpisodeFacts, _: Sequence[EpisodeFacts], __: RuleFacts) -> datetime | None:
    return episode.disclosure_at


def _refused(episode: EpisodeFacts, _: Sequence[EpisodeFacts], __: RuleFacts) -> datetime | None:
    return None if episode.report_accepted else episode.reported_at


def _first_episode(episode: EpisodeFacts, others: Sequence[EpisodeFacts], _: RuleFacts) -> datetime | None:
    """No earlier episode is known from any source."""
    return None if any(one.started_at < episode.started_at for one in others) else episode.reported_at


def placed_elsewhere(episode: EpisodeFacts) -> bool:
    return bool(episode.host_place) and episode.host_place != episode.home_place


def moved_with_history(move: MoveFacts, history: Iterable[EpisodeFacts], condition: Mapping[str, Any]) -> bool:
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


SITUATIONS: Final[Mapping[str, Situation]] = {
    "graded high": _graded_high,
    "open": _open_for,  # hours, care
    "repeated": _repeated,  # count, days, count_refused
    "exploitation": _exploitation,
    "harm disclosed": _harm_disclosed,
    "refused": _refused,
    "first": _first_episode,
}
OF_MOVES: Final = ("moved with history",)  # days
IN_COMPANY: Final = ("placed elsewhere",)
BY_PEOPLE: Final = ("asked",)  # never by itself
