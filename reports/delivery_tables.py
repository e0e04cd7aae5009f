"""What was done about a publication, each once: who was told, which files were made."""

from enum import StrEnum

from piccolo.columns import UUID, BigSerial, Bytea, ForeignKey, Integer, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from directory.tables import Unit
from reports.publication_tables import Publication


class Step(StrEnum):
    """What is done once about each publication."""

    UNITS = "units told"  # each sees its own outcomes, and may challenge them
    DRAFTED = "draft announced"  # to those who publish
    WINDOW_OVER = "window announced"  # to those who publish: it may be approved
    DELIVERED = "delivered"  # to the committee's list


class PublicationStep(Table, tablename="publication_step"):
    """One step of one publication, written in the transaction that enqueues its letters."""

    id = BigSerial(primary_key=True)
    publication = ForeignKey(Publication, null=False, on_delete=OnDelete.restrict)
    step = Varchar(length=20, choices=Step)
    at = Timestamptz(default=None, null=False)
    letters = Integer(default=0)  # how many it caused
    publication_step_once = Unique(["publication", "step"])


class ToldUnit(Table, tablename="told_unit"):
    """One unit was told of its own outcomes in a draft; the link in its letter is sealed to this row."""

    id = UUID(primary_key=True)
    publication = ForeignKey(Publication, null=False, on_delete=OnDelete.restrict)
    unit = ForeignKey(Unit, null=False, on_delete=OnDelete.restrict)
    told_at = Timestamptz(default=None, null=False)
    letters = Integer(default=0)  # 0: the directory has no contact of it
    told_unit_once = Unique(["publication", "unit"])


class MadeFile(Table, tablename="made_file"):
    """A released publication in one format, made once: everybody who asks for it gets the same bytes."""

    id = BigSerial(primary_key=True)
    publication = ForeignKey(Publication, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=8)  # of making.Format
    content = Bytea(default=b"")
    sha256 = Varchar(length=64)
    made_at = Timestamptz(default=None, null=False)
    made_file_once = Unique(["publication", "kind"])
