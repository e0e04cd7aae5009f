"""Read from an absence notice from when to when somebody is away, where it says so plainly; pure."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.opening import Opened
from notifications.quoting import parted

LONGEST_SAID = 500  # characters that are shown
LONGEST_READ = 2_000  # characters in which dates are looked for
LONGEST_ABSENCE = 400  # days; what is longer was misread


@dataclass(frozen=True)
class Away:
    """What an absence notice says. Days are None where they are not plain; both ends are days away."""

    first_day: date | None
    last_day: date | None
    said: str
    left: bool = False  # it says that they are there no more, and names no day of return


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?"
_DAY = r"(?:the\s+)?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?\s+(?P<year>20[0-9]{2})\b)?"
_DATES = tuple(
    re.compile(rf"(?<![\w/.-]){_WEEKDAY}{written}(?![\w/-])")
    for written in (
        r"(?P<year>20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})",
        r"(?P<day>[0-9]{1,2})(?P<mark>[/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<year>20[0-9]{2}|[0-9]{2})",
        rf"{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}",
        rf"{_MONTH}\s+{_DAY}{_YEAR}",
    )
)
_TO = r"(?:to|until|till|through|and|up to|-|–)(?:\s+and\s+including)?"
_BARE_DAY = re.compile(rf"(?<![\w/.-]){_WEEKDAY}(?:the\s+)?([0-9]{{1,2}})(?:st|nd|rd|th)?\s*{_TO}\s*\x02([0-9]+)\x03")
_LEFT = re.compile(
    r"\b(?:no longer (?:work|employed|with|in (?:this|the) (?:post|role|team|office)|based|at|part of|in use"
    r"|monitored|checked|read)|(?:have|has|ve) (?:now )?left (?:the|this|our|my|\w+shire|[a-z]+ (?:police|council))"
    r"|(?:have|has|ve) (?:now )?(?:retired|moved to (?:a|another) (?:new )?(?:role|post|team|unit))"
    r"|mailbox (?:is|has been) (?:closed|no longer))"
)
_CLOCK = r"(?:[0-9]{1,2}(?:[:.][0-9]{2})?\s*(?:am|pm|hrs)?,?\s+(?:on\s+)?)?"
_RANGE = re.compile(rf"\x02([0-9]+)\x03\s*{_TO}\s*{_CLOCK}\x02([0-9]+)\x03")
_UNTIL = re.compile(rf"\b(?:until|till|through|up to)\s+(?:and\s+including\s+)?{_CLOCK}\x02([0-9]+)\x03")
_BACK = re.compile(r"\b(?:back|return(?:s|ing)?)\b[^\x02.\n]{0,40}?\x02([0-9]+)\x03")
_SINCE = re.compile(r"\b(?:from|since|starting)\s+(?:on\s+)?\x02([0-9]+)\x03")


def away(opened: Opened, *, received_on: date) -> Away:
    """What the notice says. A day without a year is the one nearest to the day of receipt.

    "Until Monday" counts Monday as away; "back on Tuesday" does not count Tuesday. Two different spans, a span that
    ends before it begins or before the notice came, and a span of more than a year say nothing.

    :param received_on: the day, in London, on which the notice came.
    """
    new = parted(opened.text).new or opened.text
    said = " ".join(new.split())[:LONGEST_SAID].strip()
    first, last = _days(f"{opened.subject}\n{new}"[:LONGEST_READ].lower(), received_on)
    return Away(first, last, said, left=last is None and _LEFT.search(said.lower()) is not None)


def _days(text: str, near: date) -> tuple[date | None, date | None]:
    marked, found = _marked(" ".join(text.split()), near)
    spans = {(found[int(a)], found[int(b)]) for a, b in _RANGE.findall(marked)}
    marked = _RANGE.sub(" ", marked)
    lasts = {found[int(one)] for one in _UNTIL.findall(marked)}
    lasts |= {found[int(one)] - timedelta(days=1) for one in _BACK.findall(marked)}
    firsts = {found[int(one)] for one in _SINCE.findall(marked)}
    firsts |= {first for first, _ in spans}
    lasts |= {last for _, last in spans}
    if len(lasts) > 1 and spans:
        lasts = {last for _, last in spans}
    first, last = _one(firsts), _one(lasts)
    if last is None or len(firsts) > 1 or not _plausible(first, last, near):
        return None, None
    return first, last


def _one(days: set[date]) -> date | None:
    return next(iter(days)) if len(days) == 1 else None


def _plausible(first: date | None, last: date, near: date) -> bool:
    begins = first or near
    return begins <= last and last >= near - timedelta(days=1) and (last - begins).days <= LONGEST_ABSENCE


def _marked(text: str, near: date) -> tuple[str, list[date]]:
    """The text with each date replaced by its number in the list, between two marks that no text holds."""
    found: list[date] = []
    text = text.replace("\x02", " ").replace("\x03", " ")

    def mark(day: date | None, otherwise: str) -> str:
        if day is None:
            return otherwise
        found.append(day)
        return f"\x02{len(found) - 1}\x03"

    for pattern in _DATES:
        text = pattern.sub(lambda one: mark(_date(one.groupdict(), near), one[0]), text)

    def same_month(one: re.Match[str]) -> str:
        """`3 to 14 August`: the month stands only beside the second day."""
        last = found[int(one[2])]
        day = int(one[1])
        first = last.replace(day=day) if 1 <= day < last.day else None
        return one[0] if first is None else f"{mark(first, '')} to \x02{one[2]}\x03"

    return _BARE_DAY.sub(same_month, text), found


def _date(written: dict[str, str | None], near: date) -> date | None:
    month, year = written["month"] or "", written["year"]
    number = _MONTHS.index(month[:3]) + 1 if month.isalpha() else int(month)
    years = [int(year) % 2000 + 2000] if year else [near.year - 1, near.year, near.year + 1]
    days = []
    for each in years:
        try:
            days.append(date(each, number, int(written["day"] or 0)))
        except ValueError:  # the 31st of June
            continue
    return min(days, key=lambda day: abs((day - near).days), default=None)
