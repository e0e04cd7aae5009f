"""The journey's books: one number counted on two sides, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """What was counted, on which two sides, and both counts."""

    what: str
    one_side: str
    one: int
    other_side: str
    other: int

    @property
    def agrees(self) -> bool:
        return self.one == self.other

    def __str__(self) -> str:
        return f"{self.what}: {self.one} {self.one_side}, but {self.other} {self.other_side}."


def differences(lines: Iterable[Line]) -> list[Line]:
    """The lines whose two sides differ."""
    return [line for line in lines if not line.agrees]
