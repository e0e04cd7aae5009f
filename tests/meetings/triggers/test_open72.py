"""OPEN72: any child missing for 72 hours; hold within one working day of the crossing."""

from typing import Any


def test_any_child_missing_for_72_hours_calls_for_a_meeting_within_a_working_day(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-16 10:00")
    called = child.fires(episode)["OPEN72"]
    assert (called.fired_at, called.due_at) == (at("2026-11-19 10:00"), at("2026-11-20 10:00"))


def test_crossing_on_a_friday_gives_until_monday(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-17 15:00")
    assert child.fires(episode)["OPEN72"].due_at == at("2026-11-23 15:00")


def test_crossing_on_christmas_day_gives_until_the_end_of_the_next_working_day(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-12-22 15:00")
    assert child.fires(episode)["OPEN72"].due_at == at("2026-12-30 00:00")


def test_72_hours_over_the_autumn_change_end_an_hour_earlier_on_the_clock(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-10-24 10:00")
    assert child.fires(episode)["OPEN72"].fired_at == at("2026-10-27 09:00")


def test_a_return_before_the_72_hours_means_it_never_fires(child: Any) -> None:
    episode = child.goes_missing("2026-11-16 10:00", ended_at="2026-11-19 09:59")
    assert "OPEN72" not in child.fires(episode)


def test_a_return_at_the_very_end_of_the_72_hours_comes_too_late(child: Any) -> None:
    episode = child.goes_missing("2026-11-16 10:00", ended_at="2026-11-19 10:00")
    assert "OPEN72" in child.fires(episode)
