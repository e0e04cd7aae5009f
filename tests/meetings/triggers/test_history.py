"""HISTORY: a placement moved to another place after earlier episodes, while not missing; five working days."""

from typing import Any


def test_a_move_of_a_child_who_was_missing_before_calls_for_a_meeting_within_five_working_days(
    child: Any, at: Any
) -> None:
    child.goes_missing("2026-06-01 10:00", ended_at="2026-06-02 10:00")
    called = child.moves("2026-11-18 10:00")["HISTORY"]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 10:00"), at("2026-11-25 10:00"))


def test_a_move_of_a_child_never_missing_does_not_fire(child: Any) -> None:
    assert child.moves("2026-11-18 10:00") == {}


def test_an_open_episode_has_rules_of_its_own(child: Any) -> None:
    child.goes_missing("2026-06-01 10:00", ended_at="2026-06-02 10:00")
    child.goes_missing("2026-11-17 10:00")
    assert child.moves("2026-11-18 10:00") == {}


def test_an_episode_that_ended_after_the_move_was_open_at_it(child: Any) -> None:
    child.goes_missing("2026-11-17 10:00", ended_at="2026-11-19 10:00")
    assert child.moves("2026-11-18 10:00") == {}


def test_an_episode_after_the_move_is_no_history(child: Any) -> None:
    child.goes_missing("2026-11-19 10:00", ended_at="2026-11-20 10:00")
    assert child.moves("2026-11-18 10:00") == {}


def test_history_taken_in_from_files_is_history(child: Any) -> None:
    child.goes_missing("2024-06-01 10:00", ended_at="2024-06-02 10:00", history_only=True)
    assert "HISTORY" in child.moves("2026-11-18 10:00")


def test_a_withdrawn_episode_is_no_history(child: Any) -> None:
    child.goes_missing("2026-06-01 10:00", ended_at="2026-06-02 10:00", withdrawn=True)
    assert child.moves("2026-11-18 10:00") == {}


def test_a_move_within_one_place_hands_nothing_over(child: Any) -> None:
    child.goes_missing("2026-06-01 10:00", ended_at="2026-06-02 10:00")
    assert child.moves("2026-11-18 10:00", to_place="E09000022") == {}


def test_an_authority_may_look_back_over_a_year_only(child: Any) -> None:
    child.under("HISTORY", condition={"when": "moved with history", "days": 365})
    child.goes_missing("2025-06-01 10:00", ended_at="2025-06-02 10:00")
    assert child.moves("2026-11-18 10:00") == {}
    assert "HISTORY" in child.moves("2026-05-18 10:00")
