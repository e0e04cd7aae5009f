"""Which days are worked in England: Monday to Friday without bank holidays, by London's dates."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

import holidays

_bank_holidays: Final = holidays.country_holidays("GB", subdiv="ENG")


@lru_cache(maxsize=4096)
def is_working_day(day: date) -> bool:
    """Whether this London date is a Monday to Friday and no bank holiday in England."""
    return day.weekday() < 5 and day not in _bank_holidays


def is_bank_holiday(day: date) -> bool:
    """Whether this London date is a bank holiday in England; both a weekend's and its substitute are."""
    return day in _bank_holidays
