"""A rule changes: always as a new dated version, from a midnight on, with who, when and why.

* The new version begins on a London date not in the past. What would still hold on that day ends with it; a version
  that had not begun by then never does, and stays in the history.
* Triggers keep the version that made them, and what they call for was decided then (see noticing.py).
* An authority's own rule is begun, changed and ended alike; when it ends, the general one holds there again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid4

from audit import trail
from directory.tables import Place
from meetings.rule_checks import problems_of, time_problems
from meetings.rule_errors import (
    NoRuleOfItsOwn,
    NoSuchRule,
    NothingDiffers,
    RuleChangedMeanwhile,
    UnsuitableRule,
    UnsuitableRulePlace,
)
from meetings.rule_tables import RuleChange
from meetings.rule_terms import Terms, terms_of
from meetings.rule_words import title_of
from meetings.tables import Rule
from web.moments import london_date


def standing(versions: Sequence[Rule], place: str) -> Rule | None:
    """The version that holds or will hold until somebody changes it; None where a place has no rule of its own."""
    open_ended = [rule for rule in versions if rule.place == place and rule.effective_to is None]
    return max(open_ended, key=lambda rule: rule.version, default=None)


async def versions_of(code: str) -> list[Rule]:
    """Every version of the rule, the general ones first, in their order.

    :raises NoSuchRule: when there is none.
    """
    found = await Rule.objects().where(Rule.code == code).order_by(Rule.place).order_by(Rule.version)
    if not found:
        raise NoSuchRule(code)
    return list(found)


def check(place: str, terms: Terms, versions: Sequence[Rule], from_day: date, reason: str, now: datetime) -> None:
    """The change can be made.

    :raises UnsuitableRule: with a sentence for each field that cannot be.
    :raises NothingDiffers: when it says what the present version says.
    """
    problems = problems_of(terms) | time_problems(from_day, reason, london_date(now))
    if problems:
        raise UnsuitableRule(problems)
    before = standing(versions, place) or standing(versions, "")
    if before is not None and terms_of(before) == terms:
        raise NothingDiffers


async def change(
    code: str, place: str, terms: Terms, *, seen: UUID, from_day: date, reason: str, by: str, now: datetime
) -> int:
    """The rule says this from that day on; returns the number of the new version.

    1. All versions of the rule are locked, so that two changes follow one another.
    2. Refused, if the one from which this change was made is not the present one any more.
    3. Earlier versions that would still hold on the day end with it, and the new one is there, with its reason.

    :param place: the home place whose own rule it is; "" for the general one.
    :param seen: the version that the person saw and changed: for a first own rule, the general one.
    :raises MeetingError: with a sentence; nothing was changed.
    """
    async with Rule._meta.db.transaction():
        versions = await _locked(code)
        await _known_place(place)
        before = standing(versions, place) or standing(versions, "")
        if before is None or before.id != seen:
            raise RuleChangedMeanwhile(code)
        check(place, terms, versions, from_day, reason, now)
        own = [rule for rule in versions if rule.place == place]
        await _end(own, from_day)
        number = max((rule.version for rule in own), default=0) + 1
        rule = _row(code, place, number, terms, from_day)
        await Rule.insert(rule)
        await _write_down(rule.id, code, place, from_day, reason, by, now)
        detail = {"place": place, "version": number, "from": from_day, "on": terms.enabled}
        await trail.record(by, "changed a rule", f"rule:{code}", now=now, detail=detail)
    return number


async def end_own(code: str, place: str, *, from_day: date, reason: str, by: str, now: datetime) -> None:
    """The place has no rule of its own from that day on: the general one holds there again.

    :raises MeetingError: with a sentence; nothing was changed.
    """
    async with Rule._meta.db.transaction():
        versions = await _locked(code)
        if not place or standing(versions, place) is None:
            raise NoRuleOfItsOwn
        if problems := time_problems(from_day, reason, london_date(now)):
            raise UnsuitableRule(problems)
        await _end([rule for rule in versions if rule.place == place], from_day)
        await _write_down(None, code, place, from_day, reason, by, now)
        detail = {"place": place, "from": from_day}
        await trail.record(by, "ended a rule of a place", f"rule:{code}", now=now, detail=detail)


async def _locked(code: str) -> list[Rule]:
    await Rule.select(Rule.id).where(Rule.code == code).order_by(Rule.id).lock_rows("UPDATE")
    return await versions_of(code)


async def _known_place(place: str) -> None:
    if place and not await Place.exists().where(Place.code == place):
        raise UnsuitableRulePlace


async def _end(versions: Sequence[Rule], on: date) -> None:
    """Those that would hold on the day or later end with it; one that had not begun by then never begins."""
    for rule in versions:
        if rule.effective_to is None or rule.effective_to > on:
            await Rule.update({Rule.effective_to: max(on, rule.effective_from)}).where(Rule.id == rule.id)


async def _write_down(
    rule: UUID | None, code: str, place: str, from_day: date, reason: str, by: str, now: datetime
) -> None:
    await RuleChange.insert(
        RuleChange(code=code, place=place, rule=rule, from_day=from_day, reason=reason, changed_at=now, changed_by=by)
    )


def _row(code: str, place: str, number: int, terms: Terms, from_day: date) -> Rule:
    said = asdict(terms) | {
        "condition": json.dumps(dict(terms.condition)),
        "capacities": list(terms.capacities),
        "quorum": list(terms.quorum),
    }
    return Rule(
        id=uuid4(),
        code=code,
        place=place,
        version=number,
        title=title_of(terms.condition),
        effective_from=from_day,
        **said,
    )
