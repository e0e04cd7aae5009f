"""The named queries of a .sql file, each described and with the shared parts it stands on, ready for `raw()`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

_HEADING = re.compile(r"^-- (part|figure): ([a-z_]+)$", re.MULTILINE)
_VALUE = re.compile(r"(?<!:):([a-z_]+)\b")


class BadQueryFile(ValueError):
    """The file of queries is not written as it should be; the message names the query."""


@dataclass(frozen=True)
class Query:
    """One figure's SQL. `text` has `{}` where a value belongs, `names` says which, in order."""

    name: str
    description: str
    text: str
    names: tuple[str, ...]

    def values(self, given: Mapping[str, object]) -> tuple[object, ...]:
        """The given values in the order in which the text asks for them."""
        return tuple(given[name] for name in self.names)


@dataclass(frozen=True)
class _Section:
    kind: str
    name: str
    uses: tuple[str, ...]
    description: str
    body: str


def load(
    path: Path,
    *,
    words: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    instead: Mapping[str, str] | None = None,
) -> dict[str, Query]:
    """Every figure of the file by its name, its parts written out before it as common table expressions.

    :param words: what stands for a name after a colon, such as a list of columns; other such names are values.
    :param texts: the query of a part that is kept elsewhere, by the part's name.
    :param instead: parts that stand in for others, by the name of the other: {"chosen": "given"}.
    :raises BadQueryFile: for braces, a missing description, a part that is unknown or comes later.
    """
    sections: dict[str, _Section] = {}
    for section in _sections(_filled_in(path.read_text(encoding="utf-8"), words or {})):
        unknown = [name for name in section.uses if name not in sections]
        if unknown:
            raise BadQueryFile(f"{section.name} uses {unknown[0]}, which is not a part above it.")
        sections[section.name] = replace(section, body=(texts or {}).get(section.name, section.body))
    taken = {name: replace(sections[other], name=name) for name, other in (instead or {}).items()}
    known = sections | taken
    return {name: _assembled(section, known) for name, section in known.items() if section.kind == "figure"}


def _filled_in(text: str, words: Mapping[str, str]) -> str:
    return _VALUE.sub(lambda found: words.get(found[1], found[0]), text)


def _sections(text: str) -> list[_Section]:
    if "{" in text or "}" in text:
        raise BadQueryFile("Braces would be read as places for values.")
    found = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in found[1:]] + [len(text)]
    return [_section(h[1], h[2], text[h.end() : end]) for h, end in zip(found, ends, strict=True)]


def _section(kind: str, name: str, text: str) -> _Section:
    lines = text.strip().splitlines()
    comments = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    uses = [line.removeprefix("uses:") for line in comments if line.startswith("uses:")]
    description = " ".join(line for line in comments if not line.startswith("uses:"))
    body = "\n".join(line for line in lines if not line.startswith("--")).strip()
    if not description or not body:
        raise BadQueryFile(f"{name} lacks its description or its query.")
    return _Section(kind, name, tuple(part.strip() for u in uses for part in u.split(",")), description, body)


def _assembled(section: _Section, sections: Mapping[str, _Section]) -> Query:
    parts: dict[str, str] = {}
    _collect(section, sections, parts)
    written = ",\n".join(f"{name} as (\n{body}\n)" for name, body in parts.items())
    sql = f"with {written}\n{section.body}" if parts else section.body
    return Query(section.name, section.description, _VALUE.sub("{}", sql), tuple(_VALUE.findall(sql)))


def _collect(section: _Section, sections: Mapping[str, _Section], parts: dict[str, str]) -> None:
    for name in section.uses:
        if name not in parts:
            _collect(sections[name], sections, parts)
            parts[name] = sections[name].body
