"""What somebody on the ladder is told: what happened, what is wanted, and where to say that they have it. Pure.

The reader has no account and may never have heard of Convene. A letter names units, the meeting's random reference
and its time: nothing in it can name a child.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from attendance.ladder import Cause
from directory.rungs import Rung
from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import in_words
from notifications.imip import Letter
from notifications.wording import Wording

_SUBJECTS: Final = {
    Cause.NO_ANSWER: "No answer yet",
    Cause.NO_SHOW: "Nobody came",
    Cause.SECOND_NO_SHOW: "Nobody came, for the second time",
    Cause.THIRD_NO_SHOW: "Nobody came, time after time",
    Cause.LOW_RATE: "Low attendance",
    Cause.DISPUTE: "Who leads is disputed",
    Cause.HANDOVER: "A move is not acknowledged",
    Cause.QUARTER: "Quarterly note",
}
_RUNGS: Final = {
    Rung.UNIT: "the unit's mailboxes",
    Rung.SUPERVISOR: "the supervisor",
    Rung.HEAD: "the head of service",
    Rung.SUPERINTENDENT: "the superintendent",
    Rung.DIRECTOR: "the director",
    Rung.PARTNERS: "the safeguarding partners",
}
NO_NAMES = "Do not put a child's name or details in any reply."


@dataclass(frozen=True)
class Before:
    """A step before this one. `end` is how it ended, `acknowledged_by` "" where nobody did."""

    rungs: Sequence[str]
    at: datetime
    end: str
    acknowledged_by: str = ""


@dataclass(frozen=True)
class Told:
    """One matter as it is told. `more` are further facts; `next_at` is when the next step is due, if one is left."""

    cause: Cause
    unit: str
    about: str
    wanted: str
    reference: str = ""
    starts_at: datetime | None = None
    before: Sequence[Before] = ()
    next_rungs: Sequence[str] = ()
    next_at: datetime | None = None
    goes_on: bool = False  # an acknowledgement does not end it
    more: Sequence[tuple[str, str]] = ()


def rungs_in_words(rungs: Sequence[str]) -> str:
    """`the superintendent and the director`."""
    return " and ".join(_RUNGS[Rung(rung)] for rung in rungs)


def before_in_words(before: Before) -> str:
    """What came of an earlier step, in a sentence or two."""
    who, when = rungs_in_words(before.rungs), in_words(before.at)
    if before.end == "nobody known":
        return f"Nobody is known as {who}."
    if before.end == "missed":
        return f"We should have told {who} on {when}, and could not."
    came = f"Acknowledged by {before.acknowledged_by}" if before.acknowledged_by else "Nobody acknowledged it"
    return f"We told {who} on {when}. {came}."


def letter(
    told: Sequence[Told],
    letterhead: Letterhead,
    *,
    to: str,
    role: str,
    link: str,
    message_id: str,
    now: datetime,
) -> Letter:
    """One letter about one matter or several, to be acknowledged at `link`."""
    wording = _about_one(told[0], letterhead, link) if len(told) == 1 else _about_several(told, letterhead, link)
    return from_mailbox(wording, letterhead, to=to, to_name=role, message_id=message_id, now=now)


def _about_one(told: Told, letterhead: Letterhead, link: str) -> Wording:
    meeting = f", meeting {told.reference}" if told.reference else ""
    return Wording(
        subject=f"{_SUBJECTS[told.cause]}: {told.unit}{meeting}",
        opening=told.about,
        facts=_facts(told),
        steps=[
            told.wanted,
            "Then say on this page that you have this in hand. It asks for no password.",
            link,
            *_what_follows(told),
            NO_NAMES,
        ],
        footer=_footer(letterhead),
    )


def _about_several(told: Sequence[Told], letterhead: Letterhead, link: str) -> Wording:
    units = list(dict.fromkeys(one.unit for one in told))
    others = f" and {len(units) - 1} other unit{'s' if len(units) > 2 else ''}" if len(units) > 1 else ""
    matters = [f"{number}. {_in_short(one)}" for number, one in enumerate(told, start=1)]
    return Wording(
        subject=f"{len(told)} matters wait for you: {units[0]}{others}",
        opening=f"{len(told)} matters of {units[0]}{others} wait for you. They come in one letter, "
        "because they fell due together.",
        steps=[
            *matters,
            "Say on this page that you have them in hand. It asks for no password.",
            link,
            "What stays open is told to the next on the ladder when its time comes.",
            NO_NAMES,
        ],
        footer=_footer(letterhead),
    )


def _in_short(told: Told) -> str:
    reference = f" Meeting {told.reference}." if told.reference else ""
    return f"{told.about}{reference} {told.wanted}"


def _facts(told: Told) -> list[tuple[str, str]]:
    facts = [("Unit", told.unit)] if told.cause is not Cause.QUARTER else []
    if told.reference:
        facts.append(("Meeting", told.reference))
    if told.starts_at:
        facts.append(("When", in_words(told.starts_at)))
    facts += [("Before you" if place == 0 else "And", before_in_words(one)) for place, one in enumerate(told.before)]
    return [*facts, *told.more]


def _what_follows(told: Told) -> list[str]:
    """What comes next, and what ends it."""
    if told.next_at is None:
        return []
    who, when = rungs_in_words(told.next_rungs), in_words(told.next_at)
    if told.cause is Cause.NO_ANSWER:
        return [f"Only the unit's answer ends this. Without one, we tell {who} on {when}."]
    if told.goes_on:
        return [f"If it is not settled, we tell {who} on {when}."]
    return [f"If nobody acknowledges this, we tell {who} on {when}."]


def _footer(letterhead: Letterhead) -> list[str]:
    why = "You get this because the directory names you, by role, for what a unit leaves unanswered."
    return [letterhead.marking, f"Sent by {letterhead.sender_name}. Replies reach a coordinator. {why}"]
