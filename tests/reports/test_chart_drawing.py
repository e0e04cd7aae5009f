"""Every kind of chart is drawn from its table alone: readable, safe to embed, always the same, silent about [c]."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date

import altair as alt
import pytest
from altair.utils.schemapi import debug_mode
from msgspec.structs import replace

from reports import charts
from reports.boundaries import Break
from reports.charts import FONT, KINDS, svg
from reports.document import HIDDEN, Chart, Column, Kind, Table
from reports.funnel import funnel
from reports.funnel import said as funnel_said
from reports.pictures.picture import CannotBeDrawn
from reports.rates import Interval, Rate
from reports.runs import run_charts
from tests.reports.whole_report import HOSTILE

NAMES = ("Central South", "Central West", "East Area", "North Area", "North East", "South East")
UNITS = [(f"{name} BCU", Rate(part, 200)) for name, part in zip(NAMES, (160, 158, 165, 155, 112, 163), strict=True)]
SVG = "{http://www.w3.org/2000/svg}"
RATES = Table(
    name="units",
    caption="Attendance",
    of="police seats",
    by="police unit",
    columns=(
        Column(name="unit", title="Police unit", kind=Kind.WORDS),
        Column(name="completeness", title="Completeness", kind=Kind.RATE),
        Column(name="attendance_rate", title="Attendance rate", kind=Kind.RATE),
        Column(name="attendance_interval", title="95% interval", kind=Kind.INTERVAL),
    ),
    rows=tuple((label, Rate(1, 1), rate, rate.interval) for label, rate in UNITS),
    total=("London", Rate(1, 1), Rate(913, 1200), Rate(913, 1200).interval),
)


def charted(kind: str) -> tuple[Chart, Table]:
    """A chart of this kind with its table."""
    if kind == "funnel":
        table, chart = funnel(UNITS, whole="London")
        return chart, table
    if kind == "run":
        months = [("North East BCU", date(2024 + n // 12, n % 12 + 1, 1), Rate(15 + n % 5, 20)) for n in range(30)]
        what = "from 1 April 2026 also polices Enfield"
        (table,), (chart,) = run_charts(months, {"North East BCU": [Break(date(2026, 4, 1), what)]})
        return chart, table
    words = {"title": "Rates & <intervals>", "finding": "“A” differs.", "alt": "Six units."}
    return Chart(
        name="units", kind=kind, table="units", columns=("attendance_rate", "attendance_interval"), **words
    ), RATES


def texts(picture: str) -> list[str]:
    return [" ".join(text.itertext()) for text in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314  # our own


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_it_has_a_title_a_description_and_a_role(kind: str, narrow: bool) -> None:
    chart, table = charted(kind)
    root = ET.fromstring(svg(chart, table, narrow=narrow))  # noqa: S314  # our own
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (title.text, desc.text) == (chart.title, f"{chart.finding} {chart.alt}")


@pytest.mark.parametrize("kind", KINDS)
def test_it_holds_nothing_that_a_strict_page_would_block_or_fetch(kind: str) -> None:
    drawn = svg(*charted(kind))
    assert not re.search(r"<(script|style|image|foreignObject|a)\b|\b(style|href|on\w+)=|url\(|@import", drawn)
    assert set(re.findall(r'"(https?://[^"]*)"', drawn)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_table_is_drawn_the_same_each_time(kind: str) -> None:
    chart, table = charted(kind)
    assert svg(chart, table) == svg(chart, table)


@pytest.mark.parametrize("kind", KINDS)
def test_its_text_is_text_in_the_typeface_of_the_product(kind: str) -> None:
    drawn = svg(*charted(kind))
    assert {family.strip("&quot;") for family in re.findall(r'font-family="([^"]*)"', drawn)} == {FONT}
    assert "Attendance rate, %" in texts(drawn)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("narrow", [False, True])
def test_letters_are_no_smaller_than_11_pixels_where_it_is_shown(kind: str, narrow: bool) -> None:
    """A narrow one has to fit beside the margins of a screen of 390 pixels, a wide one on half a desk's screen."""
    drawn = svg(*charted(kind), narrow=narrow)
    width = float(re.search(r'<svg[^>]* width="([\d.]+)"', drawn)[1])  # type: ignore[index]  # every SVG has a width
    shown = min(1.0, (358 if narrow or kind == "run" else 700) / width)
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)px"', drawn)) * shown >= 11


def test_a_funnel_names_its_units_its_limits_and_the_rate_of_all() -> None:
    written = texts(svg(*charted("funnel")))
    assert {"Central South", "East Area, 83%", "North East, 56%", "all: 76%", "95%", "99.8%"} <= set(written)
    assert "Seats with a recorded outcome" in written


def test_a_funnel_of_few_seats_reaches_down_to_its_limits() -> None:
    table, chart = funnel([("Central North BCU", Rate(10, 12))], whole="London")
    assert {"95%", "99.8%"} <= set(texts(svg(chart, table)))


