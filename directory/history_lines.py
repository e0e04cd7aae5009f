"""What differs between two versions of an entry, thing by thing. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from directory.held import Line


@dataclass(frozen=True)
class Difference:
    """One thing that is held otherwise than before: "" before where it is new, "" after where it is gone."""

    section: str
    name: str
    before: str
    after: str


def differences(before: Iterable[Line], after: Iterable[Line]) -> list[Difference]:
    """What is held otherwise, in the order of what is held afterwards; what is gone stands last."""
    was, now = {line.key: line for line in before}, {line.key: line for line in after}
    changed = [
        Difference(line.section, line.name, _whole(was.get(key)), _whole(line))
        for key, line in now.items()
        if was.get(key) != line
    ]
    gone = [Difference(line.section, line.name, _whole(line), "") for key, line in was.items() if key not in now]
    return changed + gone


def _whole(line: Line | None) -> str:
    return f"{line.name}: {line.text}" if line else ""
