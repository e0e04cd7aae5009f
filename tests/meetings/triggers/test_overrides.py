"""One authority's own rule stands before the general one, for its children, on the days it is in force."""

from datetime import date
from typing import Any
from uuid import uuid4

LAMBETH, CAMDEN = "E09000022", "E09000007"


def test_an_authoritys_own_rule_decides_for_its_children_and_for_nobody_elses(child: Any, at: Any) -> None:
    child.under("EXPLOIT", version=2, place=CAMDEN, id=uuid4(), clock_amount=3)
    of_camden = child.goes_missing("2026-11-18 10:00", cse=True, home_place=CAMDEN)
    of_lambeth = child.goes_missing("2026-11-18 10:00", cse=True, home_place=LAMBETH)
    assert child.fires(of_camden)["EXPLOIT"].due_at == at("2026-11-23 10:00")
    assert child.fires(of_lambeth)["EXPLOIT"].due_at == at("2026-11-19 10:00")


def test_it_stands_before_a_general_version_with_a_higher_number(child: Any, at: Any) -> None:
    child.under("EXPLOIT", version=2, clock_amount=2)
    child.under("EXPLOIT", version=3, clock_amount=4)
    child.under("EXPLOIT", version=1, place=CAMDEN, id=uuid4(), clock_amount=3)
    episode = child.goes_missing("2026-11-18 10:00", cse=True, home_place=CAMDEN)
    assert child.fires(episode)["EXPLOIT"].due_at == at("2026-11-23 10:00")


def test_it_may_switch_the_rule_off_for_one_authority(child: Any) -> None:
    child.under("EXPLOIT", version=2, place=CAMDEN, enabled=False)
    assert "EXPLOIT" not in child.fires(child.goes_missing("2026-11-18 10:00", cse=True, home_place=CAMDEN))
    assert "EXPLOIT" in child.fires(child.goes_missing("2026-11-18 10:00", cse=True, home_place=LAMBETH))


def test_it_may_switch_on_what_is_off_for_all_others(child: Any) -> None:
    child.under("FIRST", version=2, place=CAMDEN, enabled=True)
    assert "FIRST" in child.fires(child.goes_missing("2026-11-18 10:00", home_place=CAMDEN))
    child.episodes.clear()
    assert "FIRST" not in child.fires(child.goes_missing("2026-11-18 10:00", home_place=LAMBETH))


def test_when_it_ends_the_general_rule_decides_again(child: Any, at: Any) -> None:
    child.under(
        "EXPLOIT",
        version=2,
        place=CAMDEN,
        clock_amount=3,
        effective_from=date(2026, 11, 1),
        effective_to=date(2026, 12, 1),
    )
    within = child.goes_missing("2026-11-30 10:00", cse=True, home_place=CAMDEN)
    after = child.goes_missing("2026-12-01 10:00", cse=True, home_place=CAMDEN)
    assert child.fires(within)["EXPLOIT"].due_at == at("2026-12-03 10:00")
    assert child.fires(after)["EXPLOIT"].due_at == at("2026-12-02 10:00")


def test_a_child_still_missing_when_it_ends_comes_under_the_general_rule_on_that_day(child: Any, at: Any) -> None:
    child.under(
        "OPEN72",
        version=2,
        place=CAMDEN,
        enabled=False,
        effective_from=date(2026, 11, 1),
        effective_to=date(2026, 12, 1),
    )
    missing = child.goes_missing("2026-11-20 10:00", home_place=CAMDEN)
    assert child.fires(missing)["OPEN72"].fired_at == at("2026-12-01 00:00")


def test_what_the_general_rule_called_for_before_it_began_stays_as_it_was(child: Any, at: Any) -> None:
    child.under("OPEN72", version=2, place=CAMDEN, enabled=False, effective_from=date(2026, 11, 25))
    missing = child.goes_missing("2026-11-20 10:00", home_place=CAMDEN)
    assert child.fires(missing)["OPEN72"].fired_at == at("2026-11-23 10:00")


def test_of_a_placement_move_the_home_authoritys_own_rule_decides(child: Any, at: Any) -> None:
    child.under("HISTORY", version=2, place=CAMDEN, clock_amount=2)
    child.goes_missing("2026-06-01 10:00", ended_at="2026-06-02 10:00", home_place=CAMDEN)
    own = child.moves("2026-11-18 10:00", home_place=CAMDEN)["HISTORY"]
    general = child.moves("2026-11-18 10:00", home_place=LAMBETH)["HISTORY"]
    assert (own.due_at, general.due_at) == (at("2026-11-20 10:00"), at("2026-11-25 10:00"))


def test_placed_elsewhere_may_be_off_for_one_authority(child: Any) -> None:
    child.under("CROSS", version=2, place=CAMDEN, enabled=False)
    away = child.goes_missing("2026-11-18 10:00", cse=True, home_place=CAMDEN, host_place="E23000032")
    assert set(child.fires(away, now="2026-11-18 11:00")) == {"EXPLOIT"}
