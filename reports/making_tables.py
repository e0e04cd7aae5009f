"""Files of reports that somebody asked for: waiting, being made, made; forgotten after some days."""

from enum import StrEnum

from piccolo.columns import UUID, Bytea, Integer, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class Stage(StrEnum):
    """How far a file is."""

    WAITING = "waiting"
    BEING_MADE = "being made"  # by the worker that holds its lease
    MADE = "made"
    FAILED = "failed"  # may be asked for again


class AskedFile(Table, tablename="asked_file"):
    """One report in one format: everybody who asks for it gets the same file."""

    id = UUID(primary_key=True)
    sha256 = Varchar(length=64)  # of the frozen report
    kind = Varchar(length=8)  # of making.Format
    name = Varchar(length=80)  # of the file, without its ending
    title = Varchar(length=200)
    frozen = Bytea(default=b"")  # the report
    stage = Varchar(length=10, choices=Stage, default=Stage.WAITING, index=True)
    tries = Integer(default=0)
    lease_until = Timestamptz(default=None, null=True)
    done = Integer(default=0)  # charts drawn, of so many
    many = Integer(default=0)
    why = Varchar(length=200, default="")  # it failed
    content = Bytea(default=b"")
    asked_at = Timestamptz(default=None, null=False, index=True)
    asked_by = Varchar(length=80)
    made_at = Timestamptz(default=None, null=True)
    asked_file_once = Unique(["sha256", "kind"])
