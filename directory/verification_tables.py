"""When each unit's owner was asked whether its entry is right, what came of it, and the links in the letters."""

from enum import StrEnum

from piccolo.columns import UUID, Date, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.tables import Unit


class Step(StrEnum):
    """How far the asking has come."""

    ASKED = "asked"
    REMINDED = "reminded"
    PASSED_UP = "passed up"
    UNANSWERED = "unanswered"  # nothing more is sent: it is on the administrators' list


class Verification(Table, tablename="verification"):
    """One time that a unit's owner was asked whether all that is held of it is right, or said so unasked."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    asked_at = Timestamptz(default=None, null=False)
    asked_on = Date(default=None, null=False)
    place = Integer(default=None, null=True)  # among those that the round asks on one day; null: a person asked
    step = Varchar(length=12, choices=Step, default=Step.ASKED)
    next_at = Timestamptz(default=None, null=True, index=True)  # of the next step, null where none comes
    ended_at = Timestamptz(default=None, null=True)  # confirmed, or another asking took its place
    confirmed_at = Timestamptz(default=None, null=True)
    confirmed_by = Varchar(length=80, default="")  # a person's id, or the role that whoever had the link gave
    confirmed_from = Varchar(length=254, default="")  # the address that the link was sent to; "" where signed in
    how = Varchar(length=200, default="")  # how somebody signed in knows it
    fingerprint = Varchar(length=64, default="")  # of what was confirmed
    asked_in_turn = Unique(["asked_on", "place"])


class OwnerLink(Table, tablename="owner_link"):
    """One link in a letter to an owner: the token's SHA-256, good for one purpose, once, and for a time."""

    id = UUID(primary_key=True)
    purpose = Varchar(length=12)  # verify, decide
    about = UUID(default=None, index=True)  # the verification or the proposal
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    token_sha256 = Varchar(length=64, unique=True)
    sent_to = Varchar(length=254)
    message_id = Varchar(length=255, unique=True)
    made_at = Timestamptz(default=None, null=False)
    expires_at = Timestamptz(default=None, null=False)
    ended_at = Timestamptz(default=None, null=True)
    used = Varchar(length=12, default="")  # what was done with it; "" where it only ended
