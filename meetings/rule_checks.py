"""What a rule may say: numbers within bounds, words that Convene knows; a sentence for each that is not so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from meetings.rule_terms import CARE, HOLD_UNITS, REPLY_UNITS, RETURN_POLICIES, REVIEW_UNITS, STARTS, Terms
from meetings.seats import PARTNERS, POLICE
from meetings.tables import MeetingType

FARTHEST: Final = timedelta(days=366)  # ahead; a rule of the year after next is better decided then
SOURCE_AT_MOST: Final = 400
KINDS: Final = (MeetingType.MISSING, MeetingType.DISCUSSION, MeetingType.PLANNING, MeetingType.PANEL)


@dataclass(frozen=True)
class Number:
    """A number that a situation reads, its bounds, and whether it may be left out."""

    name: str
    least: int
    most: int
    optional: bool = False


NUMBERS: Final[Mapping[str, tuple[Number, ...]]] = MappingProxyType(
    {
        "open": (Number("hours", 1, 2160),),
        "repeated": (Number("count", 2, 20), Number("days", 1, 366)),
        "moved with history": (Number("days", 1, 3660, optional=True),),
    }
)
_HOLD_AT_MOST: Final = MappingProxyType({"hours": 720, "days": 60, "working days": 40})
_REPLY_AT_MOST: Final = MappingProxyType({"working hours": 80, "working days": 20})
_REVIEW_AT_MOST: Final = MappingProxyType({"hours": 2160, "days": 366, "working days": 260})
_READ_BY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"open": frozenset({"care"}), "repeated": frozenset({"count_refused"})}
)


def problems_of(terms: Terms) -> dict[str, str]:
    """A sentence for each field of a rule that cannot be."""
    if terms.when not in STARTS:
        return {"condition": f"Convene knows no situation {terms.when!a}."}
    found = condition_problems(terms.condition)
    if not terms.source_text.strip():
        found["source_text"] = "Say where the rule comes from: the document, its section and its date"
    elif len(terms.source_text) > SOURCE_AT_MOST:
        found["source_text"] = f"Say where the rule comes from in {SOURCE_AT_MOST} characters or fewer"
    if terms.makes_meeting:
        found |= _clock_problems(terms) | _seat_problems(terms) | _word_problems(terms)
    return found


def condition_problems(condition: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each number or word of a condition that its situation cannot read."""
    numbers = NUMBERS.get(condition["when"], ())
    words = _READ_BY.get(condition["when"], frozenset())
    unread = set(condition) - {"when", *words, *(number.name for number in numbers)}
    found = {name: f"This condition does not read {name!a}." for name in sorted(unread)}
    for number in numbers:
        if sentence := _number_problem(number, condition.get(number.name)):
            found[number.name] = sentence
    unknown = sorted(set(condition.get("care") or ()) - {str(status) for status in CARE})
    if unknown:
        found["care"] = f"There is no care status {unknown[0]!a}. Choose among those that are offered"
    if not isinstance(condition.get("count_refused", True), bool):
        found["count_refused"] = "Say whether refused reports count"
    return found


def time_problems(from_day: date, reason: str, today: date) -> dict[str, str]:
    """What is wrong with the day from which a change holds, and with its reason."""
    found = {}
    if from_day < today:
        found["from_day"] = "A rule cannot change in the past. Enter today's date or a later one"
    elif from_day > today + FARTHEST:
        found["from_day"] = "Enter a day within a year from now"
    if not reason.strip():
        found["reason"] = "Say why the rule changes, and who decided it"
    return found


def _number_problem(number: Number, value: Any) -> str:
    if value is None and number.optional:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and number.least <= value <= number.most:
        return ""
    return f"Enter a number from {number.least} to {number.most:,}"


def _clock_problems(terms: Terms) -> dict[str, str]:
    found: dict[str, str] = {}
    if terms.has_clock:
        found |= _amount_problem("clock", terms.clock_amount, terms.clock_unit, HOLD_UNITS, _HOLD_AT_MOST)
        if terms.clock_start not in STARTS[terms.when]:
            found["clock_start"] = "Choose from when the time is counted"
    elif terms.clock_amount is not None:
        found["clock_amount"] = "This rule has no deadline of its own"
    found |= _amount_problem("reply", terms.reply_amount, terms.reply_unit, REPLY_UNITS, _REPLY_AT_MOST)
    if terms.review_amount is not None:
        found |= _amount_problem("review", terms.review_amount, terms.review_unit, REVIEW_UNITS, _REVIEW_AT_MOST)
    return found


def _amount_problem(
    of: str, amount: int | None, unit: str, units: tuple[str, ...], at_most: Mapping[str, int]
) -> dict[str, str]:
    if unit not in units:
        return {f"{of}_unit": f"Choose {', '.join(units[:-1])} or {units[-1]}"}
    if amount is None or not 1 <= amount <= at_most[unit]:
        return {f"{of}_amount": f"Enter a number of {unit} from 1 to {at_most[unit]:,}"}
    return {}


def _seat_problems(terms: Terms) -> dict[str, str]:
    found = {}
    partners = {str(capacity) for capacity in PARTNERS}
    if unknown := sorted(set(terms.capacities) - partners):
        found["capacities"] = f"There is no partner {unknown[0]!a} to ask. Choose among those that are offered"
    askable = set(terms.capacities) | {str(capacity) for capacity in POLICE}
    if unasked := sorted(set(terms.quorum) - askable):
        found["quorum"] = f"{unasked[0].capitalize()} cannot be in the quorum without being asked. Tick it above too"
    return found


def _word_problems(terms: Terms) -> dict[str, str]:
    found = {}
    if terms.return_policy not in RETURN_POLICIES:
        found["return_policy"] = "Choose what happens after a return"
    if terms.meeting_type not in {str(kind) for kind in KINDS}:
        found["meeting_type"] = "Choose the kind of meeting"
    return found
