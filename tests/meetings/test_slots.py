"""Which time is proposed: who can come, the quorum, the deadline, the notice, and the hours that are usual."""

from datetime import timedelta
from itertools import pairwise

from directory.availability import Free
from meetings.seats import Capacity
from meetings.slots import TRAVEL, late_starts, order, propose, starts, weigh, window
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
    working_week,
)
from web.moments import LONDON

MONDAY_NOON = at(16, 12)
FRIDAY = at(20, 12)


def test_with_everybody_free_the_first_time_with_a_day_of_notice_is_best() -> None:
    best = propose(wanted(FRIDAY), all_free(), MONDAY_NOON).slots[0]
    assert best.period.starts_at == at(17, 12)
    assert set(best.seats.values()) == {Free.FREE}
    assert not best.missing
    assert not best.late
    assert not best.short_notice


def test_a_time_when_both_police_units_are_free_goes_before_every_other() -> None:
    known = all_free()
    known[DESTINATION.unit] = diary(DESTINATION, duty=[(at(19, 15), at(19, 23))])
    best = propose(wanted(FRIDAY), known, MONDAY_NOON).slots[0]
    assert best.period.starts_at == at(19, 15)


def test_a_unit_of_which_nothing_is_known_is_unknown_and_not_free() -> None:
    slot = weigh(wanted(FRIDAY), {}, at(17, 12), MONDAY_NOON)
    assert set(slot.seats.values()) == {Free.UNKNOWN}
    assert not slot.missing, "an unknown unit may still come"


def test_a_free_unit_goes_before_an_unknown_one_and_that_before_one_that_cannot_come() -> None:
    ask = wanted(FRIDAY, (HOME,))
    free = weigh(ask, {HOME.unit: diary(HOME, duty=working_week())}, at(17, 12), MONDAY_NOON)
    unknown = weigh(ask, {}, at(17, 12), MONDAY_NOON)
    busy = weigh(ask, {HOME.unit: diary(HOME, (at(17, 12), at(17, 13)))}, at(17, 12), MONDAY_NOON)
    assert order(free) < order(unknown) < order(busy)


def test_the_quorum_is_a_set_of_capacities_and_misses_those_whose_unit_cannot_come() -> None:
    known = all_free() | {HEALTH.unit: diary(HEALTH, (at(17, 9), at(17, 17)))}
    slot = weigh(wanted(FRIDAY), known, at(17, 12), MONDAY_NOON)
    assert slot.missing == (Capacity.HEALTH,)
    assert slot.seats[SOCIAL_CARE.unit] is Free.FREE


def test_a_capacity_that_nobody_is_asked_in_is_missing_however_many_come() -> None:
    slot = weigh(wanted(FRIDAY, (HOME, SOCIAL_CARE, SCHOOLS)), all_free(), at(17, 12), MONDAY_NOON)
    assert slot.missing == (Capacity.HEALTH,)


def test_no_missing_quorum_keeps_a_meeting_from_being_proposed() -> None:
    nobody = {seat.unit: diary(seat, (at(16, 0), at(28, 0))) for seat in EVERYBODY}
    proposals = propose(wanted(FRIDAY), nobody, MONDAY_NOON)
    assert proposals.slots
    assert proposals.slots[0].missing


def test_short_notice_is_shown_and_never_excluded() -> None:
    best = propose(wanted(at(17, 10)), all_free(), MONDAY_NOON).slots[0]
    assert best.short_notice
    assert not best.late


def test_a_time_after_the_deadline_is_proposed_only_where_none_before_it_fits() -> None:
    assert not any(slot.late for slot in propose(wanted(FRIDAY), all_free(), MONDAY_NOON).slots)
    known = all_free(days=11) | {HOME.unit: diary(HOME, duty=[(at(23, 9), at(23, 17))])}
    found = propose(wanted(FRIDAY), known, MONDAY_NOON).slots
    assert found[0].late
    assert found[0].period.starts_at == at(23, 9)
    assert any(not slot.late for slot in found)


def test_times_in_time_are_never_crowded_out_by_late_ones() -> None:
    known = all_free(days=5) | {HOME.unit: diary(HOME, duty=working_week(23))}
    known |= {s.unit: diary(s, duty=[*working_week(), *working_week(23)]) for s in EVERYBODY if s is not HOME}
    assert [slot.late for slot in propose(wanted(FRIDAY), known, MONDAY_NOON).slots] == [True] * 2 + [False] * 3


def test_an_urgent_meeting_is_in_time_before_it_is_complete() -> None:
    known = all_free(days=11) | {HOME.unit: diary(HOME, duty=[(at(23, 9), at(23, 17))])}
    found = propose(wanted(at(17, 12), urgent=True), known, MONDAY_NOON).slots
    assert not found[0].late
    assert any(slot.late for slot in found)


def test_an_urgent_meeting_that_no_police_unit_can_make_in_time_goes_first_when_they_can() -> None:
    sunday = at(22, 4)
    known = {seat.unit: diary(seat, duty=[(at(23, 9), at(23, 17))]) for seat in EVERYBODY}
    found = propose(wanted(at(23, 4), urgent=True), known, sunday).slots
    assert found[0].period.starts_at == at(23, 9)
    assert found[0].late
    assert any(not slot.late for slot in found), "in time and without police is still a choice"


