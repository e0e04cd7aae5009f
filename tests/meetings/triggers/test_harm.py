"""HARM: harm disclosed at a prevention or return home interview; hold within one working day."""

from typing import Any


def test_a_disclosure_after_the_return_calls_for_a_meeting_within_a_working_day(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-16 09:00", ended_at="2026-11-16 20:00", disclosure_at="2026-11-18 14:00")
    called = child.fires(episode)["HARM"]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 14:00"), at("2026-11-19 14:00"))


def test_no_disclosure_does_not_fire(child: Any) -> None:
    assert "HARM" not in child.fires(child.goes_missing("2026-11-16 09:00"))


def test_a_disclosure_to_come_has_not_fired(child: Any) -> None:
    episode = child.goes_missing("2026-11-16 09:00", disclosure_at="2026-11-18 14:00")
    assert "HARM" not in child.fires(episode, now="2026-11-18 13:00")
