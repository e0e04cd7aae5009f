"""Why no better time is possible, in the words that a coordinator reads."""

from collections.abc import Iterable
from datetime import datetime

from directory.availability import Diary
from meetings.slots import SeatAsked, propose
from tests.meetings.times_wanted import (
    DESTINATION,
    EVERYBODY,
    HEALTH,
    HOME,
    SCHOOLS,
    SOCIAL_CARE,
    all_free,
    at,
    diary,
    wanted,
)

NOW = at(16, 12)
FRIDAY = at(20, 12)
ALL_WEEK = (at(16, 0), at(28, 0))


def why(
    *instead: Diary, due_at: datetime = FRIDAY, urgent: bool = False, seats: Iterable[SeatAsked] = EVERYBODY
) -> str:
    """What is said where everybody is free from nine to five but for these."""
    known = all_free() | {one.unit: one for one in instead}
    return propose(wanted(due_at, seats, urgent=urgent), known, NOW).why_not_better


def test_nothing_is_said_where_everybody_is_free_in_working_hours_with_a_day_of_notice() -> None:
    assert why() == ""


def test_a_unit_off_duty_is_named_with_its_next_duty_period() -> None:
    assert why(diary(HOME, duty=[(at(23, 14), at(23, 22))])) == (
        "No time before the deadline suits both police units: "
        "Central North is off duty until Monday 23 November at 2pm."
    )


def test_a_unit_that_is_taken_in_the_one_shift_it_has_says_both() -> None:
    shifts = [(at(17, 9), at(17, 10)), (at(23, 9), at(23, 17))]
    assert why(diary(HOME, (at(17, 9), at(17, 10)), duty=shifts)).endswith(
        "Central North is off duty or taken at each of them."
    )


def test_a_unit_with_no_duty_in_sight_is_off_duty() -> None:
    assert why(diary(HOME, duty=[]), seats=(HOME, SOCIAL_CARE, HEALTH)) == (
        "No time before the deadline suits the police unit: Central North is off duty."
    )


def test_a_unit_that_is_taken_all_the_time_is_named() -> None:
    assert why(diary(DESTINATION, ALL_WEEK)) == (
        "No time before the deadline suits both police units: South East is taken at each of them."
    )


def test_two_units_that_are_never_free_together_are_named() -> None:
    home = diary(HOME, duty=[(at(17, 9), at(17, 17))])
    destination = diary(DESTINATION, duty=[(at(18, 9), at(18, 17))])
    assert why(home, destination) == (
        "No time before the deadline suits both police units: Central North and South East are never free together."
    )


def test_what_is_unknown_is_said_and_not_guessed() -> None:
    assert why(diary(DESTINATION)) == (
        "No time before the deadline suits both police units: it is not known when South East can come."
    )


def test_a_partner_that_must_be_there_is_named_once_the_police_can_come() -> None:
    assert why(diary(HEALTH, ALL_WEEK), diary(SOCIAL_CARE)) == (
        "No time before the deadline suits every unit that must be there: Camden health is taken at each of them; "
        "it is not known when Camden social care can come."
    )


def test_who_is_only_welcome_never_stands_in_the_way() -> None:
    assert why(diary(SCHOOLS, ALL_WEEK)) == ""


def test_a_capacity_of_the_quorum_that_nobody_is_asked_in_is_named() -> None:
    assert why(seats=(HOME, SOCIAL_CARE)) == "The quorum is out of reach: no unit is asked as health."


def test_short_notice_has_its_reason() -> None:
    assert why(due_at=at(17, 11), urgent=True) == (
        "Every time with 24 hours’ notice is after the deadline or out of hours."
    )
    assert why(diary(HEALTH, duty=[(at(16, 9), at(16, 17))])) == (
        "With more notice not every unit that must be there can come."
    )


def test_a_time_out_of_hours_has_its_reason() -> None:
    evening = [diary(seat, duty=[(at(16, 18), at(16, 20))]) for seat in EVERYBODY]
    assert why(*evening, due_at=at(17, 11), urgent=True) == (
        "In working hours not every unit that must be there can come."
    )
    weekend = [diary(seat, duty=[(at(21, 9), at(21, 17))]) for seat in EVERYBODY]
    known = {one.unit: one for one in weekend}
    found = propose(wanted(at(22, 12)), known, at(20, 17))
    assert found.why_not_better == "No working hour is left before the deadline."


def test_once_the_deadline_has_passed_that_is_the_reason() -> None:
    assert why(due_at=at(16, 10)) == "The deadline has passed: every time is late."
    assert why(due_at=at(16, 12, 40)) == (
        "The deadline is less than an hour away: nobody can be asked and come so soon."
    )


def test_many_units_of_which_nothing_is_known_are_counted() -> None:
    unknown = [diary(seat) for seat in EVERYBODY]
    many = [SeatAsked(seat.unit, seat.name, seat.capacities, True) for seat in EVERYBODY[2:]]
    found = why(*unknown, seats=[HOME, DESTINATION, *many])
    assert found.endswith("it is not known when Central North and South East can come.")
    found = why(*unknown[2:], seats=[HOME, DESTINATION, *many])
    assert found.endswith("it is not known when Camden social care, Camden health and Camden schools can come.")
