"""What the attendance room keeps: which seat answered and came stays, what people wrote and were called goes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAChild, OfAnAddress, Spared

_OF_MEETING = "meeting in (select id from meeting where child = :child)"
_OF_INVITATION = f"invitation in (select id from invitation where {_OF_MEETING})"

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ladder_setting": "When low attendance is told; one row.",
        "escalation_step": "When each step of a ladder was due and how it ended; no person.",
        "escalation_notice": "Which letter told of which step; no person.",
        "departure_seat": "Which invitations passed to a successor; no address.",
    }
)
ENDINGS: Final = (
    Ending("words", "response", "received_at", "comment <> ''", "comment = ''", spared=Spared.INVITATION),
    Ending("words", "absence", "received_at", "said <> ''", "said = ''", spared=Spared.INVITATION),
    Ending("words", "proposal", "decided_at", "comment <> ''", "comment = ''", spared=Spared.INVITATION),
    Ending("words", "deputy", "decided_at", "comment <> ''", "comment = ''", spared=Spared.INVITATION),
    Ending("reminders", "reminder", "settled_at"),
    Ending("reminders", "register_reminder", "settled_at"),
    Ending("people", "alias", "forgotten_at"),
    Ending("people", "unusual_reading", "found_at"),
    Ending("people", "departure", "left_at", "successor <> ''", "successor = ''"),
    Ending("people", "escalation_letter", "sent_at", "address <> ''", "address = '', acknowledged_by = ''"),
)
OF_A_CHILD: Final = (
    OfAChild(
        "response",
        "Answers to invitations",
        _OF_INVITATION,
        ("via", "received_at", "partstat", "applied", "comment"),
        sets="answered_by = '', agent = '', comment = '', flagged = ''",
    ),
    OfAChild(
        "attendance",
        "Who came, by unit",
        _OF_MEETING,
        ("outcome", "joined_late", "left_early", "report_on", "marked_at", "reason"),
        sets="deputy_name = '', reason = ''",
    ),
    OfAChild(
        "register",
        "Registers",
        _OF_MEETING,
        ("closed_at", "quorate", "inquorate_reason"),
        sets="inquorate_reason = ''",
    ),
    OfAChild("reminder", "Reminders", _OF_INVITATION, ("kind", "due_at", "outcome"), sets=""),
    OfAChild("register_reminder", "Questions about open registers", _OF_MEETING, ("due_at", "outcome"), sets=""),
    OfAChild(
        "proposal",
        "Other times that were proposed",
        _OF_INVITATION,
        ("starts_at", "comment", "received_at", "state"),
        sets="proposed_by = '', comment = ''",
    ),
    OfAChild(
        "deputy",
        "Deputies that were named",
        _OF_INVITATION,
        ("comment", "received_at", "state"),
        sets="address = '', named_by = '', comment = ''",
    ),
    OfAChild(
        "absence",
        "Automatic replies of people who were away",
        _OF_INVITATION,
        ("received_at", "first_day", "last_day"),
        sets="said = ''",
    ),
    OfAChild(
        "challenge",
        "Outcomes that a unit called wrong",
        _OF_MEETING,
        ("challenged", "says", "reason", "raised_at", "state", "answered_at", "answer"),
        sets="reason = '', raised_by = '', answer = ''",
    ),
    OfAChild(
        "escalation",
        "Ladders",
        _OF_MEETING,
        ("cause", "about", "wanted", "raised_at", "stopped_at", "stopped_why"),
        sets="about = 'Removed with its case.', wanted = ''",
    ),
    OfAChild(
        "teams_person",
        "People in Teams files, until somebody decided",
        f"report in (select id from teams_report where {_OF_MEETING})",
        ("joined_at", "left_at", "settled_at"),
        sets="",
    ),
    OfAChild("teams_report", "Teams files that were read", _OF_MEETING, ("layout", "read_at", "people"), sets=""),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress(
        "response", "Your answers", "answered_by", ("via", "received_at", "partstat", "applied", "flagged", "comment")
    ),
    OfAnAddress("response", "Answers you sent for others", "agent", ("via", "received_at", "partstat", "comment")),
    OfAnAddress("proposal", "Other times you proposed", "proposed_by", ("starts_at", "comment", "state")),
    OfAnAddress("deputy", "When you were named as a deputy", "address", ("received_at", "state")),
    OfAnAddress("deputy", "Deputies you named", "named_by", ("received_at", "state", "comment")),
    OfAnAddress("alias", "Other addresses that answer for yours", "address", ("alias", "kind", "learnt_at")),
    OfAnAddress("alias", "Addresses that yours answers for", "alias", ("kind", "learnt_at")),
    OfAnAddress("departure", "When you followed somebody", "successor", ("left_at", "actions")),
    OfAnAddress(
        "escalation_letter", "Letters of the ladder to you", "address", ("role", "sent_at", "acknowledged_at")
    ),
    OfAnAddress("teams_person", "You in a Teams file", "address", ("joined_at", "left_at")),
)
