"""The page of what is demanded names what is there: every file, and every test in its file."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\|(.+)\|$", re.MULTILINE)
QUOTED = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head; each as its cells."""
    part = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in row.split("|")] for row in ROW.findall(part)][2:]


SECTIONS = {
    "Recommendations": 17,
    "Complaints": 35,
    "Systems and schemes": 31,
    "A directory that stays true, and who sees what": 38,
}
EVERY = [row for heading in SECTIONS for row in rows(heading)]
PLACES = sorted({name for row in EVERY for name in QUOTED.findall(row[-2])})
SHOWN_BY = sorted({name for row in EVERY for name in QUOTED.findall(row[-1])})


def functions(body: list[ast.stmt]) -> list[str]:
    """The names of the tests among these statements."""
    found = [node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [name for name in found if name.startswith("test_")]


@cache
def known_tests(path: Path) -> set[str]:
    """The names of a file's tests as pytest writes them, and of the classes that hold some."""
    names: set[str] = set()
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            names |= {node.name, *(f"{node.name}::{name}" for name in functions(node.body))}
    return names | set(functions(body))


@pytest.mark.parametrize(("heading", "count"), SECTIONS.items())
def test_every_demand_has_its_row(heading: str, count: int) -> None:
    names = [row[1] if heading == "Recommendations" else row[0] for row in rows(heading)]
    assert (len(names), len(set(names))) == (count, count)


def test_the_recommendations_are_numbered_as_in_the_report() -> None:
    assert [int(row[0].strip("*")) for row in rows("Recommendations")] == list(range(1, 18))


def test_every_row_says_what_is_done_and_names_where_or_says_that_nothing_is() -> None:
    for row in EVERY:
        *_, does, where, shown_by = row
        nothing = does.startswith("Nothing")
        assert does, row
        assert nothing or (QUOTED.search(where) and QUOTED.search(shown_by)), row


@pytest.mark.parametrize("place", PLACES)
def test_where_it_is_exists(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("named", SHOWN_BY)
def test_what_shows_it_exists(named: str) -> None:
    path, _, test = named.partition("::")
    known = known_tests(ROOT / "tests" / path)
    assert test in known if test else known
