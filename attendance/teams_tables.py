"""Which Teams attendance files were read for which meeting, and whom they show, until a person has decided.

The file itself is never kept. Names and addresses are blanked once decided, when the register is closed, and after
`teams_evidence.KEPT` at the latest.
"""

from piccolo.columns import BigSerial, Boolean, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from meetings.tables import Meeting, Seat


class TeamsReport(Table, tablename="teams_report"):
    """That a file of this layout and these bytes was read for a meeting: when, by whom, and how many it shows."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    sha256 = Varchar(length=64)
    layout = Varchar(length=20)  # a value of teams.Layout
    read_at = Timestamptz(default=None, null=False)
    read_by = Varchar(length=80)
    people = Integer(default=0)
    left_out = Integer(default=0)  # rows that name nobody, or hold a formula
    started_at = Timestamptz(default=None, null=True)  # the call, as the file tells it
    ended_at = Timestamptz(default=None, null=True)
    teams_report_once = Unique(["meeting", "sha256"])


class TeamsPerson(Table, tablename="teams_person"):
    """Somebody whom a file shows; after the decision, only when, and for which seat they came."""

    id = BigSerial(primary_key=True)
    report = ForeignKey(TeamsReport, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=120, default="")
    address = Varchar(length=254, default="")
    unverified = Boolean(default=False)
    joined_at = Timestamptz(default=None, null=True)
    left_at = Timestamptz(default=None, null=True)
    seat = ForeignKey(Seat, null=True, on_delete=OnDelete.restrict)  # as a person decided
    settled_at = Timestamptz(default=None, null=True)
