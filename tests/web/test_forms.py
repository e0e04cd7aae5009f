"""Posted forms as Structs, or as problems beside their fields."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import pytest

from web.forms import Form, Mistakes, Problems, ask, fill, shown


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Told(msgspec.Struct):
    place: Annotated[str, ask("Enter the place", max_length=10)]
    starts: datetime
    on: date | None = None
    seats: Annotated[int, ask("Enter how many seats, as a number", ge=1)] | None = None
    colour: Annotated[Colour, ask("Choose a colour")] = Colour.RED
    kind: Literal["a", "b"] = "a"
    capacities: list[str] = []
    sure: bool = False


def form(**fields: str) -> Form:
    starts = {"starts-day": "20", "starts-month": "11", "starts-year": "2026", "starts-time": "10am"}
    return Form(({"place": "Room 4"} | starts | fields).items())


def problems_of(sent: Form) -> Problems:
    with pytest.raises(Mistakes) as refused:
        fill(Told, sent)
    return refused.value.problems


def test_a_filled_form_makes_the_struct() -> None:
    sent = form(seats="4", colour="blue", sure="yes", **{"on-day": "1", "on-month": "2", "on-year": "2026"})
    assert fill(Told, sent) == Told(
        place="Room 4",
        starts=datetime(2026, 11, 20, 10, 0, tzinfo=UTC),
        on=date(2026, 2, 1),
        seats=4,
        colour=Colour.BLUE,
        sure=True,
    )


def test_what_is_left_empty_has_its_default() -> None:
    assert fill(Told, form(seats="", colour="", kind="")) == fill(Told, form())


def test_every_mistake_is_told_at_once_and_in_the_order_of_the_page() -> None:
    sent = form(place="", seats="many", colour="green", kind="c", **{"starts-time": ""})
    assert list(problems_of(sent).items()) == [
        ("place", "Enter the place"),
        ("starts", "Enter a time as well, like 10am, 2:30pm or 14:30"),
        ("seats", "Enter how many seats, as a number"),
        ("colour", "Choose a colour"),
        ("kind", "Fill in kind"),
    ]


def test_a_text_that_is_too_long_is_told_the_limit() -> None:
    assert problems_of(form(place="x" * 11)) == {"place": "Enter the place, in 10 characters or fewer"}


def test_a_part_of_a_date_missing_is_not_taken_for_another_part() -> None:
    assert problems_of(form(**{"starts-month": ""})) == {"starts": "Enter a day, a month and a year, like 27 3 2026"}


def test_a_date_may_come_in_one_field() -> None:
    assert fill(Told, form(on="1 February 2026")).on == date(2026, 2, 1)


def test_all_ticked_boxes_of_one_name_arrive() -> None:
    sent = Form([*form().items(), ("capacities", "chair"), ("capacities", "health")])
    assert fill(Told, sent).capacities == ["chair", "health"]
    assert sent["capacities"] == "chair"


def test_fields_that_the_struct_does_not_know_are_left_alone() -> None:
    assert fill(Told, form(surprise="x")) == fill(Told, form())


def test_a_struct_shown_in_a_form_comes_back_unchanged() -> None:
    told = Told(
        "Room 4", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 2, 1), 3, capacities=["chair", "health"]
    )
    assert fill(Told, shown(told)) == told


def test_a_field_keeps_its_first_problem() -> None:
    problems = Problems(place="Enter the place")
    problems.add("place", "Another sentence")
    assert problems == {"place": "Enter the place"}
