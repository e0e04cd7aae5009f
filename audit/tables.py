"""The log of what was done, by whom, to what: rows are added, never changed."""

from piccolo.columns import JSONB, BigSerial, Timestamptz, Varchar
from piccolo.table import Table


class Entry(Table, tablename="audit_entry"):
    """One act. `actor` is a person's id, a source system or a process; `subject` a kind and a reference."""

    id = BigSerial(primary_key=True)
    at = Timestamptz(default=None, null=False, index=True)
    actor = Varchar(length=80)
    action = Varchar(length=80)
    subject = Varchar(length=120, index=True)
    detail = JSONB(default="{}")
