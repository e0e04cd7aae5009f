"""What this room keeps about its own work."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAChild

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "retention_period": "Which period was set when and why, by the id of the account.",
        "retention_forecast": "How many rows will go; counts alone, made anew each night.",
        "retention_run": "When the round last ended; one row.",
    }
)
ENDINGS: Final = (
    Ending(
        kind="answers",
        table="privacy_request",
        since="ended_at",
        holds="subject <> ''",
        sets="subject = '', issuer = '', content = null",
    ),
)
OF_A_CHILD: Final = (
    OfAChild(
        "case_hold",
        "Holds on the case",
        "child = :child",
        ("reference", "reason", "held_at", "lifted_at", "lifted_why"),
        sets="reason = '', lifted_why = ''",
    ),
    OfAChild(
        "privacy_request",
        "Requests about the child",
        "child = :child",
        ("reference", "wish", "who", "why", "stand", "asked_at", "ended_at"),
        sets="subject = '', issuer = '', why = '', content = null",
    ),
)
