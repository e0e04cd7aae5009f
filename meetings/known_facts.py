"""Rows of the database as the rules read them."""

from __future__ import annotations

import json
from typing import Any, Final

from meetings.episode_tables import Episode, PlacementMove
from meetings.rule_facts import EpisodeFacts, MoveFacts, RuleFacts

_EPISODE: Final = tuple(name for name in EpisodeFacts.__dataclass_fields__ if name != "withdrawn")
_MOVE: Final = tuple(MoveFacts.__dataclass_fields__)
_RULE: Final = tuple(name for name in RuleFacts.__dataclass_fields__ if name != "condition")

EPISODE_COLUMNS: Final = (Episode.child, Episode.withdrawn_at, *(getattr(Episode, name) for name in _EPISODE))
MOVE_COLUMNS: Final = (PlacementMove.child, *(getattr(PlacementMove, name) for name in _MOVE))


def episode_facts(row: dict[str, Any]) -> EpisodeFacts:
    """A row with EPISODE_COLUMNS as the rules read it."""
    return EpisodeFacts(withdrawn=row["withdrawn_at"] is not None, **{name: row[name] for name in _EPISODE})


def move_facts(row: dict[str, Any]) -> MoveFacts:
    """A row with MOVE_COLUMNS as the rules read it."""
    return MoveFacts(**{name: row[name] for name in _MOVE})


def rule_facts(row: dict[str, Any]) -> RuleFacts:
    """A whole row of Rule as the rules' arithmetic reads it."""
    return RuleFacts(condition=json.loads(row["condition"]), **{name: row[name] for name in _RULE})
