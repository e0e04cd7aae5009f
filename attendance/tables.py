"""Answers before the meeting and outcomes at it: facts are appended, what stands is derived."""

from enum import StrEnum

from piccolo.columns import BigInt, BigSerial, Boolean, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from meetings.tables import Invitation, Meeting, Seat
from notifications.tables import InboundMail


class Outcome(StrEnum):
    """What became of a seat at the meeting (docs/committee.md). NOT_RECORDED is the absence of a mark."""

    ATTENDED = "attended"
    DEPUTY = "deputy attended"
    APOLOGIES = "apologies"
    NO_SHOW = "no-show"
    REPORT_ONLY = "report only"
    NOT_RECORDED = "not recorded"


class Response(Table, tablename="response"):
    """One reply as it was judged; `row` is the row of the state machine that decided it (attendance/rows.py)."""

    id = BigSerial(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.restrict, index=True)
    mail = ForeignKey(InboundMail, null=True, on_delete=OnDelete.restrict)
    via = Varchar(length=12, default="email")  # email, coordinator, web
    received_at = Timestamptz(default=None, null=False)
    partstat = Varchar(length=14)
    sequence = Integer()
    dtstamp = Timestamptz(default=None, null=False)
    answered_by = Varchar(length=254)
    row = Integer()
    applied = Boolean(default=False)
    flagged = Varchar(length=200, default="")
    agent = Varchar(length=254, default="")  # who pressed the button for the one who answered
    comment = Varchar(length=500, default="")  # the note typed with the answer; shown to the signed-in only


class Attendance(Table, tablename="attendance"):
    """One mark of one seat; the latest stands, the earlier ones stay. A correction carries its reason."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    seat = ForeignKey(Seat, null=False, on_delete=OnDelete.restrict)
    outcome = Varchar(length=16, choices=Outcome)
    joined_late = Boolean(default=False)
    left_early = Boolean(default=False)
    deputy_name = Varchar(length=80, default="")  # a worker's name or role: who came for the unit; never the child
    report_on = Date(default=None, null=True)  # the London date on which a written report came
    evidence = Varchar(length=12, default="")  # teams: a person confirmed what a Teams file shows; "": their own word
    marked_at = Timestamptz(default=None, null=False)
    marked_by = Varchar(length=80)
    reason = Varchar(length=200, default="")  # why a mark was changed after closing


class Register(Table, tablename="register"):
    """A register was closed, or corrected since: the meeting was held, by whose word, and quorate or why not.

    The latest row of a meeting stands; the earlier ones stay.
    """

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    closed_at = Timestamptz(default=None, null=False)
    closed_by = Varchar(length=80)
    quorate = Boolean(default=False)
    inquorate_reason = Varchar(length=200, default="")


class Reminder(Table, tablename="reminder"):
    """One reminder of one invitation: due once, sent once, or recorded as missed."""

    id = BigSerial(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10)  # reply-by, 24h, 2h
    due_at = Timestamptz(default=None, null=False, index=True)
    useful_until = Timestamptz(default=None, null=False)
    settled_at = Timestamptz(default=None, null=True)
    outcome = Varchar(length=12, default="")  # sent, missed, not needed
    mail = BigInt(default=None, null=True)  # the OutboundMail it became
    reminder_once = Unique(["invitation", "kind", "due_at"])


class Asked(StrEnum):
    """Where something an invitee asked for stands. OPEN waits for a person; the others are final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"  # the meeting's time changed, or the same invitee asked for something newer


class Proposal(Table, tablename="proposal"):
    """Another time for the meeting, proposed by an invitee (COUNTER, RFC 5546 3.2.7); a person decides."""

    id = BigSerial(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.restrict, index=True)
    mail = ForeignKey(InboundMail, null=True, on_delete=OnDelete.restrict, index=True)
    via = Varchar(length=12, default="email")  # email, web
    sequence = Integer()  # of the invitation that it answers
    starts_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=254)
    comment = Varchar(length=500, default="")
    received_at = Timestamptz(default=None, null=False)
    state = Varchar(length=12, choices=Asked, default=Asked.OPEN, index=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=80, default="")


class Deputy(Table, tablename="deputy"):
    """Somebody whom an invitee named to come instead (DELEGATED-TO, RFC 5545 section 3.2.5); a person approves."""

    id = BigSerial(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.restrict, index=True)
    mail = ForeignKey(InboundMail, null=True, on_delete=OnDelete.restrict, index=True)
    via = Varchar(length=12, default="email")  # email, web
    address = Varchar(length=254)
    named_by = Varchar(length=254)
    comment = Varchar(length=500, default="")
    received_at = Timestamptz(default=None, null=False)
    state = Varchar(length=12, choices=Asked, default=Asked.OPEN, index=True)
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=80, default="")
    invited = ForeignKey(Invitation, null=True, on_delete=OnDelete.restrict)  # the deputy's own, once approved


class AliasKind(StrEnum):
    """How another address answers for an invited one."""

    SAME = "same person"
    DEPUTY = "answers for them"


class Alias(Table, tablename="alias"):
    """A person confirmed that answers from `alias` count for `address`; forgotten ones are kept and unused."""

    id = BigSerial(primary_key=True)
    address = Varchar(length=254, index=True)  # as invited, in lower case
    alias = Varchar(length=254, index=True)  # as it answers, in lower case
    kind = Varchar(length=20, choices=AliasKind)
    learnt_at = Timestamptz(default=None, null=False)
    learnt_by = Varchar(length=80)
    forgotten_at = Timestamptz(default=None, null=True)
    forgotten_by = Varchar(length=80, default="")


class Absence(Table, tablename="absence"):
    """An automatic reply said that the invitee is away: no answer, and a reason to look for a deputy."""

    id = BigSerial(primary_key=True)
    invitation = ForeignKey(Invitation, null=False, on_delete=OnDelete.restrict, index=True)
    mail = ForeignKey(InboundMail, null=False, on_delete=OnDelete.restrict)
    received_at = Timestamptz(default=None, null=False)
    first_day = Date(default=None, null=True)  # where its text says so
    last_day = Date(default=None, null=True)
    said = Varchar(length=500, default="")
