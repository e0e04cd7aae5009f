"""CROSS: placed in another borough or force area; fires in company and inherits the earliest deadline."""

from typing import Any

ELSEWHERE = {"home_place": "E09000022", "host_place": "E23000032"}


def test_a_child_placed_elsewhere_alone_makes_no_meeting(child: Any) -> None:
    assert child.fires(child.goes_missing("2026-11-18 09:00", **ELSEWHERE), now="2026-11-18 10:00") == {}


def test_it_inherits_the_earliest_deadline_of_the_rules_it_fires_with(child: Any, at: Any) -> None:
    episode = child.goes_missing(
        "2026-11-18 09:00", graded_high_at="2026-11-18 12:00", care_status="looked after", **ELSEWHERE
    )
    called = child.fires(episode)
    assert called["CROSS"].due_at == called["HIGH"].due_at == at("2026-11-19 12:00")
    assert called["OPEN24-CARE"].due_at > called["CROSS"].due_at


def test_it_fires_with_the_first_of_them(child: Any, at: Any) -> None:
    episode = child.goes_missing("2026-11-18 09:00", care_status="looked after", **ELSEWHERE)
    assert child.fires(episode)["CROSS"].fired_at == at("2026-11-19 09:00")


def test_a_refused_report_is_no_company(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 09:00", report_accepted=False, **ELSEWHERE)
    assert set(child.fires(episode, now="2026-11-18 10:00")) == {"REFUSED"}


def test_a_child_placed_at_home_does_not_cross(child: Any) -> None:
    episode = child.goes_missing("2026-11-18 09:00", cse=True, home_place="E09000022", host_place="E09000022")
    assert "CROSS" not in child.fires(episode)


def test_a_child_whose_placement_is_not_known_does_not_cross(child: Any) -> None:
    assert "CROSS" not in child.fires(child.goes_missing("2026-11-18 09:00", cse=True))


def test_it_can_be_switched_off(child: Any) -> None:
    child.under("CROSS", enabled=False)
    assert "CROSS" not in child.fires(child.goes_missing("2026-11-18 09:00", cse=True, **ELSEWHERE))
