"""Names stand beside their points: none covers another or a point, none leaves the picture."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reports.pictures.labels import RADIUS, Box, Point, placed, shortened

WIDTH, HEIGHT, SIZE = 262.0, 340.0, 12.0
NAMES = st.sampled_from(["Central South", "East Area", "City of London Police", "NE", "West Area, 61%"])
POINTS = st.lists(st.builds(Point, st.floats(0, WIDTH), st.floats(0, HEIGHT), NAMES), max_size=14)


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(POINTS)
def test_no_name_covers_another_or_a_point_or_leaves_the_picture(points: list[Point]) -> None:
    boxes = [place.box for place in placed(points, WIDTH, HEIGHT, SIZE) if place]
    assert all(apart(one, other) for one, other in combinations(boxes, 2))
    assert all(min(box[:2]) >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT for box in boxes)
    for point in points:
        around = (point.x - RADIUS, point.y - RADIUS, point.x + RADIUS, point.y + RADIUS)
        assert all(apart(box, around) for box in boxes)


def test_a_lone_point_is_named_at_its_right_without_a_line() -> None:
    (place,) = placed([Point(50, 50, "NE")], WIDTH, HEIGHT, SIZE)
    assert place is not None
    assert (place.x, place.y, place.align, place.line) == (59.0, 50.0, "left", None)


def test_at_the_right_edge_it_is_named_at_its_left() -> None:
    (place,) = placed([Point(WIDTH, 50, "North East")], WIDTH, HEIGHT, SIZE)
    assert place is not None
    assert place.align == "right"


def test_a_name_pushed_away_has_a_line_from_its_point() -> None:
    crowd = [Point(100, 150 + 3 * n, "Central South") for n in range(9)]
    places = placed(crowd, WIDTH, HEIGHT, SIZE)
    assert None not in places
    assert any(place.line for place in places if place)


def test_in_a_picture_too_small_nothing_is_named() -> None:
    assert placed([Point(5, 5, "City of London Police")], 40, 40, SIZE) == [None]
    assert placed([], WIDTH, HEIGHT, SIZE) == []


def test_a_last_word_that_most_share_is_left_out() -> None:
    assert shortened(["North East BCU", "East Area BCU", "City of London Police"]) == [
        "North East",
        "East Area",
        "City of London Police",
    ]
    assert shortened(["Kent Police", "Essex County"]) == ["Kent Police", "Essex County"]
    assert shortened(["Heathrow"]) == ["Heathrow"]
    assert shortened([]) == []
