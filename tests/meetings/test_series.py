"""A series is set up, its dates are moved and called off one by one, its units come and go."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from audit.tables import Entry
from directory.tables import Contact, UnitKind
from meetings import calling_off, scheduling
from meetings.errors import (
    MeetingError,
    NoSuchSeries,
    SeatsOfSeries,
    SeriesCalledOff,
    SeriesOver,
    UnsuitableSeats,
    UnsuitableSeries,
    UnsuitableTime,
)
from meetings.invitations import send_again
from meetings.letters import Letterhead, token_hash, token_in
from meetings.recurrence import Recurring
from meetings.series import add_unit, call_off_series, remove_unit
from meetings.series_answers import invitations_answered
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
from meetings.when import When
from notifications import itip
from tests.meetings.series_set_up import (
    BY,
    TUESDAYS,
    answer,
    calendar,
    dates,
    lines,
    of_police,
    panel,
    police,
    posted,
    series_of,
    unit,
)
from web.moments import LONDON

pytestmark = pytest.mark.usefixtures("rolled_back", "london")

GOOD_FRIDAY = date(2027, 3, 26)


async def move(meeting: Meeting, now: datetime, letterhead: Letterhead, **change: object) -> None:
    given: dict[str, object] = {"starts_at": meeting.starts_at, "minutes": 60, "place": "", "link": meeting.link}
    when = When(**(given | change))  # type: ignore[arg-type]  # each test changes one field
    await scheduling.move(meeting.reference, when, by=BY, now=now, letterhead=letterhead)


async def call_off(meeting: Meeting, now: datetime, letterhead: Letterhead) -> None:
    await calling_off.call_off(
        meeting.reference,
        asked_by="police",
        reason="police could not attend",
        by=BY,
        now=now,
        letterhead=letterhead,
    )


async def reloaded(meeting: Meeting) -> Meeting:
    found = await Meeting.objects().where(Meeting.id == meeting.id).first()
    assert found is not None
    return found


class TestSettingUp:
    async def test_each_unit_gets_one_request_for_every_date(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        letters = await posted(series)
        assert len(letters) == 3
        assert lines(letters[0], "DTSTART", "RRULE", "EXDATE", "SEQUENCE", "RECURRENCE-ID") == [
            "SEQUENCE:0",
            "DTSTART;TZID=Europe/London:20261124T093000",
            "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270406T083000Z",
        ]

    async def test_half_past_nine_stays_half_past_nine_in_summer(self, now: datetime, letterhead: Letterhead) -> None:
        held = await dates(await panel(now, letterhead))
        assert {m.starts_at.astimezone(LONDON).time() for m in held} == {time(9, 30)}
        assert (held[0].starts_at.hour, held[-1].starts_at.hour) == (9, 8)

    async def test_bank_holidays_are_left_out_of_the_calendars(self, now: datetime, letterhead: Letterhead) -> None:
        fridays = Recurring((4,), 1, date(2027, 3, 5), date(2027, 4, 30), time(9, 30), 60)
        series = await panel(now, letterhead, fridays)
        assert GOOD_FRIDAY not in {m.starts_at.date() for m in await dates(series)}
        (left_out,) = lines((await posted(series))[0], "EXDATE")
        assert "20270326T093000" in left_out

    async def test_every_date_is_a_meeting_with_its_seats_and_the_tokens_of_the_series(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        held = await dates(series)
        assert len(held) == 20
        assert {m.uid for m in held} == {series.uid}
        assert all(m.starts_at == m.recurrence_id == m.due_at and m.child is None for m in held)
        assert {m.home_unit for m in held} == {await police()}
        assert await Seat.count().where(Seat.meeting == held[7].id) == 3
        invitations = await Invitation.objects().where(Invitation.meeting == held[7].id)
        assert {i.token_sha256 for i in invitations} == {None}
        whole = await SeriesInvitation.objects().where(SeriesInvitation.series == series.id)
        assert {i.of_series for i in invitations} == {one.id for one in whole}
        token = token_in((await posted(series))[0].envelope_from, letterhead)
        assert token is not None
        assert token_hash(token) in {one.token_sha256 for one in whole}

    async def test_a_team_mailbox_is_asked_as_a_group_on_every_date(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await Contact.update({Contact.group: True}).where(Contact.unit == await police())
        series = await panel(now, letterhead)
        row = await SeriesInvitation.objects().where(SeriesInvitation.unit == await police()).first()
        assert row is not None
        assert row.group
        assert await Invitation.count().where((Invitation.of_series == row.id) & Invitation.group.eq(True)) == 20
        assert any("CUTYPE=GROUP" in calendar(one) for one in await posted(series))

    async def test_a_unit_without_an_address_has_its_seats_and_no_letter(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await Contact.delete().where(Contact.unit == await unit(UnitKind.HEALTH))
        series = await panel(now, letterhead)
        assert len(await posted(series)) == 2
        assert await Seat.count().where(Seat.meeting == (await dates(series))[0].id) == 3

    async def test_the_letter_says_how_often_and_how_to_answer_for_one_date(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        said = calendar((await posted(await panel(now, letterhead)))[0]).replace("\\,", ",")
        assert "every Tuesday at 9:30am, for 60 minutes" in said
        assert "Until: Tuesday 6 April 2027" in said
        assert "open that date alone in your calendar and decline it" in said

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 81}, "title"),
            ({"type": "missing strategy meeting"}, "type"),
            ({"link": ""}, "place"),
            ({"units": []}, "home"),
            ({"rule": Recurring((1,), 1, date(2026, 11, 10), date(2026, 12, 22), time(9), 60)}, "starts"),
            ({"rule": Recurring((), 1, date(2026, 11, 24), date(2026, 12, 22), time(9), 60)}, "weekdays"),
        ],
    )
    async def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_sent(
        self, now: datetime, letterhead: Letterhead, change: dict[str, object], field: str
    ) -> None:
        rule = change.pop("rule", TUESDAYS)
        assert isinstance(rule, Recurring)
        with pytest.raises(MeetingError) as refused:
            await panel(now, letterhead, rule, **change)
        assert refused.value.field == field
        assert not await Series.exists()

    async def test_a_unit_named_twice_is_refused(self, now: datetime, letterhead: Letterhead) -> None:
        twice = [(await police(), ["home police"]), (await police(), ["chair"])]
        with pytest.raises(UnsuitableSeries, match="once"):
            await panel(now, letterhead, units=twice)

    async def test_it_is_on_record(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        assert await Entry.exists().where(Entry.subject == f"series:{series.reference}")
        events = await MeetingEvent.objects().where(MeetingEvent.meeting == (await dates(series))[3].id)
        assert [e.what for e in events] == [f"set up as a date of series {series.reference}"]


class TestOneDate:
    async def test_moved_is_told_with_its_recurrence_id_alone(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        await move(third, now, letterhead, starts_at=third.starts_at + timedelta(days=1))
        letters = await posted(series, since=3)
        assert [one.kind for one in letters] == ["request"] * 3
        assert lines(letters[0], "DTSTART", "RRULE", "SEQUENCE", "RECURRENCE-ID", "SUMMARY") == [
            "RECURRENCE-ID;TZID=Europe/London:20261208T093000",
            "SEQUENCE:1",
            "DTSTART;TZID=Europe/London:20261209T093000",
            f"SUMMARY:Lambeth weekly panel {series.reference}",
        ]
        assert {m.last_major_sequence for m in await dates(series)} == {0, 1}
        assert (await reloaded(third)).due_at == third.starts_at + timedelta(days=1)

    async def test_is_answered_to_the_token_of_the_series(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        first, *_ = await dates(series)
        await move(first, now, letterhead, link="https://meet.example/other")
        senders = {one.recipient: one.envelope_from for one in await posted(series)}
        assert {one.recipient: one.envelope_from for one in await posted(series, since=3)} == senders

    async def test_cannot_pass_its_neighbours_or_share_their_day(self, now: datetime, letterhead: Letterhead) -> None:
        third = (await dates(await panel(now, letterhead)))[2]
        for days in (-7, 7, 8, -8):
            with pytest.raises(UnsuitableTime, match="one series"):
                await move(third, now, letterhead, starts_at=third.starts_at + timedelta(days=days, hours=3))
        await move(third, now, letterhead, starts_at=third.starts_at + timedelta(days=6))

    async def test_called_off_is_told_with_its_recurrence_id_and_the_others_stand(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        await call_off(third, now, letterhead)
        await call_off(third, now, letterhead)
        letters = await posted(series, since=3)
        assert [one.kind for one in letters] == ["cancel"] * 3
        assert "METHOD:CANCEL" in calendar(letters[0])
        assert lines(letters[0], "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/London:20261208T093000"]
        assert "The other dates of the series stand" in calendar(letters[0])
        states = [m.state for m in await dates(series)]
        assert states.count(MeetingState.CALLED_OFF) == 1

    async def test_has_the_units_of_its_series(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        seat = await Seat.objects().where(Seat.meeting == third.id).first()
        assert seat is not None
        with pytest.raises(SeatsOfSeries, match=series.reference):
            await scheduling.remove_seat(third.reference, seat.id, by=BY, now=now, letterhead=letterhead)
        with pytest.raises(UnsuitableSeats, match="already has a seat"):
            await scheduling.add_seat(
                third.reference, await police(), ["chair"], by=BY, now=now, letterhead=letterhead
            )

    async def test_each_change_takes_the_next_sequence_of_the_series(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, *_ = await dates(series)
        await move(first, now, letterhead, starts_at=first.starts_at + timedelta(hours=1))
        await call_off(second, now, letterhead)
        await move(first, now, letterhead, starts_at=first.starts_at + timedelta(hours=2))
        assert [one.sequence for one in await posted(series, since=3)] == [1] * 3 + [2] * 3 + [3] * 3
        assert (await series_of(series.reference)).sequence == 3


class TestSendingAgain:
    async def test_a_date_never_written_apart_sends_the_series_and_only_once(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, *_ = await dates(series)
        for meeting in (first, second):
            row = await Invitation.objects().where(Invitation.meeting == meeting.id).first()
            assert row is not None
            await send_again(row.id, letterhead=letterhead, now=now)
        (again,) = await posted(series, since=3)
        before = next(one for one in await posted(series) if one.recipient == again.recipient)
        assert again.calendar == before.calendar

    async def test_a_date_written_apart_sends_that_date(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        first, *_ = await dates(series)
        await call_off(first, now, letterhead)
        row = await Invitation.objects().where(Invitation.meeting == first.id).first()
        assert row is not None
        await send_again(row.id, letterhead=letterhead, now=now)
        (again,) = await posted(series, since=6)
        assert (again.kind, lines(again, "RECURRENCE-ID") != []) == ("cancel", True)


class TestUnits:
    async def test_an_added_unit_is_asked_to_what_is_coming_as_it_now_stands(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, third, *_ = await dates(series)
        await call_off(second, now, letterhead)
        await move(third, now, letterhead, starts_at=third.starts_at + timedelta(hours=2))
        later = first.ends_at + timedelta(hours=1)
        school = await unit(UnitKind.EDUCATION)
        await add_unit(series.reference, school, ["education"], by=BY, now=later, letterhead=letterhead)
        whole, apart = await posted(series, since=9)
        assert lines(whole, "DTSTART", "EXDATE", "SEQUENCE") == [
            "SEQUENCE:3",
            "DTSTART;TZID=Europe/London:20261201T093000",
            "EXDATE;TZID=Europe/London:20261201T093000",
        ]
        assert answer(apart).recurrence_id == third.recurrence_id
        seated = {row["meeting"] for row in await Seat.select(Seat.meeting).where(Seat.unit == school)}
        assert first.id not in seated
        assert len(seated) == 18
        with pytest.raises(UnsuitableSeats, match="already"):
            await add_unit(series.reference, school, ["education"], by=BY, now=later, letterhead=letterhead)

    async def test_a_removed_unit_gets_one_cancel_and_keeps_its_past(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, *_ = await dates(series)
        later, health = first.ends_at + timedelta(hours=1), await unit(UnitKind.HEALTH)
        await remove_unit(series.reference, health, by=BY, now=later, letterhead=letterhead)
        await remove_unit(series.reference, health, by=BY, now=later, letterhead=letterhead)
        (letter,) = await posted(series, since=3)
        assert (letter.kind, lines(letter, "RECURRENCE-ID")) == ("cancel", [])
        assert await Seat.exists().where(
            (Seat.meeting == first.id) & Seat.removed_at.is_null() & (Seat.unit == health)
        )
        assert not await Seat.exists().where(
            (Seat.meeting == second.id) & Seat.removed_at.is_null() & (Seat.unit == health)
        )

    async def test_a_unit_asked_again_has_a_new_token_and_its_old_seats(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series, health = await panel(now, letterhead), await unit(UnitKind.HEALTH)
        await remove_unit(series.reference, health, by=BY, now=now, letterhead=letterhead)
        await add_unit(series.reference, health, ["health"], by=BY, now=now, letterhead=letterhead)
        both = await SeriesInvitation.objects().where(SeriesInvitation.unit == health)
        assert {one.state for one in both} == {InviteState.REMOVED, InviteState.ACTIVE}
        assert await Seat.count().where((Seat.unit == health) & Seat.removed_at.is_null()) == 20

    async def test_the_unit_that_convenes_stays(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        with pytest.raises(UnsuitableSeats, match="convenes"):
            await remove_unit(series.reference, await police(), by=BY, now=now, letterhead=letterhead)


class TestCallingOff:
    async def test_every_coming_date_is_off_and_each_unit_gets_one_cancel(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        held = await dates(series)
        later = held[0].starts_at + timedelta(minutes=10)
        for _ in range(2):
            await call_off_series(
                series.reference,
                asked_by="police",
                reason="police could not attend",
                by=BY,
                now=later,
                letterhead=letterhead,
            )
        assert [one.kind for one in await posted(series, since=3)] == ["cancel"] * 3
        assert [m.state == MeetingState.CALLED_OFF for m in await dates(series)] == [False] + [True] * 19
        with pytest.raises(SeriesCalledOff):
            await remove_unit(series.reference, await police(), by=BY, now=later, letterhead=letterhead)

    async def test_wants_to_know_who_and_why(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        for asked_by, reason, field in (("", "set up in error", "asked_by"), ("police", "", "reason")):
            with pytest.raises(MeetingError) as refused:
                await call_off_series(
                    series.reference, asked_by=asked_by, reason=reason, by=BY, now=now, letterhead=letterhead
                )
            assert refused.value.field == field

    async def test_a_series_that_is_over_or_unknown_is_not_changed(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        after = datetime(2027, 5, 1, tzinfo=UTC)
        with pytest.raises(SeriesOver):
            await remove_unit(series.reference, await police(), by=BY, now=after, letterhead=letterhead)
        with pytest.raises(NoSuchSeries):
            await remove_unit("SE-NONE", await police(), by=BY, now=now, letterhead=letterhead)


class TestAnAnswer:
    async def _meetings(self, invitations: list[object]) -> list[object]:
        rows = await Invitation.select(Invitation.id, Invitation.meeting).where(Invitation.id.is_in(invitations))
        by_id = {row["id"]: row["meeting"] for row in rows}
        return [by_id[one] for one in invitations]

    async def test_to_the_series_speaks_for_every_date_that_stands(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        first, second, *rest = await dates(series)
        await call_off(second, now, letterhead)
        whole = await of_police(series)
        reply = answer((await posted(series))[0])
        spoken = await invitations_answered(whole.id, reply, now=first.ends_at + timedelta(hours=1))
        assert await self._meetings(list(spoken)) == [m.id for m in rest]

    async def test_to_one_date_speaks_for_that_one_wherever_it_was_moved(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        await move(third, now, letterhead, starts_at=third.starts_at + timedelta(days=2))
        reply = answer((await posted(series))[-1])
        spoken = await invitations_answered((await of_police(series)).id, reply, now=now)
        assert await self._meetings(list(spoken)) == [third.id]

    async def test_to_a_date_that_the_series_does_not_have_speaks_for_none(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole = await of_police(series)
        unknown = itip.Answer(
            **{
                **vars(answer((await posted(series))[0])),
                "recurrence": True,
                "recurrence_id": datetime(2026, 12, 9, 9, 30, tzinfo=UTC),
            }
        )
        assert await invitations_answered(whole.id, unknown, now=now) == []

    async def test_to_a_series_that_is_off_or_over_speaks_for_its_last_date_and_is_judged_so(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        whole, last = await of_police(series), (await dates(series))[-1]
        reply = answer((await posted(series))[0])
        spoken = await invitations_answered(whole.id, reply, now=datetime(2027, 5, 1, tzinfo=UTC))
        assert await self._meetings(list(spoken)) == [last.id]
