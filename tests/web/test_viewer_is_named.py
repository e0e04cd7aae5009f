"""Whoever lists cases says for whom: forgetting it is an error of the program, never a page that shows everything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
ROOMS = sorted(path.parent for path in HERE.glob("*/__init__.py"))
PRODUCT = [*sorted(HERE.glob("*.py")), *(path for room in ROOMS for path in sorted(room.rglob("*.py")))]
PROGRAMS = {"demo/desk.py", "demo/standing.py", "demo/year.py"}  # the simulation acts for all of London
AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


@pytest.fixture(scope="module")
def product() -> dict[str, ast.Module]:
    """Every file of the product, read."""
    return {str(path.relative_to(HERE)): ast.parse(path.read_text()) for path in PRODUCT}


def test_no_function_assumes_who_is_looking(product: dict[str, ast.Module]) -> None:
    assert [f"{path}: {name}" for path, tree in product.items() for name in _assumed(tree)] == []


def test_only_programs_without_a_person_before_them_see_as_the_machine(product: dict[str, ast.Module]) -> None:
    assert {path for path, tree in product.items() if "MACHINE" in _names(tree)} == PROGRAMS | {"web/viewer.py"}


@pytest.mark.parametrize(
    "written",
    [
        "def a(viewer: Viewer = MACHINE): ...",
        "async def b(now, *, viewer: 'Viewer | None' = None): ...",
        "def c(now, viewer: NamedDependency[Viewer] = x, page=1): ...",
        "def d(viewer=MACHINE): ...",
        "e = lambda viewer=MACHINE: viewer",
        "class F:\n    viewer: Viewer = MACHINE",
        "class G:\n    def g(self, seen_by: web.viewer.Viewer = MACHINE): ...",
    ],
)
def test_what_assumes_a_viewer_is_found_however_it_is_written(written: str) -> None:
    assert len(list(_assumed(ast.parse(written)))) == 1


def test_other_defaults_are_nobodys_business() -> None:
    written = "def a(viewer: Viewer, act: Act = Act.SEE, *, of: str = 'meeting', page: int = 1): ..."
    assert not list(_assumed(ast.parse(written)))


def _assumed(tree: ast.Module) -> Iterator[str]:
    """What has a default for who is looking: parameters and fields, by name or by type."""
    for node in ast.walk(tree):
        if isinstance(node, AnyFunction):
            given = node.args
            placed = [*given.posonlyargs, *given.args]
            defaults = [None] * (len(placed) - len(given.defaults)) + given.defaults
            pairs = zip([*placed, *given.kwonlyargs], [*defaults, *given.kw_defaults], strict=True)
            for parameter, default in pairs:
                if default is not None and _of_viewer(parameter.arg, parameter.annotation):
                    yield f"line {node.lineno}, {parameter.arg}"
        elif isinstance(node, ast.AnnAssign) and node.value and _of_viewer(ast.unparse(node.target), node.annotation):
            yield f"line {node.lineno}, {ast.unparse(node.target)}"


def _of_viewer(name: str, annotation: ast.expr | None) -> bool:
    words = ast.unparse(annotation) if annotation is not None else ""
    return name == "viewer" or "Viewer" in words


def _names(tree: ast.Module) -> set[str]:
    """Every name and attribute that is written there, and what is imported."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found.update(one.name for one in node.names)
    return found