def test_once_the_deadline_has_passed_every_time_is_late() -> None:
    found = propose(wanted(at(16, 10)), all_free(), MONDAY_NOON).slots
    assert found
    assert all(slot.late for slot in found)


def test_a_meeting_at_a_place_leaves_time_to_travel_and_one_by_link_does_not() -> None:
    known = all_free() | {HOME.unit: diary(HOME, (at(17, 11), at(17, 12)), duty=working_week())}
    by_link = weigh(wanted(FRIDAY), known, at(17, 12), MONDAY_NOON)
    there = weigh(wanted(FRIDAY, place="Town hall"), known, at(17, 12), MONDAY_NOON)
    later = weigh(wanted(FRIDAY, place="Town hall"), known, at(17, 12, 30), MONDAY_NOON)
    assert [slot.seats[HOME.unit] for slot in (by_link, there, later)] == [Free.FREE, Free.BUSY, Free.FREE]


def test_working_hours_are_kept_where_there_are_any_before_the_deadline() -> None:
    for slot in propose(wanted(FRIDAY), {}, MONDAY_NOON, at_most=50).slots:
        assert not slot.out_of_hours


def test_an_urgent_meeting_may_be_in_the_evening_but_not_at_night() -> None:
    found = list(starts(wanted(at(17, 12), urgent=True), MONDAY_NOON))
    hours = {moment.astimezone(LONDON).hour for moment in found}
    assert {18, 19} <= hours
    assert not hours & {*range(8), *range(20, 24)}


def test_where_only_the_night_is_left_it_is_taken() -> None:
    found = list(starts(wanted(at(17, 5), urgent=True), at(16, 22)))
    assert found[0] == at(16, 23)
    assert found[-1] == at(17, 5)


def test_where_no_working_hour_is_left_before_the_deadline_the_weekend_is_taken() -> None:
    found = propose(wanted(at(22, 17)), {}, at(20, 17)).slots
    assert found
    assert all(slot.out_of_hours and not slot.late for slot in found)


def test_starts_are_on_quarters_and_full_or_half_hours_are_preferred() -> None:
    found = propose(wanted(FRIDAY), all_free(), at(16, 12, 7)).slots
    assert found[0].period.starts_at == at(17, 12, 30)
    assert all(moment.minute % 15 == 0 for moment in starts(wanted(FRIDAY), at(16, 12, 7)))


def test_the_times_proposed_are_in_different_parts_of_days() -> None:
    found = sorted(slot.period.starts_at for slot in propose(wanted(FRIDAY), all_free(), MONDAY_NOON).slots)
    assert len(found) == 5
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(found))
    assert len({(moment.date(), moment.hour < 13) for moment in found}) == 5


def test_a_deadline_in_the_same_afternoon_still_gives_a_choice() -> None:
    found = propose(wanted(at(16, 17), urgent=True), all_free(), MONDAY_NOON).slots
    assert len(found) == 3


def test_no_start_is_sooner_than_people_can_be_asked() -> None:
    assert min(starts(wanted(FRIDAY), MONDAY_NOON)) == at(16, 13)
    assert min(late_starts(wanted(at(16, 12, 30)), MONDAY_NOON)) == at(16, 13)


def test_a_deadline_further_off_than_the_search_makes_no_time_late() -> None:
    far = wanted(at(22, 12, month=12), (HOME, SOCIAL_CARE, HEALTH))
    known = all_free() | {HOME.unit: diary(HOME, duty=[(at(2, 9, month=12), at(2, 17, month=12))])}
    best = propose(far, known, MONDAY_NOON).slots[0]
    assert best.period.starts_at == at(2, 9, month=12)
    assert not best.late


def test_the_window_of_the_diaries_holds_every_start_that_is_weighed() -> None:
    for ask in (wanted(FRIDAY), wanted(at(16, 9)), wanted(at(31, 9, month=12), urgent=True, place="Town hall")):
        within = window(ask, MONDAY_NOON)
        for moment in (*starts(ask, MONDAY_NOON), *late_starts(ask, MONDAY_NOON)):
            assert within.starts_at <= moment - TRAVEL
            assert moment + timedelta(hours=1) + TRAVEL <= within.ends_at


def test_when_the_clocks_go_back_nine_is_still_nine_in_london() -> None:
    found = {
        moment.astimezone(LONDON).time() for moment in starts(wanted(at(27, 12, month=10)), at(23, 12, month=10))
    }
    assert min(found).hour == 9
    assert max(found).hour == 16


def test_every_quarter_of_a_night_when_clocks_change_is_there_once() -> None:
    for day, month, length in ((25, 10, 8), (29, 3, 6)):
        ends = at(day, 6, month=month)
        found = list(starts(wanted(ends, urgent=True), at(day - 1, 22, month=month)))
        assert len(found) == len(set(found)) == length * 4 + 1
        assert ends - found[0] == timedelta(hours=length)
