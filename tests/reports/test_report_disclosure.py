"""A published report hides what is small, and enough besides that it cannot be worked out; and nothing else."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from reports.disclosure import protect
from reports.document import HIDDEN, Cell, Chart, Column, Document, Kind, Link, Place, Sum, Table
from reports.quantities import Earlier
from reports.rates import DoesNotReconcile, Rate
from reports.telling import NOT_SAID
from tests.reports.protecting import column, report, table


def hidden(document: Document) -> set[tuple[str, str, str]]:
    """Table, label and column of each hidden cell; the label of the total is "All"."""
    return {
        (one.name, str(row[0]), head.name)
        for one in document.tables
        for row in (*one.rows, *([one.total] if one.total else []))
        for head, cell in zip(one.columns, row, strict=True)
        if cell == HIDDEN
    }


def units(*rows: tuple[Cell, ...], heads: tuple[str, ...] = ("attended", "no_show", "expected")) -> Table:
    numbers = [[int(str(cell)) for cell in row[1:]] for row in rows]
    total = ("All", *(sum(each) for each in zip(*numbers, strict=True)))
    sums = [Sum(heads[-1], heads[:-1])] if heads[-1] == "expected" else []
    return table(heads, rows, total, sums=sums)


def test_a_report_of_large_counts_and_zeros_is_published_as_it_is() -> None:
    full = report(units(("A", 20, 5, 25), ("B", 0, 0, 0), ("C", 9, 0, 9)))
    assert protect(full, 5) == msgspec.structs.replace(full, threshold=5)


def test_a_small_count_is_hidden_with_another_of_its_row_and_of_its_column() -> None:
    protected = protect(report(units(("A", 20, 3, 23), ("B", 30, 8, 38), ("C", 90, 60, 150))), 5)
    assert hidden(protected) == {("seats", row, name) for row in "AB" for name in ("attended", "no_show")}


def test_another_threshold_hides_more() -> None:
    full = report(units(("A", 20, 7, 27), ("B", 30, 8, 38)))
    assert hidden(protect(full, 5)) == set()
    assert ("seats", "A", "no_show") in hidden(protect(full, 10))


def test_a_rate_is_hidden_with_its_part_its_rest_or_its_base() -> None:
    rate = column("rate", Kind.RATE)
    rows = (("A", Rate(3, 60)), ("B", Rate(57, 60)), ("C", Rate(0, 3)), ("D", Rate(30, 60)), ("E", Rate(0, 60)))
    assert hidden(protect(report(table([rate], rows)), 5)) == {("seats", row, "rate") for row in "ABC"}


def test_an_interval_and_a_median_are_hidden_with_what_they_tell() -> None:
    heads = [
        column("rate", Kind.RATE),
        column("late"),
        column("interval", Kind.INTERVAL, tells=("rate.part", "rate.whole")),
        column("median_hours", Kind.NUMBER, tells=("rate.whole",), unit="hours"),
        column("where", Kind.WORDS, tells=("rate.part",)),
        column("any", Kind.NUMBER),
    ]
    rows = [
        ("A", Rate(2, 60), 9, Rate(2, 60).interval, 20.0, "below", 1.5),
        ("B", Rate(30, 60), 2, Rate(30, 60).interval, 20.0, "inside", 1.5),
    ]
    protected = protect(report(table(heads, rows)), 5)
    assert hidden(protected) == {
        *(("seats", "A", name) for name in ("rate", "interval", "median_hours", "where", "any")),
        *(("seats", "B", name) for name in ("late", "any")),
    }


def test_minutes_that_would_tell_seats_cannot_be_worked_out_from_their_total() -> None:
    heads: list[str | Column] = ["expected", column("minutes", unit="minutes", tells=("expected",))]
    rows = [("A", 3, 180), ("B", 12, 720), ("C", 40, 2400)]
    protected = protect(report(table(heads, rows, ("All", 55, 3300))), 5)
    assert hidden(protected) == {("seats", row, name) for row in "AB" for name in ("expected", "minutes")}


def test_a_few_minutes_are_not_small_by_themselves() -> None:
    assert hidden(protect(report(table([column("minutes", unit="minutes")], [("A", 3), ("B", 600)])), 5)) == set()


def test_a_total_is_hidden_only_where_nothing_else_protects() -> None:
    protected = protect(report(units(("A", 3), ("B", 0), ("C", 0), heads=("no_show",))), 5)
    assert hidden(protected) == {("seats", "A", "no_show"), ("seats", "All", "no_show")}
    five = protect(report(units(*((name, 1) for name in "ABCDE"), heads=("no_show",))), 5)
    assert ("seats", "All", "no_show") in hidden(five)


def test_the_same_count_is_hidden_in_every_table() -> None:
    units_ = table(["no_show"], [("A", 2), ("B", 9), ("C", 50)], ("All", 61))
    again = table(["no_show"], [("A", 2), ("C", 50)], name="some units", adds=False)
    protected = protect(report(units_, again), 5)
    assert ("some units", "A", "no_show") in hidden(protected)


def test_a_total_that_another_table_prints_is_known() -> None:
    one = table(["no_show"], [("A", 2), ("B", 9), ("C", 50)])
    other = table(["no_show"], [("home", 31), ("destination", 30)], ("All", 61), name="capacities", by="capacity")
    assert hidden(protect(report(one, other), 5)) == {("seats", "A", "no_show")}
    whole = protect(report(msgspec.structs.replace(one, total=("All", 61)), other), 5)
    assert hidden(whole) == {("seats", "A", "no_show"), ("seats", "B", "no_show")}


def test_what_adds_up_across_tables_is_linked() -> None:
    held = table(["held"], [("A", 30)], name="held", adds=False)
    parts = table(["quorate", "other"], [("A", 27, 3)], name="parts", adds=False)
    link = Link(Place("held", "A", "held"), (Place("parts", "A", "quorate"), Place("parts", "A", "other")))
    assert hidden(protect(report(held, parts), 5)) == {("parts", "A", "other")}
    linked = hidden(protect(report(held, parts, links=[link]), 5))
    assert linked == {("parts", "A", "other"), ("parts", "A", "quorate")}


def published(full: Document, *earlier: Earlier) -> Earlier:
    return Earlier(protect(full, 5, earlier), full)


def test_months_published_before_do_not_tell_with_their_quarter() -> None:
    def unit(first: int, second: int) -> Table:
        return units(("A", first), ("B", second), ("C", 70), heads=("no_show",))

    july = published(report(unit(3, 20), period="2026-07", counted=date(2026, 8, 9)))
    august = published(report(unit(11, 20), period="2026-08", counted=date(2026, 9, 9)), july)
    september = published(report(unit(12, 20), period="2026-09"), july, august)
    quarter = report(units(("A", 26), ("B", 60), ("C", 210), heads=("no_show",)))
    assert hidden(protect(quarter, 5)) == set()
    assert hidden(protect(quarter, 5, [july, august, september])) == {("seats", row, "no_show") for row in "AB"}


def test_a_revision_keeps_hidden_what_was_hidden_and_does_not_count_on_what_was_shown() -> None:
    first = published(report(units(("A", 3), ("B", 9), ("C", 40), ("D", 50), heads=("no_show",))))
    assert hidden(first.printed) == {("seats", row, "no_show") for row in "AB"}
    corrected = report(units(("A", 6), ("B", 9), ("C", 37), ("D", 50), heads=("no_show",)), counted=date(2026, 11, 9))
    assert hidden(protect(corrected, 5, [first])) == {("seats", row, "no_show") for row in "AB"}
    now_small = report(units(("A", 3), ("B", 9), ("C", 2), ("D", 50), heads=("no_show",)), counted=date(2026, 11, 9))
    again = hidden(protect(now_small, 5, [first]))
    assert {("seats", "C", "no_show"), ("seats", "A", "no_show"), ("seats", "B", "no_show")} <= again


def test_words_made_again_say_only_what_is_left() -> None:
    def say(document: Document) -> Document:
        return msgspec.structs.replace(document, finding=f"A: {document.tables[0].rows[0][2]} no-shows.")

    full = report(units(("A", 20, 3, 23), ("B", 30, 8, 38)), finding="A: 3 no-shows.")
    assert protect(full, 5, say=say).finding == "A: [c] no-shows."


def test_words_that_are_not_made_again_still_tell_nothing_that_is_hidden() -> None:
    def say(document: Document) -> Document:
        return msgspec.structs.replace(document, finding="A had 3 meetings without a no-show, as is printed.")

    sentences = ("Known.", "At A the no show figure was three.")
    full = report(units(("A", 20, 3, 23), ("B", 30, 8, 38)), sentences=sentences)
    published = protect(full, 5, say=say)
    assert published.finding == "A had 3 meetings without a no-show, as is printed."
    assert published.sections[0].sentences == ("Known.", NOT_SAID)


@pytest.mark.parametrize("sentence", ["A had 3 no shows.", "At A the no show figure was three.", "A lies below."])
def test_words_that_were_made_before_do_not_tell_what_is_hidden(sentence: str) -> None:
    chart = Chart(name="c", kind="bars", table="seats", title="No-shows", finding=sentence, alt=sentence)
    full = report(units(("A", 20, 3, 23), ("B", 30, 8, 38)), sentences=("Known.", sentence), charts=(chart,))
    section = protect(full, 5).sections[0]
    assert section.sentences == ("Known.", NOT_SAID)
    assert (section.charts[0].finding, section.charts[0].alt) == (NOT_SAID, NOT_SAID)


def test_words_about_what_is_shown_stay() -> None:
    sentence = "C had 60 no shows, the others fewer, in 3 months."
    full = report(units(("A", 20, 3, 23), ("B", 30, 8, 38), ("C", 90, 60, 150)), sentences=(sentence,))
    assert protect(full, 5).sections[0].sentences == (sentence,)


@pytest.mark.parametrize(("came", "drawn"), [(3, 0), (30, 1)])
def test_a_chart_of_which_every_rate_is_kept_back_is_not_drawn(came: int, drawn: int) -> None:
    chart = Chart(name="rates", kind="bars", table="seats", title="Rates", finding="Each unit.", alt="Each unit.")
    rates = table([column("rate", Kind.RATE)], [("A", Rate(2, 60)), ("B", Rate(came, 60))])
    section = protect(report(rates, charts=(chart,)), 5).sections[0]
    assert len(section.charts) == drawn
    assert (section.sentences == ("“Rates” is not drawn: every rate in it is kept back.",)) is (drawn == 0)


def test_a_report_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(DoesNotReconcile, match="expected of A: the parts come to 23, the total is 24"):
        protect(report(units(("A", 20, 3, 24), ("B", 30, 8, 38))), 5)


def test_a_report_is_protected_once() -> None:
    with pytest.raises(ValueError, match="hidden already"):
        protect(protect(report(units(("A", 20, 3, 23), ("B", 30, 8, 38))), 5), 5)
