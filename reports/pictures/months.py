"""One unit's months: the rate, its usual level, the limits, signs of change, and where boundaries changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.document import Chart, Kind, Table
from reports.pictures.picture import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SHADE,
    Axis,
    Layer,
    Picture,
    cell,
    left_out,
    lines_of,
    place_of,
)
from reports.rates import Interval, Rate

Values = list[dict[str, float | str]]
WIDTH, LETTERS = 262, 12  # one size for every screen: many of them stand side by side
PLAIN = {"fill": BLUE, "size": 24, "strokeWidth": 0}
SIGN = {"shape": "diamond", "fill": ORANGE, "stroke": INK, "size": 75}


def picture(chart: Chart, table: Table, narrow: bool) -> Picture:
    """Small enough that many units can be seen together; all on the same scale."""
    rate = place_of(chart, table, Kind.RATE)
    known = [(n, row, of) for n, row in enumerate(table.rows) if isinstance(of := row[rate], Rate) and of.whole]
    points: Values = [
        {"x": n, "y": 100 * of.part / of.whole, "stretch": n - seen} for seen, (n, _, of) in enumerate(known)
    ]
    marked = [isinstance(cell(table, row, "signal"), str) for _, row, _ in known]
    breaks = [n for n, row in enumerate(table.rows) if cell(table, row, "boundaries")]
    bars = _limits(table)
    levels = _levels(table, breaks)
    last: Values = (
        [{"x": len(table.rows) - 0.5, "y": levels[-1]["y"], "t": f"{levels[-1]['y']:.0f}%"}] if levels else []
    )
    layers = (
        Layer("rect", bars, {"color": SHADE}),
        Layer("rule", [{"x": n - 0.5} for n in breaks], {"color": INK, "strokeDash": [5, 3], "strokeWidth": 1.5}),
        Layer("rule", levels, {"color": GREY, "strokeWidth": 1.5}),
        Layer("text", last, {"align": "left", "dx": 4}),
        Layer("line", points, {"color": BLUE, "strokeWidth": 1.2}),
        Layer("point", [p for p, sign in zip(points, marked, strict=True) if not sign], PLAIN),
        Layer("point", [p for p, sign in zip(points, marked, strict=True) if sign], SIGN),
    )
    key = {
        "line: usual level": levels,
        "grey: limits": bars,
        "diamond: sign of change": any(marked),
        "dashed: boundaries changed": breaks,
    }
    said = lines_of("; ".join(words for words, there in key.items() if there), WIDTH + 60, LETTERS)
    return Picture(
        width=WIDTH,
        height=170,
        letters=LETTERS,
        across=Axis("", (-0.5, len(table.rows) - 0.5), _ticks([str(row[0]) for row in table.rows]), lines=False),
        up=Axis(f"{table.columns[rate].title}, %", (0, 100)),
        layers=layers,
        said=[*said, *left_out([row[rate] for row in table.rows], "month")],
    )


def _limits(table: Table) -> Values:
    """A bar for each month from its lower limit to its upper one."""
    found = [(n, cell(table, row, "limits")) for n, row in enumerate(table.rows)]
    return [
        {"x": n - 0.5, "x2": n + 0.5, "y": 100 * span.low, "y2": 100 * span.high}
        for n, span in found
        if isinstance(span, Interval) and span.low is not None and span.high is not None
    ]


def _levels(table: Table, breaks: Sequence[int]) -> list[dict[str, float]]:
    """The usual level as one line for each stretch between two breaks."""
    found = []
    for first, after in pairwise([0, *breaks, len(table.rows)]):
        cells = [(n, cell(table, table.rows[n], "centre")) for n in range(first, after)]
        known = [(n, centre) for n, centre in cells if isinstance(centre, int | float)]
        if known:
            found.append({"x": known[0][0] - 0.5, "x2": known[-1][0] + 0.5, "y": known[-1][1]})
    return found


def _ticks(months: Sequence[str]) -> dict[float, str]:
    """Which months are named below the plane: the Januaries, or the first and the last where there are few."""
    januaries: dict[float, str] = {
        n: f"Jan {month[-4:]}" for n, month in enumerate(months) if month.startswith("January")
    }
    if len(januaries) > 1:
        return januaries
    return {n: f"{months[n][:3]} {months[n][-4:]}" for n in (0, len(months) - 1) if months}
