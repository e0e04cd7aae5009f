"""A picture before it is drawn: marks on a plane, in plain numbers. charts.py draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Final

import msgspec

from reports.document import Cell, Chart, Hidden, Kind, Table

BLUE, ORANGE, PLUM = "#12436D", "#F46A25", "#801650"  # Analysis Function palette, each 3:1 on white or more
GREY, SHADE, INK = "#595959", "#DCE4EB", "#0B0C0C"
Row = tuple[Cell, ...]


class CannotBeDrawn(Exception):
    """The kind of picture is not known, or the table has not what it draws."""


class Axis(msgspec.Struct, frozen=True):
    """One direction of the plane. The first number of `span` stands left or below, and may be the larger one.

    :param ticks: words at numbers; None for numbers as they come.
    """

    title: str
    span: tuple[float, float]
    ticks: Mapping[float, str] | None = None
    lines: bool = True


class Layer(msgspec.Struct, frozen=True):
    """Marks of one look, later ones above earlier ones.

    :param mark: point, line, rule, rect, tick or text.
    :param values: x and y, and as the mark needs x2, y2, the text t and the stretch of a line, of which each is drawn
        by itself. A rule without y goes from top to bottom.
    """

    mark: str
    values: Sequence[Mapping[str, float | str]]
    style: Mapping[str, object]


class Picture(msgspec.Struct, frozen=True):
    """Sizes in pixels, of the plane inside the axes; `said` are lines of words below it."""

    width: int
    height: int
    letters: int
    across: Axis
    up: Axis
    layers: Sequence[Layer]
    said: Sequence[str]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The pixel, from the top left, of a point."""
        (left, right), (low, high) = self.across.span, self.up.span
        return (x - left) / (right - left) * self.width, (high - y) / (high - low) * self.height

    def back(self, x: float, y: float) -> tuple[float, float]:
        """The point at a pixel."""
        (left, right), (low, high) = self.across.span, self.up.span
        return left + x / self.width * (right - left), high - y / self.height * (high - low)


def place_of(chart: Chart, table: Table, kind: Kind) -> int:
    """Which column of this kind the chart draws: the first that it names, else the first there is.

    :raises CannotBeDrawn: when there is none.
    """
    of_kind = [n for n, column in enumerate(table.columns) if column.kind == kind]
    meant = [n for n in of_kind if table.columns[n].name in chart.columns]
    for n in meant or ([] if chart.columns else of_kind):
        return n
    raise CannotBeDrawn(f"{table.name} has no column of kind {kind} that {chart.name} could draw")


def cell(table: Table, row: Row, name: str) -> Cell:
    """The cell of the column of this name; None where there is no such column."""
    return next((row[n] for n, column in enumerate(table.columns) if column.name == name), None)


def left_out(cells: Sequence[Cell], what: str) -> list[str]:
    """What the picture says of hidden cells, if there are any."""
    hidden = sum(isinstance(found, Hidden) for found in cells)
    if not hidden:
        return []
    return [f"[c] {hidden} {what}{'s are' if hidden > 1 else ' is'} hidden and not drawn."]


def lines_of(words: str, picture_width: int, letters: int) -> list[str]:
    """Words in lines that fit below a picture."""
    return wrap(words, max(20, int(picture_width / (letters * MEAN_WIDTH))))


MEAN_WIDTH: Final = 0.52  # of a letter, in sizes of the typeface
