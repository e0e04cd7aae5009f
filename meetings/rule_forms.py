"""The form that changes a rule, as it is filled in, read into what the rule will say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import msgspec

from meetings.rule_checks import KINDS, NUMBERS
from meetings.rule_terms import CARE, HOLD_UNITS, REPLY_UNITS, RETURN_POLICIES, REVIEW_UNITS, STARTS, Terms, in_order
from meetings.rule_words import RETURNS_IN_WORDS, STARTS_IN_WORDS
from meetings.seats import PARTNERS, POLICE, Capacity
from web import forms

REASON = forms.ask("Say why the rule changes, and who decided it", max_length=300)


class When(msgspec.Struct):
    """From which day a change holds, and why it is made."""

    from_day: Annotated[date, forms.ask("Enter the day from which it holds")]
    reason: Annotated[str, REASON]


class Asked(msgspec.Struct):
    """What a rule says, as its form asks for it; a rule asks only for the parts that it has."""

    enabled: Annotated[str, forms.ask("Say whether the rule is on")]
    source_text: Annotated[str, forms.ask("Say where the rule comes from", max_length=400)]
    hours: Annotated[int, forms.ask("Enter a whole number of hours")] | None = None
    count: Annotated[int, forms.ask("Enter a whole number of episodes")] | None = None
    days: Annotated[int, forms.ask("Enter a whole number of days")] | None = None
    care: list[str] = []
    count_refused: bool = False
    clock_amount: Annotated[int, forms.ask("Enter a whole number")] | None = None
    clock_unit: str = ""
    clock_start: str = ""
    reply_amount: Annotated[int, forms.ask("Enter a whole number")] | None = None
    reply_unit: str = ""
    review_amount: Annotated[int, forms.ask("Enter a whole number, or leave it empty")] | None = None
    review_unit: str = ""
    capacities: list[str] = []
    quorum: list[str] = []
    return_policy: str = ""
    meeting_type: str = ""


def read_terms(form: forms.Form, before: Terms) -> Terms:
    """What the form makes of the rule; its situation, and whether it makes a meeting, stay as they were.

    :raises Mistakes: with a sentence for each field that cannot be read.
    """
    asked = forms.fill(Asked, form)
    terms = replace(
        before, enabled=asked.enabled == "on", source_text=asked.source_text, condition=_condition(asked, before)
    )
    if not before.makes_meeting:
        return terms
    return replace(
        terms,
        clock_amount=asked.clock_amount if before.has_clock else None,
        clock_unit=asked.clock_unit if before.has_clock else "",
        clock_start=asked.clock_start if before.has_clock else "",
        reply_amount=asked.reply_amount or 0,
        reply_unit=asked.reply_unit,
        review_amount=asked.review_amount,
        review_unit=asked.review_unit if asked.review_amount is not None else "",
        capacities=in_order(asked.capacities),
        quorum=in_order(asked.quorum),
        return_policy=asked.return_policy,
        meeting_type=asked.meeting_type,
    )


def shown(terms: Terms) -> forms.Form:
    """The form as it is first shown: what the rule says now."""
    condition = terms.condition
    asked = Asked(
        enabled="on" if terms.enabled else "off",
        source_text=terms.source_text,
        hours=condition.get("hours"),
        count=condition.get("count"),
        days=condition.get("days"),
        care=list(condition.get("care") or []),
        count_refused=condition.get("count_refused", True),
        clock_amount=terms.clock_amount,
        clock_unit=terms.clock_unit,
        clock_start=terms.clock_start,
        reply_amount=terms.reply_amount,
        reply_unit=terms.reply_unit,
        review_amount=terms.review_amount,
        review_unit=terms.review_unit or "days",
        capacities=list(terms.capacities),
        quorum=list(terms.quorum),
        return_policy=terms.return_policy,
        meeting_type=terms.meeting_type,
    )
    return forms.shown(asked)


def choices(terms: Terms) -> dict[str, Any]:
    """What the form of this rule offers, for its page."""
    return {
        "numbers": [number.name for number in NUMBERS.get(terms.when, ())],
        "care": [
            (str(status), "No care status" if status == "none" else str(status).capitalize()) for status in CARE
        ],
        "hold_units": forms.options(HOLD_UNITS),
        "reply_units": forms.options(REPLY_UNITS),
        "review_units": forms.options(REVIEW_UNITS),
        "starts": [(name, _capital(STARTS_IN_WORDS[name])) for name in STARTS[terms.when]],
        "partners": forms.options(PARTNERS),
        "quorum": forms.options(one for one in Capacity if one in PARTNERS or one in POLICE),
        "returns": [(name, RETURNS_IN_WORDS[name]) for name in RETURN_POLICIES],
        "kinds": forms.options(KINDS),
    }


def _condition(asked: Asked, before: Terms) -> dict[str, Any]:
    """Only what the situation reads; a number left empty is left out, and the checks say where it is needed."""
    condition: dict[str, Any] = {"when": before.when}
    for number in NUMBERS.get(before.when, ()):
        given = getattr(asked, number.name)
        if given is not None:
            condition[number.name] = given
    if before.when == "open" and asked.care:
        condition["care"] = asked.care
    if before.when == "repeated":
        condition["count_refused"] = asked.count_refused
    return condition


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
