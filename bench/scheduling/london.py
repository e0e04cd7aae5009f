"""The simulated London in memory: what its year calls for, who is asked, and when they are on duty. No database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import NAMESPACE_DNS, UUID, uuid5

from demo.city import City, Imagined, imagine
from demo.contacts import NEIGHBOURS, invented_partners
from demo.london import FURTHER
from directory import seed
from directory.areas import Serving
from directory.tables import UnitKind
from meetings.default_rules import DEFAULTS, SUGGESTED_SINCE, Suggested
from meetings.in_force import RuleBook
from meetings.proposal import Circumstances, called_for, is_required
from meetings.rule_facts import EpisodeFacts, Fired, MoveFacts, RuleFacts
from meetings.seats import merge
from meetings.slots import SeatAsked, Wanted
from meetings.triggers import fired, fired_by_move

UNTIL: Final = datetime(2026, 11, 18, 10, tzinfo=UTC)
URGENT: Final = frozenset({"HIGH", "EXPLOIT", "HARM", "OPEN72"})  # rules whose clock is a day
_BENCH: Final = uuid5(NAMESPACE_DNS, "bench.convene.example")
_RULES: Final[Mapping[str, Suggested]] = {rule.code: rule for rule in DEFAULTS}


@dataclass(frozen=True, order=True)
class Call:
    """A rule calls for a meeting about a child."""

    at: datetime
    child: str
    rule: str
    due_at: datetime
    cause: UUID


@dataclass(frozen=True)
class London:
    """Its units by id, who serves its places, and a year's calls for meetings in the order of time."""

    names: Mapping[UUID, str]
    kinds: Mapping[UUID, UnitKind]
    calls: tuple[Call, ...]
    _served: Serving
    _episodes: Mapping[UUID, Imagined]
    _moves: Mapping[UUID, tuple[str, str]]

    def wanted(self, calls: Sequence[Call], minutes: int, now: datetime) -> Wanted:
        """The meeting that one child's waiting calls make, as the rules seat it."""
        rules = [_RULES[call.rule] for call in calls]
        child = self._circumstances([call.cause for call in calls], now)
        pairs, _ = called_for(child, [rule.capacities for rule in rules], self._served)
        quorum = tuple(sorted({str(c) for rule in rules for c in rule.quorum}))
        return Wanted(
            key=_id(calls[0].child),
            seats=tuple(
                SeatAsked(
                    s.unit, self.names[s.unit], tuple(map(str, s.capacities)), is_required(s.capacities, quorum)
                )
                for s in merge(pairs)
            ),
            quorum=quorum,
            due_at=min(call.due_at for call in calls),
            minutes=minutes,
            urgent=any(call.rule in URGENT for call in calls),
        )

    def _circumstances(self, causes: Iterable[UUID], now: datetime) -> Circumstances:
        episodes = [self._episodes[cause] for cause in causes if cause in self._episodes]
        if not episodes:
            home, to = next(self._moves[cause] for cause in causes)
            return Circumstances(home, to, "", True, True)
        newest = max(episodes, key=lambda e: e.started_at)
        ended = newest.ended_at is not None and newest.ended_at <= now
        care = newest.care_status == "looked after"
        return Circumstances(newest.home_place, newest.host_place, newest.incident_place, care, ended)


def london(scale: float, seed_of_city: int) -> London:
    """The London of that scale and seed, its year ending at UNTIL."""
    listed = seed.read(seed.BCUS, seed.FORCES)
    city = _city(listed, scale, seed_of_city)
    kinds = {_id(u.code): u.kind for u in listed.units}
    names = {_id(u.code): u.name for u in listed.units}
    by_code = {u.code: u for u in listed.units}
    units = {(a.place, by_code[a.unit].kind): _id(a.unit) for a in listed.areas if a.effective_to is None}
    boroughs = sorted((p for p in listed.places if p.in_london), key=lambda p: p.name)
    around = [p for p in listed.places if p.name in NEIGHBOURS]
    for partner in invented_partners(boroughs, around):
        units[partner.place, partner.kind] = partner.unit_id
        kinds[partner.unit_id], names[partner.unit_id] = partner.kind, partner.unit
    return London(
        names=names,
        kinds=kinds,
        calls=tuple(sorted(_calls(city))),
        _served=Serving(UNTIL.date(), units),
        _episodes={_id(e.reference): e for e in city.episodes},
        _moves={_id(m.reference): (m.home_place, m.to_place) for m in city.moves},
    )


def _city(listed: seed.Seed, scale: float, seed_of_city: int) -> City:
    code = {place.name: place.code for place in listed.places}
    return imagine(
        scale=scale,
        seed=seed_of_city,
        until=UNTIL,
        london=[(p.code, p.name) for p in sorted(listed.places, key=lambda p: p.code) if p.in_london],
        elsewhere=[*[code[name] for name in NEIGHBOURS] * 4, *[code[name] for name in FURTHER]],
    )


def _calls(city: City) -> Iterable[Call]:
    book = RuleBook([_facts_of_rule(rule) for rule in DEFAULTS])
    history: dict[str, list[EpisodeFacts]] = defaultdict(list)
    for episode in city.episodes:
        history[episode.child].append(_facts(episode))
    for child, episodes in history.items():
        for facts in episodes:
            yield from _made(child, fired(facts, episodes, book, UNTIL))
    for move in city.moves:
        moved = MoveFacts(
            id=_id(move.reference),
            moved_at=move.moved_at,
            from_place=move.from_place,
            to_place=move.to_place,
            home_place=move.home_place,
        )
        yield from _made(move.child, fired_by_move(moved, history[move.child], book, UNTIL))


def _made(child: str, found: Iterable[Fired]) -> Iterable[Call]:
    return (Call(one.fired_at, child, one.rule_code, one.due_at, one.cause) for one in found if one.makes_meeting)


def _facts(episode: Imagined) -> EpisodeFacts:
    high = "high" in (episode.police_grading, episode.social_care_grading)
    return EpisodeFacts(
        id=_id(episode.reference),
        source=episode.source,
        source_reference=episode.reference,
        started_at=episode.started_at,
        reported_at=episode.reported_at,
        ended_at=episode.ended_at,
        graded_high_at=episode.reported_at if high else episode.regraded_at,
        care_status=episode.care_status,
        home_place=episode.home_place,
        host_place=episode.host_place,
        disclosure_at=episode.disclosure_at,
        report_accepted=episode.accepted,
        cse="cse" in episode.flags,
        cce="cce" in episode.flags,
        trafficking="trafficking" in episode.flags,
        uasc="uasc" in episode.flags,
    )


def _facts_of_rule(rule: Suggested) -> RuleFacts:
    amount, unit, start = rule.clock or (None, "", "")
    return RuleFacts(
        id=_id(rule.code),
        code=rule.code,
        version=1,
        condition=rule.condition,
        clock_amount=amount,
        clock_unit=unit,
        clock_start=start,
        makes_meeting=rule.makes_meeting,
        enabled=rule.enabled,
        effective_from=SUGGESTED_SINCE,
    )


def _id(name: str) -> UUID:
    return uuid5(_BENCH, name)
