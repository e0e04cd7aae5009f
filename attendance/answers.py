"""Which answer stands, now and at an instant: derived from the responses kept, stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.itip import Partstat

LATE_WITHDRAWAL = timedelta(hours=24)
BY_HAND = 24  # the row of an answer that a coordinator wrote down


@dataclass(frozen=True)
class Given:
    """One response as it was kept. `number` rises in the order in which they were decided."""

    number: int
    partstat: str
    sequence: int
    dtstamp: datetime
    received_at: datetime
    answered_by: str
    row: int
    applied: bool
    flagged: str = ""
    via: str = "email"
    agent: str = ""
    comment: str = ""


def last_counted(given: Iterable[Given], last_major_sequence: int) -> Given | None:
    """The response that was applied last, unless the meeting was moved since: later ones are measured by it."""
    counted = [one for one in given if _counts(one, last_major_sequence)]
    return max(counted, key=lambda one: one.number, default=None)


def standing(given: Iterable[Given], last_major_sequence: int) -> Given | None:
    """The answer that counts now: the last applied one, unless the meeting was moved since.

    There is none where a coordinator took it back, as with a deputy who was refused: NEEDS-ACTION by hand.
    """
    last = last_counted(given, last_major_sequence)
    return None if last is None or last.partstat == Partstat.NEEDS_ACTION else last


def last_answer_at(given: Iterable[Given], instant: datetime, last_major_sequence: int) -> Given | None:
    """The answer that counted at an instant, of those received before it."""
    return standing([one for one in given if one.received_at < instant], last_major_sequence)


def withdrew_late(given: Iterable[Given], starts_at: datetime, last_major_sequence: int = 0) -> bool:
    """Whether an acceptance turned into a decline less than 24 hours before the start."""
    counted = [one for one in given if _counts(one, last_major_sequence) and one.received_at < starts_at]
    counted.sort(key=lambda one: one.number)
    accepted = [one.number for one in counted if one.partstat == Partstat.ACCEPTED]
    if not accepted or counted[-1].partstat != Partstat.DECLINED:
        return False
    declined = next(one for one in counted if one.partstat == Partstat.DECLINED and one.number > accepted[-1])
    return declined.received_at > starts_at - LATE_WITHDRAWAL


def _counts(one: Given, last_major_sequence: int) -> bool:
    return one.applied and one.sequence >= last_major_sequence
