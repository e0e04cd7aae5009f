"""The SSDA903 files `missing` and `episodes` as periods of absence, and what is wrong with each line. Pure.

`missing` has CHILD, DOB, MISSING, MIS_START, MIS_END; `episodes`, which is optional, CHILD, DECOM, DEC, REC and
more that is not read. Dates are days without times, day first. The birth date gives an age band at the start and
is dropped; postcodes are never read. No birth date, postcode or unusual reference is ever repeated in a problem.

The checks against `episodes` follow the return's own rules 575, 577 and 578, as warnings: the line is taken all
the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from meetings.intake.csvfile import NOT_SHOWN, Line, Problem, Table, read_table
from meetings.intake.screening import reference_problem

MISSING_FILE: Final = "missing"
CARE_FILE: Final = "episodes"
EARLIEST: Final = date(1990, 1, 1)
STILL_LOOKED_AFTER: Final = "X1"  # REC: the episode ends and another begins

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 00:00(?::00)?)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)
_HARMLESS = re.compile(r"[\d/.: -]{1,19}|[A-Za-z ?]{1,12}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{9}", re.ASCII)
_BANDS: Final = ((9, "0-9"), (14, "10-14"), (17, "15-17"))


@dataclass(frozen=True)
class Period:
    """One line of `missing`: a child missing (M) or away without authorisation (A) from a day to a day, or still."""

    line: int
    child: str
    kind: str
    start: date
    end: date | None
    age_band: str = ""
    in_care: bool = True  # False where `episodes` does not have the child in care on the first day


@dataclass(frozen=True)
class Placed:
    """One line of `episodes`: in care from a day to a day, or still; `ceased` when care ended with it."""

    child: str
    start: date
    end: date | None
    ceased: bool


@dataclass(frozen=True)
class Reading:
    """What two files say: the periods that can be taken, every problem, and how many lines were read."""

    periods: tuple[Period, ...]
    problems: tuple[Problem, ...]
    read: int


class _Refused(Exception):
    """This line cannot be used: which column, what it holds, and why."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason = column, value, reason


def read(missing: bytes, episodes: bytes | None, *, today: date) -> Reading:
    """The periods of the files, checked line by line, each child's against one another and against its care."""
    table = read_table(
        missing, MISSING_FILE, required=("CHILD", "MISSING", "MIS_START", "MIS_END"), optional=("DOB",)
    )
    periods = [one for line in table.lines if (one := _period_or_problem(table, line, today)) is not None]
    periods = _without_repeats(table, periods)
    _warn_of_overlaps(table, periods)
    problems: list[Problem] = []
    if episodes is not None:
        care = read_table(episodes, CARE_FILE, required=("CHILD", "DECOM", "DEC", "REC"))
        placed = [row for line in care.lines if (row := _placed_or_problem(care, line, today)) is not None]
        if care.columns:
            periods = _checked_against_care(table, periods, placed)
        problems = care.problems
    own = sorted(table.problems, key=lambda one: one.line)
    return Reading(tuple(periods), (*own, *problems), table.read)


def _period_or_problem(table: Table, line: Line, today: date) -> Period | None:
    try:
        return _period(table, line, today)
    except _Refused as refused:
        table.refuse(line.number, refused.column, refused.value, refused.reason)
        return None


def _period(table: Table, line: Line, today: date) -> Period:
    child = _child(line, today)
    kind = line.values["MISSING"].upper()
    if kind not in ("M", "A"):
        raise _Refused("MISSING", _safe_code(line.values["MISSING"]), "The type is M (missing) or A (away).")
    start = _day(line, "MIS_START", latest=today)
    if start is None:
        raise _Refused("MIS_START", "", "The first day is missing.")
    end = _day(line, "MIS_END", latest=today)
    if end is not None and end < start:
        raise _Refused("MIS_END", line.values["MIS_END"], "The last day is before the first. Check both.")
    born = _birth_date(table, line, today)
    return Period(line.number, child, kind, start, end, _age_band(born, start, end, today))


def _child(line: Line, today: date) -> str:
    child = line.values["CHILD"]
    problem = "The child's reference is missing." if not child else reference_problem(child, today=today)
    if problem:
        raise _Refused("CHILD", NOT_SHOWN if child else "", problem)
    return child


def _day(line: Line, column: str, *, latest: date) -> date | None:
    """The day in this column; None where it is empty."""
    text = line.values[column]
    if not text:
        return None
    day = _as_date(text)
    if day is None:
        raise _Refused(column, _safe_date(text), "This is not a date. Dates are day first, such as 27/03/2018.")
    if not EARLIEST <= day <= latest:
        reason = "This day is still to come." if day > latest else "This day is too long ago. Check the year."
        raise _Refused(column, text, reason)
    return day


