"""A weekly panel in Lambeth, as the tests of series begin: police convene, social care chairs, health comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from directory.tables import Area, Unit, UnitKind
from meetings.letters import Letterhead
from meetings.occurrences import dates_of
from meetings.recurrence import Recurring
from meetings.series import Plan, set_up_series
from meetings.tables import Meeting, MeetingType, Series, SeriesInvitation
from notifications import itip
from notifications.tables import OutboundMail
from web.moments import LONDON

BY = "the coordinator"
LAMBETH = "E09000022"
TUESDAYS = Recurring((1,), 1, date(2026, 11, 24), date(2027, 4, 6), time(9, 30), 60)


async def unit(kind: UnitKind, place: str = LAMBETH) -> UUID:
    row = await Area.select(Area.unit).where((Area.place == place) & (Area.unit.kind == kind)).first()
    assert row is not None
    return UUID(str(row["unit"]))


async def police() -> UUID:
    row = await Unit.select(Unit.id).where(Unit.code == "AS").first()
    assert row is not None
    return UUID(str(row["id"]))


async def panel(now: datetime, letterhead: Letterhead, rule: Recurring = TUESDAYS, **change: object) -> Series:
    units = [
        (await police(), ["home police"]),
        (await unit(UnitKind.SOCIAL_CARE), ["chair", "social worker"]),
        (await unit(UnitKind.HEALTH), ["health"]),
    ]
    plan = Plan(
        title="Lambeth weekly panel",
        type=MeetingType.PANEL,
        rule=rule,
        units=units,
        quorum=("home police", "chair"),
        link="https://meet.example/r/7",
    )
    reference = await set_up_series(replace(plan, **change), by=BY, now=now, letterhead=letterhead)  # type: ignore[arg-type]  # each test changes one field
    return await series_of(reference)


async def series_of(reference: str) -> Series:
    series = await Series.objects().where(Series.reference == reference).first()
    assert series is not None
    return series


async def of_police(series: Series) -> SeriesInvitation:
    """The police unit's invitation to the series."""
    row = (
        await SeriesInvitation.objects()
        .where((SeriesInvitation.series == series.id) & (SeriesInvitation.unit == await police()))
        .first()
    )
    assert row is not None
    return row


async def dates(series: Series) -> list[Meeting]:
    return await dates_of(series.id)


async def posted(series: Series, since: int = 0) -> list[OutboundMail]:
    """The letters about the series, in the order in which they leave, without the first so many."""
    rows = await OutboundMail.objects().where(OutboundMail.uid == series.uid).order_by(OutboundMail.id)
    return rows[since:]


def calendar(letter: OutboundMail) -> str:
    """The iCalendar text of a letter, unfolded."""
    assert letter.calendar is not None
    return bytes(letter.calendar).decode().replace("\r\n ", "")


def lines(letter: OutboundMail, *names: str) -> list[str]:
    """The lines of the letter's event that begin with these names."""
    event = calendar(letter).partition("BEGIN:VEVENT")[2]
    return [line for line in event.splitlines() if line.startswith(names)]


def answer(letter: OutboundMail) -> itip.Answer:
    """What a client answers to the letter: for the series, or for the one date that it is about."""
    (read,) = itip.read(bytes(letter.calendar or b""))
    named = lines(letter, "RECURRENCE-ID")
    there = datetime.strptime(named[0][-15:], "%Y%m%dT%H%M%S").replace(tzinfo=LONDON) if named else None
    return replace(read, recurrence=bool(named), recurrence_id=there.astimezone(UTC) if there else None)
