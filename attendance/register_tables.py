"""When somebody is asked about a register that is still open."""

from piccolo.columns import BigSerial, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from meetings.tables import Meeting


class RegisterReminder(Table, tablename="register_reminder"):
    """One question about one open register: due once, and asked, missed, or not needed any more."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    due_at = Timestamptz(default=None, null=False, index=True)
    useful_until = Timestamptz(default=None, null=False)
    settled_at = Timestamptz(default=None, null=True)
    outcome = Varchar(length=12, default="")  # sent, missed, not needed, nobody
    register_asked_once = Unique(["meeting", "due_at"])
