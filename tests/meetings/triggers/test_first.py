"""FIRST: the child's first known episode; off unless the authority chooses it."""

from typing import Any


def test_it_is_off_by_default(child: Any) -> None:
    assert "FIRST" not in child.fires(child.goes_missing("2026-11-18 09:00"))


def test_switched_on_it_calls_for_a_meeting_within_five_working_days_of_the_report(child: Any, at: Any) -> None:
    child.under("FIRST", enabled=True)
    called = child.fires(child.goes_missing("2026-11-18 09:00", reported_at="2026-11-18 10:00"))["FIRST"]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 10:00"), at("2026-11-25 10:00"))


def test_a_second_episode_is_no_first_sign(child: Any) -> None:
    child.under("FIRST", enabled=True)
    second = child.goes_missing("2026-11-18 09:00")
    child.was_missing_before(400, of=second)
    assert "FIRST" not in child.fires(second)


def test_an_earlier_episode_withdrawn_by_its_source_leaves_this_one_the_first(child: Any) -> None:
    child.under("FIRST", enabled=True)
    episode = child.goes_missing("2026-11-18 09:00")
    child.was_missing_before(400, of=episode, withdrawn=True)
    assert "FIRST" in child.fires(episode)
