"""When reminders are due, and for how long a late one is still of use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies

from attendance.reminders import ReminderKind, timetable

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
START = NOW + 72 * HOUR

waits = strategies.integers(-200, 200).map(lambda hours: NOW + hours * HOUR)


class TestTimetable:
    def test_answers_are_asked_for_by_the_deadline_and_all_are_reminded_a_day_and_two_hours_before(self) -> None:
        due = timetable(starts_at=START, reply_by=NOW + 4 * HOUR, told_at=NOW)
        assert [(one.kind, one.due_at) for one in due] == [
            (ReminderKind.REPLY_BY, NOW + 4 * HOUR),
            (ReminderKind.DAY_BEFORE, START - 24 * HOUR),
            (ReminderKind.HOURS_BEFORE, START - 2 * HOUR),
        ]

    def test_each_is_useful_until_the_next_and_the_last_until_the_start(self) -> None:
        due = timetable(starts_at=START, reply_by=NOW + 4 * HOUR, told_at=NOW)
        assert [one.useful_until for one in due] == [START - 24 * HOUR, START - 2 * HOUR, START]

    def test_what_had_passed_when_the_invitation_was_made_is_left_out(self) -> None:
        due = timetable(starts_at=NOW + 5 * HOUR, reply_by=NOW + 4 * HOUR, told_at=NOW)
        assert [one.kind for one in due] == [ReminderKind.HOURS_BEFORE, ReminderKind.REPLY_BY]

    def test_a_meeting_in_an_hour_has_none(self) -> None:
        assert timetable(starts_at=NOW + HOUR, reply_by=NOW + HOUR, told_at=NOW) == ()

    def test_a_day_before_is_24_elapsed_hours_when_the_clocks_go_back(self) -> None:
        starts = datetime(2026, 10, 25, 14, 0, tzinfo=ZoneInfo("Europe/London"))
        (day, _) = timetable(starts_at=starts, reply_by=starts, told_at=NOW - timedelta(days=60))
        assert day.due_at == datetime(2026, 10, 24, 14, 0, tzinfo=UTC)

    @given(waits, waits, waits)
    def test_every_reminder_is_due_after_the_telling_and_ends_by_the_start(
        self, starts_at: datetime, reply_by: datetime, told_at: datetime
    ) -> None:
        for one in timetable(starts_at=starts_at, reply_by=reply_by, told_at=told_at):
            assert told_at < one.due_at <= one.useful_until <= starts_at
