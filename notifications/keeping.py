"""What the post office keeps: that a letter was written and how it ended stays, what it said goes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAChild, OfAnAddress, Spared

_OF = "uid in (select uid from meeting where child = :child)"

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "heartbeat": "When each round of the worker last ended; one row a round.",
        "trouble": "What a round cannot do just now; gone once it can.",
    }
)
ENDINGS: Final = (
    Ending(
        kind="mail in",
        table="inbound_mail",
        since="handled_at",
        holds="content is not null and disposition <> 'kept' "
        "and (disposition <> 'set aside' or reviewed_at is not null)",
        sets="content = null, envelope_from = ''",
        spared=Spared.UID,
    ),
    Ending(
        kind="mail out",
        table="outbound_mail",
        since="settled_at",
        holds="content is not null and state not in ('queued', 'sending') "
        "and (state <> 'refused' or seen_at is not null)",
        sets="content = null, calendar = null",
        spared=Spared.UID,
    ),
)
OF_A_CHILD: Final = (
    OfAChild(
        "inbound_mail",
        "Answers that came by mail",
        _OF,
        ("received_at", "kind", "disposition", "handled_at"),
        sets="content = null, envelope_from = '', reason = ''",
    ),
    OfAChild(
        "outbound_mail",
        "Letters about the meetings; what they say is in the meetings",
        _OF,
        ("kind", "state", "created_at", "settled_at"),
        sets="content = null, calendar = null, last_error = ''",
    ),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress("outbound_mail", "Letters to you", "recipient", ("kind", "state", "created_at", "settled_at")),
    OfAnAddress(
        "inbound_mail", "Messages from you", "envelope_from", ("received_at", "kind", "disposition", "handled_at")
    ),
)
