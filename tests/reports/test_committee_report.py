"""The report lists whom it must, adds up in every way, and says what it found in plain sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import msgspec
import pytest

from reports import disclosure, saying
from reports.counts import (
    Counted,
    Cut,
    MeetingCounts,
    MonthOfUnit,
    NotConvened,
    Quality,
    SeatCounts,
    SeatFigures,
    TriggerCounts,
)
from reports.document import HIDDEN, Document, Place, freeze, thaw
from reports.material import NOT_KNOWN
from reports.meeting_measures import EVERY
from reports.rates import DoesNotReconcile, Rate
from tests.reports.figures_by_hand import (
    BOTH,
    CN,
    DESTINATION,
    EA,
    ESSEX,
    HOME,
    MISSING,
    NOVEMBER,
    NOW,
    TWELVE,
    TWO,
    cell,
    counted,
    drawn_up,
    names,
    sentences,
    table,
    whole,
)


class TestRows:
    def test_every_bcu_is_listed_even_with_zeros(self) -> None:
        assert names(drawn_up(counted()), "attendance") == ["Central North BCU", "East Area BCU"]

    def test_another_force_is_listed_only_when_it_has_seats(self) -> None:
        listed = names(drawn_up(counted({ESSEX.id: TWO})), "attendance")
        assert listed == ["Central North BCU", "East Area BCU", "Essex Police"]

    def test_what_has_no_known_home_unit_has_a_row_of_its_own_among_the_meetings(self) -> None:
        report = drawn_up(counted(triggers={None: TriggerCounts(due=2, unmet=2)}))
        assert cell(report, "triggers", NOT_KNOWN, "neither") == 2
        assert NOT_KNOWN not in names(report, "attendance")

    def test_a_unit_that_is_home_and_destination_at_once_has_that_seat_in_a_column_of_its_own(self) -> None:
        counts = counted({CN.id: TWELVE})
        shared = {(CN.id, BOTH): TWELVE}
        report = drawn_up(
            replace(counts, unit_capacities=shared, seats=SeatFigures({CN.id: TWELVE}, {BOTH: TWELVE}, TWELVE))
        )
        row = table(report, "capacities").rows[0]
        assert row == ("Central North BCU", Rate(0, 0), Rate(0, 0), Rate(10, 12), Rate(0, 0), Rate(10, 12))

    def test_home_and_destination_seats_stand_side_by_side(self) -> None:
        counts = counted({CN.id: TWELVE + TWO})
        capacities = {HOME: TWELVE, DESTINATION: TWO}
        report = drawn_up(
            replace(
                counts,
                unit_capacities={(CN.id, which): seats for which, seats in capacities.items()},
                seats=SeatFigures({CN.id: TWELVE + TWO}, capacities, TWELVE + TWO),
            )
        )
        assert cell(report, "capacities", CN.name, "as_home") == Rate(10, 12)
        assert cell(report, "capacities", CN.name, "as_destination") == Rate(0, 2)
        assert cell(report, "capacities", None, "attendance_rate") == Rate(10, 14)

    def test_reasons_not_to_convene_are_told_with_their_share(self) -> None:
        decisions = [NotConvened(CN.id, "no capacity", 1), NotConvened(None, "no capacity", 2)]
        report = drawn_up(counted(not_convened=[*decisions, NotConvened(EA.id, "covered", 1)]))
        assert table(report, "not-convened").rows == (("covered", 1, Rate(1, 4)), ("no capacity", 3, Rate(3, 4)))
        assert cell(report, "triggers", "Central North BCU", "not_convened") == 1

    def test_every_borough_is_listed_even_with_zeros_and_a_place_elsewhere_when_it_has_seats(self) -> None:
        assert names(drawn_up(whole()), "boroughs") == ["Camden", "Islington", "Essex"]

    def test_each_type_of_meeting_has_its_own_rate_and_they_are_not_added_up(self) -> None:
        report = drawn_up(whole())
        assert names(report, "types") == [MISSING, "panel"]
        assert table(report, "types").total is None

    def test_health_education_and_the_voluntary_sector_are_listed_even_with_zeros(self) -> None:
        assert names(drawn_up(whole()), "partners") == ["Health", "Education", "Voluntary", "Housing"]

    def test_what_a_rule_looks_for_is_said_beside_its_code(self) -> None:
        report = drawn_up(whole())
        assert names(report, "rules") == ["OPEN72", "No rule"]
        assert "OPEN72: Any child missing for 72 hours." in table(report, "rules").note


class TestMeasures:
    @pytest.mark.parametrize(
        ("name", "column", "value"),
        [
            ("attendance", "expected", 14),
            ("attendance", "deputy", 1),
            ("attendance", "not_recorded", 2),
            ("attendance", "attendance_rate", Rate(10, 12)),
            ("recording", "recording_completeness", Rate(12, 14)),
        ],
    )
    def test_a_deputy_counts_as_attended_and_the_unrecorded_are_left_out_of_the_rate(
        self, name: str, column: str, value: object
    ) -> None:
        assert cell(drawn_up(counted({CN.id: TWELVE})), name, "Central North BCU", column) == value

    def test_short_notice_is_shown_beside_the_rate_and_not_left_out_of_it(self) -> None:
        report = drawn_up(counted({CN.id: replace(TWELVE, short_notice=5)}))
        assert cell(report, "recording", "Central North BCU", "short_notice") == Rate(5, 14)
        assert cell(report, "attendance", "Central North BCU", "attendance_rate") == Rate(10, 12)

    def test_no_two_measures_have_one_name_and_each_is_a_column_of_a_table(self) -> None:
        assert len({measure.name for measure in EVERY}) == len({measure.column for measure in EVERY}) == len(EVERY)
        shown = {column.name for one in drawn_up(whole()).tables for column in one.columns}
        assert {measure.column for measure in EVERY} <= shown


MONTH_TABLES = ("months_london", "months_central_north_bcu")


def less(counts: SeatCounts) -> SeatCounts:
    return replace(counts, expected=counts.expected - 1, attended=counts.attended - 1)


def cut_short(cut: Cut) -> Callable[[Counted], Counted]:
    def lossy(counts: Counted) -> Counted:
        first, *rest = counts.cuts[cut].items()
        return replace(counts, cuts=counts.cuts | {cut: dict([(first[0], less(first[1])), *rest])})

    return lossy


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

    @pytest.mark.parametrize(
        ("cut", "words"),
        [
            (Cut.BOROUGH, "by responsible borough"),
            (Cut.RULE, "by rule"),
            (Cut.NOTICE, "by notice given"),
            (Cut.RETURN, "before and after the child's return"),
        ],
    )
    def test_a_cut_that_does_not_make_the_total_is_refused(self, cut: Cut, words: str) -> None:
        with pytest.raises(DoesNotReconcile, match=f"expected {words}: the parts come to 15, the total is 16"):
            drawn_up(cut_short(cut)(whole()))

    def test_a_cut_that_is_missing_from_the_ledgers_counts_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="expected by responsible borough: the parts come to 0"):
            drawn_up(replace(whole(), cuts={}))

    def test_months_that_do_not_make_the_period_are_refused(self) -> None:
        counts = whole()
        with pytest.raises(DoesNotReconcile, match="expected by month: the parts come to 14, the total is 16"):
            drawn_up(replace(counts, months=counts.months[:1]))

    def test_a_type_whose_seats_are_not_those_of_its_report_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="expected of this type among all types: the parts come to 2"):
            drawn_up(replace(whole(), types={MISSING: TWO}))

    def test_a_partner_whose_outcomes_do_not_make_its_seats_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="health, expected by outcome: the parts come to 14"):
            drawn_up(replace(whole(), partners={"health": replace(TWELVE, expected=15)}))

    def test_units_in_their_capacities_that_do_not_make_the_unit_are_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="expected of Essex Police by capacity: the parts come to 0"):
            drawn_up(replace(whole(), unit_capacities={(CN.id, HOME): TWELVE}))

    def test_meetings_and_triggers_by_rule_that_do_not_make_the_total_are_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="due of meetings by rule: the parts come to 0, the total is 9"):
            drawn_up(replace(whole(), meeting_cuts={Cut.RULE: {"OPEN72": MeetingCounts()}}))
        with pytest.raises(DoesNotReconcile, match="due of triggers by rule: the parts come to 0, the total is 10"):
            drawn_up(replace(whole(), trigger_rules={"OPEN72": TriggerCounts()}))

    def test_a_data_quality_of_other_figures_is_refused(self) -> None:
        with pytest.raises(DoesNotReconcile, match="expected in the data quality: the parts come to 3"):
            drawn_up(replace(whole(), quality=Quality(expected=3, posted_at=NOW)))

    def test_the_sums_are_printed_for_every_way_of_counting(self) -> None:
        shown = table(drawn_up(whole()), "reconciliation")
        assert [row[0] for row in shown.rows] == [
            "By unit",
            "By capacity",
            "By responsible borough",
            "By rule",
            "By notice given",
            "Before and after the child's return",
            "By month",
            "Of this type among all types",
        ]
        assert {row[1:] for row in shown.rows} == {(16, 9, 1, 1, 2, 1, 2)}
        assert shown.total == ("In all", 16, 9, 1, 1, 2, 1, 2)

    def test_every_main_figure_is_the_total_of_its_table(self) -> None:
        report = drawn_up(whole())
        linked = {link.whole.row for link in report.links if link.whole.table == "key-numbers"}
        assert linked == set(names(report, "key-numbers"))

    def test_the_seats_of_short_notice_are_those_of_the_shortest_notice(self) -> None:
        places = [(link.whole, *link.parts) for link in drawn_up(whole()).links]
        assert (
            Place("recording", None, "short_notice.part"),
            Place("notice", "Under 24 hours", "expected"),
        ) in places
        with pytest.raises(DoesNotReconcile, match=r"short_notice\.part of all in recording"):
            drawn_up(replace(whole(), cuts=whole().cuts | {Cut.NOTICE: {"under 24 hours": TWELVE + TWO}}))


class TestFinding:
    def test_it_says_the_rate_with_both_numbers_and_what_is_not_recorded(self) -> None:
        assert drawn_up(counted({CN.id: TWELVE})).finding == (
            "In November 2026 police units attended, or sent a deputy to, 83% of the seats with a record at missing "
            "strategy meetings (10 of 12); of 2 more nothing is recorded, so over all 14 the rate was 71% to 86%."
        )

    def test_it_says_when_every_seat_is_recorded(self) -> None:
        assert drawn_up(counted({EA.id: TWO})).finding.endswith("(0 of 2); none is without a record.")

    def test_it_says_when_nobody_was_expected(self) -> None:
        assert drawn_up(counted()).finding == (
            "In November 2026 no police unit was expected at missing strategy meetings."
        )

    def test_it_says_when_nothing_is_recorded_rather_than_a_rate_of_zero(self) -> None:
        assert drawn_up(counted({CN.id: SeatCounts(expected=3, not_recorded=3, invited=3)})).finding == (
            "In November 2026 police units were expected 3 times at missing strategy meetings; "
            "nothing is recorded yet."
        )


class TestMonths:
    def test_london_stands_before_its_units_and_another_force_is_no_part_of_it(self) -> None:
        report = drawn_up(whole())
        assert [one.name for one in report.tables if one.by == "month"] == [
            "months_london",
            "months_central_north_bcu",
        ]
        assert table(report, "months_london").rows[0][:2] == ("November 2026", Rate(10, 12))

    def test_the_rules_of_the_signs_are_named(self) -> None:
        assert "two of three months in a row beyond the 95% limit" in sentences(drawn_up(whole()), "over-time")

    def test_in_every_month_the_units_add_up_to_london(self) -> None:
        report = drawn_up(whole())
        whole_rate, part = (Place(name, "November 2026", "attendance_rate.part") for name in MONTH_TABLES)
        assert (whole_rate, (part,)) in [(link.whole, link.parts) for link in report.links]


class TestWords:
    def test_each_section_says_its_figures_first(self) -> None:
        report = drawn_up(whole())
        for section, words in (
            ("both-forces", "At 5 of the meetings held two different units were home and destination police"),
            (
                "meetings",
                "Of 9 meetings due, 8 were held and 1 called off. 75% (6 of 8) of those held were quorate: every",
            ),
            (
                "triggers",
                "70% (7 of 10) of the triggers were answered by a meeting in time. Half of the meetings held",
            ),
            (
                "partners",
                "Of the seats with a record these were attended or filled by a deputy: health 83% (10 of 12).",
            ),
            ("checklist", "TextSafe was requested at 5 of 8 meetings held about a child; at 1 nobody"),
            ("quality", "An outcome is recorded for 88% (14 of 16) of the expected seats."),
        ):
            assert sentences(report, section).startswith(words)

    def test_two_rates_whose_intervals_overlap_are_said_not_to_be_told_apart(self) -> None:
        lead = sentences(drawn_up(whole()), "circumstances")
        assert lead.startswith(
            "Attendance was 83% (10 of 12) before the child's return and 0% (0 of 2) after it; the two intervals"
        )

    def test_a_partner_whose_figures_are_hidden_does_not_silence_the_others(self) -> None:
        partners = {"health": TWELVE, "voluntary": TWO}
        report = drawn_up(replace(whole(), partners=partners))
        shown = table(report, "partners")
        at = [one.name for one in shown.columns].index("attendance_rate")
        row = next(row for row in shown.rows if row[0] == "Voluntary")
        hidden = (*row[:at], HIDDEN, *row[at + 1 :])
        tables = tuple(
            msgspec.structs.replace(one, rows=tuple(hidden if each == row else each for each in one.rows))
            if one.name == "partners"
            else one
            for one in report.tables
        )
        named = {one.name: one for one in tables}
        sections = tuple(
            msgspec.structs.replace(one, tables=tuple(named[each.name] for each in one.tables))
            for one in report.sections
        )
        said = saying.say(msgspec.structs.replace(report, sections=sections))
        assert sentences(said, "partners").startswith(
            "Of the seats with a record these were attended or filled by a deputy: health 83% (10 of 12). "
            "Kept back, because numbers are small: voluntary."
        )

    def test_said_again_the_report_says_the_same(self) -> None:
        report = drawn_up(whole())
        assert saying.say(report) == report

    def test_a_hidden_figure_is_in_no_sentence(self) -> None:
        hidden = saying.say(all_hidden(drawn_up(whole())))
        assert "kept back" in hidden.finding
        for section in hidden.sections:
            if section.name in saying.LEADS:
                assert section.sentences[0] == saying.KEPT_BACK

    def test_the_report_as_it_may_be_published_tells_no_small_figure(self) -> None:
        published = disclosure.protect(drawn_up(whole()), 5, say=saying.say)
        assert cell(published, "attendance", ESSEX.name, "expected") == HIDDEN
        assert cell(published, "boroughs", "Essex", "expected") == HIDDEN
        assert "(0 of 2)" not in str(freeze(published))
        assert thaw(freeze(published)) == published

    def test_the_finding_stands_where_the_last_month_of_a_unit_is_hidden_and_has_the_same_percentage(self) -> None:
        few, many = SeatCounts(expected=6, attended=5, no_show=1), SeatCounts(expected=36, attended=30, no_show=6)
        months = [MonthOfUnit(NOVEMBER.first, CN.id, few), MonthOfUnit(NOVEMBER.first, EA.id, many)]
        published = disclosure.protect(drawn_up(counted({CN.id: few, EA.id: many}, months=months)), 5, say=saying.say)
        assert cell(published, "months_central_north_bcu", "November 2026", "attendance_rate") == HIDDEN
        assert published.finding.startswith("In November 2026 police units attended, or sent a deputy to, 83% ")

    def test_the_report_of_no_meeting_at_all_says_so(self) -> None:
        report = drawn_up(counted())
        assert sentences(report, "meetings").startswith("No meeting was due in this period.")
        assert sentences(report, "checklist") == "No meeting about a child was held in this period."
        assert sentences(report, "disputes") == "No dispute about the lead was raised in this period."

    def test_the_report_is_the_same_after_it_was_frozen(self) -> None:
        report = drawn_up(whole())
        assert thaw(freeze(report)) == report


def all_hidden(report: Document) -> Document:
    """The report as if every count of it was small."""
    sections = tuple(
        msgspec.structs.replace(
            section,
            tables=tuple(
                msgspec.structs.replace(
                    one,
                    rows=tuple((row[0], *(HIDDEN for _ in row[1:])) for row in one.rows),
                    total=None if one.total is None else (one.total[0], *(HIDDEN for _ in one.total[1:])),
                )
                for one in section.tables
            ),
        )
        for section in report.sections
    )
    return msgspec.structs.replace(report, sections=sections)
