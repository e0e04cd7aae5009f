"""Each unit has its months in a table and a picture: gaps stay gaps, breaks restart, signs are told in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from reports.boundaries import Break
from reports.document import HIDDEN, Chart, Table
from reports.rates import Interval, Rate
from reports.runs import run_charts, said

ENFIELD = "from 1 April 2026 also polices Enfield"
STEADY = (16, 15, 17, 16, 14, 17, 15, 16, 18, 15, 16, 17, 14, 16, 15, 17, 16, 15)


def months(parts: Sequence[int | None], *, last: date = date(2026, 6, 1)) -> list[tuple[str, date, Rate]]:
    """Months of North East up to `last`, of 20 seats each; None where nothing was recorded."""
    final = last.year * 12 + last.month - 1
    numbers = range(final - len(parts) + 1, final + 1)
    return [
        ("North East BCU", date(number // 12, number % 12 + 1, 1), Rate(part or 0, 0 if part is None else 20))
        for number, part in zip(numbers, parts, strict=True)
    ]


def charted(parts: Sequence[int | None], *breaks: Break) -> tuple[Table, Chart]:
    (table,), (chart,) = run_charts(months(parts), {"North East BCU": breaks})
    return table, chart


def signals(table: Table) -> list[object]:
    return [row[4] for row in table.rows]


def test_months_that_vary_by_chance_show_no_sign_of_change() -> None:
    table, chart = charted(STEADY)
    assert set(signals(table)) == {None}
    assert (
        chart.finding
        == "North East BCU shows no sign of change: its months vary around 79% as chance would make them."
    )
    assert table.rows[0] == ("January 2025", Rate(16, 20), 79.2, Interval(0.4534, 1.0), None, None)
    assert table.inside == ("police unit", "North East BCU")
    assert (chart.name, chart.table) == ("run_north_east_bcu", table.name)


def test_before_there_are_15_months_the_usual_level_is_the_median_and_there_are_no_limits() -> None:
    table, chart = charted(STEADY[:14])
    assert {row[2] for row in table.rows} == {80.0}
    assert {row[3] for row in table.rows} == {None}
    assert chart.finding == (
        "North East BCU shows no sign of change in 14 months, around 80%. Limits are drawn from 15 months on."
    )
    assert chart.alt.startswith("Run chart, with the median: attendance of North East BCU in 14 months, May 2025 to")


def test_a_month_outside_the_limits_and_a_shift_are_named_with_their_months() -> None:
    _, chart = charted([*STEADY, 12, 13, 12, 13, 12, 13, 4])
    assert chart.finding == (
        "North East BCU shows signs of change: December 2025 to June 2026, 7 or more in a row below the average; "
        "June 2026, below the limits. 1 earlier sign is in the table."
    )
    assert "; December 2025 to June 2026, 7 or more in a row below the average; June 2026, below" in chart.alt


def test_of_many_signs_the_finding_tells_the_last_two_and_how_many_there_are_besides() -> None:
    _, chart = charted([3, 20, 3, 20, 3, 20, 3, *STEADY])
    assert chart.finding.endswith(" 3 earlier signs are in the table.")
    assert chart.finding.count(";") == 1


def test_a_month_in_which_nothing_was_recorded_is_a_gap_and_ends_no_row() -> None:
    table, _ = charted([*STEADY, 12, 13, 12, None, 12, 13, 12, 13])
    assert table.rows[21] == ("February 2026", Rate(0, 0), None, None, None, None)
    assert [signal is not None for signal in signals(table)[18:]] == [True] * 3 + [False] + [True] * 4


def test_a_month_that_is_missing_is_a_gap_too_and_all_units_have_the_same_months() -> None:
    given = [*months(STEADY), ("East Area BCU", date(2026, 6, 1), Rate(3, 4))]
    del given[3]
    (north_east, east), _ = run_charts(given, {})
    assert [row[0] for row in north_east.rows] == [row[0] for row in east.rows]
    assert north_east.rows[3][1] == east.rows[0][1] == Rate(0, 0)


def test_a_change_of_boundaries_restarts_the_chart_so_that_what_changed_is_no_signal() -> None:
    fallen = [*STEADY, *(12, 11, 13)]
    table, chart = charted(fallen, Break(date(2026, 4, 1), ENFIELD))
    assert set(signals(table)) == {None}
    assert table.rows[18][5] == ENFIELD
    assert [row[2] for row in table.rows[-4:]] == [79.2, None, None, None]
    assert chart.finding == (
        "North East BCU: 3 months are too few to say whether anything changed. Its boundaries changed: from 1 April "
        "2026 also polices Enfield; months before and after are judged apart."
    )
    assert f"A line marks a change of boundaries: {ENFIELD}." in chart.alt


@pytest.mark.parametrize(("day", "month"), [(date(2026, 4, 15), "April 2026"), (date(2026, 4, 16), "May 2026")])
def test_a_month_counts_to_the_boundaries_that_held_for_most_of_it(day: date, month: str) -> None:
    table, _ = charted(STEADY, Break(day, ENFIELD))
    assert [row[0] for row in table.rows if row[5]] == [month]


def test_after_a_break_limits_return_with_15_months() -> None:
    table, _ = charted([*STEADY[:15], *STEADY[:15]], Break(date(2025, 4, 1), ENFIELD))
    assert all(isinstance(row[3], Interval) for row in table.rows)
    assert len({row[2] for row in table.rows}) == 1


def test_words_made_again_tell_nothing_of_hidden_months() -> None:
    table, _ = charted([*STEADY, 12, 13, 12, 13, 12, 13, 4])
    hide = [*table.rows[:-1], (table.rows[-1][0], HIDDEN, HIDDEN, HIDDEN, HIDDEN, None)]
    again, chart = said(replace(table, rows=tuple(hide)))
    assert "June 2026, below" not in chart.finding + chart.alt
    assert chart.alt.endswith("1 month is hidden and left out.")
    assert again.note.endswith("1 month is hidden, and passed over in the usual level and the signs.")


def test_the_usual_level_and_limits_of_the_months_shown_tell_nothing_of_a_hidden_month() -> None:
    told = []
    for last in (4, 13):
        table, _ = charted([*STEADY, 12, 13, 12, 13, 12, 13, last])
        hide = [*table.rows[:-1], (table.rows[-1][0], HIDDEN, HIDDEN, HIDDEN, HIDDEN, None)]
        told.append(said(replace(table, rows=tuple(hide))))
    assert told[0] == told[1]
    assert isinstance(told[0][0].rows[0][3], Interval)


def test_a_unit_without_any_month_says_so() -> None:
    _, chart = charted([None, None])
    assert chart.finding == "North East BCU: no month can be shown."
    assert chart.alt == "Empty chart of North East BCU: no month can be shown."


def test_of_no_months_there_are_no_charts() -> None:
    assert run_charts([], {}) == ((), ())
