"""Episodes and moves that were forgotten, and must not come back with the next file."""

from piccolo.columns import Timestamptz, Varchar
from piccolo.table import Table


class RemovedSource(Table, tablename="removed_source"):
    """One report of a source that was forgotten here: the SHA-256 of source and reference, which tells neither."""

    sha256 = Varchar(length=64, primary_key=True)
    removed_at = Timestamptz(default=None, null=False)
