"""A series gets another time, other days or another last day: its coming dates follow, what has been stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from meetings import calling_off, scheduling
from meetings.deputising import hand_over
from meetings.errors import SeriesCalledOff, SeriesOver, UnsuitablePlace, UnsuitableSeries
from meetings.letters import Letterhead
from meetings.occurrences import rule_of
from meetings.reasons import LEFT_SERIES
from meetings.recurrence import Recurring
from meetings.series import call_off_series
from meetings.series_changes import change_series
from meetings.tables import Invitation, Meeting, MeetingState, Series
from meetings.when import When
from tests.meetings.series_set_up import BY, TUESDAYS, answer, calendar, dates, lines, panel, posted, series_of
from tests.notifications.outgoing.outbox_checks import check_all_sent
from web.moments import LONDON, london_date

pytestmark = pytest.mark.usefixtures("rolled_back", "london")

AT_TEN = replace(TUESDAYS, starts=time(10))


async def changed(
    series: Series, now: datetime, letterhead: Letterhead, rule: Recurring | None = None, **where: str
) -> Series:
    await change_series(
        series.reference,
        rule or rule_of(series),
        place=where.get("place", series.place),
        link=where.get("link", series.link),
        by=BY,
        now=now,
        letterhead=letterhead,
    )
    return await series_of(series.reference)


async def move(meeting: Meeting, now: datetime, letterhead: Letterhead, starts_at: datetime) -> None:
    when = When(starts_at, 60, meeting.place, meeting.link)
    await scheduling.move(meeting.reference, when, by=BY, now=now, letterhead=letterhead)


async def call_off(meeting: Meeting, now: datetime, letterhead: Letterhead) -> None:
    await calling_off.call_off(
        meeting.reference, asked_by="police", reason="police could not attend", by=BY, now=now, letterhead=letterhead
    )


def clocks(held: list[Meeting]) -> set[time]:
    return {m.starts_at.astimezone(LONDON).time() for m in held}


async def test_the_same_again_changes_nothing(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    assert (await changed(series, now, letterhead)).sequence == 0
    assert len(await posted(series)) == 3


class TestANewTime:
    async def test_moves_every_coming_date_and_asks_everybody_again(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await changed(await panel(now, letterhead), now, letterhead, AT_TEN)
        held = await dates(series)
        assert clocks(held) == {time(10)}
        assert {(m.sequence, m.last_major_sequence, m.starts_at == m.recurrence_id) for m in held} == {(1, 1, True)}
        letters = await posted(series, since=3)
        assert len(letters) == 3
        assert lines(letters[0], "DTSTART", "SEQUENCE") == [
            "SEQUENCE:1",
            "DTSTART;TZID=Europe/London:20261124T100000",
        ]
        assert "has a new time. Please answer again by" in calendar(letters[0])

    async def test_leaves_what_has_begun_and_begins_anew_tomorrow(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        later = (await dates(series))[1].starts_at + timedelta(minutes=5)
        series = await changed(series, later, letterhead, AT_TEN)
        first, second, third, *_ = await dates(series)
        assert clocks([first, second]) == {time(9, 30)}
        assert {first.sequence, second.sequence} == {0}
        assert clocks([third]) == {time(10)}
        assert series.first_on == london_date(third.starts_at)
        assert lines((await posted(series, since=3))[0], "DTSTART") == ["DTSTART;TZID=Europe/London:20261208T100000"]

    async def test_leaves_todays_date_as_it_is_and_writes_it_apart(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        this_morning = (await dates(series))[1].starts_at - timedelta(hours=1)
        await changed(series, this_morning, letterhead, AT_TEN)
        _, today, *_ = await dates(series)
        assert (clocks([today]), today.last_major_sequence) == ({time(9, 30)}, 0)
        letters = await posted(series, since=3)
        assert [answer(one).recurrence_id for one in letters] == [None] * 3 + [today.recurrence_id] * 3

    async def test_keeps_a_date_that_was_moved_and_writes_it_apart_after_the_series(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        thursday = third.starts_at + timedelta(days=2)
        await move(third, now, letterhead, thursday)
        await changed(series, now, letterhead, AT_TEN)
        third = (await dates(series))[2]
        assert (third.starts_at, third.sequence, third.last_major_sequence) == (thursday, 2, 1)
        letters = await posted(series, since=6)
        assert [answer(one).recurrence_id for one in letters] == [None] * 3 + [third.recurrence_id] * 3
        assert {one.sequence for one in letters} == {2}
        assert third.recurrence_id == datetime(2026, 12, 8, 10, 0, tzinfo=UTC)

    async def test_keeps_off_what_was_called_off(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        await call_off((await dates(series))[2], now, letterhead)
        await changed(series, now, letterhead, AT_TEN)
        third = (await dates(series))[2]
        assert third.state == MeetingState.CALLED_OFF
        assert clocks([third]) == {time(9, 30)}
        assert lines((await posted(series, since=6))[0], "EXDATE") == ["EXDATE;TZID=Europe/London:20261208T100000"]


class TestOtherDays:
    async def test_each_date_moves_within_its_week(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        before = {m.id for m in await dates(series)}
        await changed(series, now, letterhead, replace(TUESDAYS, weekdays=(3,), last_on=date(2027, 4, 8)))
        held = await dates(series)
        assert {m.id for m in held} == before
        assert {london_date(m.starts_at).weekday() for m in held} == {3}

    async def test_more_days_are_added_with_their_seats_and_invitations(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        await changed(series, now, letterhead, replace(TUESDAYS, weekdays=(1, 3)))
        held = await dates(series)
        assert len(held) == 39
        added = next(m for m in held if london_date(m.starts_at).weekday() == 3)
        assert await Invitation.count().where(Invitation.meeting == added.id) == 3
        assert {m.last_major_sequence for m in held} == {0, 1}

    async def test_a_moved_date_gives_way_to_a_new_date_on_its_day(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        await move(third, now, letterhead, third.starts_at + timedelta(days=2))
        await changed(series, now, letterhead, replace(TUESDAYS, weekdays=(1, 3)))
        held = await dates(series)
        assert len({london_date(m.starts_at) for m in held}) == len(held)

    async def test_dates_that_leave_are_not_counted_as_called_off(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        series = await panel(now, letterhead)
        fourth = (await dates(series))[3]
        await move(fourth, now, letterhead, fourth.starts_at + timedelta(hours=1))
        await changed(series, now, letterhead, replace(TUESDAYS, every=2))
        assert len(await dates(series)) == 10
        left = await Meeting.objects().where(Meeting.called_off_reason == LEFT_SERIES)
        assert len(left) == 10
        cancels = [one for one in await posted(series, since=6) if one.kind == "cancel"]
        assert {answer(one).recurrence_id for one in cancels} == {fourth.recurrence_id}


class TestTheLastDay:
    async def test_earlier_ends_the_series_and_answers_stand(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        await changed(series, now, letterhead, replace(TUESDAYS, last_on=date(2026, 12, 31)))
        held = await dates(series)
        assert len(held) == 6
        assert {(m.sequence, m.last_major_sequence) for m in held} == {(1, 0)}
        letter = (await posted(series, since=3))[0]
        assert "UNTIL=20261229T093000Z" in calendar(letter)
        assert "New dates" in str(bytes(letter.content or b""), "utf-8", "replace")

    async def test_later_adds_dates_that_want_an_answer(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        later = now + timedelta(days=30)
        await changed(series, later, letterhead, replace(TUESDAYS, last_on=date(2027, 5, 4)))
        held = await dates(series)
        assert len(held) == 24
        assert [m.last_major_sequence for m in held[-5:]] == [0, 1, 1, 1, 1]
        assert held[-1].reply_by > later
        assert lines((await posted(series, since=3))[0], "DTSTART") == ["DTSTART;TZID=Europe/London:20261124T093000"]

    async def test_a_date_that_left_can_come_back(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        await changed(series, now, letterhead, replace(TUESDAYS, last_on=date(2026, 12, 31)))
        series = await changed(series, now, letterhead, TUESDAYS)
        assert len([m for m in await dates(series) if m.state == MeetingState.SCHEDULED]) == 20

    async def test_that_leaves_no_date_is_refused(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        with pytest.raises(UnsuitableSeries):
            await changed(series, now, letterhead, replace(TUESDAYS, last_on=date(2026, 11, 20)))


class TestThePlace:
    async def test_is_a_minor_change(self, now: datetime, letterhead: Letterhead) -> None:
        series = await changed(await panel(now, letterhead), now, letterhead, link="https://meet.example/new")
        held = await dates(series)
        assert {(m.sequence, m.last_major_sequence, m.link) for m in held} == {(1, 0, "https://meet.example/new")}
        sent = await Invitation.select(Invitation.sent_sequence).where(Invitation.meeting == held[5].id)
        assert {row["sent_sequence"] for row in sent} == {1}
        letters = await posted(series, since=3)
        assert len(letters) == 3
        assert "Answers that you gave still stand" in calendar(letters[0])

    async def test_of_a_date_that_had_its_own_stays(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        third = (await dates(series))[2]
        when = When(third.starts_at, 60, "Town hall", "")
        await scheduling.move(third.reference, when, by=BY, now=now, letterhead=letterhead)
        await changed(series, now, letterhead, link="https://meet.example/new")
        assert (await dates(series))[2].place == "Town hall"
        assert answer((await posted(series))[-1]).recurrence_id == third.recurrence_id

    async def test_must_be_one(self, now: datetime, letterhead: Letterhead) -> None:
        series = await panel(now, letterhead)
        with pytest.raises(UnsuitablePlace):
            await changed(series, now, letterhead, link="http://meet.example/new")


async def test_a_series_that_is_off_or_over_cannot_be_changed(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    with pytest.raises(SeriesOver):
        await changed(series, datetime(2027, 5, 1, tzinfo=UTC), letterhead, AT_TEN)
    await call_off_series(
        series.reference, asked_by="police", reason="set up in error", by=BY, now=now, letterhead=letterhead
    )
    with pytest.raises(SeriesCalledOff):
        await changed(series, now, letterhead, AT_TEN)


async def test_of_two_letters_about_one_date_the_later_has_the_higher_sequence(
    now: datetime, letterhead: Letterhead
) -> None:
    series = await panel(now, letterhead)
    third = (await dates(series))[2]
    await move(third, now, letterhead, third.starts_at + timedelta(hours=1))
    await changed(series, now, letterhead, AT_TEN)
    await move((await dates(series))[2], now, letterhead, third.starts_at + timedelta(hours=3))
    await changed(series, now, letterhead, link="https://meet.example/new")
    one = (await posted(series))[0].recipient
    apart = [m.sequence for m in await posted(series) if m.recipient == one and answer(m).recurrence]
    whole = [m.sequence for m in await posted(series) if m.recipient == one and not answer(m).recurrence]
    assert (apart, whole) == ([1, 2, 3, 4], [0, 2, 4])


async def test_a_deputy_of_one_date_is_told_of_that_date_alone(now: datetime, letterhead: Letterhead) -> None:
    series = await panel(now, letterhead)
    _, second, *_ = await dates(series)
    row = await Invitation.objects().where(Invitation.meeting == second.id).first()
    assert row is not None
    told = {"by": BY, "now": now, "letterhead": letterhead}
    await hand_over(row.id, "deputy@council.example", to_deputy=True, **told)  # type: ignore[arg-type]  # a dict of words
    await changed(series, now, letterhead, AT_TEN)
    await call_off_series(series.reference, asked_by="police", reason="set up in error", **told)  # type: ignore[arg-type]  # as above
    first, gone, *letters = [one for one in await posted(series) if one.recipient == "deputy@council.example"]
    assert [(one.kind, one.sequence) for one in letters] == [("request", 2), ("cancel", 3)]
    assert (gone.kind, gone.sequence) == ("cancel", 2)
    assert answer(gone).recurrence_id == answer(first).recurrence_id == second.recurrence_id
    second = (await dates(series))[1]
    assert [answer(one).recurrence_id for one in letters] == [second.recurrence_id] * 2
    assert await check_all_sent()
