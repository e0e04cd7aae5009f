"""The dates of a series as meetings of their own: made together, numbered by one SEQUENCE, found by a RECURRENCE-ID.

Every letter about a series, whole or one date, takes the next number of the series' one counter. So of two letters
about one date the later has the higher SEQUENCE, whichever of them was about the whole series, and an answer to
either is judged by the same `last_major_sequence <= s <= sent_sequence` as an answer to a single meeting.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from meetings.asked_alone import asked_alone
from meetings.errors import NoSuchSeries, UnsuitableTime
from meetings.reasons import LEFT_SERIES
from meetings.recurrence import Recurring, instants
from meetings.tables import (
    Invitation,
    InviteState,
    Meeting,
    MeetingEvent,
    MeetingState,
    Seat,
    Series,
    SeriesInvitation,
)
from web.moments import london_date

_REFERENCE = "23456789BCDFGHJKLMNPQRSTVWXZ"  # no vowels, 0 or 1: it spells nothing and reads over the telephone
_AT_ONCE = 500  # rows: PostgreSQL takes 32,767 values in one statement


@dataclass(frozen=True)
class Asked:
    """One unit of a series; `invitation` is its one to every date, None where the directory has no address."""

    unit: UUID
    name: str
    capacities: tuple[str, ...]
    invitation: SeriesInvitation | None


def new_reference(kind: str) -> str:
    """A random reference that says nothing: "SM-" for a meeting, "SE-" for a series, "HO-" for a handover."""
    return f"{kind}-" + "".join(secrets.choice(_REFERENCE) for _ in range(6))


async def series_references(series: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """The references of these series by their ids; None has none."""
    wanted = list({one for one in series if one})
    rows = await Series.select(Series.id, Series.reference).where(Series.id.is_in(wanted)) if wanted else []
    return {row["id"]: row["reference"] for row in rows}


def rule_of(series: Series) -> Recurring:
    """When the series is held."""
    return Recurring(
        weekdays=tuple(series.weekdays),
        every=series.every,
        first_on=series.first_on,
        last_on=series.last_on,
        starts=series.starts,
        minutes=series.minutes,
        bank_holidays=series.bank_holidays,
    )


async def lock_series(reference: str) -> Series:
    """The series' row, locked. Series before meeting before invitation: the order of every verb.

    :raises NoSuchSeries: when there is none.
    """
    series = await Series.objects().where(Series.reference == reference).lock_rows().first()
    if series is None:
        raise NoSuchSeries(reference)
    return series


async def lock_series_of(meeting: str | UUID) -> None:
    """The series that the meeting is one date of is locked, before the meeting is; nothing for a meeting alone.

    :param meeting: its reference or its id.
    """
    named = Meeting.reference == meeting if isinstance(meeting, str) else Meeting.id == meeting
    row = await Meeting.select(Meeting.series).where(named).first()
    if row and row["series"]:
        await Series.select(Series.id).where(Series.id == row["series"]).lock_rows()


async def next_sequence(meeting: Meeting) -> int:
    """The SEQUENCE of the next letters about this meeting: its own next, or the next of its series."""
    return await next_of_series(meeting.series) if meeting.series else meeting.sequence + 1


async def next_of_series(series: UUID) -> int:
    """The series' counter has risen by one, and this is it."""
    (row,) = await (
        Series.update({Series.sequence: Series.sequence + 1}).where(Series.id == series).returning(Series.sequence)
    )
    return int(row["sequence"])


async def check_between(meeting: Meeting, starts_at: datetime) -> None:
    """One date of a series stays between the days of its neighbours: Outlook refuses any other move of an occurrence.

    :raises UnsuitableTime: when it would be on the day of another date, or beyond it.
    """
    if meeting.series is None or meeting.recurrence_id is None:
        return
    day = london_date(starts_at)
    for other in await _others(meeting):
        theirs, before = london_date(other["starts_at"]), other["recurrence_id"] < meeting.recurrence_id
        if day == theirs or (day < theirs) == before:
            raise UnsuitableTime(
                "Calendars cannot keep two dates of one series on one day, or in another order. Nothing was changed. "
                f"Choose a day {'after' if before else 'before'} {theirs.day} {theirs:%B %Y}, or call this date off."
            )


async def _others(meeting: Meeting) -> list[dict[str, Any]]:
    """The other dates that stand, where the series put them and where they are now."""
    return await Meeting.select(Meeting.starts_at, Meeting.recurrence_id).where(
        (Meeting.series == meeting.series) & (Meeting.id != meeting.id) & (Meeting.state == MeetingState.SCHEDULED)
    )


async def dates_of(series: UUID) -> list[Meeting]:
    """Every date that the series has or had, in the order of its rule, without those that left it."""
    return await (
        Meeting.objects()
        .where((Meeting.series == series) & (Meeting.called_off_reason != LEFT_SERIES))
        .order_by(Meeting.recurrence_id)
        .order_by(Meeting.set_up_at)
    )


async def lock_dates(series: UUID) -> list[Meeting]:
    """The same, locked: in the order of their ids, as whoever holds several meetings locks them."""
    await Meeting.select(Meeting.id).where(Meeting.series == series).order_by(Meeting.id).lock_rows()
    return await dates_of(series)


def is_coming(meeting: Meeting, now: datetime) -> bool:
    """Whether this date still stands and has not begun: what changes to a series concern."""
    return meeting.state == MeetingState.SCHEDULED and meeting.starts_at > now


