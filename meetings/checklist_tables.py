"""What a meeting asked about, answered yes, no or unknown; answers are appended, and the latest of each stands."""

from piccolo.columns import BigSerial, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.table import Table

from meetings.episode_tables import Episode
from meetings.tables import Meeting


class ChecklistAnswer(Table, tablename="checklist_answer"):
    """One answer to one item of a meeting's checklist (meetings/checklist.py)."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    item = Varchar(length=40)
    answer = Varchar(length=8)  # yes, no, unknown
    answered_at = Timestamptz(default=None, null=False)
    answered_by = Varchar(length=80)


class Interview(Table, tablename="interview"):
    """Whether an interview after a return was done, when and by which role; never what was said in it."""

    id = BigSerial(primary_key=True)
    episode = ForeignKey(Episode, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=4)  # PPI, RHI
    answer = Varchar(length=8)  # yes: it was done; no: it will not be; unknown
    done_at = Timestamptz(default=None, null=True)
    done_by = Varchar(length=80, default="")  # a role, never a person
    mode = Varchar(length=20, default="")
    with_whom = Varchar(length=30, default="")
    recorded_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=80)


class MeetingRecord(Table, tablename="meeting_record"):
    """Which agency leads, and where the minutes are held: a reference, never their words."""

    id = BigSerial(primary_key=True)
    meeting = ForeignKey(Meeting, null=False, on_delete=OnDelete.restrict, index=True)
    lead_agency = Varchar(length=120, default="")
    minutes_reference = Varchar(length=80, default="")
    recorded_at = Timestamptz(default=None, null=False)
    recorded_by = Varchar(length=80)
