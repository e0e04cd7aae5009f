"""A unit is asked to one date of a series alone: by a letter of its own, and the series' letters pass it by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from directory.tables import Contact, Unit
from meetings import calling_off, scheduling
from meetings.errors import AskedToOneDate, NoAddressForOneDate, SeatsOfSeries
from meetings.letters import Letterhead
from meetings.series import add_unit, call_off_series
from meetings.series_changes import change_series
from meetings.tables import Invitation, InviteState, Meeting, Seat, Series
from meetings.when import When
from notifications.tables import OutboundMail
from tests.meetings.series_set_up import BY, TUESDAYS, dates, lines, panel, police, posted
from tests.notifications.outgoing.outbox_checks import check_all_sent

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
PARTNER = "partner@school.example"
HOUR = timedelta(hours=1)


async def partner(*, address: str = PARTNER) -> UUID:
    """A unit that is asked to no series."""
    row = await Unit.select(Unit.id).where(Unit.code == "CN").first()
    assert row is not None
    await Contact.update({Contact.active_to: date(2020, 1, 2)}).where(Contact.unit == row["id"])
    if address:
        await Contact.insert(Contact(unit=row["id"], role="desk", email=address, active_from=date(2020, 1, 1)))
    return UUID(str(row["id"]))


async def asked(series: Series, now: datetime, letterhead: Letterhead) -> Meeting:
    """The partner is asked to the third date."""
    third = (await dates(series))[2]
    told: dict[str, Any] = {"by": BY, "now": now, "letterhead": letterhead}
    await scheduling.add_seat(third.reference, await partner(), ["health"], **told)
    return third


async def to_partner(series: Series) -> list[OutboundMail]:
    return [one for one in await posted(series) if one.recipient == PARTNER]


async def test_gets_one_letter_that_names_the_date(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    before = len(await posted(series))
    third = await asked(series, now, letterhead)
    (letter,) = await posted(series, since=before)
    assert letter.recipient == PARTNER
    assert lines(letter, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/London:20261208T093000"]
    assert lines(letter, "RRULE") == []
    assert b"other dates" not in bytes(letter.content or b"")
    row = await Invitation.objects().where(Invitation.address == PARTNER).first()
    assert row is not None
    assert (row.meeting, row.of_series, row.state) == (third.id, None, InviteState.ACTIVE)
    assert await check_all_sent()


async def test_is_told_when_that_date_is_moved_and_when_it_is_called_off(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third = await asked(series, now, letterhead)
    told: dict[str, Any] = {"by": BY, "now": now + HOUR, "letterhead": letterhead}
    await scheduling.move(third.reference, When(third.starts_at + HOUR, 60, "Room 1", ""), **told)
    await calling_off.call_off(third.reference, asked_by="police", reason="set up in error", **told)
    letters = await to_partner(series)
    assert [one.kind for one in letters] == ["request", "request", "cancel"]
    assert len({tuple(lines(one, "RECURRENCE-ID")) for one in letters}) == 1
    assert await check_all_sent()


async def test_the_removed_seat_is_cancelled_and_those_of_the_series_stay(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third = await asked(series, now, letterhead)
    told: dict[str, Any] = {"by": BY, "now": now + HOUR, "letterhead": letterhead}
    seats = {row.unit: row.id for row in await Seat.objects().where(Seat.meeting == third.id)}
    await scheduling.remove_seat(third.reference, seats[await partner()], **told)
    with pytest.raises(SeatsOfSeries, match=series.reference):
        await scheduling.remove_seat(third.reference, seats[await police()], **told)
    assert [one.kind for one in await to_partner(series)] == ["request", "cancel"]


async def test_a_change_of_the_series_reaches_it_only_with_its_date(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    await asked(series, now, letterhead)
    told: dict[str, Any] = {"by": BY, "now": now + HOUR, "letterhead": letterhead, "place": ""}
    longer = replace(TUESDAYS, last_on=date(2027, 4, 20))
    await change_series(series.reference, longer, link="https://meet.example/r/7", **told)
    assert len(await to_partner(series)) == 1
    assert {row.meeting for row in await Seat.objects().where(Seat.unit == await partner())} == {
        (await dates(series))[2].id
    }
    await change_series(
        series.reference, replace(longer, starts=time(10, 0)), link="https://meet.example/r/7", **told
    )
    _, gone, again = await to_partner(series)
    assert (gone.kind, lines(gone, "RECURRENCE-ID")[0][-6:]) == ("cancel", "093000")
    assert (again.kind, lines(again, "RECURRENCE-ID")[0][-6:]) == ("request", "100000")
    assert await check_all_sent()


async def test_is_cancelled_with_the_series(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    await asked(series, now, letterhead)
    reason: dict[str, Any] = {"asked_by": "police", "reason": "set up in error"}
    await call_off_series(series.reference, by=BY, now=now + HOUR, letterhead=letterhead, **reason)
    letters = await to_partner(series)
    assert [one.kind for one in letters] == ["request", "cancel"]
    assert lines(letters[1], "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/London:20261208T093000"]


async def test_the_last_date_shows_the_series_units_without_it(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    last = (await dates(series))[-1]
    told: dict[str, Any] = {"by": BY, "now": now, "letterhead": letterhead}
    await scheduling.add_seat(last.reference, await partner(), ["health"], **told)
    longer = replace(TUESDAYS, last_on=date(2027, 4, 20))
    await change_series(series.reference, longer, place="", link="https://meet.example/r/7", **told)
    assert await Seat.count().where(Seat.unit == await partner()) == 1


async def test_must_be_reached_by_mail_and_leave_its_date_before_it_joins_the_series(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third, silent = (await dates(series))[2], await partner(address="")
    told: dict[str, Any] = {"by": BY, "now": now, "letterhead": letterhead}
    with pytest.raises(NoAddressForOneDate):
        await scheduling.add_seat(third.reference, silent, ["health"], **told)
    await asked(series, now, letterhead)
    with pytest.raises(AskedToOneDate):
        await add_unit(series.reference, silent, ["health"], **told)
