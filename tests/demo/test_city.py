"""The simulated London has the shape that was reported, at any size, and is the same for the same seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.city import City, Imagined, imagine

UNTIL = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
LONDON = [(f"E090000{n:02d}", f"Borough {chr(64 + n % 26)}{n}") for n in range(2, 34)] + [
    ("E09000001", "City of London")
]
ELSEWHERE = ["E23000028", "E23000026", "E23000032"]


def city(*, scale: float = 1.0, seed: int = 2023) -> City:
    return imagine(scale=scale, seed=seed, until=UNTIL, london=LONDON, elsewhere=ELSEWHERE)


@pytest.fixture(scope="module")
def london_at_full_size() -> City:
    return city()


def incidents(of: City) -> list[Imagined]:
    return [e for e in of.episodes if e.kind == "M" and e.accepted]


def share(part: int, whole: int) -> float:
    return 100 * part / whole


def test_a_full_size_london_has_the_incidents_and_children_that_were_reported(london_at_full_size: City) -> None:
    found = incidents(london_at_full_size)
    assert (len(found), len({e.child for e in found})) == (29_455, 9_370)


def test_nine_in_ten_are_resolved_within_48_hours(london_at_full_size: City) -> None:
    found = incidents(london_at_full_size)
    resolved = sum(e.ended_at is not None and e.ended_at - e.started_at <= timedelta(hours=48) for e in found)
    assert share(resolved, len(found)) == pytest.approx(90, abs=1)


def test_68_in_a_hundred_incidents_are_of_children_aged_15_to_17(london_at_full_size: City) -> None:
    found = incidents(london_at_full_size)
    assert share(sum(e.age_band == "15-17" for e in found), len(found)) == pytest.approx(68, abs=1)


def test_104_children_are_still_missing_after_more_than_seven_days(london_at_full_size: City) -> None:
    week = UNTIL - timedelta(days=7)
    still = [
        e
        for e in incidents(london_at_full_size)
        if e.started_at < week and (e.ended_at is None or e.ended_at > UNTIL)
    ]
    assert len(still) == 104


def test_five_in_eight_of_them_have_been_missing_for_less_than_three_months(london_at_full_size: City) -> None:
    still = [e for e in incidents(london_at_full_size) if e.ended_at is None]
    recent = sum(e.started_at > UNTIL - timedelta(days=90) for e in still)
    assert share(recent, len(still)) == pytest.approx(100 * 65 / 104, abs=10)


def test_no_child_is_missing_twice_at_once(london_at_full_size: City) -> None:
    ends: dict[str, datetime] = {}
    for e in sorted(incidents(london_at_full_size), key=lambda e: e.started_at):
        assert e.started_at >= ends.get(e.child, e.started_at), e.child
        ends[e.child] = e.ended_at or UNTIL


def test_every_episode_starts_within_the_year_and_is_reported_before_it_ends(london_at_full_size: City) -> None:
    for e in london_at_full_size.episodes:
        assert UNTIL - timedelta(days=366) < e.started_at < UNTIL
        assert e.started_at < e.reported_at
        assert e.ended_at is None or e.ended_at > e.reported_at


def test_the_two_gradings_sometimes_differ(london_at_full_size: City) -> None:
    both = [e for e in incidents(london_at_full_size) if e.police_grading and e.social_care_grading]
    assert 10 < share(sum(e.police_grading != e.social_care_grading for e in both), len(both)) < 35


def test_some_children_are_placed_in_another_borough_and_some_outside_london(london_at_full_size: City) -> None:
    hosts = Counter(e.host_place in ELSEWHERE for e in london_at_full_size.episodes if e.host_place)
    assert hosts[True] > 500
    assert hosts[False] > 500


def test_refused_reports_absences_and_moves_stand_beside_the_incidents(london_at_full_size: City) -> None:
    assert sum(not e.accepted for e in london_at_full_size.episodes) > 100
    assert sum(e.kind == "A" for e in london_at_full_size.episodes) > 100
    assert len(london_at_full_size.moves) > 100


def test_a_move_is_never_to_the_place_that_the_child_leaves(london_at_full_size: City) -> None:
    assert all(m.from_place != m.to_place for m in london_at_full_size.moves)


def test_the_same_seed_gives_the_same_city() -> None:
    assert city(scale=1 / 100) == city(scale=1 / 100)


def test_another_seed_gives_another_city() -> None:
    assert city(scale=1 / 100) != city(scale=1 / 100, seed=7)


@pytest.mark.parametrize("scale", [1 / 600, 1 / 100, 1 / 60, 1 / 7])
def test_a_smaller_london_has_its_part_of_incidents_and_children(scale: float) -> None:
    found = incidents(city(scale=scale))
    assert (len(found), len({e.child for e in found})) == (round(29_455 * scale), round(9_370 * scale))


def test_even_a_small_london_is_busy_in_its_last_days() -> None:
    last = [e for e in incidents(city(scale=1 / 60)) if e.started_at > UNTIL - timedelta(days=4)]
    assert len(last) >= 20


def test_references_are_codes_of_letters_and_digits() -> None:
    for e in city(scale=1 / 100).episodes:
        letters, _, digits = e.child.partition("-")
        assert len(letters) == 3
        assert digits.isdigit()
