"""A series' dates are what other people's calendars make of its RRULE, also across a change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from meetings.errors import UnsuitableSeries
from meetings.recurrence import Recurring, Told, as_told, dates, in_words, instant, instants, occurrence_named
from web.moments import LONDON, london_date

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BRIEFING = Recurring((0, 1, 2, 3, 4), 1, date(2026, 11, 23), date(2027, 5, 28), time(9, 30), 30)
PANEL = Recurring((1,), 2, date(2026, 12, 1), date(2027, 6, 1), time(14), 90)


def expanded(told: Told) -> list[datetime]:
    """What python-dateutil makes of DTSTART, RRULE and EXDATE, as instants in UTC."""
    start = told.starts_at.astimezone(LONDON)
    left_out = {at.astimezone(LONDON) for at in told.excluded}
    return [at.astimezone(UTC) for at in rrulestr(told.rule, dtstart=start) if at not in left_out]


@st.composite
def _rules(draw: st.DrawFn) -> Recurring:
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 700)))
    return Recurring(
        weekdays=tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1)))),
        every=draw(st.integers(1, 12)),
        first_on=first,
        last_on=first + timedelta(days=draw(st.integers(0, 366))),
        starts=time(draw(st.integers(0, 23)), draw(st.sampled_from((0, 15, 30, 45)))),
        minutes=60,
        bank_holidays=draw(st.booleans()),
    )


def _suitable(rule: Recurring) -> bool:
    try:
        rule.check()
    except UnsuitableSeries:
        return False
    return True


@given(_rules().filter(_suitable), st.data())
def test_a_calendar_that_expands_the_rule_comes_to_the_same_instants(rule: Recurring, data: st.DataObject) -> None:
    off = data.draw(st.sets(st.sampled_from(dates(rule)), max_size=3))
    since = data.draw(st.sampled_from((LONG_AGO, *instants(rule))))
    coming = [at for at in instants(rule) if at > since and london_date(at) not in off]
    told = as_told(rule, since=since, off=off)
    assert (expanded(told) if told else []) == coming


@given(_rules().filter(_suitable))
def test_london_clocks_show_the_same_time_on_every_date(rule: Recurring) -> None:
    assert {at.astimezone(LONDON).time() for at in instants(rule)} == {rule.starts}


def test_half_past_nine_stays_half_past_nine_when_the_clocks_go_forward() -> None:
    friday, monday = instant(date(2027, 3, 26), time(9, 30)), instant(date(2027, 3, 29), time(9, 30))
    assert (friday.hour, monday.hour) == (9, 8)


def test_the_rule_is_written_as_calendars_read_it() -> None:
    told = as_told(BRIEFING, since=LONG_AGO)
    assert told is not None
    assert told.rule == "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR;UNTIL=20270528T083000Z"
    fortnightly = as_told(PANEL, since=LONG_AGO)
    assert fortnightly is not None
    assert fortnightly.rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20270601T130000Z;WKST=MO"


def test_bank_holidays_are_left_out_unless_the_series_is_held_on_them() -> None:
    christmas, good_friday = date(2026, 12, 25), date(2027, 3, 26)
    assert not {christmas, good_friday} & set(dates(BRIEFING))
    every_day = Recurring((4,), 1, christmas, good_friday, time(9), 30, bank_holidays=True)
    assert {christmas, good_friday} <= set(dates(every_day))


def test_a_called_off_first_date_is_left_out_and_the_start_of_the_rule_stays() -> None:
    told = as_told(PANEL, since=LONG_AGO, off=[date(2026, 12, 1)])
    assert told is not None
    assert told.starts_at == instant(date(2026, 12, 1), time(14))
    assert told.excluded == (told.starts_at,)


def test_nothing_is_told_of_a_series_without_a_date_left() -> None:
    assert as_told(PANEL, since=instants(PANEL)[-1]) is None
    assert as_told(PANEL, since=LONG_AGO, off=dates(PANEL)) is None


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2026, 10, 25)])
def test_a_series_at_a_time_that_the_clocks_leave_out_or_show_twice_is_refused(day: date) -> None:
    with pytest.raises(UnsuitableSeries, match="Clocks change"):
        Recurring((6,), 1, day - timedelta(days=7), day, time(1, 30), 30).check()
    Recurring((6,), 1, day - timedelta(days=7), day, time(2), 30).check()
    Recurring((6,), 1, day + timedelta(days=1), day + timedelta(days=7), time(1, 30), 30).check()


def test_such_a_time_means_what_the_standard_says_all_the_same() -> None:
    assert instant(date(2027, 3, 28), time(1, 30)) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert instant(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Recurring((), 1, date(2027, 1, 4), date(2027, 2, 1), time(9), 30), "weekdays"),
        (Recurring((1, 0), 1, date(2027, 1, 4), date(2027, 2, 1), time(9), 30), "weekdays"),
        (Recurring((7,), 1, date(2027, 1, 4), date(2027, 2, 1), time(9), 30), "weekdays"),
        (Recurring((0,), 13, date(2027, 1, 4), date(2027, 2, 1), time(9), 30), "every"),
        (Recurring((0,), 1, date(2027, 1, 4), date(2027, 2, 1), time(9), 5), "minutes"),
        (Recurring((0,), 1, date(2027, 2, 1), date(2027, 1, 4), time(9), 30), "last_on"),
        (Recurring((0,), 1, date(2027, 1, 4), date(2028, 1, 6), time(9), 30), "last_on"),
        (Recurring((0,), 1, date(2027, 1, 5), date(2027, 1, 6), time(9), 30), "last_on"),
        (Recurring(tuple(range(7)), 1, date(2027, 1, 4), date(2028, 1, 3), time(9), 30, True), "last_on"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_beside_its_field(rule: Recurring, field: str) -> None:
    with pytest.raises(UnsuitableSeries) as refused:
        rule.check()
    assert refused.value.field == field


class TestAnAnswerNamesOneDate:
    known = instants(BRIEFING)

    def test_by_the_instant_in_whatever_zone(self) -> None:
        there = self.known[100].astimezone(LONDON)
        assert occurrence_named(self.known, there, None) == self.known[100]

    def test_by_the_day_alone(self) -> None:
        assert occurrence_named(self.known, None, london_date(self.known[3])) == self.known[3]

    def test_by_midnight_of_the_day_as_exchange_writes_it(self) -> None:
        midnight = datetime.combine(london_date(self.known[100]), time(0), LONDON)
        assert occurrence_named(self.known, midnight, None) == self.known[100]

    def test_no_date_of_the_series_is_none(self) -> None:
        assert occurrence_named(self.known, self.known[0] + timedelta(minutes=5), None) is None
        assert occurrence_named(self.known, None, date(2026, 12, 25)) is None
        assert occurrence_named(self.known, None, None) is None


@pytest.mark.parametrize(
    ("weekdays", "every", "said"),
    [
        ((0,), 1, "every Monday"),
        ((0, 1, 2, 3, 4), 1, "every weekday"),
        (tuple(range(7)), 1, "every day"),
        ((0, 2, 4), 1, "every Monday, Wednesday and Friday"),
        ((1,), 2, "every second Tuesday"),
        ((1, 3), 4, "Tuesday and Thursday of every 4 weeks"),
    ],
)
def test_the_days_are_said_in_words(weekdays: tuple[int, ...], every: int, said: str) -> None:
    assert in_words(Recurring(weekdays, every, date(2027, 1, 4), date(2027, 2, 1), time(9), 30)) == said
