"""Rates with their intervals: of units in the order of the table, never ranked; or of periods in order of time."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from reports.document import Cell, Chart, Hidden, Kind, Table
from reports.pictures.labels import WIDTH_OF_LETTER
from reports.pictures.picture import (
    BLUE,
    GREY,
    INK,
    Axis,
    CannotBeDrawn,
    Layer,
    Picture,
    Row,
    cell,
    left_out,
    place_of,
)
from reports.rates import Interval, Rate

Values = list[dict[str, float | str]]
WHISKER = {"color": BLUE, "strokeWidth": 2}
POINT = {"shape": "circle", "fill": BLUE, "size": 70, "strokeWidth": 0}


def bars(chart: Chart, table: Table, narrow: bool) -> Picture:
    """A line of text, a point and a whisker for each row, and for the total below them."""
    rate, interval = place_of(chart, table, Kind.RATE), _interval(chart, table)
    rows: list[Row] = [*table.rows, *([table.total] if table.total else [])]
    whiskers: Values = []
    points: Values = []
    texts: Values = []
    for n, row in enumerate(rows):
        found = row[rate]
        if isinstance(found, Rate) and found.whole:
            points.append({"x": _percent(found), "y": n})
            texts.append({"x": 100, "y": n, "t": f"{found.percent}%" if narrow else str(found)})
            whiskers += [{"x": low, "x2": high, "y": n} for low, high in _reach(row, interval)]
        else:
            texts.append({"x": 0, "y": n, "t": "[c] hidden" if isinstance(found, Hidden) else "nothing recorded"})
    ends: Values = [{"x": whisker[end], "y": whisker["y"]} for whisker in whiskers for end in ("x", "x2")]
    parted: Values = [{"x": 0, "x2": 100, "y": len(table.rows) - 0.5}] if table.total else []
    return Picture(
        width=140 if narrow else 270,
        height=len(rows) * (24 if narrow else 27),
        letters=12 if narrow else 14,
        across=Axis(f"{table.columns[rate].title}, %", (0, 100), {n: str(n) for n in (0, 25, 50, 75, 100)}),
        up=Axis("", (len(rows) - 0.5, -0.5), {n: str(row[0]) for n, row in enumerate(rows)}, lines=False),
        layers=(
            Layer("rule", parted, {"color": GREY, "strokeWidth": 1}),
            Layer("rule", whiskers, WHISKER),
            Layer("tick", ends, {"color": BLUE, "thickness": 2, "size": 10, "orient": "vertical"}),
            Layer("point", points, POINT),
            Layer("text", texts, {"align": "left", "dx": 8}),
        ),
        said=["Point: rate; line: 95% interval."] if whiskers else [],
    )


def trend(chart: Chart, table: Table, narrow: bool) -> Picture:
    """A point and a whisker for each period, joined by a line that stops where there is no figure."""
    rate, interval = place_of(chart, table, Kind.RATE), _interval(chart, table)
    known = [
        (n, row, found) for n, row in enumerate(table.rows) if isinstance(found := row[rate], Rate) and found.whole
    ]
    points: Values = [{"x": n, "y": _percent(of), "stretch": n - seen} for seen, (n, _, of) in enumerate(known)]
    whiskers: Values = [{"x": n, "y": low, "y2": high} for n, row, _ in known for low, high in _reach(row, interval)]
    breaks: Values = [{"x": n - 0.5} for n, row in enumerate(table.rows) if cell(table, row, "boundaries")]
    width, letters = (280, 12) if narrow else (540, 14)
    texts: Values = [
        {"x": n, "y": max([_percent(of), *(high for _, high in _reach(row, interval))]), "t": f"{of.percent}%"}
        for n, row, of in known
        if len(table.rows) * letters * 3 <= width
    ]
    said = [words for words in ("Line at a point: 95% interval.",) if whiskers]
    return Picture(
        width=width,
        height=220 if narrow else 280,
        letters=letters,
        across=Axis("", (-0.5, len(table.rows) - 0.5), _periods(table.rows, width, letters), lines=False),
        up=Axis(f"{table.columns[rate].title}, %", (0, 100)),
        layers=(
            Layer("rule", breaks, {"color": INK, "strokeDash": [5, 3], "strokeWidth": 1.5}),
            Layer("line", points, {"color": BLUE, "strokeWidth": 1.5}),
            Layer("rule", whiskers, WHISKER),
            Layer("point", points, POINT),
            Layer("text", texts, {"baseline": "bottom", "dy": -5}),
        ),
        said=[
            *said,
            *(["Dashed: boundaries changed."] if breaks else []),
            *left_out([row[rate] for row in table.rows], "period"),
        ],
    )


def _periods(rows: Sequence[Row], width: int, letters: int) -> dict[float, str]:
    """As many periods as can be named side by side, from the first on."""
    longest = max((len(str(row[0])) for row in rows), default=1) * letters * WIDTH_OF_LETTER + letters
    step = ceil(longest * len(rows) / width)
    return {n: str(row[0]) for n, row in enumerate(rows) if n % step == 0}


def _percent(rate: Rate) -> float:
    return 100 * rate.part / rate.whole


def _interval(chart: Chart, table: Table) -> int | None:
    try:
        return place_of(chart, table, Kind.INTERVAL)
    except CannotBeDrawn:
        return None


def _reach(row: Row, interval: int | None) -> list[tuple[float, float]]:
    """The ends of the row's interval in percent, if it has one."""
    found: Cell = None if interval is None else row[interval]
    if isinstance(found, Interval) and found.low is not None and found.high is not None:
        return [(100 * found.low, 100 * found.high)]
    return []
