"""Two series of the simulated London: a missing briefing every weekday in Hackney, a weekly panel in Croydon.

They began four weeks ago, so that some dates have their registers and most are to come. Added when the year is over:
what the year holds of strategy meetings stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from attendance import register, series_link
from attendance.register import Mark
from attendance.tables import Outcome
from demo import officers
from demo.exchange import Exchange
from directory.areas import serving
from directory.tables import UnitKind
from meetings import calling_off, scheduling
from meetings.episode_tables import Episode
from meetings.letterhead import Letterhead
from meetings.line_tables import Discussed
from meetings.lines import decide, put_on_list
from meetings.listed import on_the_list
from meetings.occurrences import dates_of
from meetings.recurrence import Recurring
from meetings.seats import Capacity
from meetings.series import Plan, set_up_series
from meetings.tables import Meeting, MeetingType, Seat, Series, SeriesInvitation
from meetings.when import When
from web.moments import london_date
from web.viewer import MACHINE

COORDINATOR = "demonstration"
BEGAN, ENDS = timedelta(days=28), timedelta(days=84)
HACKNEY, CROYDON = "E09000012", "E09000008"
_CAME = (Outcome.ATTENDED, Outcome.ATTENDED, Outcome.ATTENDED, Outcome.ATTENDED, Outcome.DEPUTY)
_MISSED = (Outcome.APOLOGIES, Outcome.NO_SHOW, Outcome.NO_SHOW, Outcome.REPORT_ONLY)


@dataclass(frozen=True)
class _Kind:
    """One of the two, and what its units answer to the whole of it; "" is silence."""

    title: str
    type: MeetingType
    place: str
    weekdays: tuple[int, ...]
    starts: time
    minutes: int
    partners: Sequence[tuple[UnitKind, tuple[Capacity, ...]]]
    answers: Sequence[str]


_BRIEFING = _Kind(
    "Hackney missing briefing",
    MeetingType.BRIEFING,
    HACKNEY,
    (0, 1, 2, 3, 4),
    time(9, 15),
    20,
    ((UnitKind.SOCIAL_CARE, (Capacity.CHAIR, Capacity.SOCIAL_WORKER)), (UnitKind.HEALTH, (Capacity.HEALTH,))),
    ("ACCEPTED", "ACCEPTED", "TENTATIVE"),
)
_PANEL = _Kind(
    "Croydon weekly panel",
    MeetingType.PANEL,
    CROYDON,
    (3,),
    time(14, 0),
    90,
    (
        (UnitKind.SOCIAL_CARE, (Capacity.CHAIR, Capacity.SOCIAL_WORKER)),
        (UnitKind.HEALTH, (Capacity.HEALTH,)),
        (UnitKind.EDUCATION, (Capacity.EDUCATION,)),
    ),
    ("ACCEPTED", "ACCEPTED", "ACCEPTED", ""),
)


async def hold_series(seed: int, now: datetime, *, letterhead: Letterhead, post: Exchange) -> None:
    """The two series have been set up, answered and held for four weeks; one coming date is moved, one called off."""
    for kind in (_BRIEFING, _PANEL):
        series = await _set_up(kind, now - BEGAN, letterhead)
        await post.deliver(now - BEGAN)
        await _answer(kind, series, now - BEGAN + timedelta(hours=3))
        for meeting in await dates_of(series.id):
            if meeting.ends_at < now - timedelta(hours=18):
                await _close(seed, meeting)
        await _list_children(kind.place, series, now)
        await _change(kind, series, now, letterhead)
        await post.deliver(now)


async def _set_up(kind: _Kind, now: datetime, letterhead: Letterhead) -> Series:
    on = london_date(now)
    served = await serving({kind.place}, on)
    units: list[tuple[UUID, Sequence[str]]] = [(served.police(kind.place), (Capacity.HOME,))]
    for unit_kind, capacities in kind.partners:
        unit = served.partner(kind.place, unit_kind)
        if unit is not None:
            units.append((unit, capacities))
    rule = Recurring(kind.weekdays, 1, on + timedelta(days=2), on + BEGAN + ENDS, kind.starts, kind.minutes)
    plan = Plan(
        title=kind.title,
        type=kind.type,
        rule=rule,
        units=units,
        quorum=(Capacity.HOME, Capacity.CHAIR),
        link=f"https://meet.convene.example/{kind.minutes}",
    )
    reference = await set_up_series(plan, by=COORDINATOR, now=now, letterhead=letterhead)
    series = await Series.objects().where(Series.reference == reference).first()
    assert series is not None
    return series


async def _answer(kind: _Kind, series: Series, now: datetime) -> None:
    """Each unit answers for every date; the second declines one of them."""
    rows = await SeriesInvitation.objects().where(SeriesInvitation.series == series.id)
    order = {row.unit: row for row in rows}
    seats = [row["unit"] for row in await _first_seats(series)]
    for place, (unit, partstat) in enumerate(zip(seats, kind.answers, strict=False)):
        whole = order.get(unit)
        if whole is None or not partstat:
            continue
        await series_link.answer(whole.id, partstat, date=None, shown=0, now=now)
        if place == 1:
            asked = await series_link.asked(whole.id, now=now)
            one = asked.dates[len(asked.dates) // 3].invitation
            await series_link.answer(whole.id, "DECLINED", date=one, shown=0, now=now + timedelta(hours=1))


async def _first_seats(series: Series) -> list[dict[str, UUID]]:
    """The units of the first date, in the order in which they were asked."""
    first = (await dates_of(series.id))[0]
    rows: list[dict[str, UUID]] = await Seat.select(Seat.id, Seat.unit).where(Seat.meeting == first.id)
    return rows


async def _close(seed: int, meeting: Meeting) -> None:
    """The register is closed soon after the end; mostly people came."""
    rng = officers.dice(seed, "standing", meeting.starts_at, meeting.type)
    rows = await Seat.select(Seat.id).where((Seat.meeting == meeting.id) & Seat.removed_at.is_null())
    marks = [Mark(row["id"], rng.choice(_CAME if rng.random() < 0.85 else _MISSED)) for row in rows]
    await register.close(
        meeting.id,
        marks=marks,
        inquorate_reason="held with those who could come",
        by=COORDINATOR,
        now=meeting.ends_at + timedelta(minutes=10),
    )


async def _list_children(place: str, series: Series, now: datetime) -> None:
    """The last date spoke about the children lately missing there, of whom the next has some on its list."""
    rows = await dates_of(series.id)
    last = [one for one in rows if one.ends_at < now][-1]
    coming = next(one for one in rows if one.starts_at > now)
    latest = await (
        Episode.select(Episode.child, Episode.home_place).order_by(Episode.started_at, ascending=False).limit(2000)
    )
    there = [row["child"] for row in latest if row["home_place"] == place]
    known = list(dict.fromkeys([*there, *(row["child"] for row in latest)]))[:3]  # a small city may have none there
    await put_on_list(last.reference, known, by=COORDINATOR, now=last.starts_at)
    lines = [one.line for one in await on_the_list(last.id, now, MACHINE)]
    decisions = dict(zip(lines, (Discussed.GOES_ON, Discussed.COVERED, Discussed.GOES_ON), strict=False))
    await decide(last.reference, decisions, by=COORDINATOR, now=last.ends_at)
    await put_on_list(coming.reference, known[:1], by=COORDINATOR, now=now)


async def _change(kind: _Kind, series: Series, now: datetime, letterhead: Letterhead) -> None:
    """Of the coming dates the panel's second is held later that day, and the briefing's sixth is called off."""
    coming = [one for one in await dates_of(series.id) if one.starts_at > now]
    if kind is _PANEL:
        moved = coming[1]
        when = When(moved.starts_at + timedelta(hours=1), kind.minutes, moved.place, moved.link)
        await scheduling.move(moved.reference, when, by=COORDINATOR, now=now, letterhead=letterhead)
        return
    await calling_off.call_off(
        coming[5].reference,
        asked_by="police",
        reason="police could not attend",
        by=COORDINATOR,
        now=now,
        letterhead=letterhead,
    )
