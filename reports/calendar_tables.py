"""The calendar of publishing: which reports are drawn up by themselves, when, and who is sent them."""

from enum import StrEnum

from piccolo.columns import UUID, BigSerial, Boolean, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from reports.publication_tables import Publication


class Every(StrEnum):
    """How long the periods of a calendar are."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "financial year"


class ReportCalendar(Table, tablename="report_calendar"):
    """One report that recurs: of every such period, about one type of meeting."""

    id = UUID(primary_key=True)
    every = Varchar(length=14, choices=Every)
    type = Varchar(length=60)
    drawn_after = Integer(default=10)  # working days after the period's end until its draft is drawn up
    challenge_days = Integer(default=10)  # working days in which units may challenge their outcomes
    threshold = Integer(default=5)  # counts below it are hidden
    since = Date(default=None, null=False)  # periods that end before this London date are left alone
    active = Boolean(default=True)
    set_at = Timestamptz(default=None, null=False)
    set_by = Varchar(length=80)
    report_calendar_once = Unique(["every", "type"])


class ListedAddress(Table, tablename="report_address"):
    """One address of the committee's list; one that was taken off is kept, with when."""

    id = UUID(primary_key=True)
    calendar = ForeignKey(ReportCalendar, null=False, on_delete=OnDelete.restrict, index=True)
    address = Varchar(length=254)  # in lower case
    name = Varchar(length=80)  # a role or an office, as "Clerk to the committee"
    added_at = Timestamptz(default=None, null=False)
    added_by = Varchar(length=80)
    removed_at = Timestamptz(default=None, null=True)
    removed_by = Varchar(length=80, default="")


class CalendarRun(Table, tablename="report_calendar_run"):
    """The draft of one period was drawn up by the calendar, or was there already: once, whatever becomes of it."""

    id = BigSerial(primary_key=True)
    calendar = ForeignKey(ReportCalendar, null=False, on_delete=OnDelete.restrict)
    period = Varchar(length=40)  # its code
    publication = ForeignKey(Publication, null=False, on_delete=OnDelete.restrict)
    due_at = Timestamptz(default=None, null=False)
    drawn_at = Timestamptz(default=None, null=False)
    report_calendar_run_once = Unique(["calendar", "period"])
