"""When a unit is on duty: against an obvious implementation that asks London's clocks minute by minute."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from directory.availability import Period
from directory.duty import DaysOff, Pattern, Shift, instant, next_duty, on_duty
from directory.working_days import is_bank_holiday
from web.moments import LONDON

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EARLY, LATE, NIGHT = (Shift(time(7), time(15)), Shift(time(15), time(23)), Shift(time(23), time(7)))
WEEK = ((EARLY,), (EARLY,), (EARLY,), (EARLY,), (EARLY,), (), ())
MONDAY = date(2026, 11, 16)
FOUR_TEAMS = ((EARLY,), (EARLY,), (LATE,), (LATE,), (NIGHT,), (NIGHT,), (), (), (), ())
# Both changes of the clocks, a leap day, Christmas, the turn of a year, and a day like any other.
STRANGE_DAYS = tuple(
    map(date.fromisoformat, ("2026-03-28", "2026-10-24", "2028-02-28", "2026-12-24", "2026-12-31", "2026-11-18"))
)

times = st.builds(time, st.sampled_from([0, 1, 2, 7, 12, 22, 23]), st.sampled_from([0, 15, 30, 59]))
shifts = st.builds(Shift, times, times)
days = st.builds(lambda base, away: base + away * DAY, st.sampled_from(STRANGE_DAYS), st.integers(-3, 3))
cycles = st.lists(st.lists(shifts, max_size=2).map(tuple), min_size=1, max_size=10).map(tuple)
patterns = st.builds(
    Pattern,
    cycles,
    anchor=st.builds(lambda day, away: day + away * DAY, days, st.integers(-40, 40)),
    valid_from=st.builds(lambda day, away: day - away * DAY, days, st.integers(0, 8)),
    valid_to=st.none() | days,
    bank_holidays=st.booleans(),
)
offs = st.builds(lambda day, length: DaysOff(day, day + length * DAY), days, st.integers(0, 2))


def clock(minute: datetime) -> tuple[date, time]:
    there = minute.astimezone(LONDON)
    return there.date(), there.time()


def first_minute_that_shows(day: date, at: time) -> datetime:
    minute = datetime.combine(day, time(0), UTC) - timedelta(hours=2)
    while clock(minute) < (day, at):
        minute += MINUTE
    return minute


def slowly(teams: list[Pattern], away: list[DaysOff], first: datetime, minutes: int) -> set[datetime]:
    """The minutes on duty: each of the days around is looked at, each of its shifts walked through."""
    duty: set[datetime] = set()
    for number in range(-2, minutes // (24 * 60) + 3):
        day = first.astimezone(LONDON).date() + number * DAY
        if any(one.first_on <= day <= one.last_on for one in away):
            continue
        for team in teams:
            if day < team.valid_from or (team.valid_to and not day < team.valid_to):
                continue
            if is_bank_holiday(day) and not team.bank_holidays:
                continue
            turn = (day.toordinal() - team.anchor.toordinal()) % len(team.cycle)
            for shift in team.cycle[turn]:
                minute = first_minute_that_shows(day, shift.starts)
                last = first_minute_that_shows(day if shift.ends > shift.starts else day + DAY, shift.ends)
                while minute < last:
                    duty.add(minute)
                    minute += MINUTE
    return {minute for minute in duty if first <= minute < first + minutes * MINUTE}


def minutes_of(periods: tuple[Period, ...]) -> set[datetime]:
    found = set()
    for one in periods:
        minute = one.starts_at
        while minute < one.ends_at:
            found.add(minute)
            minute += MINUTE
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(patterns, max_size=3), st.lists(offs, max_size=2), days, st.integers(0, 23), st.integers(1, 3000))
def test_duty_hours_are_those_that_a_walk_through_every_minute_finds(
    teams: list[Pattern], away: list[DaysOff], day: date, hour: int, minutes: int
) -> None:
    first = datetime.combine(day, time(hour), UTC)
    within = Period(first, first + minutes * MINUTE)

    found = on_duty(teams, away, within)

    assert minutes_of(found) == slowly(teams, away, first, minutes)
    assert all(one.starts_at < one.ends_at for one in found)
    assert all(one.ends_at < other.starts_at for one, other in itertools.pairwise(found))


@settings(max_examples=60, deadline=None)
@given(st.lists(patterns, max_size=3), st.lists(offs, max_size=2), days, st.integers(0, 23))
def test_the_next_duty_is_the_one_of_now_or_the_first_to_come(
    teams: list[Pattern], away: list[DaysOff], day: date, hour: int
) -> None:
    now = datetime.combine(day, time(hour), UTC)
    to_come = on_duty(teams, away, Period(now, now + 13 * DAY))

    found = next_duty(teams, away, now)

    if to_come:
        assert found is not None
        assert max(found.starts_at, now) == to_come[0].starts_at
        assert min(found.ends_at, now + 13 * DAY) == to_come[0].ends_at
    else:
        assert found is None or found.starts_at >= now + 13 * DAY


def test_a_weekly_team_works_from_monday_to_friday_and_not_on_bank_holidays() -> None:
    team = Pattern(WEEK, MONDAY, valid_from=MONDAY)
    christmas = Period(instant(date(2026, 12, 24), time(0)), instant(date(2026, 12, 30), time(0)))

    assert on_duty([team], [], christmas) == (
        Period(instant(date(2026, 12, 24), time(7)), instant(date(2026, 12, 24), time(15))),
        Period(instant(date(2026, 12, 29), time(7)), instant(date(2026, 12, 29), time(15))),
    )


def test_a_rotating_team_comes_round_from_its_anchor_forwards_and_backwards() -> None:
    team = Pattern(FOUR_TEAMS, MONDAY, valid_from=date(2026, 1, 1), bank_holidays=True)

    assert team.shifts_on(MONDAY) == (EARLY,)
    assert team.shifts_on(MONDAY + 2 * DAY) == (LATE,)
    assert team.shifts_on(MONDAY + 4 * DAY) == (NIGHT,)
    assert team.shifts_on(MONDAY + 6 * DAY) == ()
    assert team.shifts_on(MONDAY + 10 * DAY) == (EARLY,)
    assert team.shifts_on(MONDAY - 1 * DAY) == ()
    assert team.shifts_on(MONDAY - 5 * DAY) == (NIGHT,)


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    night = Pattern(((NIGHT,),), MONDAY, valid_from=date(2026, 1, 1), bank_holidays=True)

    def length(eve: date) -> timedelta:
        others = [DaysOff(eve - 9 * DAY, eve - DAY), DaysOff(eve + DAY, eve + 9 * DAY)]
        (only,) = on_duty([night], others, Period(instant(eve, time(0)), instant(eve + 2 * DAY, time(0))))
        return only.ends_at - only.starts_at

    assert length(date(2026, 3, 28)) == timedelta(hours=7)
    assert length(date(2026, 10, 24)) == timedelta(hours=9)
    assert length(date(2026, 11, 18)) == timedelta(hours=8)


def test_in_the_hour_left_out_a_shift_begins_when_the_clocks_have_been_put_forward() -> None:
    assert instant(date(2026, 3, 29), time(1, 30)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_in_the_hour_that_comes_twice_a_shift_begins_the_first_time() -> None:
    assert instant(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_night_shift_of_the_eve_of_a_day_off_goes_on_to_its_end() -> None:
    night = Pattern(((NIGHT,),), MONDAY, valid_from=MONDAY)
    tuesday = MONDAY + DAY

    found = on_duty(
        [night], [DaysOff(tuesday, tuesday)], Period(instant(MONDAY, time(8)), instant(tuesday, time(23)))
    )

    assert found == (Period(instant(MONDAY, time(23)), instant(tuesday, time(7))),)


def test_two_teams_that_follow_one_another_are_one_period() -> None:
    early, late = (Pattern(((shift,),), MONDAY, valid_from=MONDAY) for shift in (EARLY, LATE))

    found = on_duty([early, late], [], Period(instant(MONDAY, time(0)), instant(MONDAY + DAY, time(0))))

    assert found == (Period(instant(MONDAY, time(7)), instant(MONDAY, time(23))),)


def test_a_shift_from_a_time_to_the_same_time_lasts_until_the_next_day() -> None:
    day_and_night = Pattern(((Shift(time(7), time(7)),), ()), MONDAY, valid_from=MONDAY)

    found = on_duty([day_and_night], [], Period(instant(MONDAY, time(0)), instant(MONDAY + 2 * DAY, time(0))))

    assert found == (Period(instant(MONDAY, time(7)), instant(MONDAY + DAY, time(7))),)


def test_who_is_always_on_duty_is_on_duty_now_for_weeks() -> None:
    always = Pattern(((Shift(time(0), time(0)),),), MONDAY, valid_from=date(2026, 1, 1), bank_holidays=True)
    now = instant(MONDAY, time(9))

    found = next_duty([always], [], now)

    assert found is not None
    assert found.starts_at <= now
    assert found.ends_at - now > timedelta(weeks=2)


def test_who_has_ended_is_never_on_duty_again() -> None:
    assert next_duty([Pattern(WEEK, MONDAY, MONDAY, valid_to=MONDAY + DAY)], [], instant(MONDAY, time(16))) is None