def test_bars_stand_in_the_order_of_the_table_with_both_numbers_and_the_total_last() -> None:
    chart, table = charted("bars")
    up = KINDS["bars"](chart, table, False).up
    assert list((up.ticks or {}).values()) == [*(label for label, _ in UNITS), "London"]
    assert up.span == (6.5, -0.5), "the first stands at the top"
    assert {"56% (112 of 200)", *(label for label, _ in UNITS)} <= set(texts(svg(chart, table)))


def test_a_run_chart_says_what_its_lines_are() -> None:
    written = " ".join(texts(svg(*charted("run"))))
    assert "line: usual level; grey: limits;" in written
    assert "dashed: boundaries changed" in written
    assert "Jan 2025" in written


def test_shapes_tell_a_unit_outside_from_one_inside_without_colour() -> None:
    chart, table = charted("funnel")
    points = [layer for layer in KINDS["funnel"](chart, table, False).layers if layer.mark == "point"]
    assert [(layer.style["shape"], len(layer.values)) for layer in points if layer.values] == [
        ("circle", 4),
        ("diamond", 1),
        ("triangle-down", 1),
    ]


@pytest.mark.parametrize("kind", ["funnel", "bars", "trend"])
def test_a_hidden_unit_is_left_out_and_said_so(kind: str) -> None:
    chart, table = charted(kind)
    row = table.rows[4]
    hidden = replace(table, rows=(*table.rows[:4], (row[0], *(HIDDEN for _ in row[1:])), table.rows[5]))
    if kind == "funnel":
        hidden, chart = funnel_said(hidden)
    drawn = svg(chart, hidden)
    assert "56%" not in drawn
    assert "112" not in re.sub(r"<(?!/)[^>]*>", "", drawn)
    assert any("[c]" in text for text in texts(drawn))


def test_what_is_drawn_follows_from_the_published_cells_and_nothing_else() -> None:
    """Two reports that differ in a hidden figure only are the same picture."""
    charts = []
    for part in (112, 113):
        table, _ = funnel([*UNITS[:4], ("North East BCU", Rate(part, 200)), UNITS[5]], whole="London")
        hidden = (*table.rows[:4], ("North East BCU", HIDDEN, HIDDEN, HIDDEN, HIDDEN), table.rows[5])
        table = replace(
            table, rows=tuple((r[0], r[1], HIDDEN, HIDDEN, r[4]) for r in hidden), total=("London", HIDDEN)
        )
        again, chart = funnel_said(table)
        charts.append(svg(chart, again))
    assert charts[0] == charts[1]


def test_a_month_without_seats_is_a_gap_in_the_line() -> None:
    months = [("A", date(2026, n, 1), Rate(0 if n == 4 else 8, 0 if n == 4 else 10)) for n in range(1, 8)]
    (table,), (chart,) = run_charts(months, {})
    (line,) = (layer for layer in KINDS["run"](chart, table, False).layers if layer.mark == "line")
    stretches = {
        value["stretch"]: [v["x"] for v in line.values if v["stretch"] == value["stretch"]] for value in line.values
    }
    assert list(stretches.values()) == [[0, 1, 2], [4, 5, 6]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_rows_makes_an_empty_picture(kind: str) -> None:
    chart, table = charted(kind)
    assert "<svg" in svg(chart, replace(table, rows=(), total=None))


def test_a_name_that_would_be_markup_is_text() -> None:
    chart, table = charted("bars")
    drawn = svg(chart, replace(table, rows=(("<b>&", Rate(1, 1), Rate(1, 2), Interval(None, None)),)))
    assert "<b>&" in texts(drawn)


@pytest.mark.parametrize("kind", ["funnel", "bars", "trend", "run"])
def test_names_and_words_that_mean_harm_are_text_of_a_sound_picture(kind: str) -> None:
    chart, table = charted(kind)
    rows = tuple((label, *table.rows[0][1:]) for label in HOSTILE)
    drawn = svg(replace(chart, title=HOSTILE[7], finding=HOSTILE[10], name='a"b'), replace(table, rows=rows))
    ET.fromstring(drawn)  # noqa: S314  # our own
    assert "<script" not in drawn
    assert "<b>" not in drawn


def test_a_name_that_is_too_long_is_cut_and_leaves_room_for_the_figures() -> None:
    chart, table = charted("bars")
    for narrow, most in ((True, 380), (False, 760)):
        drawn = svg(chart, replace(table, rows=(("a very long name " * 20, *table.rows[0][1:]),)), narrow=narrow)
        assert float(re.search(r'<svg[^>]* width="([\d.]+)"', drawn)[1]) < most  # type: ignore[index]  # it has one


def test_what_cannot_be_drawn_is_refused() -> None:
    chart, table = charted("bars")
    with pytest.raises(CannotBeDrawn, match="pie"):
        svg(replace(chart, kind="pie"), table)
    with pytest.raises(CannotBeDrawn, match="no column of kind rate"):
        svg(replace(chart, columns=("expected",)), table)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_chart_is_as_the_schema_of_vega_lite_has_it(kind: str) -> None:
    chart, table = charted(kind)
    with debug_mode(True):
        specified = charts._specified(KINDS[kind](chart, table, False))
        assert alt.LayerChart.from_dict(specified, validate=True).to_dict(validate=True)
