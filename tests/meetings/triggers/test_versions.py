"""Rules have versions, and the one in force when the condition became true decides."""

from datetime import date
from typing import Any

import pytest


def test_the_version_in_force_when_it_fired_decides(child: Any, at: Any) -> None:
    child.under("EXPLOIT", effective_to=date(2026, 12, 1))
    child.under("EXPLOIT", version=2, effective_from=date(2026, 12, 1), effective_to=None, clock_amount=3)
    before = child.fires(child.goes_missing("2026-11-30 23:59", cse=True))["EXPLOIT"]
    after = child.fires(child.goes_missing("2026-12-01 00:00", cse=True))["EXPLOIT"]
    assert (before.due_at, after.due_at) == (at("2026-12-01 23:59"), at("2026-12-04 00:00"))


def test_of_two_versions_in_force_the_higher_decides(child: Any, at: Any) -> None:
    child.under("EXPLOIT", version=2, effective_from=date(2026, 12, 1), clock_amount=3)
    called = child.fires(child.goes_missing("2026-12-01 10:00", cse=True))["EXPLOIT"]
    assert called.due_at == at("2026-12-04 10:00")


def test_a_higher_version_switched_off_switches_the_rule_off(child: Any) -> None:
    child.under("EXPLOIT", version=2, effective_from=date(2026, 12, 1), enabled=False)
    assert "EXPLOIT" not in child.fires(child.goes_missing("2026-12-01 10:00", cse=True))
    assert "EXPLOIT" in child.fires(child.goes_missing("2026-11-30 10:00", cse=True))


def test_a_rule_that_ended_fires_no_more(child: Any) -> None:
    child.under("EXPLOIT", effective_to=date(2026, 12, 1))
    assert "EXPLOIT" not in child.fires(child.goes_missing("2026-12-01 10:00", cse=True))


def test_a_stricter_version_reaches_an_episode_that_is_open_when_it_begins(child: Any, at: Any) -> None:
    child.under("OPEN72", condition={"when": "open", "hours": 96})
    child.under("OPEN72", version=2, effective_from=date(2026, 11, 20), condition={"when": "open", "hours": 24})
    episode = child.goes_missing("2026-11-17 10:00")
    assert child.fires(episode)["OPEN72"].fired_at == at("2026-11-20 00:00")


def test_a_new_version_does_not_reach_an_episode_that_ended_before_it(child: Any) -> None:
    child.under("OPEN72", effective_from=date(2026, 11, 20))
    episode = child.goes_missing("2026-11-10 10:00", ended_at="2026-11-19 10:00")
    assert "OPEN72" not in child.fires(episode)


def test_a_rule_fires_once_whatever_its_versions(child: Any, at: Any) -> None:
    child.under("OPEN72", version=2, effective_from=date(2026, 11, 20), condition={"when": "open", "hours": 96})
    episode = child.goes_missing("2026-11-16 10:00")
    assert child.fires(episode)["OPEN72"].fired_at == at("2026-11-19 10:00")


def test_a_condition_nobody_knows_is_an_error_that_names_the_rule(child: Any) -> None:
    child.under("HIGH", condition={"when": "the moon is full"})
    with pytest.raises(ValueError, match="HIGH version 1"):
        child.fires(child.goes_missing("2026-11-18 10:00"))


def test_what_fired_is_listed_by_deadline(child: Any) -> None:
    episode = child.goes_missing(
        "2026-11-18 09:00", cse=True, care_status="looked after", graded_high_at="2026-11-18 09:30"
    )
    due = [one.due_at for one in child.fires(episode).values()]
    assert len(due) == 4
    assert due == sorted(due)
