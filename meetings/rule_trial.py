"""Before a rule changes: what the change would have called for over the last 90 days, and what the present rule did.

Both are worked out by the rules' own arithmetic on the episodes and moves as they are known now, each as though it
had been in force all that time; so they differ by the rule alone. Beside them stands what is on record, which also
depends on what was known when, and on the versions of the time.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from piccolo.custom_types import Combinable
from piccolo.query.functions import Min

from directory.areas import police_of_places
from meetings.comparing import (
    ALWAYS,
    Call,
    Compared,
    Known,
    as_always,
    calls,
    compare,
    instead,
    looks_back,
    needed,
    of_places,
    places_touched,
    read_from,
)
from meetings.episode_tables import Episode, PlacementMove
from meetings.known_facts import EPISODE_COLUMNS, MOVE_COLUMNS, episode_facts, move_facts, rule_facts
from meetings.rule_facts import RuleFacts
from meetings.rule_terms import Terms
from meetings.tables import Rule, Trigger
from web.moments import london_date

DAYS: Final = 90
NOBODY: Final = "No police unit in the directory"
_DRAFT: Final = UUID(int=0)


@dataclass(frozen=True)
class OfUnit:
    """The counts for the children of one home police unit."""

    unit: str
    counts: Compared


@dataclass(frozen=True)
class Trial:
    """What the two rules call for in a time: in all, by home unit, and what is on record."""

    since: datetime
    until: datetime
    total: Compared
    units: tuple[OfUnit, ...]
    on_record: int
    episodes: int  # how many were looked at


async def tried(code: str, place: str, terms: Terms, now: datetime) -> Trial:
    """What these terms would have called for, over the last 90 days up to `now`, and what the present rule did.

    :param place: the home place whose own rule it would be; "" for the general rule, which is then counted for the
        children of every place that has none of its own.
    """
    since = now - timedelta(days=DAYS)
    today = london_date(now)
    present = as_always([rule_facts(row) for row in await Rule.select()], today)
    draft = draft_of(code, place, terms)
    touched = places_touched(draft, present)
    rules = needed(present, code), needed(instead(present, draft), code)
    children = await _known(since, looks_back((*rules[0], *rules[1])))
    before, after = [await to_thread(calls, children, one, code, touched, (since, now)) for one in rules]
    return Trial(
        since=since,
        until=now,
        total=compare(before, after),
        units=await _by_unit(before, after, now),
        on_record=await _on_record(code, since, now, children, touched),
        episodes=sum(len(known.episodes) for known in children.values()),
    )


def draft_of(code: str, place: str, terms: Terms) -> RuleFacts:
    """The terms as a version that no row has yet."""
    return RuleFacts(
        id=_DRAFT,
        code=code,
        place=place,
        version=0,
        condition=terms.condition,
        clock_amount=terms.clock_amount,
        clock_unit=terms.clock_unit,
        clock_start=terms.clock_start,
        makes_meeting=terms.makes_meeting,
        enabled=terms.enabled,
        effective_from=ALWAYS,
    )


async def _known(since: datetime, history: timedelta | None) -> dict[UUID, Known]:
    """What is known of every child about whom something could have been called for since then.

    :param history: how long before an episode others are read; None for all of them.
    """
    children: dict[UUID, Known] = {}
    of_moves = Episode.child.is_in(PlacementMove.select(PlacementMove.child).where(PlacementMove.moved_at >= since))
    of_episodes = Episode.child.is_in(Episode.select(Episode.child).where(_in_view(since)))
    wanted: Combinable = of_episodes | of_moves
    reach = read_from(since, await _first_start(since), history)
    if reach is not None:
        wanted = wanted & (_in_view(since) | (Episode.started_at >= reach))
    for row in await Episode.select(*EPISODE_COLUMNS).where(wanted):
        children.setdefault(row["child"], Known()).episodes.append(episode_facts(row))
    for row in await PlacementMove.select(*MOVE_COLUMNS).where(PlacementMove.moved_at >= since):
        children.setdefault(row["child"], Known()).moves.append(move_facts(row))
    return children


async def _first_start(since: datetime) -> datetime | None:
    """Of the episodes reported since then, the earliest start."""
    reported = (Episode.reported_at >= since) & Episode.withdrawn_at.is_null()
    found = await Episode.select(Min(Episode.started_at, alias="first")).where(reported).first()
    return found["first"] if found else None


def _in_view(since: datetime) -> Combinable:
    """Open, ended or reported since then, or something was learned of it since then."""
    columns = (Episode.ended_at, Episode.reported_at, Episode.disclosure_at, Episode.flagged_at)
    learned = reduce(or_, (column >= since for column in columns))
    return Episode.withdrawn_at.is_null() & (Episode.ended_at.is_null() | learned)


async def _by_unit(present: Mapping[UUID, Call], proposed: Mapping[UUID, Call], now: datetime) -> tuple[OfUnit, ...]:
    police = await police_of_places(london_date(now))
    places: dict[str, set[str]] = {}
    for call in (*present.values(), *proposed.values()):
        unit = police[call.place].unit_name if call.place in police else NOBODY
        places.setdefault(unit, set()).add(call.place)
    return tuple(
        OfUnit(unit, compare(of_places(present, own), of_places(proposed, own)))
        for unit, own in sorted(places.items(), key=lambda item: (item[0] == NOBODY, item[0]))
    )


async def _on_record(
    code: str, since: datetime, now: datetime, children: Mapping[UUID, Known], touched: Callable[[str], bool]
) -> int:
    """The triggers of this rule that were written for the same children's episodes and moves, or by people's word."""
    of_others = {one.id for known in children.values() for one in known.episodes if not touched(one.home_place)}
    of_others |= {one.id for known in children.values() for one in known.moves if not touched(one.home_place)}
    rows = await Trigger.select(Trigger.cause).where(
        (Trigger.rule_code == code) & (Trigger.fired_at >= since) & (Trigger.fired_at <= now)
    )
    return sum(row["cause"] not in of_others for row in rows)
