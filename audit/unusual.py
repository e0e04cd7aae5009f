"""When somebody's reading of cases is unusual: the rules, each with its reason, in one place. Pure.

They ask a manager to look, and stop nobody: a night with three missing children, an audit or a handover is a good
reason for any of them. So each compares a person with their own last four weeks as well as with a number, and a new
colleague, who has no such weeks, with the number alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MANY: Final = 30  # different cases within an hour: one every two minutes, as nobody works through them
TIMES_USUAL: Final = 3  # as many as in the person's own busiest hour
VERY_MANY: Final = 100  # whatever is usual: abuse begins with somebody for whom much is usual
AT_NIGHT: Final = 10  # different cases between 8pm and 6am or at a weekend, on one day
USED_TO_NIGHTS: Final = 10  # opened then in the last four weeks: whoever is on duty at night is not unusual
REFUSED: Final = 10  # cases that are not theirs or do not exist, on one day: looked for by guessing
EMERGENCIES: Final = 3  # accesses in an emergency on one day
WEEKS: Final = 4  # what is usual is taken from


@dataclass(frozen=True)
class Reading:
    """What somebody opened: different cases in the last hour, and on this day; and what is usual for them."""

    in_an_hour: int = 0
    busiest_hour: int = 0  # of the four weeks before this day
    at_night: int = 0
    nights_before: int = 0  # cases opened out of hours in these weeks
    refused: int = 0
    emergencies: int = 0


def unusual(reading: Reading) -> list[str]:
    """What is unusual, each as a sentence for a manager; empty where nothing is."""
    found = []
    if is_much(reading.in_an_hour, reading.busiest_hour):
        found.append(
            f"Opened {reading.in_an_hour} different cases within an hour; "
            f"the most in an hour of the last {WEEKS} weeks was {reading.busiest_hour}."
        )
    if reading.at_night >= AT_NIGHT and reading.nights_before < USED_TO_NIGHTS:
        found.append(
            f"Opened {reading.at_night} different cases at night or at a weekend; "
            f"in the last {WEEKS} weeks it was {reading.nights_before}."
        )
    if reading.refused >= REFUSED:
        found.append(f"Asked for {reading.refused} cases that are not theirs or do not exist, on one day.")
    if reading.emergencies >= EMERGENCIES:
        found.append(f"Took emergency access {reading.emergencies} times on one day.")
    return found


def is_much(in_an_hour: int, busiest_hour: int) -> bool:
    """Whether these are too many different cases within an hour."""
    return in_an_hour >= VERY_MANY or (in_an_hour >= MANY and in_an_hour > TIMES_USUAL * busiest_hour)