def _as_date(text: str) -> date | None:
    found, order = _DAY_FIRST.fullmatch(text), (3, 2, 1)
    if not found:
        found, order = _YEAR_FIRST.fullmatch(text), (1, 2, 3)
    if not found:
        return None
    year, month, day = (int(found[place]) for place in order)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _birth_date(table: Table, line: Line, today: date) -> date | None:
    """The birth date, where there is a usable one. It is never stored and never repeated."""
    text = line.values.get("DOB", "")
    born = _as_date(text) if text else None
    if text and (born is None or born > today):
        table.warn(line.number, "DOB", NOT_SHOWN, "This is no usable birth date, so the age band is not known.")
        return None
    return born


def _age_band(born: date | None, start: date, end: date | None, today: date) -> str:
    """The band of the age on the first day, "" where it is not known."""
    if born is None:
        return ""
    age = _age(born, start)
    if not 0 <= age <= 17:
        raise _Refused("DOB", NOT_SHOWN, "By the birth date this was no child on the first day. Check both.")
    if end is None and _age(born, today) >= 18:
        raise _Refused("MIS_END", "", "The period is open, and the child has since turned 18. Give its last day.")
    return next(band for oldest, band in _BANDS if age <= oldest)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _without_repeats(table: Table, periods: Iterable[Period]) -> list[Period]:
    """Each child and first day once: the first line of several is taken."""
    kept: dict[tuple[str, date], Period] = {}
    for one in periods:
        first = kept.setdefault((one.child, one.start), one)
        if first is one:
            continue
        same = (first.kind, first.end) == (one.kind, one.end)
        reason = (
            f"The same as line {first.line}, which was taken."
            if same
            else f"Line {first.line} has the same child and first day with another type or end, and was taken. "
            "Check which is right."
        )
        table.refuse(one.line, "CHILD", one.child, reason)
    return list(kept.values())


def _warn_of_overlaps(table: Table, periods: Iterable[Period]) -> None:
    """Each period that begins before an earlier one of its child has ended has a warning; on its last day is fine."""
    latest: dict[str, Period] = {}
    for one in sorted(periods, key=lambda period: (period.child, period.start)):
        before = latest.get(one.child)
        if before is not None and (before.end is None or one.start < before.end):
            table.warn(one.line, "MIS_START", f"{one.start:%d/%m/%Y}", f"Overlaps the period on line {before.line}.")
        if before is None or _ends(one) > _ends(before):
            latest[one.child] = one


def _ends(one: Period | Placed) -> date:
    return one.end or date.max


def _placed_or_problem(table: Table, line: Line, today: date) -> Placed | None:
    try:
        child, start = _child(line, today), _day(line, "DECOM", latest=date.max)
        if start is None:
            raise _Refused("DECOM", "", "The first day in care is missing.")
        end = _day(line, "DEC", latest=date.max)
    except _Refused as refused:
        table.refuse(line.number, refused.column, refused.value, refused.reason)
        return None
    return Placed(child, start, end, end is not None and line.values["REC"].upper() != STILL_LOOKED_AFTER)


def _checked_against_care(table: Table, periods: Iterable[Period], placed: Iterable[Placed]) -> list[Period]:
    """Each period, knowing whether the child was in care on its first day; the return's rules give warnings."""
    by_child: dict[str, list[Placed]] = {}
    for one in placed:
        by_child.setdefault(one.child, []).append(one)
    checked = []
    for period in periods:
        care = by_child.get(period.child, [])
        in_care = any(one.start <= period.start <= _ends(one) for one in care)
        for column, value, reason in _care_warnings(period, care):
            table.warn(period.line, column, value, reason)
        checked.append(
            Period(period.line, period.child, period.kind, period.start, period.end, period.age_band, in_care)
        )
    return checked


def _care_warnings(period: Period, care: list[Placed]) -> Iterable[tuple[str, str, str]]:
    if not care:
        yield "CHILD", period.child, "The child is not in the episodes file, so the care status is not known."
        return
    last = max(care, key=lambda one: (one.start, _ends(one)))
    first_day, last_day = f"{period.start:%d/%m/%Y}", f"{period.end:%d/%m/%Y}" if period.end else ""
    if last.ceased and period.start > _ends(last):
        yield "MIS_START", first_day, "The child had ceased to be looked after before the first day (rule 578)."
    elif last.ceased and period.end is None:
        yield "MIS_END", "", "The child has ceased to be looked after, and the period is still open (rule 577)."
    elif any(one.start <= period.start <= _ends(one) < _ends(period) for one in care):
        yield "MIS_END", last_day, "The placement ended while the child was missing from it (rule 575)."


def _safe_code(text: str) -> str:
    """A code of one or two characters; anything longer may be what belongs in another column."""
    return text if len(text) <= 2 or text.lower() in ("missing", "absent", "away") else NOT_SHOWN


def _safe_date(text: str) -> str:
    """What stands in place of a day: a short number with separators, or a short word; nothing that may be more."""
    return text if _HARMLESS.fullmatch(text) and not _LONG_NUMBER.search(text) else NOT_SHOWN
