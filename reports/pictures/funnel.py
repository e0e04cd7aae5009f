"""The funnel plot: units by their number of seats and their rate, within the limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from reports.document import Chart, Kind, Table
from reports.limits import TAIL_95, TAIL_998, limits
from reports.pictures.labels import Box, Point, placed, shortened
from reports.pictures.picture import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    PLUM,
    Axis,
    Layer,
    Picture,
    cell,
    left_out,
    lines_of,
    place_of,
)
from reports.rates import Rate

Known = tuple[str, Rate, str]  # a unit's label, rate and place in words
SHAPES: Final = (  # of a place that begins so; the outer ones differ in shape, so that colour need not tell
    ("lower than the 99.8%", {"shape": "triangle-down", "fill": ORANGE, "size": 160, "stroke": INK}),
    ("higher than the 99.8%", {"shape": "triangle-up", "fill": ORANGE, "size": 160, "stroke": INK}),
    ("lower than the 95%", {"shape": "diamond", "fill": PLUM, "size": 130, "stroke": INK}),
    ("higher than the 95%", {"shape": "diamond", "fill": PLUM, "size": 130, "stroke": INK}),
    ("", {"shape": "circle", "fill": BLUE, "size": 75, "stroke": "white"}),
)


def picture(chart: Chart, table: Table, narrow: bool) -> Picture:
    """The units whose rates are published; the limits around the rate of all, where that is."""
    rate = place_of(chart, table, Kind.RATE)
    known = [
        (str(row[0]), found, str(cell(table, row, "place")))
        for row in table.rows
        if isinstance(found := row[rate], Rate) and found.whole
    ]
    together, most = table.total[rate] if table.total else None, _most(known)
    curves = _curves(together, most) if isinstance(together, Rate) and together.whole else []
    lows = [100 * of.part / of.whole for _, of, _ in known] + [line.points[-1][1] for line in curves]
    floor = max(0, 10 * int((min(lows, default=0) - 8) // 10))
    empty = Picture(
        width=262 if narrow else 490,
        height=340 if narrow else 400,
        letters=12 if narrow else 14,
        across=Axis("Seats with a recorded outcome", (0, most)),
        up=Axis("Attendance rate, %", (floor, 100)),
        layers=(),
        said=(),
    )
    names, unnamed = _names(known, empty)
    said = left_out([row[rate] for row in table.rows], "unit")
    said += (
        lines_of(f"Not named for want of room: {', '.join(unnamed)}.", empty.width, empty.letters) if unnamed else []
    )
    layers = (*_lines(curves, floor), *names, *_points(known))
    return msgspec.structs.replace(empty, layers=layers, said=said)


class Curve(msgspec.Struct, frozen=True):
    label: str
    dash: Sequence[int]
    points: Sequence[tuple[float, float]]


def _most(known: Sequence[Known]) -> int:
    """Where the line across ends: a round number somewhat above the largest unit."""
    largest = max((of.whole for _, of, _ in known), default=10) * 1.08
    step = next(
        step for power in range(9) for step in (10**power, 2 * 10**power, 5 * 10**power) if largest / step <= 12
    )
    return int(-(-largest // step) * step)


def _curves(together: Rate, most: int) -> list[Curve]:
    """What all units together have, and the limits of units of every size up to `most`."""
    target = together.part / together.whole
    lines = [Curve(f"all: {together.percent}%", (1, 0), [(0, 100 * target), (most, 100 * target)])]
    sizes = sorted({-(-most * n // 90) for n in range(1, 91)})
    for tail, label, dash in ((TAIL_95, "95%", (6, 4)), (TAIL_998, "99.8%", (2, 3))):
        found = [(size, limits(size, target, tail)) for size in sizes]
        low = [(size, 100 * limit.low) for size, limit in found if limit.low > 0]
        high = [(size, 100 * limit.high) for size, limit in found if limit.high < 1]
        lines += [Curve(label, dash, line) for line in (low, high) if line]
    return lines


def _lines(curves: Sequence[Curve], floor: float) -> list[Layer]:
    layers = []
    for curve in curves:
        points = [{"x": x, "y": y} for x, y in curve.points if y >= floor]
        layers.append(Layer("line", points, {"color": GREY, "strokeDash": list(curve.dash), "strokeWidth": 1.5}))
        layers.append(Layer("text", [{**points[-1], "t": curve.label}] if points else [], {"align": "left", "dx": 5}))
    return layers


def _points(known: Sequence[Known]) -> list[Layer]:
    by_shape: dict[str, list[dict[str, float]]] = {start: [] for start, _ in SHAPES}
    for _, of, where in known:
        by_shape[next(start for start, _ in SHAPES if where.startswith(start))].append(
            {"x": of.whole, "y": 100 * of.part / of.whole}
        )
    return [Layer("point", by_shape[start], style) for start, style in reversed(SHAPES)]


def _names(known: Sequence[Known], on: Picture) -> tuple[list[Layer], list[str]]:
    """The units' names beside their points, those outside first, and which of them found no room."""
    short = shortened([label for label, _, _ in known])
    first = sorted(zip(short, known, strict=True), key=lambda unit: "limit" not in unit[1][2])
    points = [
        Point(*on.at(of.whole, 100 * of.part / of.whole), f"{name}, {of.percent}%" if "limit" in where else name)
        for name, (_, of, where) in first
    ]
    texts: dict[str, list[dict[str, float | str]]] = {"left": [], "center": [], "right": []}
    behind: list[dict[str, float]] = []
    leads: list[dict[str, float]] = []
    unnamed = []
    for point, place in zip(points, placed(points, on.width, on.height, on.letters), strict=True):
        if place is None:
            unnamed.append(point.label)
            continue
        x, y = on.back(place.x, place.y)
        texts[place.align].append({"x": x, "y": y, "t": point.label})
        behind.append(_between(on, place.box))
        leads += [_between(on, (point.x, point.y, *place.line))] if place.line else []
    written = [Layer("text", values, {"align": align}) for align, values in texts.items()]
    white = Layer("rect", behind, {"color": "white", "fillOpacity": 0.7})
    return [white, Layer("rule", leads, {"color": GREY, "strokeWidth": 0.8}), *written], unnamed


def _between(on: Picture, pixels: Box) -> dict[str, float]:
    (x, y), (x2, y2) = on.back(*pixels[:2]), on.back(*pixels[2:])
    return {"x": x, "y": y, "x2": x2, "y2": y2}
