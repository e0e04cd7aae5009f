"""The suggested rules as rows."""

import re
from datetime import datetime, timedelta

from audit.tables import Entry
from meetings.clocks import deadline, reply_by
from meetings.default_rules import DEFAULTS, load_default_rules
from meetings.tables import Rule


async def test_the_suggested_rules_are_there_once_however_often_they_are_loaded(
    rolled_back: None, now: datetime
) -> None:
    await load_default_rules(now)
    await load_default_rules(now + timedelta(days=1))
    rules = await Rule.objects()
    assert sorted(rule.code for rule in rules) == sorted(one.code for one in DEFAULTS)
    assert await Entry.count().where(Entry.action == "default rules loaded") == 1


async def test_a_rule_that_an_authority_changed_is_left_as_it_is(rolled_back: None, now: datetime) -> None:
    await load_default_rules(now)
    await Rule.update({Rule.enabled: False}).where(Rule.code == "HIGH")
    await load_default_rules(now)
    assert [row["enabled"] for row in await Rule.select(Rule.enabled).where(Rule.code == "HIGH")] == [False]


async def test_every_rule_says_that_the_authority_must_confirm_it_and_names_a_source(
    rolled_back: None, now: datetime
) -> None:
    await load_default_rules(now)
    for rule in await Rule.objects():
        assert rule.source_text.startswith("Suggested default; each authority must confirm")
        assert re.search(r"\b20\d\d\b", rule.source_text)


async def test_every_clock_of_the_rules_can_be_counted(rolled_back: None, now: datetime) -> None:
    await load_default_rules(now)
    for rule in await Rule.objects():
        assert reply_by(now, rule.reply_amount, rule.reply_unit) > now
        if rule.clock_amount is not None:
            assert deadline(now, rule.clock_amount, rule.clock_unit) > now


async def test_an_answer_is_asked_for_in_four_working_hours_where_the_grading_is_high(
    rolled_back: None, now: datetime
) -> None:
    await load_default_rules(now)
    high = await Rule.objects().get(Rule.code == "HIGH")
    assert high is not None
    assert (high.reply_amount, high.reply_unit) == (4, "working hours")


async def test_only_the_first_episode_rule_is_off(rolled_back: None, now: datetime) -> None:
    await load_default_rules(now)
    assert [r["code"] for r in await Rule.select(Rule.code).where(Rule.enabled.eq(False))] == ["FIRST"]
