"""The report lists whom it must, adds up, and says what it found in one sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from reports import model, periods
from reports.figures import (
    CalledOff,
    Counted,
    ListedUnit,
    MeetingCounts,
    MeetingFigures,
    NotConvened,
    SeatCounts,
    SeatFigures,
    TriggerCounts,
    TriggerFigures,
)
from reports.measures import EVERY
from reports.model import Report, Table
from reports.rates import DoesNotReconcile, Rate

NOVEMBER = periods.month(2026, 11)
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
CN, EA, ESSEX, KENT = (
    ListedUnit(uuid4(), "CN", "Central North BCU", True),
    ListedUnit(uuid4(), "EA", "East Area BCU", True),
    ListedUnit(uuid4(), "essex", "Essex Police", False),
    ListedUnit(uuid4(), "kent", "Kent Police", False),
)
HOME = frozenset({"home police"})
TWELVE = SeatCounts(expected=14, attended=9, deputy=1, no_show=2, not_recorded=2, invited=14, accepted=6)
TWO = SeatCounts(expected=2, apologies=1, report_only=1, invited=3, answered=3)


def counted(
    seats: dict[UUID, SeatCounts] | None = None,
    meetings: dict[UUID | None, MeetingCounts] | None = None,
    triggers: dict[UUID | None, TriggerCounts] | None = None,
    not_convened: list[NotConvened] | None = None,
    called_off: list[CalledOff] | None = None,
) -> Counted:
    """Counts that add up: each total is that of at most one or two units."""
    by_unit = seats or {}
    total = sum(by_unit.values(), SeatCounts())
    by_meeting, by_trigger = meetings or {}, triggers or {}
    return Counted(
        units=[CN, EA, ESSEX, KENT],
        seats=SeatFigures(by_unit, {HOME: total} if by_unit else {}, total),
        meetings=MeetingFigures(by_meeting, next(iter(by_meeting.values()), MeetingCounts())),
        triggers=TriggerFigures(by_trigger, next(iter(by_trigger.values()), TriggerCounts())),
        reviews=TriggerFigures({}, TriggerCounts()),
        called_off=called_off or [],
        not_convened=not_convened or [],
        returns=[],
        lead_disputes=[],
        checklist=[],
    )


def drawn_up(counts: Counted) -> Report:
    return model.draw_up(counts, NOVEMBER, "missing strategy meeting", NOW)


def cell(table: Table, row: str, head: str) -> object:
    column = table.heads.index(head)
    return next(r[column] for r in (*table.rows, table.total) if r[0] == row)


class TestRows:
    def test_every_bcu_is_listed_even_with_zeros(self) -> None:
        assert [row[0] for row in drawn_up(counted()).attendance.rows] == ["Central North BCU", "East Area BCU"]

    def test_another_force_is_listed_only_when_it_has_seats(self) -> None:
        names = [row[0] for row in drawn_up(counted({ESSEX.id: TWO})).attendance.rows]
        assert names == ["Central North BCU", "East Area BCU", "Essex Police"]

    def test_what_has_no_known_home_unit_has_a_row_of_its_own_among_the_meetings(self) -> None:
        report = drawn_up(counted(triggers={None: TriggerCounts(due=2, unmet=2)}))
        assert cell(report.triggers, model.NOT_KNOWN, "Neither") == 2
        assert model.NOT_KNOWN not in [row[0] for row in report.attendance.rows]

    def test_capacities_are_listed_with_zeros_and_two_at_once_on_a_row_of_their_own(self) -> None:
        both = frozenset({"destination police", "home police"})
        counts = counted({CN.id: TWELVE})
        table = drawn_up(replace(counts, seats=SeatFigures(counts.seats.by_unit, {both: TWELVE}, TWELVE))).capacities
        assert [row[:2] for row in table.rows] == [
            ("home police", 0),
            ("destination police", 0),
            ("incident police", 0),
            ("home police and destination police", 14),
        ]

    def test_reasons_not_to_convene_are_told_with_their_share(self) -> None:
        decisions = [NotConvened(CN.id, "no capacity", 1), NotConvened(None, "no capacity", 2)]
        report = drawn_up(counted(not_convened=[*decisions, NotConvened(EA.id, "covered", 1)]))
        assert report.not_convened.rows == (("no capacity", 3, Rate(3, 4)), ("covered", 1, Rate(1, 4)))
        assert cell(report.triggers, "Central North BCU", "Not convened") == 1


class TestMeasures:
    @pytest.mark.parametrize(
        ("head", "value"),
        [
            ("Expected", 14),
            ("Deputy", 1),
            ("Not recorded", 2),
            ("Attendance rate", Rate(10, 12)),
            ("Recording completeness", Rate(12, 14)),
        ],
    )
    def test_a_deputy_counts_as_attended_and_the_unrecorded_are_left_out_of_the_rate(
        self, head: str, value: object
    ) -> None:
        assert cell(drawn_up(counted({CN.id: TWELVE})).police_units, "Central North BCU", head) == value

    def test_short_notice_is_shown_beside_the_rate_and_not_left_out_of_it(self) -> None:
        table = drawn_up(counted({CN.id: replace(TWELVE, short_notice=5)})).police_units
        assert cell(table, "Central North BCU", "Short notice") == Rate(5, 14)
        assert cell(table, "Central North BCU", "Attendance rate") == Rate(10, 12)

    def test_no_two_measures_have_one_name(self) -> None:
        assert len({measure.name for measure in EVERY}) == len(EVERY)


class TestReconciliation:
    def test_outcomes_that_do_not_make_the_expected_seats_are_refused(self) -> None:
        with pytest.raises(
            DoesNotReconcile,
            match="Central North BCU, expected by outcome: the parts come to 14, the total is 15",
        ):
            drawn_up(counted({CN.id: replace(TWELVE, expected=15)}))

    def test_a_unit_that_the_directory_does_not_know_is_noticed(self) -> None:
        with pytest.raises(DoesNotReconcile, match="expected by unit: the parts come to 14, the total is 16"):
            drawn_up(counted({CN.id: TWELVE, uuid4(): TWO}))

    def test_capacities_that_do_not_make_the_total_are_refused(self) -> None:
        counts = counted({CN.id: TWELVE})
        with pytest.raises(DoesNotReconcile, match="expected by capacity: the parts come to 2"):
            drawn_up(replace(counts, seats=replace(counts.seats, by_capacities={HOME: TWO})))

    def test_a_meeting_neither_held_nor_called_off_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="meetings due: the parts come to 2, the total is 3"):
            drawn_up(counted(meetings={CN.id: MeetingCounts(due=3, held=2)}))

    def test_a_trigger_without_a_fate_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="triggers due: the parts come to 1, the total is 2"):
            drawn_up(counted(triggers={CN.id: TriggerCounts(due=2, late=1)}))

    def test_reasons_that_do_not_make_the_meetings_not_held_are_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="not held by reason: the parts come to 0, the total is 1"):
            drawn_up(counted(meetings={CN.id: MeetingCounts(due=1, called_off=1)}))

    def test_the_sum_is_printed(self) -> None:
        assert drawn_up(counted({CN.id: TWELVE, EA.id: TWO})).reconciliation.startswith(
            "16 expected = 9 attended + 1 deputy + 1 apologies + 2 no-show + 1 report only + 2 not recorded."
        )


class TestFinding:
    def test_it_says_the_rate_with_both_numbers_and_what_is_not_recorded(self) -> None:
        assert drawn_up(counted({CN.id: TWELVE})).finding == (
            "In November 2026 police units came, or sent a deputy, to missing strategy meetings in 83% of the seats "
            "with a record (10 of 12). For 2 of the 14 expected seats nothing is recorded."
        )

    def test_it_says_when_every_seat_is_recorded(self) -> None:
        assert drawn_up(counted({EA.id: TWO})).finding.endswith("All 2 expected seats are recorded.")

    def test_it_says_when_nobody_was_expected(self) -> None:
        assert drawn_up(counted()).finding == (
            "In November 2026 no police unit was expected at missing strategy meetings."
        )

    def test_it_says_when_nothing_is_recorded_rather_than_a_rate_of_zero(self) -> None:
        assert drawn_up(counted({CN.id: SeatCounts(expected=3, not_recorded=3, invited=3)})).finding == (
            "In November 2026 police units were expected 3 times at missing strategy meetings; "
            "nothing is recorded yet."
        )
