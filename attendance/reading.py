"""What one kept message is: an answer to be judged, or something else with its disposition and reason; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notifications import itip
from notifications.errors import Unreadable
from notifications.imip import Kind, Opened, open_message

BOUNCED = "could not be delivered"
_ACTION = re.compile(rb"^Action:[ \t]*([A-Za-z]+)", re.IGNORECASE | re.MULTILINE)
_DISPLAYED = re.compile(rb"^Disposition:[^\r\n]*;[ \t]*displayed", re.IGNORECASE | re.MULTILINE)
_ACTIONS = {
    b"failed": BOUNCED,
    b"delayed": "is delayed, and its mail server is still trying",
    b"delivered": "was delivered",
    b"relayed": "was handed on to another mail server",
    b"expanded": "was handed on to the members of a list",
}


class NotAnAnswer(Exception):
    """The message answers no invitation; `str()` says what it is. `waits` is whether a person must see it."""

    def __init__(self, what: str, *, waits: bool, opened: Opened | None = None, event: str = "") -> None:
        super().__init__(what)
        self.waits = waits
        self.opened = opened
        self.event = event  # what a letter of ours met on its way, for the meeting's timeline


class NoReader(Exception):
    """Nothing could be had that reads messages. That is no message's fault: try again later."""


@dataclass(frozen=True)
class Read:
    """One message with exactly one answer."""

    opened: Opened
    answer: itip.Answer


def read(raw: bytes) -> Read:
    """The one calendar answer of a message.

    :raises NotAnAnswer: whatever else it is, however broken; nothing else is raised for any bytes.
    """
    try:
        opened = open_message(raw)
    except Unreadable as error:
        raise NotAnAnswer(f"It cannot be read: {error}.", waits=True) from error
    if opened.kind is not Kind.CALENDAR:
        raise _other(opened, raw)
    answers, faults = _answers(opened)
    if len(answers) == 1 and not answers[0].recurrence:
        return Read(opened, answers[0])
    if answers:
        raise NotAnAnswer("It answers more than one date, and our meetings have one.", waits=True, opened=opened)
    raise NotAnAnswer(f"Its calendar cannot be read: {faults[0]}.", waits=True, opened=opened)


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


def _other(opened: Opened, raw: bytes) -> NotAnAnswer:
    if opened.kind is Kind.REPORT:
        return _report(opened, raw)
    if opened.kind is Kind.AUTOMATIC:
        return NotAnAnswer("An automatic reply: it is not an answer.", waits=False, opened=opened)
    if opened.kind is Kind.TEXT:
        what = "Somebody wrote instead of using the buttons. Read it; if it is an answer, record it on the meeting."
        return NotAnAnswer(what, waits=True, opened=opened)
    return NotAnAnswer("It arrived damaged. Ask the sender to send it again.", waits=True, opened=opened)


def _report(opened: Opened, raw: bytes) -> NotAnAnswer:
    """Rows 18, 19 and 21: what became of a letter of ours on its way (RFC 3464) or at its reader (RFC 8098)."""
    action = _ACTION.search(raw)
    event = _ACTIONS.get(action.group(1).lower()) if action else None
    if event is None and not action and _DISPLAYED.search(raw):
        event = "was displayed"
    if event is None:
        what = "A mail server reports on a letter of ours, and does not say plainly what became of it."
        return NotAnAnswer(what, waits=True, opened=opened)
    return NotAnAnswer(f"Our letter {event}.", waits=event == BOUNCED, opened=opened, event=event)
