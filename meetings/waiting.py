"""What waits for a coordinator: children whose triggers have no meeting yet, the soonest deadline first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from piccolo.columns.combination import Where
from piccolo.custom_types import Combinable

from audit import trail
from directory.areas import place_names
from meetings import seeing
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.review_rules import REVIEW
from meetings.tables import Meeting, MeetingState, Trigger
from web.roles import Act
from web.viewer import Viewer


@dataclass(frozen=True)
class Waiting:
    """One child's waiting triggers: why, by when, and where the child is from and placed."""

    child: UUID
    reference: str
    due_at: datetime
    reasons: tuple[str, ...]
    since: datetime
    home: str
    host: str
    still_missing: bool


@dataclass(frozen=True)
class TooLate:
    """A meeting that stands after a deadline that came in since it was set up: it should be moved earlier."""

    reference: str
    starts_at: datetime
    due_at: datetime


async def triggers_waiting(child: UUID, viewer: Viewer, act: Act = Act.SEE_PLACES) -> list[Trigger]:
    """The viewer's triggers of a child that neither a meeting nor a decision has answered; by RUN, what set_up takes.

    A child of two authorities has triggers of both; each sees and answers its own (meetings/seeing.py).
    """
    own = seeing.where(seeing.triggers(viewer, act))
    return await Trigger.objects().where(_unanswered() & (Trigger.child == child) & own).order_by(Trigger.due_at)


async def list_waiting(viewer: Viewer) -> list[Waiting]:
    """Every child with a waiting trigger of the viewer's, soonest deadline first, in a fixed number of queries."""
    seen = seeing.where(seeing.triggers(viewer))
    rows = await (
        Trigger.select(Trigger.child, Trigger.cause, Trigger.fired_at, Trigger.due_at)
        .columns(Trigger.rule_code, Trigger.rule._.title.as_alias("title"))
        .where(_unanswered() & seen)
        .order_by(Trigger.due_at)
    )
    by_child: dict[UUID, list[_Called]] = {}
    for row in rows:
        called = _Called(row["cause"], why(row["rule_code"], row["title"]), row["fired_at"], row["due_at"])
        by_child.setdefault(row["child"], []).append(called)
    places = await place_names()
    references = await _references(by_child)
    facts = await _facts(by_child)
    return [_waiting(child, own, references[child], facts[child], places) for child, own in by_child.items()]


async def meetings_too_late(now: datetime, viewer: Viewer) -> list[TooLate]:
    """Coming meetings that stand later than their earliest deadline, and could perhaps be moved."""
    rows = await (
        Meeting.select(Meeting.reference, Meeting.starts_at, Meeting.due_at)
        .where((Meeting.state == MeetingState.SCHEDULED) & (Meeting.starts_at > now))
        .where(Meeting.starts_at > Meeting.due_at)
        .where(seeing.where(seeing.meetings(viewer)))
        .order_by(Meeting.due_at)
    )
    return [TooLate(r["reference"], r["starts_at"], r["due_at"]) for r in rows]


async def refusals_unseen(viewer: Viewer) -> list[Episode]:
    """Reports the police did not accept, which nobody here has looked at yet (rule REFUSED)."""
    return await (
        Episode.objects()
        .where(Episode.report_accepted.eq(False) & Episode.refusal_seen_at.is_null())
        .where(Episode.history_only.eq(False) & Episode.withdrawn_at.is_null())
        .where(seeing.where(seeing.episodes(viewer)))
        .order_by(Episode.reported_at)
    )


async def refusal_seen(episode: UUID, *, by: str, now: datetime) -> None:
    """A person has seen that the police did not take this report; seeing it again changes nothing."""
    async with Episode._meta.db.transaction():
        seen = (
            await Episode.update({Episode.refusal_seen_at: now, Episode.refusal_seen_by: by})
            .where((Episode.id == episode) & Episode.refusal_seen_at.is_null())
            .returning(Episode.id)
        )
        if seen:
            await trail.record(by, "saw a refused report", f"episode:{episode}", now=now)


def why(rule_code: str, title: str) -> str:
    """Why a trigger calls for a meeting, in words: the rule's title, or that its meeting is reviewed."""
    return f"Review: {title}" if rule_code == REVIEW else title


def _unanswered() -> Combinable:
    return Trigger.meeting.is_null() & Trigger.not_convened.is_null()


async def _references(children: Collection[UUID]) -> dict[UUID, str]:
    rows = await Child.select(Child.id, Child.reference).where(Child.id.is_in(list(children))) if children else []
    return {r["id"]: r["reference"] for r in rows}


@dataclass(frozen=True)
class _Called:
    """A trigger that waits: what caused it, and why that calls for a meeting."""

    cause: UUID
    reason: str
    fired_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class _Fact:
    at: datetime
    home: str
    host: str
    missing: bool


async def _facts(by_child: Mapping[UUID, Sequence[_Called]]) -> dict[UUID, list[_Fact]]:
    """What caused each child's triggers; where people called for a meeting, all that is known of the child."""
    if not by_child:
        return {}
    causes = list({called.cause for all_called in by_child.values() for called in all_called})
    found = await _episodes_and_moves(Episode.id.is_in(causes), PlacementMove.id.is_in(causes))
    without = list(set(by_child) - set(found))
    if without:
        found |= await _episodes_and_moves(Episode.child.is_in(without), PlacementMove.child.is_in(without))
    return found


async def _episodes_and_moves(of_episodes: Where, of_moves: Where) -> dict[UUID, list[_Fact]]:
    found: dict[UUID, list[_Fact]] = {}
    of_episode = (Episode.started_at, Episode.home_place, Episode.host_place, Episode.ended_at, Episode.withdrawn_at)
    for e in await Episode.select(Episode.child, *of_episode).where(of_episodes):
        missing = e["ended_at"] is None and e["withdrawn_at"] is None
        found.setdefault(e["child"], []).append(_Fact(e["started_at"], e["home_place"], e["host_place"], missing))
    of_move = (PlacementMove.moved_at, PlacementMove.home_place, PlacementMove.to_place)
    for m in await PlacementMove.select(PlacementMove.child, *of_move).where(of_moves):
        found.setdefault(m["child"], []).append(_Fact(m["moved_at"], m["home_place"], m["to_place"], False))
    return found


def _waiting(
    child: UUID, called: list[_Called], reference: str, facts: list[_Fact], places: dict[str, str]
) -> Waiting:
    newest = max(facts, key=lambda f: f.at)
    return Waiting(
        child=child,
        reference=reference,
        due_at=called[0].due_at,
        reasons=tuple(dict.fromkeys(one.reason for one in called)),
        since=min(one.fired_at for one in called),
        home=places.get(newest.home, newest.home),
        host=places.get(newest.host, newest.host) if newest.host != newest.home else "",
        still_missing=any(f.missing for f in facts),
    )
