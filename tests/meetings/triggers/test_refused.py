"""REFUSED: the police did not take the report; an alert at once, and no meeting by itself."""

from typing import Any


def test_a_refused_report_alerts_at_once_and_makes_no_meeting(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-18 09:00", reported_at="2026-11-18 10:00", report_accepted=False)
    called = child.fires(episode)["REFUSED"]
    assert (called.fired_at, called.due_at) == (at("2026-11-18 10:00"), at("2026-11-18 10:00"))
    assert not called.makes_meeting


def test_an_accepted_report_does_not_alert(child: Any) -> None:
    assert "REFUSED" not in child.fires(child.goes_missing("2026-11-18 09:00"))


def test_a_refused_report_calls_for_meetings_by_the_other_rules_all_the_same(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 09:00", report_accepted=False, cse=True)
    assert child.fires(episode)["EXPLOIT"].makes_meeting
