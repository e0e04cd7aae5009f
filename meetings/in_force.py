"""Which version of each rule decides, for the children of a place, on which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from meetings.rule_facts import RuleFacts

Spans = tuple[RuleFacts, ...]


class RuleBook:
    """The versions of all rules, as they decide for each place.

    Of the versions in force on a day the authority's own stands before the general one, and of several the highest.
    An authority's own version that is off switches the rule off there; when its own version ends, the general one
    decides again.
    """

    def __init__(self, rules: Iterable[RuleFacts]) -> None:
        self._versions: dict[str, list[RuleFacts]] = {}
        for rule in rules:
            self._versions.setdefault(rule.code, []).append(rule)
        self._of_place: dict[str, Mapping[str, Spans]] = {}

    def of(self, place: str) -> Mapping[str, Spans]:
        """For each rule code, in their order, the days on which each version decides for children of this place."""
        if place not in self._of_place:
            self._of_place[place] = {
                code: spans([v for v in versions if v.place in ("", place)])
                for code, versions in sorted(self._versions.items())
            }
        return self._of_place[place]


def spans(versions: Sequence[RuleFacts]) -> Spans:
    """The versions of one rule, each with its dates cut to the days on which it decides; in order, never overlapping.

    A version that decides again after another has ended is in it twice.
    """
    ends = {version.effective_to for version in versions if version.effective_to is not None}
    edges = sorted({version.effective_from for version in versions} | ends)
    found: list[RuleFacts] = []
    for start, end in pairwise([*edges, None]):
        assert start is not None, "only the last edge is open"
        deciding = max((v for v in versions if v.in_force(start)), key=_rank, default=None)
        if deciding is None:
            continue
        if found and found[-1].id == deciding.id and found[-1].effective_to == start:
            found[-1] = replace(found[-1], effective_to=end)
        else:
            found.append(replace(deciding, effective_from=start, effective_to=end))
    return tuple(found)


def _rank(version: RuleFacts) -> tuple[bool, int]:
    return bool(version.place), version.version
