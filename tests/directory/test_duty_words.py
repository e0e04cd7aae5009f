"""What people read of duty hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from directory.availability import Period
from directory.duty import DaysOff, Pattern, Shift, instant
from directory.duty_words import next_duty_words
from directory.two_weeks import Day, cycle_in_words, two_weeks

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
OFFICE = ((Shift(time(9), time(17)),),) * 5 + ((), ())
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def period(first: str, last: str) -> Period:
    return Period(*(datetime.fromisoformat(f"2026-{at}").replace(tzinfo=UTC) for at in (first, last)))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (period("11-24T07:00", "11-24T15:00"), "Next on duty Tuesday 24 November 2026, 7am to 3pm"),
        (period("11-24T15:00", "11-25T00:00"), "Next on duty Tuesday 24 November 2026, 3pm to midnight"),
        (period("11-24T23:00", "11-25T07:30"), "Next on duty Tuesday 24 November 2026, 11pm to 7:30am on Wednesday"),
        (period("11-24T16:00", "11-25T00:30"), "Next on duty Tuesday 24 November 2026, 4pm to 12:30am on Wednesday"),
        (period("11-23T07:00", "11-23T15:00"), "On duty now, until 3pm"),
        (period("11-23T10:00", "11-24T00:00"), "On duty now, until midnight"),
        (period("11-23T10:00", "11-24T07:00"), "On duty now, until Tuesday 24 November 2026 at 7am"),
        (period("11-20T07:00", "12-20T07:00"), "On duty now, day and night"),
        (None, "Off duty: no hours to come are known"),
    ],
)
def test_the_next_duty_is_said_in_one_sentence(found: Period | None, said: str) -> None:
    assert next_duty_words(found, NOW) == said


def test_a_cycle_is_said_in_runs() -> None:
    nights = ((Shift(time(22), time(7)),),)

    assert cycle_in_words(OFFICE, WEEKDAYS) == "Monday to Friday 9am to 5pm, Saturday to Sunday off"
    assert cycle_in_words((*nights * 2, (), *nights)) == "2 days 10pm to 7am, 1 day off, 1 day 10pm to 7am"
    two = ((Shift(time(7), time(11)), Shift(time(15), time(0))),)
    assert cycle_in_words(two) == "1 day 7am to 11am, 3pm to midnight"


def days(*patterns: Pattern, off: tuple[DaysOff, str] | None = None, busy: tuple[Period, ...] = ()) -> list[Day]:
    return two_weeks(patterns, [off] if off else [], busy, NOW)


def test_two_weeks_begin_today_and_show_each_day() -> None:
    found = days(Pattern(OFFICE, date(2026, 11, 23), date(2026, 1, 5)))

    assert [day.on for day in found] == [date(2026, 11, 23) + timedelta(days=number) for number in range(14)]
    assert [day.duty for day in found[3:6]] == ["9am to 5pm", "9am to 5pm", "Off duty"]


def test_two_weeks_of_nobody_are_not_known() -> None:
    assert {day.duty for day in days()} == {"Not known"}


def test_a_night_shift_shows_on_both_its_days() -> None:
    night = Pattern(((Shift(time(22), time(7)),), (), ()), date(2026, 11, 24), date(2026, 1, 5))

    assert [day.duty for day in days(night)[:3]] == ["Off duty", "10pm to midnight", "midnight to 7am"]


def test_days_off_and_bank_holidays_say_why() -> None:
    office = Pattern(OFFICE, date(2026, 11, 23), date(2026, 1, 5))
    training = (DaysOff(date(2026, 11, 25), date(2026, 11, 25)), "training day")
    assert days(office, off=training)[2] == Day(date(2026, 11, 25), "Off duty", "Day off: training day", "")

    christmas = two_weeks([office], [], (), datetime(2026, 12, 25, 10, 0, tzinfo=UTC))[0]
    assert (christmas.duty, christmas.note) == ("Off duty", "Bank holiday")


def test_times_taken_are_cut_to_their_days() -> None:
    day = date(2026, 11, 23)
    busy = (
        Period(instant(day, time(15)), instant(day + timedelta(days=2), time(0))),
        Period(instant(day, time(9)), instant(day, time(10))),
    )

    assert [one.taken for one in days(busy=busy)[:3]] == ["9am to 10am, 3pm to midnight", "All day", ""]
