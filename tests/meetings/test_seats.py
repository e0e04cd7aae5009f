"""Which capacities are asked, one seat a unit, and the quorum."""

from uuid import uuid4

from directory.tables import UnitKind
from meetings.seats import PARTNERS, POLICE, Capacity, PlannedSeat, merge, partners_asked, unfilled

EVERY_PARTNER = list(PARTNERS)


def test_one_unit_in_two_capacities_is_one_seat() -> None:
    unit = uuid4()
    seats = merge([(unit, Capacity.DESTINATION), (unit, Capacity.HOME)])
    assert seats == (PlannedSeat(unit, (Capacity.HOME, Capacity.DESTINATION)),)


def test_a_capacity_named_twice_is_held_once() -> None:
    unit = uuid4()
    assert merge([(unit, Capacity.HEALTH), (unit, Capacity.HEALTH)]) == (PlannedSeat(unit, (Capacity.HEALTH,)),)


def test_seats_stand_in_the_order_of_the_page() -> None:
    health, home, social = uuid4(), uuid4(), uuid4()
    seats = merge(
        [
            (health, Capacity.HEALTH),
            (social, Capacity.SOCIAL_WORKER),
            (home, Capacity.HOME),
            (social, Capacity.CHAIR),
        ]
    )
    assert [seat.unit for seat in seats] == [home, social, health]
    assert seats[1].capacities == (Capacity.CHAIR, Capacity.SOCIAL_WORKER)


def test_two_units_in_one_capacity_are_two_seats() -> None:
    assert len(merge([(uuid4(), Capacity.VOLUNTARY), (uuid4(), Capacity.VOLUNTARY)])) == 2


def test_social_worker_chair_health_and_education_are_always_asked() -> None:
    asked = partners_asked([EVERY_PARTNER], looked_after=False, host_elsewhere=False, ended=False)
    assert asked == (Capacity.CHAIR, Capacity.SOCIAL_WORKER, Capacity.HEALTH, Capacity.EDUCATION)


def test_the_placement_is_asked_for_a_looked_after_child() -> None:
    asked = partners_asked([EVERY_PARTNER], looked_after=True, host_elsewhere=False, ended=False)
    assert Capacity.PLACEMENT in asked


def test_the_host_authority_is_asked_when_the_child_is_placed_elsewhere() -> None:
    asked = partners_asked([EVERY_PARTNER], looked_after=False, host_elsewhere=True, ended=False)
    assert Capacity.HOST_SOCIAL_CARE in asked


def test_interview_provider_and_voluntary_sector_are_asked_once_the_child_is_back() -> None:
    asked = partners_asked([EVERY_PARTNER], looked_after=False, host_elsewhere=False, ended=True)
    assert {Capacity.INTERVIEW, Capacity.VOLUNTARY} <= set(asked)


def test_what_any_rule_asks_is_asked_once() -> None:
    asked = partners_asked([["health", "chair"], ["health"]], looked_after=False, host_elsewhere=False, ended=False)
    assert asked == (Capacity.CHAIR, Capacity.HEALTH)


def test_police_are_seated_by_place_never_by_a_rule() -> None:
    assert partners_asked([["home police"]], looked_after=True, host_elsewhere=True, ended=True) == ()


def test_the_exploitation_team_is_asked_where_exploitation_is_flagged() -> None:
    quiet = partners_asked([EVERY_PARTNER], looked_after=True, host_elsewhere=True, ended=True)
    flagged = partners_asked([EVERY_PARTNER], looked_after=True, host_elsewhere=True, ended=True, exploited=True)
    assert set(flagged) - set(quiet) == {Capacity.EXPLOITATION}


def test_the_reviewing_officer_is_asked_for_a_looked_after_child() -> None:
    for looked_after in (True, False):
        asked = partners_asked([EVERY_PARTNER], looked_after=looked_after, host_elsewhere=False, ended=False)
        assert (Capacity.REVIEWING in asked) == looked_after


def test_whom_people_add_by_hand_no_rule_asks() -> None:
    by_hand = [capacity for capacity in Capacity if capacity not in PARTNERS and capacity not in POLICE]
    assert Capacity.GUARDIAN in by_hand
    assert partners_asked([by_hand], looked_after=True, host_elsewhere=True, ended=True, exploited=True) == ()


def test_every_partner_capacity_says_which_kind_of_unit_fills_it() -> None:
    assert {partner.kind for partner in PARTNERS.values()} <= {kind.value for kind in UnitKind}


def test_a_quorum_is_every_seat_it_names() -> None:
    quorum = ["social worker", "health", "home police"]
    assert unfilled(quorum, ["health", "home police", "social worker", "education"]) == []
    assert unfilled(quorum, ["health", "social worker", "education", "voluntary"]) == ["home police"]


def test_many_people_do_not_replace_a_missing_seat() -> None:
    assert unfilled(["home police"], ["health"] * 10) == ["home police"]


def test_a_meeting_without_a_quorum_rule_is_quorate() -> None:
    assert unfilled([], []) == []
