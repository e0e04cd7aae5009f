"""Who is on the ladder: above a unit's own mailboxes, or for all of London."""

from piccolo.columns import UUID, Date, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.rungs import Rung
from directory.tables import Unit


class LadderContact(Table, tablename="ladder_contact"):
    """Somebody who is told, by role, when a unit does not answer or does not come; one that ended is kept."""

    id = UUID(primary_key=True)
    unit = ForeignKey(Unit, null=True, on_delete=OnDelete.restrict, index=True)  # null: for every unit of London
    rung = Varchar(length=24, choices=Rung)
    role = Varchar(length=60)  # detective sergeant, service manager, …
    email = Varchar(length=254)
    phone = Varchar(length=40, default="")
    failing_since = Timestamptz(default=None, null=True)  # letters to it came back
    failing_why = Varchar(length=200, default="")
    active_from = Date(default=None, null=False)
    active_to = Date(default=None, null=True)
