"""Somebody left: who follows, and what of theirs was handed over, invitation by invitation."""

from piccolo.columns import UUID, BigSerial, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Contact
from meetings.tables import Meeting, Series


class Departure(Table, tablename="departure"):
    """A contact left and another follows; once for each contact."""

    id = UUID(primary_key=True)
    contact = ForeignKey(Contact, null=False, on_delete=OnDelete.restrict, unique=True)
    successor = Varchar(length=254)  # the address
    left_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=80)
    actions = Integer(default=0)  # how many open actions passed to the successor


class DepartureSeat(Table, tablename="departure_seat"):
    """One coming meeting, or one series, that the leaver was invited to; `why_not` where it was not handed over."""

    id = BigSerial(primary_key=True)
    departure = ForeignKey(Departure, null=False, on_delete=OnDelete.restrict, index=True)
    meeting = ForeignKey(Meeting, null=True, on_delete=OnDelete.restrict)
    series = ForeignKey(Series, null=True, on_delete=OnDelete.restrict)
    answered = Varchar(length=16, default="")  # what the leaver had answered: it counts no more
    invitation = UUID(default=None, null=True)  # of the leaver, where it could not be handed over
    why_not = Varchar(length=300, default="")
