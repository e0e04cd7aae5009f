"""What changed between two reports of one period: every figure that differs, and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.changes import Change, changes, told, wrong
from reports.document import HIDDEN, Document, printed
from reports.rates import Rate
from tests.reports.publishing.samples import COLUMNS, ROWS, TOTAL, report, row

CELLS = st.one_of(st.just(HIDDEN), st.integers(0, 9), st.none())


def change(unit: str, measure: str, before: str, after: str) -> Change:
    return Change(table="Attendance of each police unit", row=unit, measure=measure, before=before, after=after)


def test_the_same_figures_are_no_change_however_they_are_worded() -> None:
    assert changes(report(), report(finding="Worded anew.")) == []


def test_a_late_mark_changes_its_unit_and_the_total() -> None:
    later = report(
        (ROWS[0], row("South", 60, Rate(49, 60))),
        row("All police units", 100, Rate(80, 100)),
    )
    assert changes(report(), later) == [
        change("South", "Attendance rate", "80% (48 of 60)", "82% (49 of 60)"),
        change("All police units", "Attendance rate", "79% (79 of 100)", "80% (80 of 100)"),
    ]


def test_a_row_that_comes_or_goes_is_a_change_of_each_of_its_figures() -> None:
    one = report(ROWS[:1])
    assert changes(one, report()) == [
        change("South", "Expected", "not in the table", "60"),
        change("South", "Attendance rate", "not in the table", "80% (48 of 60)"),
    ]
    assert changes(report(), one) == [
        change("South", "Expected", "60", "not in the table"),
        change("South", "Attendance rate", "80% (48 of 60)", "not in the table"),
    ]


def test_rows_of_one_label_are_told_apart() -> None:
    twice = (row("Police", 1, None), row("Police", 2, None))
    found = changes(report(twice, None), report((twice[0], row("Police", 3, None)), None))
    assert found == [change("Police (2)", "Expected", "2", "3")]


def test_a_number_that_differs_only_in_its_later_decimals_is_told_with_them() -> None:
    found = changes(report((row("South", 3.14, None),), None), report((row("South", 3.12, None),), None))
    assert found == [change("South", "Expected", "3.14", "3.12")]


def test_what_a_publication_hides_is_never_told() -> None:
    hidden = report((row("South", HIDDEN, 1),), None)
    now = report((row("South", 3, 2),), None)
    assert wrong(hidden, now) == [change("South", "Attendance rate", "1", "2")]
    assert changes(hidden, hidden) == []
    assert changes(now, hidden)[0] == change("South", "Expected", "3", "[c]")


def test_the_section_of_a_revision_lists_the_changes_and_is_itself_none() -> None:
    later = report((ROWS[0], row("South", 60, Rate(49, 60))), TOTAL)
    found = changes(report(), later)
    revised = told(later, found, "A register was corrected.", "ab" * 32)
    first = revised.sections[0]
    assert first.sentences == (
        "The reason: A register was corrected.",
        "One figure changed.",
        f"The revision with the SHA-256 {'ab' * 32} stays published as it was.",
    )
    assert first.tables[0].rows == (
        ("Attendance of each police unit", "South", "Attendance rate", "80% (48 of 60)", "82% (49 of 60)"),
    )
    assert revised.sections[1:] == later.sections
    assert changes(report(), revised) == found
    assert changes(revised, report((row("Central East", 40, Rate(31, 40)),))) != []


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.lists(st.tuples(CELLS, CELLS), min_size=6))
def test_the_changes_are_those_that_a_reader_would_find_cell_by_cell(
    before: list[tuple[object, object]], after: list[tuple[object, object]]
) -> None:
    def drawn(cells: list[tuple[object, object]]) -> Document:
        return report(tuple(row(f"unit {n}", *pair) for n, pair in enumerate(cells)), None)  # type: ignore[arg-type]

    found = {(c.row, c.measure): (c.before, c.after) for c in changes(drawn(before), drawn(after))}
    slow = {}
    for n in range(max(len(before), len(after))):
        for place, title in enumerate(column.title for column in COLUMNS[1:]):
            old = printed(before[n][place]) if n < len(before) else "not in the table"  # type: ignore[arg-type]
            new = printed(after[n][place]) if n < len(after) else "not in the table"  # type: ignore[arg-type]
            if old != new:
                slow[(f"unit {n}", title)] = (old, new)
    assert found == slow


def test_of_many_changes_those_of_the_first_tables_come_first_and_all_of_them_last() -> None:
    found = [
        Change(table=name, row=f"unit {n}", measure="Expected", before="1", after="2")
        for name, rows in (("Main", 3), ("Units", 12), ("Funnel", 9), ("Months", 2))
        for n in range(rows)
    ]
    revised = told(report(), found, "Registers were corrected.", "ab" * 32)
    first, *figures, last = revised.sections
    assert [row[0] for row in first.tables[0].rows] == ["Main"] * 3 + ["Units"] * 12
    assert first.sentences[-1] == "The first of them stand here, and all of them at the end of this report."
    assert len(last.tables[0].rows) == len(found)
    assert tuple(figures) == report().sections
    assert changes(report(), revised) == []
