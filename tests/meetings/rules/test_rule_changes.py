"""A rule changes as a new dated version; what happened before stays as it was."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from audit.tables import Entry
from meetings.default_rules import load_default_rules
from meetings.intake.record import report_episode
from meetings.intake.reports import EpisodeReport
from meetings.noticing import notice
from meetings.rule_changes import change, end_own, standing, versions_of
from meetings.rule_errors import (
    NoRuleOfItsOwn,
    NoSuchRule,
    NothingDiffers,
    RuleChangedMeanwhile,
    UnsuitableRule,
    UnsuitableRulePlace,
)
from meetings.rule_tables import RuleChange
from meetings.tables import Rule, Trigger
from tests.meetings.rules.changing import BY, CAMDEN, LAMBETH, TOMORROW, is_changed, present, says

TODAY = date(2026, 11, 18)
FORTY_TWO = {"when": "repeated", "count": 3, "days": 42, "count_refused": True}
HOUR = timedelta(hours=1)


async def dates_of(code: str, place: str = "") -> list[tuple[date, date | None]]:
    return [(r.effective_from, r.effective_to) for r in await versions_of(code) if r.place == place]


async def is_reported(at: datetime, reference: str = "E1", **said: Any) -> None:
    facts: dict[str, Any] = {"child": "C1", "started_at": at, "home_place": LAMBETH} | said
    report = EpisodeReport(source="tests", issuer="tests", source_reference=reference, **facts)
    await report_episode(report, actor="tests", now=at)


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_change_is_a_new_version_and_the_earlier_one_ends_that_day(now: datetime) -> None:
    number = await is_changed("REPEAT", now, from_day=date(2026, 12, 1), condition=FORTY_TWO)
    assert number == 2
    assert await dates_of("REPEAT") == [(date(2023, 4, 1), date(2026, 12, 1)), (date(2026, 12, 1), None)]
    rule = await present("REPEAT")
    assert (json.loads(rule.condition), rule.title) == (FORTY_TWO, "Third or later episode within 42 days")


@pytest.mark.usefixtures("rolled_back", "london")
async def test_who_changed_it_when_and_why_is_kept(now: datetime) -> None:
    await is_changed("REPEAT", now, condition=FORTY_TWO)
    (kept,) = await RuleChange.select()
    assert (kept["changed_by"], kept["changed_at"], kept["from_day"]) == (BY, now, TODAY + TOMORROW)
    assert kept["reason"] == "Agreed by the partnership on 12 November 2026"
    entry = await Entry.select().where(Entry.action == "changed a rule").first()
    assert entry is not None
    assert (entry["actor"], entry["subject"]) == (BY, "rule:REPEAT")


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_version_replaced_before_its_day_never_holds_and_stays_in_the_history(now: datetime) -> None:
    await is_changed("HIGH", now, from_day=date(2026, 12, 10), clock_amount=12)
    await is_changed("HIGH", now, from_day=date(2026, 12, 1), clock_amount=18)
    assert await dates_of("HIGH") == [
        (date(2023, 4, 1), date(2026, 12, 1)),
        (date(2026, 12, 10), date(2026, 12, 10)),
        (date(2026, 12, 1), None),
    ]
    assert [rule.version for rule in await versions_of("HIGH") if rule.effective_to is None] == [3]


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_version_that_is_to_come_is_followed_by_a_later_one(now: datetime) -> None:
    await is_changed("HIGH", now, from_day=date(2026, 12, 1), clock_amount=12)
    await is_changed("HIGH", now, from_day=date(2026, 12, 10), clock_amount=18)
    assert await dates_of("HIGH") == [
        (date(2023, 4, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2026, 12, 10)),
        (date(2026, 12, 10), None),
    ]


@pytest.mark.usefixtures("rolled_back", "london")
async def test_nothing_changes_in_the_past(now: datetime) -> None:
    with pytest.raises(UnsuitableRule) as refused:
        await is_changed("HIGH", now, from_day=TODAY - TOMORROW, clock_amount=12)
    assert list(refused.value.problems) == ["from_day"]
    assert len(await versions_of("HIGH")) == 1


@pytest.mark.usefixtures("rolled_back", "london")
async def test_the_day_is_londons(now: datetime) -> None:
    after_midnight_there = datetime(2026, 7, 1, 23, 30, tzinfo=now.tzinfo)
    with pytest.raises(UnsuitableRule):
        await is_changed("HIGH", after_midnight_there, from_day=date(2026, 7, 1), clock_amount=12)
    await is_changed("HIGH", after_midnight_there, from_day=date(2026, 7, 2), clock_amount=12)


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_change_that_changes_nothing_is_refused(now: datetime) -> None:
    with pytest.raises(NothingDiffers):
        await is_changed("HIGH", now)


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_change_made_from_an_older_version_is_refused(now: datetime) -> None:
    seen = (await present("HIGH")).id
    terms = await says("HIGH")
    await is_changed("HIGH", now, clock_amount=12)
    with pytest.raises(RuleChangedMeanwhile):
        await change("HIGH", "", terms, seen=seen, from_day=TODAY, reason="Agreed", by=BY, now=now)
    assert len(await versions_of("HIGH")) == 2


@pytest.mark.usefixtures("committed")
async def test_of_three_who_change_a_rule_at_once_two_are_refused(now: datetime) -> None:
    await load_default_rules(now)
    seen, terms = (await present("HIGH")).id, await says("HIGH")
    done = await asyncio.gather(
        *[
            change("HIGH", "", replace(terms, clock_amount=n), seen=seen, from_day=TODAY, reason="A", by=BY, now=now)
            for n in (6, 12, 18)
        ],
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["RuleChangedMeanwhile", "RuleChangedMeanwhile", "int"]
    assert [rule.version for rule in await versions_of("HIGH")] == [1, 2]


@pytest.mark.usefixtures("rolled_back", "london")
async def test_what_a_rule_called_for_stays_when_it_changes_even_on_the_same_day(now: datetime) -> None:
    await is_reported(now - 2 * HOUR, police_grading="high")
    await is_reported(now - 30 * HOUR, "E2", child="C2", care_status="looked after")
    await notice(now)
    before = await Trigger.select().order_by(Trigger.id)
    assert {row["rule_code"] for row in before} == {"HIGH", "OPEN24-CARE"}
    await is_changed("HIGH", now, from_day=TODAY, clock_amount=6)
    await is_changed("OPEN24-CARE", now, from_day=TODAY, condition={"when": "open", "hours": 4}, clock_amount=24)
    await is_reported(now + HOUR, social_care_grading="medium")
    await notice(now + 2 * HOUR)
    kept = [row for row in await Trigger.select().order_by(Trigger.id) if row["id"] in {one["id"] for one in before}]
    assert kept == before


@pytest.mark.usefixtures("rolled_back", "london")
async def test_what_a_rule_called_for_stays_when_it_is_switched_off(now: datetime) -> None:
    await is_reported(now - 2 * HOUR, police_grading="high")
    await is_changed("HIGH", now, from_day=TODAY, enabled=False)
    await notice(now)
    assert await Trigger.count() == 1
    await is_reported(now + HOUR, "E2", child="C2", police_grading="high")
    assert await Trigger.count() == 1


@pytest.mark.usefixtures("rolled_back", "london")
async def test_an_authority_gets_changes_and_ends_a_rule_of_its_own(now: datetime) -> None:
    general = await present("EXPLOIT")
    assert await is_changed("EXPLOIT", now, place=CAMDEN, from_day=TODAY, clock_amount=3) == 1
    assert await is_changed("EXPLOIT", now, place=CAMDEN, from_day=date(2026, 12, 1), clock_amount=2) == 2
    await end_own("EXPLOIT", CAMDEN, from_day=date(2026, 12, 24), reason="Follows the rest", by=BY, now=now)
    assert await dates_of("EXPLOIT", CAMDEN) == [
        (TODAY, date(2026, 12, 1)),
        (date(2026, 12, 1), date(2026, 12, 24)),
    ]
    assert await dates_of("EXPLOIT") == [(general.effective_from, None)]
    assert standing(await versions_of("EXPLOIT"), CAMDEN) is None
    assert await RuleChange.count() == 3


@pytest.mark.usefixtures("rolled_back", "london")
async def test_an_authoritys_own_rule_calls_for_meetings_of_its_children_alone(now: datetime) -> None:
    await is_changed("EXPLOIT", now, place=CAMDEN, from_day=TODAY, enabled=False)
    await is_reported(now, cse=True)
    await is_reported(now, "E2", child="C2", cse=True, home_place=CAMDEN)
    assert await Trigger.count() == 1


@pytest.mark.usefixtures("rolled_back", "london")
async def test_when_an_own_rule_ends_what_it_called_for_stays(now: datetime) -> None:
    await is_changed("EXPLOIT", now - TOMORROW, place=CAMDEN, from_day=TODAY, clock_amount=5)
    await is_reported(now, cse=True, home_place=CAMDEN)
    before = await Trigger.select()
    await end_own("EXPLOIT", CAMDEN, from_day=TODAY, reason="Follows the rest", by=BY, now=now)
    await notice(now + HOUR)
    assert await Trigger.select() == before


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_rule_that_is_not_there_or_not_the_authoritys_own_cannot_be_changed_or_ended(now: datetime) -> None:
    with pytest.raises(NoSuchRule, match="There is no rule NONE"):
        await is_changed("NONE", now)
    with pytest.raises(NoRuleOfItsOwn):
        await end_own("HIGH", CAMDEN, from_day=TODAY, reason="Agreed", by=BY, now=now)
    with pytest.raises(NoRuleOfItsOwn):
        await end_own("HIGH", "", from_day=TODAY, reason="Agreed", by=BY, now=now)
    with pytest.raises(UnsuitableRulePlace):
        await is_changed("HIGH", now, place="E99999999", clock_amount=12)
    with pytest.raises(RuleChangedMeanwhile):
        await change("HIGH", "", await says("HIGH"), seen=uuid4(), from_day=TODAY, reason="A", by=BY, now=now)
    assert await Rule.count().where(Rule.code == "HIGH") == 1