def held_otherwise(coming: Iterable[Meeting], series: Series) -> list[Meeting]:
    """The dates held at another time or place than the series says: calendars need each written apart.

    So they do the dates from before the series began anew, which its rule does not name any more.
    """
    rule = rule_of(series)
    usual, where = set(instants(rule)), (series.place, series.link)
    return [
        one
        for one in coming
        if one.starts_at not in usual
        or one.starts_at != one.recurrence_id
        or one.ends_at - one.starts_at != rule.length
        or (one.place, one.link) != where
    ]


async def asked_units(series: UUID, meeting: UUID) -> list[Asked]:
    """The units with a seat at this date, each with its invitation to the series; not those asked to it alone."""
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.unit, Seat.capacities, Seat.unit._.name.as_alias("name"))
        .where((Seat.meeting == meeting) & Seat.removed_at.is_null())
        .order_by(Seat.unit._.name)
    )
    active = await SeriesInvitation.objects().where(
        (SeriesInvitation.series == series) & (SeriesInvitation.state == InviteState.ACTIVE)
    )
    by_unit = {one.unit: one for one in active}
    date = await Meeting.objects().where(Meeting.id == meeting)
    alone = await asked_alone(date)
    return [
        Asked(r["unit"], r["name"], tuple(r["capacities"]), by_unit.get(r["unit"]))
        for r in rows
        if r["unit"] not in alone
    ]


async def add_dates(
    series: Series, starts: Iterable[datetime], asked: Sequence[Asked], *, reply_by: datetime, by: str, now: datetime
) -> None:
    """The series has these dates, each with its seats and invitations; what is mailed is the series, not they."""
    meetings = [_date(series, at, reply_by, by, now) for at in starts]
    for some in _chunks(meetings):
        await Meeting.insert(*some)
    await seat(meetings, asked, now)
    await note(meetings, by, f"set up as a date of series {series.reference}", now)


async def seat(meetings: Sequence[Meeting], asked: Sequence[Asked], now: datetime) -> None:
    """Each of these units has a seat at each of these dates; one that had been taken away is there again."""
    before: list[dict[str, Any]] = []
    if meetings:
        before = await Seat.select(Seat.id, Seat.meeting, Seat.unit).where(
            Seat.meeting.is_in([m.id for m in meetings]) & Seat.unit.is_in([one.unit for one in asked])
        )
    there = {(row["meeting"], row["unit"]): row["id"] for row in before}
    for one in asked:
        again = [there[m.id, one.unit] for m in meetings if (m.id, one.unit) in there]
        if again:
            await Seat.update(
                {Seat.removed_at: None, Seat.added_at: now, Seat.capacities: list(one.capacities)}
            ).where(Seat.id.is_in(again))
    seats = [
        Seat(
            id=there.get((m.id, one.unit)) or uuid4(),
            meeting=m.id,
            unit=one.unit,
            capacities=list(one.capacities),
            added_at=now,
        )
        for m in meetings
        for one in asked
    ]
    known = set(there.values())
    for some in _chunks([s for s in seats if s.id not in known]):
        await Seat.insert(*some)
    await invite_to_dates({m.id: m for m in meetings}, {one.unit: one for one in asked}, seats, now)


async def invite_to_dates(
    meetings: dict[UUID, Meeting], asked: dict[UUID, Asked], seats: Sequence[Seat], now: datetime
) -> None:
    """Each of these seats has its unit's invitation to that date, which the one to the series speaks for."""
    rows = []
    for one in seats:
        whole = asked[one.unit].invitation
        if whole is None:
            continue
        rows.append(
            Invitation(
                id=uuid4(),
                meeting=one.meeting,
                seat=one.id,
                address=whole.address,
                cn=whole.cn,
                group=whole.group,
                token_sha256=None,
                of_series=whole.id,
                invited_at=now,
                sent_sequence=meetings[one.meeting].sequence,
                first_message_id=whole.first_message_id,
            )
        )
    for some in _chunks(rows):
        await Invitation.insert(*some)


async def reach(coming: Sequence[Meeting], sequence: int) -> None:
    """These dates are at this SEQUENCE, because a letter about all of them carries it."""
    for meeting in coming:
        meeting.sequence = sequence
    await Meeting.update({Meeting.sequence: sequence}).where(Meeting.id.is_in([m.id for m in coming]))


async def note(meetings: Sequence[Meeting], by: str, what: str, now: datetime) -> None:
    """The timeline of each of these dates says so; the audit trail says it once, of the series."""
    for some in _chunks([MeetingEvent(meeting=m.id, at=now, actor=by, what=what[:200]) for m in meetings]):
        await MeetingEvent.insert(*some)


def _date(series: Series, at: datetime, reply_by: datetime, by: str, now: datetime) -> Meeting:
    return Meeting(
        id=uuid4(),
        reference=new_reference("SM"),
        uid=series.uid,
        series=series.id,
        recurrence_id=at,
        child=None,
        type=series.type,
        starts_at=at,
        ends_at=at + rule_of(series).length,
        place=series.place,
        link=series.link,
        due_at=at,
        reply_by=reply_by,
        sequence=series.sequence,
        last_major_sequence=series.sequence,
        quorum=list(series.quorum),
        home_unit=series.home_unit,
        set_up_at=now,
        set_up_by=by,
    )


def _chunks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
