"""OPEN24-CARE: looked after or on a protection plan and missing for 24 hours; hold within 72 hours of the report."""

from typing import Any

import pytest

CODE = "OPEN24-CARE"


@pytest.mark.parametrize("care", ["looked after", "child protection plan"])
def test_a_child_in_care_missing_for_24_hours_calls_for_a_meeting_within_72_hours_of_the_report(
    child: Any, at: Any, care: str
) -> None:
    episode = child.goes_missing("2026-11-18 10:00", reported_at="2026-11-18 12:00", care_status=care)
    called = child.fires(episode)[CODE]
    assert (called.fired_at, called.due_at) == (at("2026-11-19 10:00"), at("2026-11-21 12:00"))


@pytest.mark.parametrize("care", ["child in need", "none", ""])
def test_another_child_does_not_fire_it(child: Any, care: str) -> None:
    assert CODE not in child.fires(child.goes_missing("2026-11-18 10:00", care_status=care))


def test_it_has_not_fired_a_minute_before_the_24_hours(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", care_status="looked after")
    assert CODE not in child.fires(episode, now="2026-11-19 09:59")
    assert CODE in child.fires(episode, now="2026-11-19 10:00")


def test_a_return_before_the_24_hours_means_it_never_fires(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", ended_at="2026-11-19 09:59", care_status="looked after")
    assert CODE not in child.fires(episode)


def test_a_return_after_the_24_hours_stops_nothing(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", ended_at="2026-11-19 10:01", care_status="looked after")
    assert CODE in child.fires(episode)


def test_an_absence_reported_only_afterwards_fires_at_its_report(child: Any, at: Any) -> None:
    episode = child.goes_missing(
        "2026-11-16 10:00",
        ended_at="2026-11-17 18:00",
        reported_at="2026-11-18 09:00",
        care_status="looked after",
    )
    called = child.fires(episode)[CODE]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 09:00"), at("2026-11-21 09:00"))


def test_an_episode_entered_in_error_never_fires(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", care_status="looked after", withdrawn=True)
    assert child.fires(episode) == {}


def test_an_episode_taken_in_as_history_never_fires(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", care_status="looked after", history_only=True)
    assert child.fires(episode) == {}
