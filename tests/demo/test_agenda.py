"""What is put down happens in the order of time, also what is put down on the way."""

from datetime import UTC, datetime, timedelta

from demo.agenda import Agenda

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def nothing(now: datetime) -> None:
    """An act without consequences."""


def hours(agenda: Agenda, until: datetime) -> list[float]:
    return [(at - NOON) / HOUR for at, _ in agenda.due(until)]


def test_acts_come_in_the_order_of_time() -> None:
    agenda = Agenda()
    for hour in (3, 1, 2):
        agenda.put(NOON + hour * HOUR, nothing)
    assert hours(agenda, NOON + 9 * HOUR) == [1, 2, 3]


def test_what_is_later_than_asked_stays() -> None:
    agenda = Agenda()
    for hour in (1, 5):
        agenda.put(NOON + hour * HOUR, nothing)
    assert hours(agenda, NOON + HOUR) == [1]
    assert hours(agenda, NOON + 5 * HOUR) == [5]


def test_what_is_put_down_on_the_way_comes_in_its_turn() -> None:
    agenda = Agenda()
    agenda.put(NOON, nothing)
    agenda.put(NOON + 2 * HOUR, nothing)
    seen = []
    for at, _ in agenda.due(NOON + 3 * HOUR):
        seen.append((at - NOON) / HOUR)
        if at == NOON:
            agenda.put(NOON + HOUR, nothing)
    assert seen == [0, 1, 2]
