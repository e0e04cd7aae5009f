"""The rules, what they called for, and the meetings made of it."""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.tables import Unit
from meetings.episode_tables import Child


class MeetingType(StrEnum):
    """Kinds of meeting that are never mixed in one rate (docs/committee.md)."""

    MISSING = "missing strategy meeting"
    DISCUSSION = "strategy discussion (s47)"
    PLANNING = "planning meeting"  # about a child who is missing again and again
    PANEL = "panel"
    BRIEFING = "missing briefing"
    CONTEXT = "place or group meeting"


class MeetingState(StrEnum):
    SCHEDULED = "scheduled"
    CALLED_OFF = "called off"


class Rule(Table, tablename="rule"):
    """One version of a rule: its condition, its clock, whom it seats, and where it comes from."""

    id = UUID(primary_key=True)
    code = Varchar(length=20)
    place = Varchar(length=40, default="")  # the home place whose own rule it is; "": the general one
    version = Integer()
    title = Varchar(length=120)
    condition = JSONB(default="{}")  # the numbers the condition of this code reads: hours, count, days
    clock_amount = Integer(default=None, null=True)  # null: inherits, or makes no meeting
    clock_unit = Varchar(length=12, default="")  # hours, days, working days
    clock_start = Varchar(length=12, default="")  # situations.py and triggers.py know which there are
    reply_amount = Integer(default=1)
    reply_unit = Varchar(length=14, default="working days")  # working days, working hours
    review_amount = Integer(default=None, null=True)
    review_unit = Varchar(length=12, default="")
    return_policy = Varchar(length=8, default="keep")  # keep, convert, cancel
    meeting_type = Varchar(length=40, choices=MeetingType, default=MeetingType.MISSING)
    makes_meeting = Boolean(default=True)
    enabled = Boolean(default=True)
    capacities = Array(base_column=Varchar(length=24), default=list)  # partner seats beside the police
    quorum = Array(base_column=Varchar(length=24), default=list)
    source_text = Varchar(length=400)
    effective_from = Date(default=None, null=False)
    effective_to = Date(default=None, null=True)
    rule_version_of_place = Unique(["code", "place", "version"])


class InviteState(StrEnum):
    """Whether an invitation still asks somebody; all but ACTIVE have ended, and never begin again."""

    ACTIVE = "active"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    DELEGATED = "delegated"  # an approved deputy holds the seat's invitation now


class Series(Table, tablename="series"):
    """A standing meeting: which days, at what time on London's clocks, who is asked. Its occurrences are Meetings."""

    id = UUID(primary_key=True)
    reference = Varchar(length=12, unique=True)
    uid = Varchar(length=255, unique=True)
    title = Varchar(length=80)  # of the standing meeting, never of a child
    type = Varchar(length=40, choices=MeetingType, default=MeetingType.PANEL)
    state = Varchar(length=12, choices=MeetingState, default=MeetingState.SCHEDULED, index=True)
    weekdays = Array(base_column=Integer(), default=list)  # 0 is Monday
    every = Integer(default=1)  # weeks
    first_on = Date(default=None, null=False)
    last_on = Date(default=None, null=False)
    starts = Time(default=None, null=False)  # on London's clocks, whatever their offset on the day
    minutes = Integer(default=60)
    bank_holidays = Boolean(default=False)  # whether it is held on them
    place = Varchar(length=120, default="")
    link = Varchar(length=255, default="")
    sequence = Integer(default=0)
    last_major_sequence = Integer(default=0)
    quorum = Array(base_column=Varchar(length=24), default=list)
    home_unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    set_up_at = Timestamptz(default=None, null=False)
    set_up_by = Varchar(length=80)
    called_off_at = Timestamptz(default=None, null=True)
    called_off_by = Varchar(length=40, default="")
    called_off_reason = Varchar(length=40, default="")


