"""Changes of an entry that somebody proposes, until its owner or somebody who keeps the directory decides."""

from enum import StrEnum

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Contact, Unit


class What(StrEnum):
    """What is proposed."""

    ADD = "add a contact"
    CHANGE = "change a contact"
    END = "end a contact"
    OTHER = "something else"


class Decided(StrEnum):
    """Where a proposal stands. AGREED is the owner's word alone, where one more is wanted."""

    OPEN = "open"
    AGREED = "agreed by the owner"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ChangeProposal(Table, tablename="change_proposal"):
    """One proposed change, as it was written; nothing of the entry changes before it is accepted."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    what = Varchar(length=20, choices=What)
    contact = ForeignKey(Contact, null=True, on_delete=OnDelete.restrict)  # that is changed or ended
    role = Varchar(length=60, default="")
    name = Varchar(length=80, default="")
    email = Varchar(length=254, default="")
    phone = Varchar(length=40, default="")
    rank = Integer(default=1)
    group = Boolean(default=False)
    words = Varchar(length=300, default="")  # of something else
    why = Varchar(length=200)
    moves_mail = Boolean(default=False)  # letters would go, or answers count, where they did not before
    seen = Varchar(length=64, default="")  # fingerprint of the contact as the proposer saw it
    proposed_at = Timestamptz(default=None, null=False)
    proposed_by = Varchar(length=80)  # a person's id, or the owner's link
    proposed_from = Varchar(length=254)  # where its outcome is written to
    state = Varchar(length=20, choices=Decided, default=Decided.OPEN, index=True)
    agreed_at = Timestamptz(default=None, null=True)
    agreed_from = Varchar(length=254, default="")
    decided_at = Timestamptz(default=None, null=True)
    decided_by = Varchar(length=254, default="")  # a person's id, or the address of the owner's link
    decided_why = Varchar(length=200, default="")
