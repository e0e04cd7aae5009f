"""What one kept message is: answers to be judged, or something else with its kind and reason; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications import itip
from notifications.errors import Unreadable
from notifications.imip import Kind, Opened, open_message
from notifications.kinds import InboundKind

_ACTION = re.compile(rb"^Action:[ \t]*([A-Za-z]+)", re.IGNORECASE | re.MULTILINE)
_DISPLAYED = re.compile(rb"^Disposition:[^\r\n]*;[ \t]*displayed", re.IGNORECASE | re.MULTILINE)
_EVENTS = {
    "failed": "could not be delivered",
    "delayed": "is delayed, and its mail server is still trying",
    "delivered": "was delivered",
    "relayed": "was handed on to another mail server",
    "expanded": "was handed on to the members of a list",
    "displayed": "was displayed",
}


class NoReader(Exception):
    """Nothing could be had that reads messages. That is no message's fault: try again later."""


@dataclass(frozen=True)
class Reading:
    """One message as it was read. `waits` is whether a person must see it.

    `answers` are judged one by one; where there are any, `kind` and `reason` come from that. `event` is what a
    letter of ours met on its way, for the meeting's timeline.
    """

    kind: InboundKind
    reason: str
    waits: bool
    opened: Opened | None = None
    answers: tuple[itip.Answer, ...] = ()
    event: str = ""


def read(raw: bytes) -> Reading:
    """What the message is, however broken it is. Nothing is raised, for any bytes."""
    try:
        return _read(raw)
    except Unreadable as error:
        return unreadable(f"It cannot be read: {error}.")
    except Exception as error:  # MemoryError and RecursionError too: these bytes are for a person
        return unreadable(f"It cannot be read ({type(error).__name__}).")


def unreadable(reason: str) -> Reading:
    """A message that goes to a person as it came."""
    return Reading(InboundKind.UNREADABLE, reason, waits=True)


def _read(raw: bytes) -> Reading:
    opened = open_message(raw)
    if opened.kind is not Kind.CALENDAR:
        return _other(opened, raw)
    answers, faults = _answers(opened)
    if answers:
        return Reading(InboundKind.ANSWER, "", waits=False, opened=opened, answers=tuple(answers))
    reason = f"Its calendar cannot be read: {faults[0]}."
    return Reading(InboundKind.UNREADABLE, reason, waits=True, opened=opened)


def _answers(opened: Opened) -> tuple[list[itip.Answer], list[str]]:
    """The distinct answers in the message's calendars, and what was wrong with calendars that hold none."""
    answers: dict[itip.Answer, None] = {}
    faults = []
    for method, stream in opened.calendars:
        try:
            answers |= dict.fromkeys(itip.read(stream, method=method))
        except Unreadable as error:
            faults.append(str(error))
    return list(answers), faults


def _other(opened: Opened, raw: bytes) -> Reading:
    if opened.kind is Kind.REPORT:
        return _report(opened, raw)
    if opened.kind is Kind.AUTOMATIC:
        reason = "An automatic reply: it is not an answer."
        return Reading(InboundKind.ABSENCE, reason, waits=False, opened=opened)
    if opened.kind is Kind.TEXT:
        what = "Somebody wrote instead of using the buttons. Read it; if it is an answer, record it on the meeting."
        return Reading(InboundKind.TEXT, what, waits=True, opened=opened)
    reason = "It arrived damaged. Ask the sender to send it again."
    return Reading(InboundKind.UNREADABLE, reason, waits=True, opened=opened)


def _report(opened: Opened, raw: bytes) -> Reading:
    """Rows 18, 19 and 21: what became of a letter of ours on its way (RFC 3464) or at its reader (RFC 8098)."""
    action = _ACTION.search(raw)
    said = action.group(1).decode().lower() if action else "displayed" if _DISPLAYED.search(raw) else ""
    event = _EVENTS.get(said)
    if event is None:
        what = "A mail server reports on a letter of ours, and does not say plainly what became of it."
        return Reading(InboundKind.DELIVERY, what, waits=True, opened=opened)
    failed = said == "failed"
    kind = InboundKind.BOUNCE if failed else InboundKind.DELIVERY
    return Reading(kind, f"Our letter {event}.", waits=failed, opened=opened, event=event)
