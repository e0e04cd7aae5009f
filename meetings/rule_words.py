"""A rule in words that a committee member reads without the code: what it looks for, by when, whom it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from meetings.rule_terms import Terms

ALERT: Final = "No meeting: an alert to the coordinator, at once"
INHERITS: Final = "No deadline of its own: the earliest of the rules it is called with"
THE_CHAIR: Final = "When the chair says"
NO_REVIEW: Final = "None by this rule"

STARTS_IN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "crossed": "the moment the condition is met",
        "reported": "the report",
        "last seen": "when the child was last seen",
        "returned": "the return, or until then from the moment the condition is met",
        "graded": "the grading as high",
        "flagged": "when the flag first came",
        "disclosed": "the disclosure",
        "moved": "the move",
    }
)
RETURNS_IN_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "keep": "The meeting is kept",
        "convert": "The meeting is kept, as a post-return meeting",
        "cancel": "The meeting is called off, with the return as the reason",
    }
)
_CARE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "looked after": "looked after",
        "child protection plan": "on a child protection plan",
        "child in need": "a child in need",
        "none": "known to have no care status",
    }
)
_ORDINALS: Final = ("", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "graded high": "Graded high risk by the police or by social care, while missing",
        "exploitation": "Any episode with a flag of exploitation or trafficking, or of an unaccompanied child",
        "harm disclosed": "Harm disclosed at a prevention or return home interview",
        "placed elsewhere": "Placed in another borough or force area than the home authority's",
        "refused": "The police did not take the report: an alert to the coordinator, no meeting",
        "first": "The child's first known episode",
        "asked": "Called for at a briefing or panel",
    }
)
_MORE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "exploitation": "However short the episode is.",
        "harm disclosed": "However short the episode was.",
        "placed elsewhere": "It adds to a meeting that another rule calls for, and makes none alone.",
        "refused": "The allocated social worker is to be told.",
        "asked": "The people there call for it, of their own judgement.",
    }
)


def amount(number: int, unit: str) -> str:
    """`1 working day`, `24 hours`."""
    return f"{number} {unit[:-1] if number == 1 else unit}"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = [*words] or [""]
    return f"{', '.join(most)} {joint} {last}" if most else last


def title_of(condition: Mapping[str, Any]) -> str:
    """The rule's name, made from its condition, so that it always has the numbers that decide."""
    when = condition["when"]
    if when == "open":
        care = condition.get("care")
        who = listed([_CARE[status] for status in care], "or") if care else "any child"
        return f"{who[:1].upper()}{who[1:]}{',' if care else ''} missing for {amount(condition['hours'], 'hours')}"
    if when == "repeated":
        return f"{_ordinal(condition['count'])} or later episode within {amount(condition['days'], 'days')}"
    if when == "moved with history":
        days = condition.get("days")
        within = f" of the last {amount(days, 'days')}" if days else ""
        return f"Placement moved to another place after earlier episodes{within}, while not missing"
    return _TITLES[when]


def condition_in_words(condition: Mapping[str, Any]) -> str:
    """The whole condition in a sentence or two."""
    more = _MORE.get(condition["when"], "")
    if condition["when"] == "repeated":
        counted = condition.get("count_refused", True)
        more = f"Reports that the police did not take {'count too' if counted else 'do not count'}."
    return f"{title_of(condition)}. {more}".strip()


def clock_in_words(terms: Terms) -> str:
    """By when the meeting is to be held."""
    if not terms.makes_meeting:
        return ALERT
    if terms.clock_amount is None:
        return INHERITS
    return f"Within {amount(terms.clock_amount, terms.clock_unit)}, counted from {STARTS_IN_WORDS[terms.clock_start]}"


def in_words(terms: Terms) -> tuple[tuple[str, str], ...]:
    """Each part of the rule with its words, in the order of pages."""
    on = ("The rule is", "On" if terms.enabled else "Off")
    said = (("When", condition_in_words(terms.condition)), ("Hold by", clock_in_words(terms)))
    if not terms.makes_meeting:
        return (on, *said, ("Source", terms.source_text))
    return (
        on,
        *said,
        ("Answer within", amount(terms.reply_amount, terms.reply_unit)),
        ("Review", _review(terms)),
        ("Partners asked", listed(terms.capacities) or "None beside the police"),
        ("Quorum", listed(terms.quorum) or "None"),
        ("After a return", RETURNS_IN_WORDS[terms.return_policy]),
        ("Kind of meeting", terms.meeting_type[:1].upper() + terms.meeting_type[1:]),
        ("Source", terms.source_text),
    )


def _review(terms: Terms) -> str:
    if terms.review_amount is None:
        return THE_CHAIR if terms.when == "harm disclosed" else NO_REVIEW
    return f"{amount(terms.review_amount, terms.review_unit)} after the meeting"


def differences(before: Terms, after: Terms) -> tuple[tuple[str, str, str], ...]:
    """The parts that differ: which, as it was, as it will be."""
    old = dict(in_words(before))
    return tuple((part, old.get(part, ""), words) for part, words in in_words(after) if old.get(part) != words)


def _ordinal(number: int) -> str:
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number}th"
