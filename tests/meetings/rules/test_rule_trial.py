"""What a change would have called for over the last 90 days, beside what the present rule did."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import pytest

from meetings.intake.record import report_episode, report_move
from meetings.intake.reports import EpisodeReport, MoveReport
from meetings.rule_trial import Trial, tried
from meetings.tables import Trigger
from tests.meetings.rules.changing import CAMDEN, LAMBETH, is_changed, says

pytestmark = pytest.mark.usefixtures("rolled_back", "london")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def reference_of(child: str) -> str:
    """A child of the test as its source may name it."""
    return uuid5(NAMESPACE_DNS, child).hex


async def was_missing(at: datetime, child: str = "C1", hours: float | None = 3, **said: Any) -> None:
    known_as = reference_of(child)
    facts: dict[str, Any] = {"child": known_as, "started_at": at, "reported_at": at, "home_place": LAMBETH} | said
    if hours is not None:
        facts["ended_at"] = at + hours * HOUR
    own = f"E-{known_as}-{at:%Y%m%d%H}"
    report = EpisodeReport(source="tests", issuer="tests", source_reference=own, **facts)
    await report_episode(report, actor="tests", now=max(facts["reported_at"], facts.get("ended_at", at)))


async def moved(at: datetime, child: str) -> None:
    places = {"home_place": LAMBETH, "from_place": LAMBETH, "to_place": "E23000032"}
    report = MoveReport(
        source="tests", issuer="tests", source_reference="M1", child=reference_of(child), moved_at=at, **places
    )
    await report_move(report, actor="tests", now=at)


async def changed_to(code: str, now: datetime, place: str = "", **parts: Any) -> Trial:
    return await tried(code, place, replace(await says(code, place), **parts), now)


def counts(trial: Trial) -> tuple[int, int]:
    return trial.total.present, trial.total.proposed


async def test_a_stricter_number_calls_less_often(now: datetime) -> None:
    for days in (2, 30, 60):
        await was_missing(now - days * DAY, "three in 58 days")
    for days in (3, 10, 20):
        await was_missing(now - days * DAY, "three in 17 days")
    for days in (5, 10):
        await was_missing(now - days * DAY, "two")
    trial = await changed_to("REPEAT", now, condition={"when": "repeated", "count": 3, "days": 42})
    assert counts(trial) == (2, 1)
    assert (trial.total.difference, trial.total.only_present, trial.total.only_proposed) == (-1, 1, 0)


async def test_a_rule_that_was_off_called_for_nothing(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "one")
    await was_missing(now - 3 * DAY, "another")
    assert counts(await changed_to("FIRST", now, enabled=True)) == (0, 2)


async def test_switched_off_it_would_have_called_for_nothing(now: datetime) -> None:
    await was_missing(now - 2 * DAY, police_grading="high")
    assert counts(await changed_to("HIGH", now, enabled=False)) == (1, 0)


async def test_only_the_last_90_days_count_but_all_that_is_known_is_looked_at(now: datetime) -> None:
    await was_missing(now - 91 * DAY, "long ago", cse=True)
    await was_missing(now - 89 * DAY, "in time", cse=True)
    assert counts(await changed_to("EXPLOIT", now, clock_amount=2)) == (1, 1)
    for days in (150, 95):
        await was_missing(now - days * DAY, "again")
    await was_missing(now - 80 * DAY, "again")
    assert counts(await changed_to("REPEAT", now, clock_amount=4)) == (1, 1)


async def test_what_was_reported_late_is_counted_with_what_was_before_its_start(now: datetime) -> None:
    for days in (190, 170):
        await was_missing(now - days * DAY, "late")
    told = {"reported_at": now - 80 * DAY, "ended_at": now - 79 * DAY}
    await was_missing(now - 120 * DAY, "late", hours=None, **told)
    assert counts(await changed_to("REPEAT", now, clock_amount=4)) == (1, 1)


async def test_a_late_report_of_history_alone_makes_another_episode_count(now: datetime) -> None:
    for days in (190, 120):
        await was_missing(now - days * DAY, "of history")
    await was_missing(now - 170 * DAY, "of history", reported_at=now - 80 * DAY)
    assert counts(await changed_to("REPEAT", now, clock_amount=4)) == (1, 1)


async def test_an_episode_open_since_before_counts_when_it_crosses_within_them(now: datetime) -> None:
    await was_missing(now - 92 * DAY, hours=None)
    assert counts(await changed_to("OPEN72", now, condition={"when": "open", "hours": 24})) == (1, 0)
    assert counts(await changed_to("OPEN72", now, condition={"when": "open", "hours": 96})) == (1, 1)


async def test_how_many_would_be_due_sooner_or_later_is_counted(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "Monday", cse=True)  # 10am to 10am on Tuesday
    await was_missing(now - 4 * DAY, "Saturday", cse=True)  # to the end of Monday
    sooner = (await changed_to("EXPLOIT", now, clock_amount=12, clock_unit="hours")).total
    assert (sooner.sooner, sooner.later) == (2, 0)
    mixed = (await changed_to("EXPLOIT", now, clock_amount=30, clock_unit="hours")).total
    assert (mixed.sooner, mixed.later) == (1, 1)


async def test_each_home_police_unit_has_its_own_counts_and_they_sum_to_the_total(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "L", cse=True)
    await was_missing(now - 3 * DAY, "C", cse=True, home_place=CAMDEN)
    await was_missing(now - 4 * DAY, "D", cse=True, home_place=CAMDEN)
    trial = await changed_to("EXPLOIT", now, enabled=False)
    found = {one.unit: (one.counts.present, one.counts.proposed) for one in trial.units}
    assert sorted(found.values()) == [(1, 0), (2, 0)]
    assert sum(one.counts.present for one in trial.units) == trial.total.present == 3


async def test_an_authoritys_own_rule_is_tried_on_its_children_alone(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "L", cse=True)
    await was_missing(now - 3 * DAY, "C", cse=True, home_place=CAMDEN)
    assert counts(await changed_to("EXPLOIT", now, CAMDEN, enabled=False)) == (1, 0)


async def test_the_general_rule_is_tried_where_nobody_has_one_of_their_own(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "L", cse=True)
    await was_missing(now - 3 * DAY, "C", cse=True, home_place=CAMDEN)
    await is_changed("EXPLOIT", now, place=CAMDEN, from_day=date(2026, 11, 18), clock_amount=3)
    assert counts(await changed_to("EXPLOIT", now, enabled=False)) == (1, 0)


async def test_a_rule_that_fires_in_company_is_tried_with_the_others(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "alone", host_place="E23000032")
    await was_missing(now - 3 * DAY, "flagged", host_place="E23000032", cse=True)
    assert counts(await changed_to("CROSS", now, enabled=False)) == (1, 0)


async def test_placement_moves_are_tried_too(now: datetime) -> None:
    await was_missing(now - 200 * DAY, "C1")
    await moved(now - 5 * DAY, "C1")
    condition = {"when": "moved with history", "days": 90}
    assert counts(await changed_to("HISTORY", now, condition=condition)) == (1, 0)


async def test_a_refusal_is_tried_as_the_alert_that_it_is(now: datetime) -> None:
    await was_missing(now - 2 * DAY, report_accepted=False)
    assert counts(await changed_to("REFUSED", now, enabled=False)) == (1, 0)


async def test_the_present_rule_beside_itself_differs_in_nothing_and_agrees_with_what_is_on_record(
    now: datetime,
) -> None:
    for days in range(80, 2, -6):
        await was_missing(now - days * DAY, f"C{days % 4}", cse=days % 5 == 0, police_grading="high")
    for code in ("HIGH", "REPEAT", "EXPLOIT"):
        trial = await changed_to(code, now)
        assert trial.total.present == trial.total.proposed == trial.on_record
        assert trial.on_record == await Trigger.count().where(Trigger.rule_code == code) > 0
        assert (trial.total.sooner, trial.total.later, trial.total.difference) == (0, 0, 0)


async def test_what_was_withdrawn_or_is_history_only_is_not_counted(now: datetime) -> None:
    await was_missing(now - 2 * DAY, "withdrawn", cse=True, withdrawn=True)
    await was_missing(now - 60 * DAY, "old", cse=True)
    trial = await changed_to("EXPLOIT", now, enabled=False)
    assert counts(trial) == (1, 0)


async def test_trying_writes_nothing(now: datetime) -> None:
    await was_missing(now - 2 * DAY, cse=True)
    before = await Trigger.select()
    await changed_to("FIRST", now, enabled=True)
    assert await Trigger.select() == before
