"""Publications: reports as they were frozen, and whether their figures still stand."""

from enum import StrEnum
from typing import Any

from piccolo.columns import UUID, Bytea, ForeignKey, Integer, OnDelete, Text, Timestamptz, Varchar
from piccolo.table import Table


class State(StrEnum):
    """Where a publication stands. RELEASED and WITHDRAWN are final."""

    DRAFTED = "drafted"  # units see their own outcomes; figures may be drawn afresh
    APPROVED = "approved"  # one person vouches for it
    RELEASED = "released"  # another person made it public; the database refuses to change or delete the row
    WITHDRAWN = "withdrawn"  # never released; kept with the reason


class Publication(Table, tablename="publication"):
    """One revision of the report of one period and type of meeting.

    An index of the migrations allows one row for each period, type and revision that is not withdrawn: so the
    revisions that were released have no gaps, and a period has one draft at a time. A trigger of the migrations
    refuses every change of a released row, also by hand.
    """

    id = UUID(primary_key=True)
    period = Varchar(length=40, index=True)  # its code
    type = Varchar(length=60)
    revision = Integer(default=1)
    supersedes: ForeignKey[Any] = ForeignKey("self", null=True, on_delete=OnDelete.restrict)
    reason = Varchar(length=500, default="")  # of the revision
    state = Varchar(length=10, choices=State, default=State.DRAFTED, index=True)
    threshold = Integer(default=0)
    content = Bytea(default=b"")  # the published file, byte for byte
    sha256 = Varchar(length=64)  # as the file carries it
    drawn = Integer(default=1)  # how often its figures were drawn
    drawn_at = Timestamptz(default=None, null=False)
    registers_open = Integer(default=0)  # when its figures were drawn
    waiting = Integer(default=0)  # meetings that the ledger had not posted then
    drafted_at = Timestamptz(default=None, null=False)
    drafted_by = Varchar(length=80)  # a person's id or a process, as in the audit trail
    challenge_until = Timestamptz(default=None, null=False)
    approved_at = Timestamptz(default=None, null=True)
    approved_by = Varchar(length=80, default="")
    statement = Text(default="")  # what the person who approved it vouches for
    released_at = Timestamptz(default=None, null=True, index=True)
    released_by = Varchar(length=80, default="")
    withdrawn_at = Timestamptz(default=None, null=True)
    withdrawn_by = Varchar(length=80, default="")
    withdrawn_why = Varchar(length=500, default="")


class Whole(Table, tablename="publication_whole"):
    """The report of a publication with every count in it, as it was drawn. Nobody is shown it.

    Later reports are held against it, so that with them no small count can be worked out that it kept back. A
    trigger of the migrations refuses every change once the publication is released.
    """

    publication = ForeignKey(Publication, primary_key=True, null=False, on_delete=OnDelete.restrict)
    content = Bytea(default=b"")


class Recheck(Table, tablename="publication_recheck"):
    """When a released publication was last compared with the records, and how many of its figures differ."""

    publication = ForeignKey(Publication, primary_key=True, null=False, on_delete=OnDelete.restrict)
    checked_at = Timestamptz(default=None, null=False, index=True)
    differing = Integer(default=0)
    since = Timestamptz(default=None, null=True)  # since when figures differ
