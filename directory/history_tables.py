"""What was held of each unit, version by version."""

from piccolo.columns import JSONB, BigSerial, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from directory.tables import Unit


class EntryVersion(Table, tablename="entry_version"):
    """All that was held of a unit from an instant on, and whose act made it so; the next version ends it."""

    id = BigSerial(primary_key=True)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict, index=True)
    at = Timestamptz(default=None, null=False)
    by = Varchar(length=80)  # a person's id, an owner's link, or a process; "" where it was found so
    action = Varchar(length=80)
    why = Varchar(length=200, default="")
    lines = JSONB(default="[]")  # of directory/held.py; forgotten after the period for people, once it is superseded
    fingerprint = Varchar(length=64)
    superseded_at = Timestamptz(default=None, null=True)
