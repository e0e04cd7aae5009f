"""Clocks that no rule has: how long a dispute about the lead, or a handover of a move, may wait."""

from piccolo.columns import BigSerial, Integer, Timestamptz, Varchar
from piccolo.table import Table


class StandingClock(Table, tablename="standing_clock"):
    """One setting of a clock, since when and by whom; the latest stands for what begins under it."""

    id = BigSerial(primary_key=True)
    code = Varchar(length=24, index=True)
    amount = Integer()
    unit = Varchar(length=14)  # hours, working hours, working days
    why = Varchar(length=200)
    set_at = Timestamptz(default=None, null=False)
    set_by = Varchar(length=80)
