"""REPEAT: the third or a later episode within 90 days; hold within five working days."""

from dataclasses import replace
from datetime import timedelta
from typing import Any


def test_the_third_episode_within_90_days_calls_for_a_meeting_within_five_working_days(child: Any, at: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00", reported_at="2026-11-18 11:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(80, of=third)
    called = child.fires(third)["REPEAT"]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 11:00"), at("2026-11-25 11:00"))


def test_the_second_episode_does_not_fire(child: Any) -> None:
    second = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=second)
    assert "REPEAT" not in child.fires(second)


def test_the_fourth_episode_fires_as_the_third_did(child: Any) -> None:
    fourth = child.goes_missing("2026-11-18 10:00")
    earlier = [child.was_missing_before(days, of=fourth) for days in (5, 20, 80)]
    assert "REPEAT" in child.fires(fourth)
    assert "REPEAT" in child.fires(earlier[0])


def test_an_episode_exactly_90_days_ago_counts_and_an_older_one_does_not(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(90, of=third)
    assert "REPEAT" in child.fires(third)
    child.episodes[-1] = replace(child.episodes[-1], started_at=child.episodes[-1].started_at - timedelta(minutes=1))
    assert "REPEAT" not in child.fires(third)


def test_an_episode_corrected_in_its_source_is_not_counted_twice(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    earlier = child.was_missing_before(20, of=third)
    child.episodes.append(replace(earlier, started_at=earlier.started_at + timedelta(hours=1)))
    assert "REPEAT" not in child.fires(third)


def test_the_episode_itself_is_not_counted_twice_when_it_is_corrected(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    corrected = replace(third, started_at=third.started_at - timedelta(hours=1))
    assert "REPEAT" not in child.fires(corrected)


def test_one_occasion_reported_by_two_sources_is_counted_once(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(20, of=third, source="return-903")
    assert "REPEAT" not in child.fires(third)


def test_this_occasion_reported_by_another_source_too_is_counted_once(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.goes_missing("2026-11-18 00:00", source="return-903")
    assert "REPEAT" not in child.fires(third)


def test_two_episodes_on_one_day_from_one_source_are_two_occasions(child: Any) -> None:
    third = child.goes_missing("2026-11-18 20:00")
    child.goes_missing("2026-11-18 10:00", ended_at="2026-11-18 11:00")
    child.goes_missing("2026-11-18 13:00", ended_at="2026-11-18 14:00")
    assert "REPEAT" in child.fires(third)


def test_an_episode_withdrawn_by_its_source_is_not_counted(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(40, of=third, withdrawn=True)
    assert "REPEAT" not in child.fires(third)


def test_history_that_never_fires_itself_is_counted(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(60, of=third, history_only=True)
    child.was_missing_before(80, of=third, history_only=True)
    assert "REPEAT" in child.fires(third)


def test_a_report_the_police_refused_is_counted_unless_the_rule_leaves_it_out(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(40, of=third, report_accepted=False)
    assert "REPEAT" in child.fires(third)
    child.under("REPEAT", condition={"when": "repeated", "count": 3, "days": 90, "count_refused": False})
    assert "REPEAT" not in child.fires(third)


def test_an_episode_already_over_when_it_is_reported_still_counts_as_the_third(child: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00", ended_at="2026-11-18 10:30", reported_at="2026-11-18 12:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(40, of=third)
    assert "REPEAT" in child.fires(third)


def test_it_fires_when_enough_of_the_earlier_episodes_had_been_reported(child: Any, at: Any) -> None:
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(40, of=third, reported_at=at("2026-11-20 09:00"))
    called = child.fires(third)["REPEAT"]
    assert (called.fired_at, called.due_at) == (at("2026-11-20 09:00"), at("2026-11-27 09:00"))
    assert "REPEAT" not in child.fires(third, now="2026-11-19 12:00")


def test_an_authority_may_choose_three_in_42_days(child: Any) -> None:
    child.under("REPEAT", condition={"when": "repeated", "count": 3, "days": 42})
    third = child.goes_missing("2026-11-18 10:00")
    child.was_missing_before(20, of=third)
    child.was_missing_before(43, of=third)
    assert "REPEAT" not in child.fires(third)
    child.was_missing_before(41, of=third)
    assert "REPEAT" in child.fires(third)
