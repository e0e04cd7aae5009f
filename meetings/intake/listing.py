"""What the pages show of episodes, in a fixed number of queries."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from audit.reading import OPENED
from audit.tables import Entry
from meetings import seeing
from meetings.episode_tables import Episode
from meetings.tables import Trigger
from web.signin import titles_of
from web.viewer import Viewer

A_PAGE: Final = 50


@dataclass(frozen=True)
class Told:
    """One line of an episode's log, in words for a page."""

    at: datetime
    what: str
    actor: str


async def list_episodes(*, only_open: bool, number: int, viewer: Viewer) -> tuple[list[dict[str, Any]], bool]:
    """One page of the viewer's episodes, the latest start first, with their rules' codes; whether there are more.

    History and what was withdrawn by its source are among all, not among the open ones.
    """
    query = (
        Episode.select(*Episode.all_columns(), Episode.child.reference)
        .where(seeing.where(seeing.episodes(viewer)))
        .order_by(Episode.started_at, ascending=False)
        .order_by(Episode.id)
        .limit(A_PAGE + 1)
        .offset((number - 1) * A_PAGE)
    )
    if only_open:
        query = query.where(
            Episode.ended_at.is_null(), Episode.withdrawn_at.is_null(), Episode.history_only.eq(False)
        )
    rows = await query
    shown = rows[:A_PAGE]
    called = await _rules_called({row["id"] for row in shown})
    return [row | {"rules": called.get(row["id"], [])} for row in shown], len(rows) > A_PAGE


async def the_episode(episode: UUID) -> dict[str, Any] | None:
    """The episode with its child's reference and issuer."""
    return (
        await Episode.select(*Episode.all_columns(), Episode.child.reference, Episode.child.issuer)
        .where(Episode.id == episode)
        .first()
    )


async def triggers_of(episode: UUID) -> list[dict[str, Any]]:
    """What called for a meeting about the episode, and what answered it."""
    return (
        await Trigger.select(
            Trigger.rule_code,
            Trigger.rule.title,
            Trigger.fired_at,
            Trigger.due_at,
            Trigger.noticed_at,
            Trigger.child,
            Trigger.meeting.reference,
            Trigger.not_convened.reason,
        )
        .where(Trigger.cause == episode)
        .order_by(Trigger.due_at)
    )


async def log_of(episode: UUID) -> list[Told]:
    """The episode's log without its views, the latest first; people by their role."""
    entries = (
        await Entry.select()
        .where(Entry.subject == f"episode:{episode}", Entry.action.not_like(f"{OPENED}%"))
        .order_by(Entry.id, ascending=False)
        .limit(200)
    )
    roles = await titles_of(entry["actor"] for entry in entries)
    return [Told(entry["at"], _in_words(entry), roles.get(entry["actor"], entry["actor"])) for entry in entries]


async def _rules_called(episodes: set[UUID]) -> dict[UUID, list[str]]:
    called: dict[UUID, list[str]] = {}
    if episodes:
        rows = (
            await Trigger.select(Trigger.cause, Trigger.rule_code)
            .where(Trigger.cause.is_in(list(episodes)))
            .order_by(Trigger.due_at)
        )
        for row in rows:
            called.setdefault(row["cause"], []).append(row["rule_code"])
    return called


def _in_words(entry: dict[str, Any]) -> str:
    changed = json.loads(entry["detail"]).get("changed", [])
    action = str(entry["action"])
    words = action[:1].upper() + action[1:]
    return f"{words}: {', '.join(name.replace('_', ' ') for name in changed)}" if changed else words
