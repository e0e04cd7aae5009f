"""The file of queries is read into whole, described queries, and a mistake in it is named."""

from pathlib import Path

import pytest

from reports.figures import QUERIES
from reports.queries import BadQueryFile, load

VALUES = {
    "type",
    "since",
    "until",
    "now",
    "first",
    "opening",
    "closing",
    "last",
    "spans",
    "begun",
    "months_since",
    "months_until",
    "unit",
}
EXPLORED = {"unit", "capacity", "cut", "every", "value", "count", "most", "skipped"}
PARTS = "-- part: ones\n-- One row.\nselect 1 as n where :since::date is not null\n\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "some.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_figure_is_written_out_with_the_parts_it_uses(tmp_path: Path) -> None:
    figure = "-- figure: sum\n-- uses: ones\n-- A sum,\n-- by day.\nselect sum(n) from ones where :until > now()\n"
    query = load(written(tmp_path, PARTS + figure))["sum"]
    part, _, body = query.text.partition(")\n")
    assert " ".join(part.split()) == "with ones as ( select 1 as n where {}::date is not null"
    assert body == "select sum(n) from ones where {} > now()"
    assert query.description == "A sum, by day."
    assert query.values({"until": 2, "since": 1}) == (1, 2)


def test_a_word_stands_for_what_it_is_given_and_every_other_name_for_a_value(tmp_path: Path) -> None:
    figure = "-- figure: sum\n-- A sum.\nselect :sums from seat where day >= :first\n"
    query = load(written(tmp_path, figure), words={"sums": "sum(a), sum(b)"})["sum"]
    assert query.text == "select sum(a), sum(b) from seat where day >= {}"
    assert query.names == ("first",)


def test_a_part_stands_in_for_another_wherever_that_is_used(tmp_path: Path) -> None:
    text = (
        PARTS + "-- part: others\n-- Instead.\nselect 7 as n\n\n-- figure: sum\n-- uses: ones\n-- A sum.\nselect 1\n"
    )
    assert "ones as (\nselect 7 as n\n)" in load(written(tmp_path, text), instead={"ones": "others"})["sum"].text


def test_a_part_whose_query_is_kept_elsewhere_has_that(tmp_path: Path) -> None:
    figure = "-- figure: sum\n-- uses: ones\n-- A sum.\nselect 1\n"
    assert "ones as (\nselect 8\n)" in load(written(tmp_path, PARTS + figure), texts={"ones": "select 8"})["sum"].text


def test_a_part_used_twice_is_written_once(tmp_path: Path) -> None:
    text = PARTS + "-- part: twos\n-- uses: ones\n-- Two.\nselect 2 from ones\n\n"
    text += "-- figure: both\n-- uses: ones, twos\n-- Both.\nselect * from ones, twos\n"
    assert load(written(tmp_path, text))["both"].text.count("ones as (") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-- figure: a\nselect 1", "a lacks its description or its query"),
        ("-- figure: a\n-- Only words.", "a lacks its description or its query"),
        ("-- figure: a\n-- uses: b\n-- A.\nselect 1", "a uses b, which is not a part above it"),
        ("-- figure: a\n-- A.\nselect '{}'", "Braces would be read as places for values"),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(BadQueryFile, match=sentence):
        load(written(tmp_path, text))


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_figure_of_the_reports_is_described(name: str) -> None:
    assert QUERIES[name].description.endswith(".")
    assert set(QUERIES[name].names) <= VALUES | EXPLORED
