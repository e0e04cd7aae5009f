"""The seals on the log: batches of sealed entries, and how far the next one may go."""

from piccolo.columns import BigInt, Bytea, Integer, Timestamptz, Varchar
from piccolo.table import Table


class Batch(Table, tablename="audit_batch"):
    """Entries sealed together: those numbered after `after`, up to and with `upto`; rows are added, never changed."""

    number = Integer(primary_key=True)  # 1, 2, 3, …, none left out
    after = BigInt()
    upto = BigInt()
    entries = Integer()
    lines = Bytea()  # what was sealed of each entry: chain.line
    previous = Varchar(length=64)  # the head of the batch before; 64 zeros before the first
    head = Varchar(length=64, unique=True)
    sealed_at = Timestamptz(default=None, null=False)


class Mark(Table, tablename="audit_mark"):
    """One row: the entries up to `upto` were numbered by transactions older than `xid`; they may still be open."""

    id = Integer(primary_key=True)
    upto = BigInt(default=0)
    xid = BigInt(default=0)
