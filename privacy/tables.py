"""How long each kind of data is kept, what will go, which cases are held, and who asked what is held of them."""

from enum import StrEnum

from piccolo.columns import (
    JSONB,
    UUID,
    BigSerial,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from meetings.episode_tables import Child


class RetentionPeriod(Table, tablename="retention_period"):
    """One setting of the period of one kind of data; the latest that has begun stands, the earlier ones stay."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20, index=True)
    days = Integer()
    why = Varchar(length=300)
    set_at = Timestamptz(default=None, null=False)
    set_by = Varchar(length=80)
    holds_from = Timestamptz(default=None, null=False)  # some days later, so that what will go is seen before


class RetentionForecast(Table, tablename="retention_forecast"):
    """How many rows of one kind and month will have gone by `by_then`; made anew each night."""

    id = BigSerial(primary_key=True)
    kind = Varchar(length=20)
    month = Date(default=None, null=False)  # in which their period began
    rows = Integer()
    held = Integer(default=0)  # and how many cases would, but are held or still open
    by_then = Timestamptz(default=None, null=False)


class RetentionRun(Table, tablename="retention_run"):
    """The one row that says when the nightly round last ended. Whoever runs it has the lease."""

    id = Integer(primary_key=True)
    lease_until = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True)


class CaseHold(Table, tablename="case_hold"):
    """Nothing of a child's case goes while somebody holds it, with the reason; one that was lifted stays."""

    id = UUID(primary_key=True)
    reference = Varchar(length=12, unique=True)  # of the hold: nothing of the child
    child = ForeignKey(Child, null=False, on_delete=OnDelete.restrict, index=True)
    reason = Varchar(length=300)
    held_at = Timestamptz(default=None, null=False)
    held_by = Varchar(length=80)
    lifted_at = Timestamptz(default=None, null=True)
    lifted_by = Varchar(length=80, default="")
    lifted_why = Varchar(length=300, default="")


class Wish(StrEnum):
    """What somebody asks for."""

    ACCESS = "access"
    ERASURE = "erasure"
    HOLD = "hold"


class About(StrEnum):
    CHILD = "child"
    ADDRESS = "address"


class Stand(StrEnum):
    """How far a request is. The worker takes the steps from ASKED and from CONFIRMED."""

    ASKED = "asked"
    SHOWN = "to be confirmed"  # what an erasure would do is known; another person confirms
    CONFIRMED = "confirmed"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"  # by a person, before it was confirmed


class PrivacyRequest(Table, tablename="privacy_request"):
    """Somebody asked what is held about a child or an address, or that a child be forgotten; who, why, what came."""

    id = UUID(primary_key=True)
    reference = Varchar(length=12, unique=True)
    wish = Varchar(length=10, choices=Wish)
    about = Varchar(length=10, choices=About)
    issuer = Varchar(length=40, default="")  # whose numbering the child's reference is
    subject = Varchar(length=254)  # the child's reference or the address; emptied in the end
    child = ForeignKey(Child, null=True, on_delete=OnDelete.restrict)
    who = Varchar(length=80)  # who asked, by role: the young person, a parent with responsibility, …
    why = Varchar(length=300)
    stand = Varchar(length=16, choices=Stand, default=Stand.ASKED, index=True)
    asked_at = Timestamptz(default=None, null=False)
    asked_by = Varchar(length=80)
    counts = JSONB(default="{}")  # rows by table
    said = Varchar(length=400, default="")  # why it was refused
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=80, default="")
    ended_at = Timestamptz(default=None, null=True)
    content = Bytea(default=None, null=True)  # the answer, as a zip file
