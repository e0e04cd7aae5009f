"""Unusual reading of cases, as it was reported."""

from piccolo.columns import UUID, Array, Date, ForeignKey, OnDelete, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from web.tables import Person


class UnusualReading(Table, tablename="unusual_reading"):
    """What was unusual about one person's reading on one day in London, in sentences; reported once."""

    id = UUID(primary_key=True)
    person = ForeignKey(Person, null=False, on_delete=OnDelete.restrict)
    day = Date(default=None, null=False)
    found_at = Timestamptz(default=None, null=False)
    what = Array(base_column=Varchar(length=200))
    agencies = Array(base_column=Varchar(length=40))  # whose managers were told, "" for every one
    unusual_once_a_day = Unique(["person", "day"])
