"""What one kept message is: answers to be judged, or something else with its kind and reason; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from attendance.other_mail import Facts, other
from notifications import incoming
from notifications.absences import Away, away
from notifications.answer import Answer
from notifications.deliveries import Delivery, delivery
from notifications.errors import Unreadable
from notifications.kinds import InboundKind
from notifications.opening import Kind, Opened, open_message
from notifications.quoting import suggested


class ToRead(NamedTuple):
    """One message as it came, and the day in London on which it did: notices of absence leave the year out."""

    raw: bytes
    received_on: date


class NoReader(Exception):
    """Nothing could be had that reads messages. That is no message's fault: try again later."""


@dataclass(frozen=True)
class Reading:
    """One message as it was read. `waits` is whether a person must see it.

    `answers` are judged one by one; where there are any, `kind` and `reason` come from that. `event` is what a
    letter of ours met on its way, for the meeting's timeline; `code` its state as in RFC 6638 section 3.2.9.
    """

    kind: InboundKind
    reason: str
    waits: bool
    opened: Opened | None = None
    answers: tuple[Answer, ...] = ()
    delivery: Delivery | None = None
    away: Away | None = None
    event: str = ""
    code: str = ""


def read(raw: bytes, received_on: date | None = None) -> Reading:
    """What the message is, however broken it is. Nothing is raised, for any bytes.

    :param received_on: the day in London on which it came; without it, no days of an absence are looked for.
    """
    try:
        return _read(raw, received_on)
    except Unreadable as error:
        return unreadable(f"It cannot be read: {error}.")
    except Exception as error:  # MemoryError and RecursionError too: these bytes are for a person
        return unreadable(f"It cannot be read ({type(error).__name__}).")


def unreadable(reason: str) -> Reading:
    """A message that goes to a person as it came."""
    return Reading(InboundKind.UNREADABLE, reason, waits=True)


def _read(raw: bytes, received_on: date | None) -> Reading:
    opened = open_message(raw)
    if opened.kind is not Kind.CALENDAR:
        return _other(opened, raw, received_on)
    answers, faults = _answers(opened)
    if answers:
        return Reading(InboundKind.ANSWER, "", waits=False, opened=opened, answers=tuple(answers))
    reason = f"Its calendar cannot be read: {faults[0]}."
    return Reading(InboundKind.UNREADABLE, reason, waits=True, opened=opened)


def _answers(opened: Opened) -> tuple[list[Answer], list[str]]:
    """The distinct answers in the message's calendars, and what was wrong with calendars that hold none."""
    answers: dict[Answer, None] = {}
    faults = []
    for method, stream in opened.calendars:
        try:
            answers |= dict.fromkeys(incoming.read(stream, method=method))
        except Unreadable as error:
            faults.append(str(error))
    return list(answers), faults


def _other(opened: Opened, raw: bytes, received_on: date | None) -> Reading:
    """Rows 18 to 22. What follows no standard, and yet says that our letter came back, is a report as well."""
    met = delivery(raw, opened)
    absent = away(opened, received_on=received_on) if opened.kind is Kind.AUTOMATIC and received_on else None
    facts = Facts(
        kind=Kind.REPORT if met else opened.kind,
        action=met.action if met else "",
        temporary=met is not None and not met.permanent,
        first_day=absent.first_day if absent else None,
        last_day=absent.last_day if absent else None,
        suggested=suggested(opened.text) if opened.kind is Kind.TEXT else "",
    )
    what = other(facts)
    return Reading(
        what.kind,
        what.reason,
        what.waits,
        opened,
        delivery=met,
        away=absent if what.kind is InboundKind.ABSENCE else None,
        event=what.event,
        code=what.code,
    )
