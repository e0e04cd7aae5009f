"""Every table: whose its rows are, by which ways they are reached besides, and what pages may do with them. Pure.

A table that is not named here is the service's alone; `tests/walls/test_every_table_has_its_wall.py` names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from walls import rows
from web.acting import Way
from web.roles import Act

READ: Final = "SELECT"
APPEND: Final = "SELECT, INSERT"
WORK: Final = "SELECT, INSERT, UPDATE"
ALL: Final = "SELECT, INSERT, UPDATE, DELETE"

EVERYBODYS: Final = "the directory and the rules: whoever works here reads all of them, and no case is in them"
FIGURES_OF_WORK: Final = "how far the rounds are: no person and no case"
HASHES: Final = "what was removed and must not come back, as hashes: no case can be read out of them"
DEMONSTRATION: Final = "letters of the demonstration's invented officers"


@dataclass(frozen=True)
class Scope:
    """What pages see and change of one table.

    :param rows: the condition of a row, as in `rows.py`; empty where the table has no policy, for the reason `why`.
    :param verbs: what `convene_web` is granted at all.
    :param open_to: ways by which every row is reached besides.
    :param change: the condition of a row as it is written, where it is another.
    :param read_by: ways by which every row is read besides, and none written.
    """

    rows: str = ""
    verbs: str = WORK
    open_to: tuple[Way, ...] = ()
    change: str = ""
    why: str = ""
    personal: bool = False  # everybody's cases do not make it everybody's
    read_by: tuple[Way, ...] = ()


READING_ONLY: Final = frozenset({Way.DIARIES, Way.GLASS, Way.TELLING, Way.FIGURES, Way.WORKING})
WITH_A_ROLE: Final = {  # these ways open nothing to whoever has no role that may do one of these
    Way.FIGURES: (Act.READ_FIGURES, Act.PUBLISH),
    Way.WORKING: (Act.OPERATE,),
    Way.HANDING: (Act.CHANGE_DIRECTORY,),
}
_CASE = (Way.FIGURES,)
_HANDED = (Way.FIGURES, Way.HANDING)
_REPORTED = (Way.INTAKE, Way.SOURCE, Way.GLASS, Way.FIGURES)
_SEATED = (Way.DIARIES, Way.GLASS, Way.FIGURES)


def _case(
    condition: str, verbs: str = WORK, open_to: tuple[Way, ...] = _CASE, read_by: tuple[Way, ...] = ()
) -> Scope:
    return Scope(condition, verbs, open_to, read_by=read_by)


def _open(why: str, verbs: str = WORK) -> Scope:
    return Scope(verbs=verbs, why=why)


SCOPES: Final[dict[str, Scope]] = {
    # children, episodes and what was called for
    "child": _case(rows.CHILD, WORK, (*_REPORTED, Way.TELLING)),
    "episode": _case(rows.EPISODE, WORK, (*_REPORTED, Way.TELLING)),
    "placement_move": _case(rows.MOVE, WORK, _REPORTED),
    "interview": _case(rows.OF_EPISODE, APPEND, _REPORTED),
    "trigger": _case(rows.OF_CHILD, WORK, _REPORTED),
    "not_convened": _case(rows.NOT_CONVENED, WORK),
    "handover": _case(rows.HANDOVER),
    # meetings, and all that hangs on one
    "meeting": _case(rows.MEETING, WORK, (*_SEATED, Way.INTAKE, Way.HANDING)),
    "seat": _case(rows.OF_MEETING, WORK, _SEATED, (Way.HANDING,)),
    "invitation": _case(rows.OF_MEETING, WORK, _HANDED),
    "meeting_event": _case(rows.OF_MEETING, APPEND, _HANDED),
    "action": _case(rows.OF_MEETING, WORK, _HANDED),
    "review": _case(rows.OF_MEETING, APPEND),
    "checklist_answer": _case(rows.OF_MEETING, APPEND),
    "meeting_record": _case(rows.OF_MEETING, APPEND),
    "briefing_line": _case(rows.OF_MEETING),
    "lead_dispute": _case(rows.OF_MEETING),
    "lead_refusal": _case(rows.OF_DISPUTE, APPEND),
    "series": _case(rows.SERIES, WORK, _HANDED),
    "series_invitation": _case(rows.OF_SERIES, WORK, _HANDED),
    "kept_plan": _case(f"{{t}}.made_by = {rows.ONESELF}", ALL),
    "kept_time": _case(f"({rows.RUNS} AND {rows.OF_CHILD})"),
    # answers, marks, ladders
    "response": _case(rows.OF_INVITATION, APPEND, _CASE, (Way.HANDING,)),
    "deputy": _case(rows.OF_INVITATION),
    "proposal": _case(rows.OF_INVITATION),
    "absence": _case(rows.OF_INVITATION, APPEND),
    "reminder": _case(rows.OF_INVITATION),
    "attendance": _case(rows.OF_MEETING, APPEND),
    "register": _case(rows.OF_MEETING, APPEND),
    "register_reminder": _case(rows.OF_MEETING),
    "challenge": _case(rows.OF_MEETING),
    "teams_report": _case(rows.OF_MEETING, APPEND),
    "teams_person": _case(rows.OF_TEAMS_REPORT),
    "escalation": _case(rows.ESCALATION),
    "escalation_step": _case(rows.OF_ESCALATION),
    "escalation_notice": _case(rows.OF_STEP, APPEND),
    "escalation_letter": _case(rows.LETTER_OF_ESCALATION),
    # mail
    "outbound_mail": Scope(rows.LETTER, WORK, (Way.WORKING,), personal=True),
    "inbound_mail": _case(rows.ARRIVED, "SELECT, UPDATE", (*_CASE, Way.WORKING)),
    "alias": _case(rows.POST),
    # figures and publications
    **{
        table: _case(rows.COUNTS, READ, ())
        for table in ("meeting_fact", "seat_fact", "tally_fact", "meeting_ledger", "seat_ledger", "tally_ledger")
    },
    "ledger_difference": _case(rows.COUNTS, READ, ()),
    "publication": Scope(rows.PUBLICATION, WORK, change=rows.PUBLISHES),
    "publication_whole": Scope(rows.PUBLISHES, WORK, personal=True),
    "publication_recheck": _case(rows.OF_PUBLICATION, WORK, ()),
    "publication_step": _case(rows.OF_PUBLICATION, WORK, ()),
    "made_file": _case(rows.OF_PUBLICATION, APPEND, ()),
    "told_unit": _case(f"({{t}}.id = {rows.SUBJECT} OR {rows.COUNTS})", APPEND, ()),
    "asked_file": _case(rows.ASKED_FILE, ALL, ()),
    "report_calendar": _case(rows.KNOWN),
    "report_address": _case(rows.KNOWN),
    "report_calendar_run": _case(rows.KNOWN, APPEND),
    # people, and what they may
    "person": Scope(rows.ACTING, change=f"({rows.APPOINTS} OR {{t}}.id = {rows.MYSELF})", personal=True),
    "appointment": Scope(rows.KNOWN, WORK, (Way.SIGN_IN,), rows.APPOINTS, personal=True),
    "sign_in": Scope(
        f"({{t}}.person = {rows.MYSELF} OR {rows.APPOINTS})", WORK, (Way.SIGN_IN,), personal=True
    ),
    "sign_in_link": Scope(rows.APPOINTS, WORK, (Way.SIGN_IN,), personal=True),
    "sign_in_identity": Scope(rows.APPOINTS, WORK, (Way.SIGN_IN,), personal=True),
    "sign_in_asking": Scope(rows.APPOINTS, WORK, (Way.SIGN_IN,), personal=True),
    "sign_in_tally": Scope(rows.APPOINTS, WORK, (Way.SIGN_IN,), personal=True),
    "break_glass": Scope(
        f"({{t}}.person = {rows.MYSELF} OR {rows.REVIEWS_GLASS} OR {rows.AUDITS})",
        open_to=(Way.SIGN_IN,),
        personal=True,
    ),
    "unusual_reading": _case(rows.AUDITS, WORK, ()),
    "audit_entry": Scope(rows.ENTRY, APPEND, change=rows.ACTING),
    "feed": _case(f"{{t}}.made_by = {rows.ONESELF}", WORK, (Way.FEED,)),
    "source_system": Scope(rows.KNOWN, READ, (Way.SOURCE,)),
    # what everybody reads
    **{table: _open(EVERYBODYS, WORK) for table in (
        "agency", "unit", "place", "area", "contact", "ladder_contact", "date_off", "duty_pattern",
        "duty_desk",
        "mail_domain",
        "directory_file",
        "contradiction",
        "entry_version",
        "rule",
        "rule_change",
        "standing_clock",
        "ladder_setting",
    )},
    **{table: _open(EVERYBODYS, ALL) for table in ("promise", "published_calendar", "busy_time")},
    "change_proposal": _open(EVERYBODYS),
    "verification": _open(EVERYBODYS),
    "owner_link": Scope(rows.KNOWN, WORK, (Way.LINK,), personal=True),
    # what is kept for how long
    "case_hold": _case(rows.RETAINS),
    "privacy_request": _case(rows.RETAINS, WORK, ()),
    "retention_period": Scope(rows.KNOWN, APPEND, _CASE, rows.SETS_PERIODS),
    "retention_forecast": _open(FIGURES_OF_WORK, READ),
    "retention_run": _open(FIGURES_OF_WORK, READ),
    "removed_source": _open(HASHES, READ),
    "departure": _case(rows.KEEPS_DIRECTORY, WORK),
    "departure_seat": _case(rows.KEEPS_DIRECTORY, APPEND),
    "ledger_state": _open(FIGURES_OF_WORK, READ),
    "ledger_touched": _open(FIGURES_OF_WORK, APPEND),
    "audit_batch": _open(FIGURES_OF_WORK, READ),
    "audit_mark": _open(FIGURES_OF_WORK, READ),
    "heartbeat": _open(FIGURES_OF_WORK, READ),
    "trouble": _open(FIGURES_OF_WORK, READ),
    "demo_delivered": _open(DEMONSTRATION, WORK),
}  # fmt: skip
APPEND_ONLY: Final = frozenset({"audit_entry", "audit_batch"})  # for every role that is not the owner
