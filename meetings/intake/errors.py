"""What the intake refuses: each says the fact, that nothing was kept, and what to send instead."""

from __future__ import annotations

from collections.abc import Mapping


class RefusedReport(Exception):
    """This report cannot be taken as it is; nothing of it was kept. `problems` has a sentence for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class SourceExists(Exception):
    """A source system of this name has a token already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"A source system named {name} exists. Nothing was changed. Choose another name.")


class UnsuitableSource(Exception):
    """A source system cannot have this name or issuer; the message says which are possible."""
