"""The facts of the reports, and the monthly ledger that they are folded into (docs/decisions/0022).

A fact says what one seat, meeting, trigger or reason counts as; figures.sql makes it from the records. Facts and
lines have no foreign keys: a key would lock the rows of other rooms while a batch is posted. A day is London's.
"""

from piccolo.columns import (
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    Date,
    Integer,
    SmallInt,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table


class SeatFact(Table, tablename="seat_fact"):
    """What one listed seat counts as, in the counts of SeatCounts, and by what it is cut."""

    seat = UUID(primary_key=True)
    meeting = UUID(default=None, null=False, index=True)
    unit = UUID(default=None, null=False)
    kind = Varchar(length=20)
    police = Boolean()
    day = Date(default=None, null=False, index=True)
    type = Varchar(length=40)
    capacities = Varchar(length=400)
    borough = Varchar(length=40)
    rule = Varchar(length=20)
    returned = Varchar(length=30)
    notice = Varchar(length=20)
    expected = SmallInt()
    attended = SmallInt()
    deputy = SmallInt()
    apologies = SmallInt()
    no_show = SmallInt()
    report_only = SmallInt()
    not_recorded = SmallInt()
    not_reached = SmallInt()
    short_notice = SmallInt()
    invited = SmallInt()
    answered = SmallInt()
    accepted = SmallInt()
    no_show_after_accepting = SmallInt()
    late_withdrawal = SmallInt()
    invitations = SmallInt()
    seat_minutes = SmallInt()
    challenged = SmallInt()
    corrected_late = SmallInt()


class MeetingFact(Table, tablename="meeting_fact"):
    """What one meeting counts as whose time has come, in the counts of MeetingCounts, and by what it is cut."""

    meeting = UUID(primary_key=True)
    day = Date(default=None, null=False, index=True)
    type = Varchar(length=40)
    home_unit = UUID(default=None, null=False)
    borough = Varchar(length=40)
    rule = Varchar(length=20)
    returned = Varchar(length=30)
    due = SmallInt()
    held = SmallInt()
    called_off = SmallInt()
    registers_open = SmallInt()
    quorate = SmallInt()
    without_police = SmallInt()
    joint_recorded = SmallInt()
    joint_attended = SmallInt()


class TallyFact(Table, tablename="tally_fact"):
    """One thing that is counted by its reason: a trigger and its fate, a meeting called off, an answer given, …"""

    id = BigSerial(primary_key=True)
    subject = Varchar(length=20)
    source = UUID(default=None, null=False, index=True)  # the trigger, meeting, decision or dispute
    day = Date(default=None, null=False, index=True)
    type = Varchar(length=40)
    what = Varchar(length=60)
    why = Varchar(length=60)
    unit = UUID(default=None, null=True)
    hours = Integer(default=None, null=True)


class SeatLedger(Table, tablename="seat_ledger"):
    """One line: the seats of a month or year and type in one cut.

    Unique by span, month, type, cut, value, unit and kind. A line of a financial year has the span "year" and the
    month of its April, and is the sum of the lines of its months.
    """

    id = BigSerial(primary_key=True)
    span = Varchar(length=5, default="month")
    month = Date(default=None, null=False)
    type = Varchar(length=40)
    cut = Varchar(length=20)
    value = Varchar(length=400)
    unit = UUID(default=None, null=True)
    kind = Varchar(length=20)
    expected = BigInt()
    attended = BigInt()
    deputy = BigInt()
    apologies = BigInt()
    no_show = BigInt()
    report_only = BigInt()
    not_recorded = BigInt()
    not_reached = BigInt()
    short_notice = BigInt()
    invited = BigInt()
    answered = BigInt()
    accepted = BigInt()
    no_show_after_accepting = BigInt()
    late_withdrawal = BigInt()
    invitations = BigInt()
    seat_minutes = BigInt()
    challenged = BigInt()
    corrected_late = BigInt()


class MeetingLedger(Table, tablename="meeting_ledger"):
    """One line: the meetings of a month or year and type. Unique by span, month, type, cut, value and unit."""

    id = BigSerial(primary_key=True)
    span = Varchar(length=5, default="month")
    month = Date(default=None, null=False)
    type = Varchar(length=40)
    cut = Varchar(length=20)
    value = Varchar(length=40)
    unit = UUID(default=None, null=True)
    due = BigInt()
    held = BigInt()
    called_off = BigInt()
    registers_open = BigInt()
    quorate = BigInt()
    without_police = BigInt()
    joint_recorded = BigInt()
    joint_attended = BigInt()


class TallyLedger(Table, tablename="tally_ledger"):
    """One line: how often one thing came in a month or year and type. Unique by all columns but the number."""

    id = BigSerial(primary_key=True)
    span = Varchar(length=5, default="month")
    month = Date(default=None, null=False)
    type = Varchar(length=40)
    subject = Varchar(length=20)
    what = Varchar(length=60)
    why = Varchar(length=60)
    unit = UUID(default=None, null=True)
    hours = Integer(default=None, null=True)
    n = BigInt()


class LedgerTouched(Table, tablename="ledger_touched"):
    """Something changed that facts are made of; written by the database in the transaction of the change."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=12)  # meeting, trigger, decision, dispute; or what these are found by: child, mail, …
    subject = Varchar(length=255)


class LedgerState(Table, tablename="ledger_state"):
    """The one row that says how far the ledger is posted. Whoever posts locks it."""

    id = Integer(primary_key=True)
    posted_to = Timestamptz(default=None, null=False)  # the facts are as of this instant
    checked_at = Timestamptz(default=None, null=True)  # when the nightly check last began
    checked_to = UUID(default=None, null=True)  # how far the nightly check of facts has come


class LedgerDifference(Table, tablename="ledger_difference"):
    """A line of the ledger, or a fact, that did not equal its recount; open until a later check finds it equal."""

    id = BigSerial(primary_key=True)
    ledger = Varchar(length=20)
    month = Date(default=None, null=False)
    what = Varchar(length=600)  # type, cut, value, unit and count, in words
    posted = BigInt()
    recounted = BigInt()
    found_at = Timestamptz(default=None, null=False)
    settled_at = Timestamptz(default=None, null=True, index=True)