class SeriesInvitation(Table, tablename="series_invitation"):
    """One unit's invitation to a whole series: one token, one stream of REQUESTs, answers for all dates or one."""

    id = UUID(primary_key=True)
    series = ForeignKey(Series, null=False, on_delete=OnDelete.restrict, index=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    capacities = Array(base_column=Varchar(length=24))
    address = Varchar(length=254)
    cn = Varchar(length=120)
    group = Boolean(default=False)
    token_sha256 = Varchar(length=64, unique=True)
    state = Varchar(length=10, choices=InviteState, default=InviteState.ACTIVE)
    invited_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    sent_sequence = Integer(default=0)
    first_message_id = Varchar(length=255)


class About(StrEnum):
    """What a meeting without a child is about (contextual safeguarding)."""

    NOTHING_ELSE = ""  # a child, or what its series is for
    PLACE = "place"
    GROUP = "group"


class Meeting(Table, tablename="meeting"):
    """One meeting: one UID for ever, a random reference that says nothing, SEQUENCE as in RFC 5546."""

    id = UUID(primary_key=True)
    reference = Varchar(length=12, unique=True)
    uid = Varchar(length=255, index=True)  # the occurrences of one series share it
    series = ForeignKey(Series, null=True, on_delete=OnDelete.restrict, index=True)
    recurrence_id = Timestamptz(default=None, null=True)  # when the series' rule puts it, wherever it is moved to
    child = ForeignKey(Child, null=True, on_delete=OnDelete.restrict, index=True)  # null: about none, or many
    about = Varchar(length=8, choices=About, default=About.NOTHING_ELSE)
    about_place = Varchar(length=40, default="")  # the borough or area of the place or group; never an address
    type = Varchar(length=40, choices=MeetingType, default=MeetingType.MISSING)
    state = Varchar(length=12, choices=MeetingState, default=MeetingState.SCHEDULED, index=True)
    starts_at = Timestamptz(default=None, null=False, index=True)
    ends_at = Timestamptz(default=None, null=False)
    place = Varchar(length=120, default="")
    link = Varchar(length=255, default="")
    fixed = Boolean(default=False)  # calendars are asked not to offer "propose new time"
    due_at = Timestamptz(default=None, null=False)  # the earliest deadline of its triggers
    reply_by = Timestamptz(default=None, null=False)
    sequence = Integer(default=0)
    last_major_sequence = Integer(default=0)
    quorum = Array(base_column=Varchar(length=24), default=list)
    home_unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    destination_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    incident_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    lead_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)  # leads for the police; null: about no child
    set_up_at = Timestamptz(default=None, null=False)
    set_up_by = Varchar(length=80)
    register_closed_at = Timestamptz(default=None, null=True)  # first; the register itself is the attendance room's
    called_off_at = Timestamptz(default=None, null=True)
    called_off_by = Varchar(length=40, default="")  # which agency asked for it
    called_off_reason = Varchar(length=40, default="")
    on_return = Varchar(length=8, default="")  # what the child's return meant: before, keep, convert, cancel
    returned_at = Timestamptz(default=None, null=True)  # when Convene learnt of it and did so


class NotConvened(Table, tablename="not_convened"):
    """A recorded decision: the triggers were met and no meeting was held, and why."""

    id = UUID(primary_key=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict)
    reason = Varchar(length=60)
    due_at = Timestamptz(default=None, null=False)
    home_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    destination_unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict)
    decided_at = Timestamptz(default=None, null=False, index=True)
    decided_by = Varchar(length=80)


class Trigger(Table, tablename="trigger"):
    """One rule called for a meeting about one child, once per episode or move; kept whatever becomes of it."""

    id = UUID(primary_key=True)
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict, index=True)
    rule = ForeignKey(Rule, null=False, on_delete=OnDelete.restrict)
    rule_code = Varchar(length=20)
    cause = UUID(default=None, null=False)  # the Episode's or PlacementMove's id
    fired_at = Timestamptz(default=None, null=False)  # when the condition became true
    due_at = Timestamptz(default=None, null=False, index=True)
    noticed_at = Timestamptz(default=None, null=False)  # when Convene saw it
    meeting = ForeignKey(Meeting, null=True, on_delete=OnDelete.restrict, index=True)
    not_convened = ForeignKey(NotConvened, null=True, on_delete=OnDelete.restrict)
    trigger_fires_once = Unique(["rule_code", "cause"])


class Seat(Table, tablename="seat"):
    """A place one unit must fill at one meeting, in one capacity or more; it outlives the person in it."""

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    capacities = Array(base_column=Varchar(length=24))
    added_at = Timestamptz(default=None, null=False)
    removed_at = Timestamptz(default=None, null=True)
    seat_one_each = Unique(["meeting", "unit"])


class Invitation(Table, tablename="invitation"):
    """A seat's invitation to one address: address and name copied, so that later edits rewrite nothing."""

    id = UUID(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    seat = ForeignKey(Seat, null=False, on_delete=OnDelete.restrict, index=True)
    address = Varchar(length=254)
    cn = Varchar(length=120)
    group = Boolean(default=False)  # a team's mailbox: any of its members may answer
    delegated_from = Varchar(length=254, default="")  # the address that named this one as its deputy
    token_sha256 = Varchar(length=64, unique=True, null=True)  # null: the token of the series' invitation serves
    of_series = ForeignKey(SeriesInvitation, null=True, on_delete=OnDelete.restrict, index=True)
    state = Varchar(length=10, choices=InviteState, default=InviteState.ACTIVE)
    invited_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    sent_sequence = Integer(default=0)  # the SEQUENCE of the latest REQUEST or CANCEL written for it
    first_message_id = Varchar(length=255)


class MeetingEvent(Table, tablename="meeting_event"):
    """The meeting's timeline: what happened, in words without personal data, in order."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    at = Timestamptz(default=None, null=False)
    actor = Varchar(length=80)
    what = Varchar(length=200)
