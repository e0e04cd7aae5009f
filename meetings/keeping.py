"""What the meetings keep: what figures are counted from stays, who the child is and what was written freely goes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAChild, OfAnAddress

OF_CHILD = "child = :child"
OF_MEETING = "meeting in (select id from meeting where child = :child)"
_OF_EPISODE = "episode in (select id from episode where child = :child)"
_OF_MOVE = "move in (select id from placement_move where child = :child)"

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rule": "Versions of rules; no person.",
        "rule_change": "Who changed which rule and why, by the id of the account.",
        "standing_clock": "Settings of clocks, by the id of the account.",
        "source_system": "Systems that may report, by name; no person.",
        "series": "Standing meetings; about no child.",
        "series_invitation": "Which unit is invited to a standing meeting. Its addresses are those of the directory.",
        "removed_source": "That an episode was forgotten, as a hash of its reference: else the next file of the same "
        "source would bring it back.",
    }
)
ENDINGS: Final = (
    Ending(kind="feeds", table="feed", since="coalesce(revoked_at, read_at, made_at)"),
    Ending(kind="plans", table="kept_plan", since="made_at"),
)
OF_A_CHILD: Final = (
    OfAChild(
        "child",
        "The reference",
        "id = :child",
        ("issuer", "reference"),
        sets="issuer = 'removed', reference = replace(gen_random_uuid()::text, '-', '')",
    ),
    OfAChild(
        "episode",
        "Missing episodes",
        OF_CHILD,
        (
            *("source", "source_reference", "kind", "started_at", "reported_at", "ended_at", "closure"),
            *("withdrawn_at", "police_grading", "social_care_grading", "graded_high_at", "care_status"),
            *("home_place", "host_place", "incident_place", "cse", "cce", "trafficking", "uasc", "flagged_at"),
            *("disclosure_at", "report_accepted", "refusal_source", "age_band", "recorded_at"),
        ),
        sets="source = 'removed', source_reference = id::text, incident_place = '', cse = false, cce = false, "
        "trafficking = false, uasc = false, flagged_at = null, graded_high_at = null, disclosure_at = null, "
        "refusal_source = '', refusal_seen_by = '', age_band = ''",
    ),
    OfAChild(
        "placement_move",
        "Moves of placement",
        OF_CHILD,
        ("source", "source_reference", "moved_at", "home_place", "from_place", "to_place", "recorded_at"),
        sets="source = 'removed', source_reference = id::text",
    ),
    OfAChild(
        "interview",
        "Interviews after a return: whether they were done",
        _OF_EPISODE,
        ("kind", "answer", "done_at", "done_by", "mode", "with_whom", "recorded_at"),
        sets="done_by = '', mode = '', with_whom = ''",
    ),
    OfAChild(
        "trigger",
        "Rules that called for a meeting",
        OF_CHILD,
        ("rule_code", "fired_at", "due_at", "noticed_at"),
    ),
    OfAChild(
        "meeting",
        "Meetings",
        OF_CHILD,
        (
            *("reference", "type", "state", "starts_at", "ends_at", "due_at", "called_off_at", "called_off_by"),
            *("called_off_reason", "on_return", "returned_at", "set_up_at"),
        ),
        sets="place = '', link = ''",
    ),
    OfAChild(
        "not_convened",
        "Decisions to hold no meeting",
        OF_CHILD,
        ("reason", "due_at", "decided_at"),
    ),
    OfAChild("seat", "Units with a seat at a meeting", OF_MEETING, ("unit", "capacities", "added_at", "removed_at")),
    OfAChild(
        "invitation",
        "Invitations",
        OF_MEETING,
        ("state", "invited_at", "ended_at"),
        sets="cn = '', delegated_from = '', token_sha256 = null",
    ),
    OfAChild("meeting_event", "What happened with the meetings", OF_MEETING, ("at", "what"), sets=""),
    OfAChild(
        "meeting_record",
        "Who leads, and where minutes are held",
        OF_MEETING,
        ("lead_agency", "minutes_reference", "recorded_at"),
        sets="minutes_reference = ''",
    ),
    OfAChild(
        "action",
        "Actions",
        OF_MEETING,
        ("kind", "title", "owner_unit", "due_on", "state", "note", "added_at", "ended_at"),
        sets="",
    ),
    OfAChild("review", "Reviews", OF_MEETING, ("by", "due_at", "settled_at")),
    OfAChild("checklist_answer", "Checklists", OF_MEETING, ("item", "answer", "answered_at")),
    OfAChild(
        "lead_dispute",
        "Disputes about which police unit leads",
        OF_MEETING,
        ("raised_at", "due_at", "interim_unit", "interim_why", "settled_unit", "agreed_by", "settled_at"),
        sets="interim_why = '', agreed_by = ''",
    ),
    OfAChild(
        "lead_refusal",
        "Units that said they do not lead",
        f"dispute in (select id from lead_dispute where {OF_MEETING})",
        ("unit", "via", "said_at"),
    ),
    OfAChild(
        "handover",
        "Handovers of a move to the police of the new place",
        _OF_MOVE,
        ("reference", "from_unit", "to_unit", "state", "noticed_at", "due_at", "acknowledged_at", "acknowledged_via"),
        sets="",
    ),
    OfAChild(
        "briefing_line", "Lists of briefings and panels", OF_CHILD, ("added_at", "decided", "taken_off_at"), sets=""
    ),
    OfAChild("kept_time", "Proposed times", OF_CHILD, ("due_at", "chosen_at", "state"), sets=""),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress("invitation", "Invitations to you", "address", ("cn", "state", "invited_at", "ended_at")),
    OfAnAddress("series_invitation", "Invitations to series", "address", ("cn", "state", "invited_at", "ended_at")),
    OfAnAddress("action", "Actions you own", "owner_address", ("kind", "owner_name", "due_on", "state")),
    OfAnAddress("handover", "Moves you were told of", "address", ("reference", "state", "noticed_at")),
)
