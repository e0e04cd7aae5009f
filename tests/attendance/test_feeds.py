"""Calendars to subscribe to: which meetings they show, what of each, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar

from directory.tables import Unit
from meetings import feeds
from meetings.calling_off import call_off
from meetings.episode_tables import Child
from meetings.feed_tables import FeedKind
from meetings.letters import Letterhead
from meetings.scheduling import move, remove_seat
from meetings.series_changes import change_series
from meetings.tables import Meeting, MeetingType
from meetings.when import When
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.conftest import HOUR, UNITS
from tests.attendance.feeding import UNIT, address_of, iso, opened, person, told
from tests.attendance.mailing import from_home
from tests.browsing import Browser
from tests.meetings.series_set_up import TUESDAYS, dates, panel, police
from tests.notifications.outgoing.checkers import libical_complaints, read_by_icaljs
from tests.notifications.outgoing.facts import broken_in_calendar
from web import signin
from web.appointing import appoint, viewer_of
from web.roles import Role
from web.tables import BreakGlass
from web.viewer import Post

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


class TestReading:
    async def test_a_unit_reads_when_and_where_its_seat_and_how_many_accepted(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        await from_home(coming, at=Clock.at, partstat="ACCEPTED")
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))

        (event,) = shown.events
        assert shown.value("X-WR-CALNAME") == "Convene: Central North"
        assert f"UID:{coming.uid}" in event
        assert f"SUMMARY:Missing strategy meeting {coming.reference}" in event
        assert "DTSTART;TZID=Europe/London:20261120T100000" in event
        assert shown.value("DESCRIPTION") == (
            "Seat: Central North\\, as home police\\nAccepted: 1 of 3\\n\\nJoin: https://meet.example/room"
        )

    async def test_who_convenes_reads_who_is_asked_but_not_how_to_join(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        me = await person()
        await Meeting.update({Meeting.set_up_by: str(me)}).where(Meeting.id == coming.id)
        for kind, subject in ((FeedKind.COORDINATOR, ""), (FeedKind.TYPE, MeetingType.MISSING)):
            shown = await opened(stranger, await address_of(kind, subject, letterhead))
            assert "Asked: Camden children's services\\, Central North\\, East Area" in shown.value("DESCRIPTION")
            assert "meet.example" not in shown.raw.decode()

    async def test_it_names_no_child_no_person_and_holds_nothing_to_answer_with(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        child = await Child.objects().first()
        assert child is not None
        text = "\n".join(shown.lines)
        secrets = [letterhead.token(i) for i in coming.invitations.values()] + ["/answer/", "ATTENDEE", "ALARM"]
        assert not [told for told in (child.reference, str(child.id), child.issuer, *secrets) if told in text]
        assert shown.address("ORGANIZER") == letterhead.sender_address()

    async def test_only_the_meetings_it_is_for_are_in_it(
        self, stranger: Browser, coming: Any, convene: Any, letterhead: Letterhead
    ) -> None:
        other = await convene(units=UNITS[1:])
        ours = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        theirs = await opened(stranger, await address_of(FeedKind.UNIT, "East Area", letterhead))
        panels = await opened(stranger, await address_of(FeedKind.TYPE, MeetingType.PANEL, letterhead))
        mine = await opened(stranger, await address_of(FeedKind.COORDINATOR, "", letterhead))

        assert [line.removeprefix("UID:") for line in ours.of("UID")] == [coming.uid]
        assert {line.removeprefix("UID:") for line in theirs.of("UID")} == {coming.uid, other.uid}
        assert panels.events == mine.events == []

    async def test_what_its_maker_opened_in_an_emergency_is_not_in_it(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        """Broken glass is for one person, for a time and with a reason; the address may be anybody's by now."""
        today, elsewhere = datetime.now(UTC), [Post(Role.COORDINATOR, "an agency without a seat")]
        maker = await signin.add_person("m@elsewhere.example", "Coordinator", appointments=elsewhere, now=today - DAY)
        glass: dict[str, Any] = {
            "meeting": coming.id,
            "since": today - HOUR,
            "until": today + HOUR,
            "reason": "Seen here",
        }
        await BreakGlass.insert(BreakGlass(id=uuid4(), person=maker, reference=coming.reference, **glass))
        assert (await viewer_of(maker, now=today)).opened == (coming.id,)
        address = await address_of(FeedKind.TYPE, MeetingType.MISSING, letterhead, by=maker)
        assert (await opened(stranger, address)).events == []
        await appoint(maker, Post(Role.COORDINATOR), by="tests", now=today)
        assert len((await opened(stranger, address)).events) == 1

    async def test_a_move_is_seen_with_its_sequence_and_when_it_was_made(
        self, stranger: Browser, coming: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        before = await opened(stranger, address)
        when = When(now + 3 * DAY, 45, "Room 1", "")
        await move(coming.reference, when, by="tests", now=Clock.at, letterhead=letterhead)
        after = await opened(stranger, address)

        assert (before.value("SEQUENCE"), after.value("SEQUENCE")) == ("0", "1")
        assert (before.value("LAST-MODIFIED"), after.value("LAST-MODIFIED")) == (
            "20261118T100000Z",
            "20261118T110000Z",
        )
        assert {
            "DTSTART;TZID=Europe/London:20261121T100000",
            "DTEND;TZID=Europe/London:20261121T104500",
        } <= set(after.events[0])
        assert after.value("LOCATION") == "Room 1"

    async def test_an_answer_is_a_change_that_a_calendar_can_see(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        seen = []
        for minutes, partstat in (
            (5, "ACCEPTED"),
            (25, "DECLINED"),
            (15, "ACCEPTED"),
        ):  # the last was long on its way
            await from_home(coming, at=Clock.at + timedelta(minutes=minutes), partstat=partstat)
            shown = await opened(stranger, address)
            accepted = "Accepted: 1 of 3" in shown.value("DESCRIPTION")
            seen.append((shown.value("LAST-MODIFIED"), shown.value("DTSTAMP"), accepted))
        first, second = "20261118T110500Z", "20261118T112500Z"
        assert seen == [(first, first, True), (second, second, False), (second, second, False)]

    async def test_one_called_off_stays_as_cancelled_for_thirty_days_past_its_end(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="set up in error",
            by="tests",
            now=Clock.at,
            letterhead=letterhead,
        )
        shown = await opened(stranger, address)
        assert (shown.value("STATUS"), shown.value("SUMMARY")) == (
            "CANCELLED",
            f"Called off: missing strategy meeting {coming.reference}",
        )
        assert "meet.example" not in shown.raw.decode()

        Clock.at = coming.ends_at + 30 * DAY
        assert len((await opened(stranger, address)).events) == 1
        Clock.at += timedelta(seconds=1)
        assert (await opened(stranger, address)).events == []

    async def test_a_unit_whose_seat_was_removed_sees_the_meeting_no_more(
        self, stranger: Browser, coming: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await remove_seat(coming.reference, coming.seats[UNIT], by="tests", now=Clock.at, letterhead=letterhead)
        assert (await opened(stranger, address)).events == []

    async def test_the_dates_of_a_series_are_meetings_of_their_own(
        self, stranger: Browser, convene: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        for week in (1, 2):
            made = await convene(starts_at=now + week * 7 * DAY, uid="series@invites.convene.example")
            await Meeting.update({Meeting.recurrence_id: made.starts_at}).where(Meeting.id == made.id)
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))

        assert [line.removeprefix("UID:") for line in shown.of("UID")] == [
            "20261125T100000Z-series@invites.convene.example",
            "20261202T100000Z-series@invites.convene.example",
        ]

    async def test_a_series_is_seen_as_it_is_held_whatever_was_done_to_its_dates(
        self, stranger: Browser, london: None, letterhead: Letterhead, now: datetime
    ) -> None:
        series = await panel(now, letterhead)
        first, second, third = (await dates(series))[:3]
        when = When(second.starts_at + DAY, 45, "Room 2", "")
        await move(second.reference, when, by="tests", now=Clock.at, letterhead=letterhead)
        await call_off(third.reference, asked_by="police", reason="set up in error", **told(letterhead))
        later = replace(TUESDAYS, starts=time(14, 0))
        await change_series(series.reference, later, place="", link="https://meet.example/r/7", **told(letterhead))
        unit = await Unit.select(Unit.name).where(Unit.id == await police()).first()
        assert unit is not None
        shown = await opened(stranger, await address_of(FeedKind.UNIT, unit["name"], letterhead))

        rows = await dates(series)
        expected = [(iso(row.starts_at), row.state == "called off", row.sequence) for row in rows]
        (read,) = read_by_icaljs([shown.raw])
        seen = [(e["start"], e["status"] == "CANCELLED", e["sequence"]) for e in read["events"]]
        assert sorted(seen) == sorted(expected)
        assert len({event["uid"] for event in read["events"]}) == len(rows) > 10
        assert (broken_in_calendar(shown.raw), libical_complaints([shown.raw])) == ({}, [[]])
        assert sum(called_off for _, called_off, _ in seen) == 1
        assert first.starts_at < second.starts_at

    async def test_every_checker_is_content_with_it(
        self, stranger: Browser, coming: Any, convene: Any, held: Any, letterhead: Letterhead
    ) -> None:
        address = await address_of(FeedKind.UNIT, UNIT, letterhead)
        await call_off(
            coming.reference,
            asked_by="police",
            reason="set up in error",
            by="tests",
            now=Clock.at,
            letterhead=letterhead,
        )
        await convene(starts_at=Clock.at + 200 * DAY)
        raw = (await opened(stranger, address)).raw

        assert broken_in_calendar(raw) == {}
        assert libical_complaints([raw]) == [[]]
        (read,) = read_by_icaljs([raw])
        assert [event["status"] for event in read["events"]] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]

    async def test_no_more_than_two_thousand_meetings_are_written_and_the_earliest_first(
        self, stranger: Browser, convene: Any, letterhead: Letterhead, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feeds, "MOST", 2)
        made = [await convene(starts_at=now + days * DAY) for days in (9, 3, 5)]
        shown = await opened(stranger, await address_of(FeedKind.UNIT, UNIT, letterhead))
        everything = await opened(stranger, await address_of(FeedKind.TYPE, MeetingType.MISSING, letterhead))

        assert [line.removeprefix("UID:") for line in shown.of("UID")] == [made[1].uid, made[2].uid]
        assert shown.of("UID") == everything.of("UID")
