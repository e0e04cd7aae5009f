"""The calendar of reports as people set it: which report recurs, how it is published, and to whom it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from asyncpg import UniqueViolationError

from audit import trail
from directory.addresses import BadAddress, address, same_address
from meetings.tables import MeetingType
from notifications.addresses import one_line
from reports import calendar_errors as errors
from reports.calendar_tables import Every, ListedAddress, ReportCalendar
from reports.disclosure import THRESHOLD
from reports.periods import FIRST_YEAR, LAST_YEAR

LONGEST_NAME: Final = 80
LEAST_THRESHOLD: Final = 3  # a count of one or two can point at a meeting whatever else is hidden
MOST_THRESHOLD: Final = 20
LIMITS: Final = {
    "drawn_after": ("The number of working days until the draft", 1, 60),
    "challenge_days": ("The number of working days for challenges", 1, 40),
    "threshold": ("The smallest count that is shown", LEAST_THRESHOLD, MOST_THRESHOLD),
}


@dataclass(frozen=True)
class Terms:
    """How one report recurs; the fields are those of ReportCalendar."""

    drawn_after: int = 10
    challenge_days: int = 10
    threshold: int = THRESHOLD
    since: date = date(FIRST_YEAR, 1, 1)
    active: bool = True


async def add(every: str, meeting_type: str, terms: Terms, *, by: str, now: datetime) -> UUID:
    """The report recurs from now on; returns the calendar's id.

    :raises CalendarError: WrongChoice, OutOfRange, CalendarThere.
    """
    if every not in [known.value for known in Every]:
        raise errors.WrongChoice("every", "Choose how long the period of a report is")
    if meeting_type not in [known.value for known in MeetingType]:
        raise errors.WrongChoice("type", "Choose a type of meeting")
    _check(terms)
    row = ReportCalendar(id=uuid4(), every=every, type=meeting_type, set_at=now, set_by=by, **vars(terms))
    try:
        async with ReportCalendar._meta.db.transaction():
            await ReportCalendar.insert(row)
            detail = {"every": every, "type": meeting_type, **vars(terms)}
            await trail.record(by, "added a report to the calendar", _subject(row.id), now=now, detail=detail)
    except UniqueViolationError:
        raise errors.CalendarThere(every, meeting_type) from None
    return row.id


async def change(calendar: UUID, terms: Terms, *, by: str, now: datetime) -> None:
    """The report recurs on these terms; the same again changes nothing.

    :raises CalendarError: NoSuchCalendar, OutOfRange.
    """
    _check(terms)
    async with ReportCalendar._meta.db.transaction():
        row = await _locked(calendar)
        before = {name: getattr(row, name) for name in vars(terms)}
        if before == vars(terms):
            return
        changed: dict[str, object] = {**vars(terms), "set_at": now, "set_by": by}
        await ReportCalendar.update({getattr(ReportCalendar, name): value for name, value in changed.items()}).where(
            ReportCalendar.id == calendar
        )
        detail = {"before": before, "after": dict(vars(terms))}
        await trail.record(by, "changed the calendar of reports", _subject(calendar), now=now, detail=detail)


async def add_address(calendar: UUID, to: str, name: str, *, by: str, now: datetime) -> None:
    """The address is on the committee's list: it is sent every report that is released from now on.

    :param name: a role or an office of at most 80 characters.
    :raises CalendarError: NoSuchCalendar, WrongChoice for what is no address, NameNeeded, AlreadyListed.
    """
    name = one_line(name).strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise errors.NameNeeded(LONGEST_NAME)
    try:
        to = address(to.strip())
    except BadAddress as problem:
        raise errors.WrongChoice("address", str(problem)) from problem
    async with ReportCalendar._meta.db.transaction():
        await _locked(calendar)
        if any(same_address(one.address, to) for one in await listed(calendar)):
            raise errors.AlreadyListed(to)
        row = ListedAddress(id=uuid4(), calendar=calendar, address=to, name=name, added_at=now, added_by=by)
        await ListedAddress.insert(row)
        await trail.record(by, "added an address to a list", _subject(calendar), now=now, detail={"address": row.id})


async def remove_address(calendar: UUID, address_id: UUID, *, by: str, now: datetime) -> None:
    """The address is sent nothing more; removing it twice is harmless."""
    async with ReportCalendar._meta.db.transaction():
        gone = (
            await ListedAddress.update({ListedAddress.removed_at: now, ListedAddress.removed_by: by})
            .where((ListedAddress.id == address_id) & (ListedAddress.calendar == calendar))
            .where(ListedAddress.removed_at.is_null())
            .returning(ListedAddress.id)
        )
        if gone:
            detail = {"address": address_id}
            await trail.record(by, "took an address off a list", _subject(calendar), now=now, detail=detail)


async def calendars() -> list[ReportCalendar]:
    """Every report that recurs, the shortest periods first."""
    order = [every.value for every in Every]
    rows = await ReportCalendar.objects().order_by(ReportCalendar.type)
    return sorted(rows, key=lambda row: order.index(row.every))


async def found(calendar: UUID) -> ReportCalendar:
    """:raises NoSuchCalendar: when there is none of this id."""
    row = await ReportCalendar.objects().where(ReportCalendar.id == calendar).first()
    if row is None:
        raise errors.NoSuchCalendar
    return row


async def listed(calendar: UUID) -> list[ListedAddress]:
    """The addresses on the list, in the order of the alphabet."""
    return (
        await ListedAddress.objects()
        .where((ListedAddress.calendar == calendar) & ListedAddress.removed_at.is_null())
        .order_by(ListedAddress.address)
    )


def _check(terms: Terms) -> None:
    for field, (what, least, most) in LIMITS.items():
        if not least <= getattr(terms, field) <= most:
            raise errors.OutOfRange(field, what, least, most)
    if not FIRST_YEAR <= terms.since.year <= LAST_YEAR:
        raise errors.WrongChoice("since", f"Enter a day from {FIRST_YEAR} to {LAST_YEAR}")


async def _locked(calendar: UUID) -> ReportCalendar:
    row = await ReportCalendar.objects().where(ReportCalendar.id == calendar).lock_rows().first()
    if row is None:
        raise errors.NoSuchCalendar
    return row


def _subject(calendar: UUID) -> str:
    return f"report calendar {calendar}"
