"""When a unit is on duty, how fast it promised to answer, and what its own calendar says of its time."""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    BigSerial,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from directory.tables import Unit


class DutyKind(StrEnum):
    WEEKLY = "weekly"
    ROTATING = "rotating"


class DutyPattern(Table, tablename="duty_pattern"):
    """The shifts of one team of a unit; one that ended is kept."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=60)  # of a team, never of a person
    kind = Varchar(length=10, choices=DutyKind)
    cycle = JSONB(default="[]")  # for each day of the cycle its shifts, as [["07:00", "15:00"], …]
    anchor = Date(default=None, null=False)  # a first day of the cycle
    valid_from = Date(default=None, null=False)
    valid_to = Date(default=None, null=True)  # the first day on which it holds no more
    bank_holidays = Boolean(default=False)  # whether they work on them


class DateOff(Table, tablename="date_off"):
    """Days on which a unit is not on duty, whatever its patterns say."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    first_on = Date(default=None, null=False)
    last_on = Date(default=None, null=False)
    reason = Varchar(length=60, default="")
    removed_at = Timestamptz(default=None, null=True)


class Promise(Table, tablename="promise"):
    """How soon a unit promised to answer invitations."""

    unit = ForeignKey(Unit, primary_key=True, null=False, on_delete=OnDelete.restrict)
    amount = Integer(default=None, null=False)
    counted_in = Varchar(length=14)  # working hours, working days


class PublishedCalendar(Table, tablename="published_calendar"):
    """Where a unit publishes when it is taken, and how the last readings of it went."""

    unit = ForeignKey(Unit, primary_key=True, null=False, on_delete=OnDelete.restrict)
    address = Varchar(length=1000, secret=True)  # whoever knows it reads the calendar: shown masked, never logged
    added_at = Timestamptz(default=None, null=False)
    etag = Varchar(length=200, default="")
    last_modified = Varchar(length=60, default="")
    read_at = Timestamptz(default=None, null=True)  # when it was last read, or said to be as it was
    known_to = Timestamptz(default=None, null=True)  # what the last reading says ends here
    unread = Integer(default=0)  # entries of the last reading that could not be read
    counts = Boolean(default=False)  # whether what was last read is young enough to count
    failures = Integer(default=0)  # in a row
    failure = Varchar(length=200, default="")
    next_at = Timestamptz(default=None, null=False, index=True)
    claimed_until = Timestamptz(default=None, null=True)


class BusyTime(Table, tablename="busy_time"):
    """A time at which a unit's published calendar says it is taken; nothing else of it is kept."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    starts_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(default=None, null=False)
