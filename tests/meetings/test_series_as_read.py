"""The dates of a series as another library reads them from the invitation: the very dates that Convene keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from meetings.errors import UnsuitableSeries
from meetings.recurrence import Recurring, Told, as_told, dates, instant, instants
from notifications import itip
from tests.notifications.outgoing.checkers import libical_complaints, read_by_icaljs
from tests.notifications.outgoing.facts import broken_in_calendar
from tests.notifications.outgoing.messages import SERIES

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOW_MANY = 120


def seeded(number: int) -> Random:
    return Random(number)  # noqa: S311 - the same rules in every run


def any_rule(chance: Random) -> Recurring:
    """A rule that a coordinator could choose, over both changes of the clocks and every bank holiday."""
    first = date(2026, 1, 1) + timedelta(days=chance.randrange(500))
    rule = Recurring(
        weekdays=tuple(sorted(chance.sample(range(7), chance.randint(1, 7)))),
        every=chance.choice([1, 1, 1, 2, 3, 4, 12]),
        first_on=first,
        last_on=first + timedelta(days=chance.randint(0, 366)),
        starts=time(chance.choice([0, 1, 2, 7, 9, 9, 14, 23]), chance.choice([0, 15, 30, 59])),
        minutes=chance.choice([10, 45, 60, 480]),
        bank_holidays=chance.random() < 0.3,
    )
    try:
        rule.check()
    except UnsuitableSeries:
        return any_rule(chance)
    return rule


def invitation(told: Told) -> bytes:
    event = replace(SERIES, starts_at=told.starts_at, ends_at=told.ends_at, rule=told.rule, excluded=told.excluded)
    return itip.request(event)


def iso(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_thunderbirds_library_reads_every_date_of_any_series_and_no_other() -> None:
    chance = seeded(5546)
    rules = [any_rule(chance) for _ in range(HOW_MANY)]
    told = [one for rule in rules if (one := as_told(rule, since=LONG_AGO)) is not None]

    assert len(told) == HOW_MANY
    for rule, read in zip(rules, read_by_icaljs([invitation(one) for one in told]), strict=True):
        (event,) = read["events"]
        assert event["dates"] == [iso(start) for start in instants(rule)], rule


def test_who_is_asked_later_reads_the_dates_from_then_on_without_those_called_off() -> None:
    chance = seeded(5545)
    expected: list[list[str]] = []
    sent: list[bytes] = []
    while len(sent) < HOW_MANY:
        rule = any_rule(chance)
        days = dates(rule)
        since = instants(rule)[chance.randrange(len(days))]
        off = set(chance.sample(days, min(len(days), chance.randint(0, 3))))
        told = as_told(rule, since=since, off=off)
        if told is not None:
            sent.append(invitation(told))
            starts = [instant(day, rule.starts) for day in days if day not in off]
            expected.append([iso(start) for start in starts if start > since])
    assert [one["events"][0]["dates"] for one in read_by_icaljs(sent)] == expected


def test_nothing_is_wrong_with_the_invitation_to_any_series() -> None:
    chance = seeded(6047)
    rules = [any_rule(chance) for _ in range(HOW_MANY)]
    sent = [invitation(told) for rule in rules if (told := as_told(rule, since=LONG_AGO)) is not None]

    assert [found for found in libical_complaints(sent) if found] == []
    assert [broken for broken in map(broken_in_calendar, sent) if broken] == []
