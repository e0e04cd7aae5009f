"""Challenges as people see them: what waits for an answer, what was answered, and what stands beside a mark."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from piccolo.columns.combination import WhereRaw
from piccolo.custom_types import Combinable

from attendance.challenge_errors import NoSuchChallenge
from attendance.challenge_tables import Challenge, ChallengeState
from attendance.challenges import answer_wanted_by
from meetings import seeing
from web.roles import Act
from web.signin import titles_of
from web.viewer import Viewer

LATEST = 50


@dataclass(frozen=True)
class Challenged:
    """One challenge. `answered_by` is the role of the person who answered, or who of the unit withdrew it."""

    id: UUID
    meeting: UUID
    seat: UUID
    reference: str
    starts_at: datetime
    unit: str
    capacities: tuple[str, ...]
    challenged: str
    says: str
    reason: str
    period: str
    raised_at: datetime
    raised_by: str
    state: ChallengeState
    answered_at: datetime | None
    answered_by: str
    answer: str

    @property
    def due_at(self) -> datetime:
        """When its answer is wanted."""
        return answer_wanted_by(self.raised_at)

    @property
    def open(self) -> bool:
        return self.state == ChallengeState.OPEN


async def open_challenges(viewer: Viewer) -> list[Challenged]:
    """Every challenge to a meeting of the viewer's that waits for an answer, the one that waits longest in front."""
    return await _listed((Challenge.state == ChallengeState.OPEN) & _seen(viewer))


async def answered_lately(viewer: Viewer) -> list[Challenged]:
    """The challenges that ended last, the latest in front."""
    ended = await _listed((Challenge.state != ChallengeState.OPEN) & _seen(viewer), latest=LATEST)
    return sorted(ended, key=lambda one: (one.answered_at or one.raised_at, one.id), reverse=True)


async def count_open(viewer: Viewer) -> int:
    """How many challenges wait for an answer."""
    waiting: int = await Challenge.count().where((Challenge.state == ChallengeState.OPEN) & _seen(viewer))
    return waiting


def _seen(viewer: Viewer) -> WhereRaw:
    challenged = "EXISTS (SELECT 1 FROM meeting AS of_it WHERE of_it.id = challenge.meeting AND {})"
    return WhereRaw(challenged, seeing.meetings(viewer, Act.RUN, of="of_it"))


async def challenge_of(challenge: UUID) -> Challenged:
    """:raises NoSuchChallenge: when there is none of this id."""
    found = await _listed(Challenge.id == challenge)
    if not found:
        raise NoSuchChallenge
    return found[0]


async def standing_of_seats(seats: Collection[UUID]) -> Mapping[UUID, Challenged]:
    """By seat, its latest challenge; one that was withdrawn counts as never raised."""
    if not seats:
        return {}
    raised = await _listed(Challenge.seat.is_in(list(seats)) & (Challenge.state != ChallengeState.WITHDRAWN))
    return {one.seat: one for one in raised}  # in the order in which they were raised: the latest stays


async def _listed(which: Combinable, *, latest: int | None = None) -> list[Challenged]:
    """The challenges, the earliest raised in front; of many, those that ended last."""
    query = Challenge.select(
        Challenge.id,
        Challenge.meeting,
        Challenge.seat,
        Challenge.meeting._.reference.as_alias("reference"),
        Challenge.meeting._.starts_at.as_alias("starts_at"),
        Challenge.seat._.unit._.name.as_alias("unit"),
        Challenge.seat._.capacities.as_alias("capacities"),
        Challenge.challenged,
        Challenge.says,
        Challenge.reason,
        Challenge.period,
        Challenge.raised_at,
        Challenge.raised_by,
        Challenge.state,
        Challenge.answered_at,
        Challenge.answered_by,
        Challenge.answer,
    ).where(which)
    if latest is None:
        query = query.order_by(Challenge.raised_at, Challenge.id)
    else:
        query = query.order_by(Challenge.answered_at, ascending=False).limit(latest)
    rows: list[dict[str, Any]] = await query
    titles = await titles_of({row["answered_by"] for row in rows if row["answered_by"]})
    return [
        Challenged(
            **{
                **row,
                "capacities": tuple(row["capacities"]),
                "state": ChallengeState(row["state"]),
                "answered_by": titles.get(row["answered_by"], row["answered_by"]),
            }
        )
        for row in rows
    ]
