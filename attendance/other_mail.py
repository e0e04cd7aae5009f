"""What mail that is no calendar answer amounts to (rows 18 to 22): none of it ever moves an answer; pure.

A machine's report, an absence notice, a read receipt or a person's words are evidence for the coordinator. They
stop no reminder: only an answer does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from notifications.kinds import InboundKind
from notifications.opening import Kind


@dataclass(frozen=True)
class Other:
    """What one message amounts to. `waits` is whether a person must see it; row 0 is that of damaged mail.

    `event` is what a letter of ours met on its way, for the timeline; `code` its state as in RFC 6638 3.2.9.
    """

    row: int
    kind: InboundKind
    waits: bool
    reason: str
    event: str = ""
    code: str = ""


@dataclass(frozen=True)
class Facts:
    """What was read in a message without an answer.

    `action` is a report's (RFC 3464; "displayed" of RFC 8098) in lower case, "" where it names none; `temporary`
    where a failure came of trying too long. Days are those of an absence, where its words say them; `suggested` is
    the PARTSTAT that a person's words seem to mean.
    """

    kind: Kind
    action: str = ""
    temporary: bool = False
    first_day: date | None = None
    last_day: date | None = None
    suggested: str = ""


_ON_ITS_WAY = {
    "delayed": ("is delayed, and its mail server is still trying", "1.1"),
    "delivered": ("was delivered", "1.2"),
    "relayed": ("was handed on to another mail server", "1.1"),
    "expanded": ("was handed on to the members of a list", "1.2"),
}
_DAMAGED = "It arrived damaged. Ask the sender to send it again."
_CLOSED = {
    Kind.CALENDAR: "Its calendar cannot be read.",
    Kind.SEALED: "It is encrypted, or packed so that only Outlook can open it. Nothing in it was read and the answer"
    " stays as it was. Ask the sender to answer by the link in the invitation.",
}
_SUGGESTED = {
    "ACCEPTED": "It reads like a yes.",
    "TENTATIVE": "It reads like a perhaps.",
    "DECLINED": "It reads like a no.",
}


def other(facts: Facts) -> Other:
    """The row that fits a message that holds no calendar answer. There is exactly one for any facts."""
    if facts.kind is Kind.REPORT:
        return _reported(facts)
    if facts.kind is Kind.AUTOMATIC:
        reason = f"An automatic reply: it is not an answer.{_days(facts)}"
        return Other(20, InboundKind.ABSENCE, waits=False, reason=reason)
    if facts.kind is Kind.TEXT:
        wrote = "Somebody wrote instead of using the buttons. Read it; if it is an answer, record it on the meeting."
        suggestion = _SUGGESTED.get(facts.suggested, "")
        return Other(22, InboundKind.TEXT, waits=True, reason=f"{wrote} {suggestion}".strip())
    return Other(0, InboundKind.UNREADABLE, waits=True, reason=_CLOSED.get(facts.kind, _DAMAGED))


def _reported(facts: Facts) -> Other:
    """Rows 18, 19 and 21. A report that does not say what became of the letter is taken for the worst."""
    if facts.action == "displayed":
        return Other(21, InboundKind.DELIVERY, waits=False, reason="Our letter was displayed.", event="was displayed")
    if facts.action == "deleted":
        reason = "Our letter was deleted, and may not have been read."
        return Other(21, InboundKind.DELIVERY, waits=False, reason=reason, event="was deleted")
    if facts.action in _ON_ITS_WAY:
        event, code = _ON_ITS_WAY[facts.action]
        return Other(19, InboundKind.DELIVERY, waits=False, reason=f"Our letter {event}.", event=event, code=code)
    if facts.action == "failed":
        event = "could not be delivered"
        code = "5.1" if facts.temporary else "5.2"
        return Other(18, InboundKind.BOUNCE, waits=True, reason=f"Our letter {event}.", event=event, code=code)
    reason = "A mail server reports on a letter of ours, and does not say plainly what became of it."
    return Other(18, InboundKind.BOUNCE, waits=True, reason=reason)


def _days(facts: Facts) -> str:
    """When they are away, in words, as far as the notice says it."""
    if facts.last_day is not None:
        return f" Away until {_day(facts.last_day)}."
    return f" Away from {_day(facts.first_day)}." if facts.first_day is not None else ""


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
