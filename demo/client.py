"""What an officer's mail client shows of a letter of ours.

It is the other side of the post office and shares none of its code for reading: the standard library opens
the message and icalendar the stream, as a client on somebody's desk would.
"""

from __future__ import annotations

import email
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP

from icalendar import Calendar

METHODS = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancellation",
    "DECLINECOUNTER": "Your proposal was declined",
    "": "Message",
}


@dataclass(frozen=True)
class Shown:
    """A message as its reader sees it. Times are instants; the calendar's fields are empty in plain mail."""

    sender: str
    to: str
    subject: str
    text: str
    method: str = ""
    sequence: int = 0
    summary: str = ""
    location: str = ""
    starts_at: datetime | None = None

    @property
    def kind(self) -> str:
        return METHODS.get(self.method, self.method)

    @property
    def answerable(self) -> bool:
        return self.method == "REQUEST"


def show(raw: bytes) -> Shown:
    """What the client shows of a message that Convene sent."""
    message = email.message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    plain = Shown(str(message["From"]), str(message["To"]), str(message["Subject"]), text)
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            stream = part.get_payload(decode=True)
            assert isinstance(stream, bytes), "a leaf of a message has bytes"
            return _with_calendar(plain, Calendar.from_ical(stream))
    return plain


def _with_calendar(plain: Shown, calendar: Calendar) -> Shown:
    (event,) = calendar.walk("VEVENT")
    return replace(
        plain,
        method=str(calendar["method"]),
        sequence=event.decoded("sequence"),
        summary=str(event.get("summary", "")),
        location=str(event.get("location", "")),
        starts_at=event.decoded("dtstart") if "dtstart" in event else None,
    )
