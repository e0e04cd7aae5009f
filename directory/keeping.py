"""What the directory keeps: units, places and who serves which since when stay; how to reach people does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAnAddress

_ENDED = "(active_to::timestamp at time zone 'Europe/London')"

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "agency": "Organisations; no person.",
        "unit": "Units of organisations; no person. Figures are counted by them.",
        "place": "Boroughs and areas; no address.",
        "area": "Which unit served which place when: figures of past months are counted by it.",
        "duty_pattern": "Shifts of a team, never of a person.",
        "date_off": "Days on which a unit is not on duty.",
        "promise": "How soon a unit promised to answer; one row a unit.",
        "duty_desk": "The telephone of a desk; no person.",
        "mail_domain": "How mail to a domain is treated.",
        "directory_file": "That a file was sent and confirmed; its bytes are forgotten after a day.",
        "published_calendar": "Where a unit publishes when it is taken; gone when the unit takes it back.",
    }
)
ENDINGS: Final = (
    Ending(kind="busy times", table="busy_time", since="ends_at"),
    Ending(
        kind="people",
        table="contact",
        since=_ENDED,
        holds="email <> ''",
        sets="email = '', name = '', phone = '', failing_why = ''",
    ),
    Ending(
        kind="people",
        table="ladder_contact",
        since=_ENDED,
        holds="email <> ''",
        sets="email = '', phone = '', failing_why = ''",
    ),
    Ending(
        kind="people",
        table="owner_link",
        since="coalesce(ended_at, expires_at)",
        holds="sent_to <> ''",
        sets="sent_to = ''",
    ),
    Ending(
        kind="people",
        table="verification",
        since="ended_at",
        holds="confirmed_from <> ''",
        sets="confirmed_from = ''",
    ),
    Ending(
        kind="people",
        table="contradiction",
        since="closed_at",
        holds="address <> ''",
        sets="address = '', reason = ''",
    ),
    Ending(
        kind="people",
        table="change_proposal",
        since="decided_at",
        holds="proposed_from <> ''",
        sets="name = '', email = '', phone = '', words = '', proposed_from = '', agreed_from = '', "
        "decided_by = case when decided_by like '%@%' then '' else decided_by end",
    ),
    Ending(
        kind="people",
        table="entry_version",
        since="superseded_at",
        holds="lines <> '[]'",
        sets="lines = '[]'",
    ),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress("contact", "Your entries in the directory", "email", ("role", "phone", "active_from", "active_to")),
    OfAnAddress(
        "ladder_contact",
        "Your place on a ladder",
        "email",
        ("rung", "role", "phone", "active_from", "active_to"),
    ),
    OfAnAddress("owner_link", "Letters that asked you whether an entry is right", "sent_to", ("purpose", "made_at")),
    OfAnAddress("verification", "Entries that you confirmed", "confirmed_from", ("asked_at", "confirmed_at")),
    OfAnAddress("contradiction", "What spoke against your entry", "address", ("kind", "first_at", "last_at")),
    OfAnAddress("change_proposal", "Changes that you proposed", "proposed_from", ("what", "proposed_at", "state")),
    OfAnAddress("change_proposal", "Changes that you agreed to", "agreed_from", ("what", "agreed_at", "state")),
    OfAnAddress("change_proposal", "Changes that you decided", "decided_by", ("what", "decided_at", "state")),
    OfAnAddress("change_proposal", "Changes of an entry to your address", "email", ("what", "role", "name", "state")),
)
