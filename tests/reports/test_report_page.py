"""The page and its files, opened by the coordinator at the tests' time."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest

from attendance.tables import Outcome
from directory.tables import Unit, UnitKind
from meetings.tables import Meeting
from reports import committee
from reports.counts import Counted
from reports.document import Document
from reports.meeting_measures import EVERY
from reports.rates import DoesNotReconcile
from reports.sections.prose import CAVEATS
from tests.browsing import Browser
from tests.factories import (
    HOUR,
    MONDAY,
    call_off,
    make_mark,
    make_meeting,
    make_not_convened,
    make_response,
    make_rule,
    make_seat,
    make_trigger,
    make_unit,
)
from tests.reports.printed import Tables, printed_from_file, read_file


async def november(home: Unit, destination: Unit) -> Meeting:
    """One meeting held, which the home unit attended and the destination unit did not; one called off."""
    meeting = await make_meeting(home=home, destination=destination, quorum=("home police",))
    for unit, capacity, outcome in (
        (home, "home police", Outcome.DEPUTY),
        (destination, "destination police", Outcome.NO_SHOW),
    ):
        seat = await make_seat(meeting=meeting, unit=unit, capacities=(capacity,))
        await make_response(meeting=meeting, seat=seat)
        await make_mark(meeting=meeting, seat=seat, outcome=outcome)
    rule = await make_rule()
    await make_trigger(rule=rule, meeting=meeting)
    await make_trigger(rule=rule, not_convened=await make_not_convened(home=home))
    await call_off(meeting=await make_meeting(home=destination), at=MONDAY - HOUR)
    return meeting


async def test_a_stranger_sees_no_figures(visitor: Browser) -> None:
    for path in ("/reports", "/reports.csv", "/reports/charts/funnel/0.svg"):
        answer = await visitor.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")


async def test_the_report_begins_with_its_finding(browser: Browser, home: Unit, destination: Unit) -> None:
    await november(home, destination)
    text = (await browser.get("/reports?period=2026-11")).text
    assert "50% of the seats with a record at missing strategy meetings (1 of 2); none is without a record" in text


async def test_the_sums_of_every_way_of_counting_are_printed(browser: Browser, home: Unit, destination: Unit) -> None:
    await november(home, destination)
    tables = Tables((await browser.get("/reports?period=2026-11")).text)
    _, *ways, total = tables.texts("The same police seats, added up in every way")
    assert [row[0] for row in ways][:2] == ["By unit", "By capacity"]
    assert {tuple(row[1:]) for row in (*ways, total)} == {("2", "0", "1", "0", "1", "0", "0")}


async def test_percentages_stand_beside_both_their_numbers(browser: Browser, home: Unit, destination: Unit) -> None:
    await november(home, destination)
    tables = Tables((await browser.get("/reports?period=2026-11")).text)
    head, *rows = tables.texts("Attendance of each police unit")
    rates = {row[0]: row[head.index("Attendance rate")] for row in rows}
    assert rates == {
        "Central North BCU": "100% (1 of 1)",
        "East Area BCU": "0% (0 of 1)",
        "All police units": "50% (1 of 2)",
    }


async def test_what_is_not_recorded_is_printed(browser: Browser, home: Unit) -> None:
    await make_seat(meeting=await make_meeting(home=home), unit=home)
    tables = Tables((await browser.get("/reports?period=2026-11")).text)
    head, row, _ = tables.texts("Attendance of each police unit")
    assert row[head.index("Not recorded")] == "1"
    assert row[head.index("Attendance rate")] == "– (0 of 0)"


async def test_a_mark_changes_the_rate_that_the_page_shows(browser: Browser, home: Unit, destination: Unit) -> None:
    meeting = await make_meeting(home=home)
    seat = await make_seat(meeting=meeting, unit=home)
    assert "nothing is recorded yet" in (await browser.get("/reports")).text
    await make_mark(meeting=meeting, seat=seat)
    assert "100% of the seats with a record" in (await browser.get("/reports")).text


async def test_tables_have_captions_and_their_heads_say_what_they_head(
    browser: Browser, home: Unit, destination: Unit
) -> None:
    await november(home, destination)
    tables = Tables((await browser.get("/reports?period=2026-11")).text).found
    expected = {"The main figures", "Attendance of each police unit", "Meetings not convened, by the reason given"}
    assert expected <= set(tables)
    for head, *rows in tables.values():
        assert {(tag, scope) for tag, scope, _ in head} == {("th", "col")}
        assert {row[0][:2] for row in rows} == {("th", "row")}


async def test_every_table_scrolls_by_itself_and_can_be_focused(
    browser: Browser, home: Unit, destination: Unit
) -> None:
    await november(home, destination)
    text = (await browser.get("/reports?period=2026-11")).text
    scrolling = re.findall(
        r'<div class="convene-scroll" id="table-[a-z_-]+" tabindex="0" role="region" aria-label=', text
    )
    assert len(scrolling) == text.count("<table") > 10


async def test_page_and_files_agree_cell_by_cell(browser: Browser, home: Unit, destination: Unit, city: Unit) -> None:
    await november(home, destination)
    page = (await browser.get("/reports?period=2026-11")).text
    tables = Tables(page)
    named = dict(re.findall(r'href="/reports\.csv\?[^"]*table=([a-z_-]+)">(.+?) \(CSV\)</a>', page))
    assert len(named) == len(tables.found) > 10
    for name, caption in named.items():
        head, *shown = tables.texts(html.unescape(caption))
        rows = await read_file(browser, f"/reports.csv?period=2026-11&table={name}")
        assert [[printed_from_file(row, title) for title in head] for row in rows] == shown


async def test_a_table_is_found_by_the_name_it_had_before(browser: Browser, home: Unit) -> None:
    earlier = await browser.get("/reports.csv?table=police-units")
    assert earlier.content == (await browser.get("/reports.csv?table=attendance")).content


async def test_a_file_says_which_period_and_type_it_is_of(browser: Browser, home: Unit) -> None:
    answer = await browser.get("/reports.csv?period=2026-11-01..2026-11-15&type=panel")
    row = next(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (row["First day"], row["Last day"], row["Meeting type"]) == ("2026-11-01", "2026-11-15", "panel")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="convene-2026-11-01-to-2026-11-15-attendance-not-for-publication.csv"'
    )


async def test_a_units_name_is_text_on_the_page_and_in_the_file(browser: Browser) -> None:
    await make_unit(code="AS", name='=cmd|"/C calc"!A0<script>')
    assert "=cmd|&#34;/C calc&#34;!A0&lt;script&gt;" in (await browser.get("/reports")).text
    row = (await read_file(browser, "/reports.csv"))[0]
    assert row["Police unit"] == '\'=cmd|"/C calc"!A0<script>'


async def test_the_city_and_the_bcus_are_listed_with_zeros_and_no_other_force(
    browser: Browser, home: Unit, city: Unit
) -> None:
    await make_unit(code="essex", kind=UnitKind.FORCE)
    tables = Tables((await browser.get("/reports")).text)
    names = [row[0] for row in tables.texts("Attendance of each police unit")[1:]]
    assert names == ["Central North BCU", "City of London Police", "All police units"]


async def test_without_a_choice_it_is_this_financial_year_and_the_main_type(browser: Browser, home: Unit) -> None:
    text = (await browser.get("/reports")).text
    assert "1 April 2026 to 31 March 2027, missing strategy meeting." in text
    assert '<option value="2026-27" selected>Financial year 2026 to 2027</option>' in text


async def test_other_days_are_taken_from_the_form_and_stay_in_it(browser: Browser, home: Unit) -> None:
    asked = {"period": "days", "type": "panel"}
    asked |= {"from-day": "2", "from-month": "11", "from-year": "2026"}
    asked |= {"to-day": "9", "to-month": "11", "to-year": "2026"}
    text = (await browser.get("/reports", params=asked)).text
    assert "2 November 2026 to 9 November 2026, panel." in text
    again = (await browser.get("/reports?period=2026-11-02..2026-11-09")).text
    assert '<option value="days" selected>' in again
    assert 'name="to-day" type="text" value="9"' in " ".join(again.split())


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=2026-13", "“2026-13” is not a period."),
        ("type=party", "Choose a type of meeting from the list"),
        ("period=days", "Enter the first day"),
        ("period=days&from=2026-11-02", "Enter the last day"),
        ("period=days&from=2026-11-02&to=2026-11-01", "The period ends on 1 November 2026, before it starts"),
        ("period=days&from=2026-11-31&to=2026-12-01", "There is no such day as 31 11 2026"),
        ("period=days&from=1999-01-01&to=2026-12-01", "Reports reach from 2012 to 2098; 1999 is outside."),
    ],
)
async def test_a_choice_that_cannot_be_taken_is_answered_with_a_sentence(
    browser: Browser, query: str, sentence: str
) -> None:
    answer = await browser.get(f"/reports?{query}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert sentence in answer.text
    in_file = await browser.get(f"/reports.csv?{query}")
    assert in_file.status_code == 400
    assert sentence in in_file.text


async def test_a_table_that_does_not_exist_is_answered_with_those_that_do(browser: Browser, home: Unit) -> None:
    answer = await browser.get("/reports.csv?table=ledger")
    assert answer.status_code == 400
    assert answer.text.startswith("There is no such table. Choose one of key-numbers, attendance, ")


async def test_figures_that_do_not_add_up_are_not_shown(
    browser: Browser, home: Unit, destination: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await november(home, destination)
    whole = committee.compile

    def lossy(counted: Counted, *rest: Any, **more: Any) -> Document:
        del counted.seats.by_unit[home.id]
        return whole(counted, *rest, **more)

    monkeypatch.setattr("reports.drawing_up.committee.compile", lossy)
    answer = await browser.get("/reports?period=2026-11")
    assert answer.status_code == 500
    assert "expected by unit: the parts come to 1, the total is 2." in answer.text
    assert "<table" not in answer.text
    in_file = await browser.get("/reports.csv?period=2026-11")
    assert in_file.status_code == 500
    assert "expected by unit: the parts come to 1, the total is 2." in in_file.text


async def test_every_chart_is_a_picture_of_its_own_table(browser: Browser, home: Unit, destination: Unit) -> None:
    await november(home, destination)
    page = (await browser.get("/reports?period=2026-11")).text
    addresses = [html.unescape(address) for address in re.findall(r'src="(/reports/charts/[^"]+)"', page)]
    assert len(addresses) == page.count("<figure") > 2
    picture = await browser.get(addresses[0])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert "Central North BCU" in picture.text
    narrow = await browser.get(f"{addresses[0]}&narrow=yes")
    assert narrow.status_code == 200
    assert narrow.content != picture.content


async def test_a_picture_is_drawn_of_the_records_when_nothing_is_remembered_of_it(
    browser: Browser, home: Unit, destination: Unit
) -> None:
    await november(home, destination)
    query = "period=2026-11&type=missing+strategy+meeting"
    drawn = await browser.get(f"/reports/charts/funnel/0.svg?{query}")
    assert drawn.status_code == 200
    assert drawn.text.startswith("<svg")
    for unknown in (f"/reports/charts/pie/0.svg?{query}", "/reports/charts/funnel/0.svg?period=never"):
        assert (await browser.get(unknown)).status_code == 404


async def test_every_measure_is_defined_and_every_caveat_said(browser: Browser, home: Unit) -> None:
    text = " ".join((await browser.get("/reports")).text.replace("&#39;", "'").split())
    missing = [m.name for m in EVERY if f">{m.name}</dt>" not in text or f">{m.means}</dd>" not in text]
    assert missing == []
    assert [caveat for caveat in CAVEATS if caveat not in text] == []


def test_a_difference_is_told_in_one_sentence() -> None:
    assert str(DoesNotReconcile("expected", 6, 7)) == "expected: the parts come to 6, the total is 7."
