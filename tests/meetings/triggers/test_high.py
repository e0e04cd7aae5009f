"""HIGH: graded high by the police or by social care, while missing; hold within 24 hours of the grading."""

from typing import Any


def test_an_open_episode_graded_high_calls_for_a_meeting_within_24_hours(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", graded_high_at="2026-11-18 11:30")
    high = child.fires(episode)["HIGH"]
    assert (high.fired_at, high.due_at) == (at("2026-11-18 11:30"), at("2026-11-19 11:30"))


def test_the_24_hours_run_over_a_weekend(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-20 20:00", graded_high_at="2026-11-20 21:00")
    assert child.fires(episode)["HIGH"].due_at == at("2026-11-21 21:00")


def test_the_24_hours_are_elapsed_hours_when_the_clocks_go_forward(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-03-28 12:00", graded_high_at="2026-03-28 12:00")
    assert child.fires(episode)["HIGH"].due_at == at("2026-03-29 13:00")


def test_the_24_hours_are_elapsed_hours_when_the_clocks_go_back(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-10-24 12:00", graded_high_at="2026-10-24 12:00")
    assert child.fires(episode)["HIGH"].due_at == at("2026-10-25 11:00")


def test_a_lower_grading_does_not_fire(child: Any) -> None:
    assert "HIGH" not in child.fires(child.goes_missing("2026-11-18 10:00"))


def test_a_return_after_the_grading_stops_nothing(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", graded_high_at="2026-11-18 11:00", ended_at="2026-11-18 11:15")
    assert "HIGH" in child.fires(episode)


def test_a_grading_given_after_the_return_does_not_fire(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", graded_high_at="2026-11-18 14:00", ended_at="2026-11-18 12:00")
    assert "HIGH" not in child.fires(episode)


def test_it_has_not_fired_before_the_grading(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 10:00", graded_high_at="2026-11-18 14:00")
    assert "HIGH" not in child.fires(episode, now="2026-11-18 13:59")
