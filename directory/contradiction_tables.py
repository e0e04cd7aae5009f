"""What speaks against an entry of the directory, until somebody deals with it."""

from enum import StrEnum

from piccolo.columns import UUID, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Unit


class Against(StrEnum):
    """What speaks against an address."""

    BOUNCE = "letters come back"
    ALIAS = "answers come from another address"
    SILENCE = "invitations stay unanswered"
    LEFT = "an automatic reply says they left"


class Closed(StrEnum):
    """Why it speaks against the entry no more."""

    CHANGED = "the entry was changed"
    CONFIRMED = "the entry was confirmed afterwards"
    DECIDED = "somebody decided"


class Contradiction(Table, tablename="contradiction"):
    """Something seen speaks against an address of a unit; the same seen again is counted, not added."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=40, choices=Against)
    address = Varchar(length=254)  # the address of the directory that it speaks against
    evidence = Varchar(length=200)  # references of mail or meetings; never what stands in them
    times = Integer(default=1)
    first_at = Timestamptz(default=None, null=False)
    last_at = Timestamptz(default=None, null=False)
    open_key = Varchar(length=340, unique=True)  # unit, kind and address while it is open; then its own id
    closed_at = Timestamptz(default=None, null=True, index=True)
    closed_by = Varchar(length=80, default="")
    closed_how = Varchar(length=40, default="", choices=Closed)
    reason = Varchar(length=200, default="")  # of whoever decided
