"""Decisions are numbered in one row, and whoever names one names one that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
DECISIONS = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
NAMED = re.compile(r"decisions/(\d{4}(?:-[\w-]+\.md)?)")


def test_they_are_numbered_one_after_the_other() -> None:
    assert [int(name[:4]) for name in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_each_begins_with_its_number() -> None:
    for name in DECISIONS:
        assert (ROOT / "docs" / "decisions" / name).read_text(encoding="utf-8").startswith(f"# {name[:4]}"), name


def test_whoever_names_one_names_one_that_is_there() -> None:
    for path in written():
        for named in NAMED.findall(path.read_text(encoding="utf-8")):
            found = [name for name in DECISIONS if name == named or name.partition("-")[0] == named]
            assert found, f"{path} names {named}"


def written() -> Iterator[Path]:
    """The files of the project that may name a decision."""
    own = (top for top in ROOT.iterdir() if top.name != "var" and not top.name.startswith("."))
    for top in own:
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.suffix in (".py", ".md", ".html", ".sql", ".toml"):
                yield path
