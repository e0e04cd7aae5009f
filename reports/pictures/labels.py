"""Where the names of points are written so that none covers another, a point, or the edge of the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import cos, hypot, pi, sin
from typing import Final

import msgspec

Box = tuple[float, float, float, float]  # left, top, right, bottom
Spot = tuple[float, float]
RADIUS: Final = 6.0  # of a drawn point, in pixels
WIDTH_OF_LETTER: Final = 0.56  # of the size of the typeface, on the large side
ANGLES: Final = tuple(n * pi / 8 for n in (0, 8, 12, 4, 14, 2, 10, 6, 15, 1, 9, 7, 13, 11, 3, 5))  # beside first
NEAR: Final = 9.0  # pixels; a label so close to its point needs no line
DISTANCES: Final = (NEAR, 16.0, 26.0, 38.0, 52.0, 68.0, 86.0, 110.0)


class Point(msgspec.Struct, frozen=True):
    """A point to be named, in pixels from the top left of the picture."""

    x: float
    y: float
    label: str


class Placed(msgspec.Struct, frozen=True):
    """Where a label begins, is centred or ends (`align`), the box it fills, and where a line from its point ends."""

    x: float
    y: float
    align: str
    box: Box
    line: Spot | None = None


def placed(points: Sequence[Point], width: float, height: float, size: float) -> list[Placed | None]:
    """A place for each label; None where there is none left, as rarely as some orders of placing them allow.

    :param points: the most important first.
    :param size: of the typeface, in pixels.
    """
    least, best = len(points) + 1, list[Placed | None]()
    for turn in range(max(1, len(points))):
        found = _placed(points, [*range(turn, len(points)), *range(turn)], (0.0, 0.0, width, height), size)
        if (unplaced := found.count(None)) < least:
            least, best = unplaced, found
        if not least:
            break
    return best


def _placed(points: Sequence[Point], order: Sequence[int], within: Box, size: float) -> list[Placed | None]:
    """A place for each label, taken one after the other in this order."""
    taken: list[Box] = [(p.x - RADIUS, p.y - RADIUS, p.x + RADIUS, p.y + RADIUS) for p in points]
    texts: list[Box] = []
    found: list[Placed | None] = [None] * len(points)
    for n in order:
        point = points[n]
        place = next(
            (
                place
                for distance, angle in product(DISTANCES, ANGLES)
                if _inside((place := _tried(point, distance, angle, size)).box, within)
                and not any(_meet(place.box, other) for other in taken)
                and not any(_meet(dot, text) for dot in _dots(point, place) for text in texts)
            ),
            None,
        )
        found[n] = place
        if place:
            texts.append(place.box)
            taken += [place.box, *_dots(point, place)]
    return found


def shortened(labels: Sequence[str]) -> list[str]:
    """The labels without the last word that more than half of them share, as BCU."""
    words = Counter(label.split()[-1] for label in labels if " " in label)
    last, number = words.most_common(1)[0] if words else ("", 0)
    return [label.removesuffix(f" {last}") if 2 * number > len(labels) else label for label in labels]


def _tried(point: Point, distance: float, angle: float, size: float) -> Placed:
    """The label in this direction: beside its point it begins or ends there, above and below it is centred."""
    side = (cos(angle) > 0.3) - (cos(angle) < -0.3)
    width = len(point.label) * size * WIDTH_OF_LETTER
    x, y = point.x + cos(angle) * distance, point.y + sin(angle) * (distance + size / 4)
    left = x - width / 2 + side * width / 2
    box = (left, y - size * 0.6, left + width, y + size * 0.6)
    align = {1: "left", -1: "right", 0: "center"}[side]
    end = (min(max(point.x, box[0]), box[2]), min(max(point.y, box[1]), box[3]))
    return Placed(x, y, align, box, end if distance > NEAR else None)


def _dots(point: Point, place: Placed) -> list[Box]:
    """The line to the label as small boxes, so that nothing is written across it."""
    if place.line is None:
        return []
    steps = max(1, int(hypot(place.line[0] - point.x, place.line[1] - point.y) / 4))
    spots = [
        (point.x + (place.line[0] - point.x) * n / steps, point.y + (place.line[1] - point.y) * n / steps)
        for n in range(1, steps)
    ]
    return [(x - 1, y - 1, x + 1, y + 1) for x, y in spots]


def _inside(box: Box, within: Box) -> bool:
    return box[0] >= within[0] and box[1] >= within[1] and box[2] <= within[2] and box[3] <= within[3]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
