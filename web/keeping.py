"""What the front door keeps: accounts while they are used, sessions for a while."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import NOBODY, Ending, OfAChild, OfAnAddress

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "appointment": "Who had which role where and when, by the id of the account: the trail is read with it.",
        "sign_in_tally": "How often somebody tried to sign in from networks that share a number; no address.",
    }
)
ENDINGS: Final = (
    Ending(kind="sessions", table="sign_in", since="coalesce(ended_at, expires_at)"),
    Ending(kind="sessions", table="sign_in_link", since="expires_at"),
    Ending(kind="sessions", table="sign_in_asking", since="expires_at"),
    Ending(
        kind="people",
        table="person",
        since="active_until",
        holds=f"email not like '%@{NOBODY}'",
        sets=f"email = id::text || '@{NOBODY}'",
    ),
    Ending(kind="people", table="break_glass", since="reviewed_at"),
    Ending(
        kind="people",
        table="sign_in_identity",
        since="(select active_until from person where person.id = sign_in_identity.person)",
    ),
)
OF_A_CHILD: Final = (
    OfAChild(
        "break_glass",
        "Who was let in for a short time without it being their case, and why",
        "(child = :child or meeting in (select id from meeting where child = :child))",
        ("reason", "since", "until", "ended_at", "reviewed_at"),
        sets="reference = ''",
    ),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress("person", "Your account", "email", ("title", "agency_code", "active_until")),
    OfAnAddress("sign_in_asking", "When you asked to sign in", "email", ("asked_at", "answered_at")),
)
