"""An officer's mail client, as far as a meeting needs one: shows an invitation, and answers it by calendar mail.

It is the other side of the post office and shares none of its code for reading: the standard library opens
the message and icalendar the stream, as a client on somebody's desk would.
"""

from __future__ import annotations

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

from icalendar import Calendar, Event

METHODS = {"REQUEST": "Invitation", "CANCEL": "Cancellation", "": "Message"}
VERBS = {"ACCEPTED": "Accepted", "TENTATIVE": "Tentative", "DECLINED": "Declined"}


@dataclass(frozen=True)
class Shown:
    """A message as its reader sees it. Times are instants; the calendar's fields are empty in plain mail."""

    sender: str
    to: str
    subject: str
    text: str
    method: str = ""
    uid: str = ""
    sequence: int = 0
    summary: str = ""
    location: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    organizer: str = ""
    attendee: str = ""

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


def answer(raw: bytes, partstat: str, *, answered_by: str, now: datetime) -> tuple[str, bytes]:
    """The recipient and the bytes of the message with which this client answers an invitation (RFC 5546 3.2.3).

    It goes to the ORGANIZER, names the account that answers, whichever address was invited, and asks nothing.
    """
    invitation = show(raw)
    reply = Calendar()
    reply.add("prodid", "-//Officers//A calendar on a desk//EN")
    reply.add("version", "2.0")
    reply.add("method", "REPLY")
    event = Event()
    event.add("uid", invitation.uid)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", invitation.starts_at)
    event.add("dtend", invitation.ends_at)
    event.add("sequence", invitation.sequence)
    event.add("summary", invitation.summary)
    event.add("organizer", f"mailto:{invitation.organizer}")
    event.add("attendee", f"mailto:{answered_by}", parameters={"PARTSTAT": partstat})
    reply.add_component(event)
    message = EmailMessage(policy=SMTP)
    message["From"] = answered_by
    message["To"] = invitation.organizer
    message["Subject"] = f"{VERBS[partstat]}: {invitation.summary}"
    message["Date"] = now
    message["Message-ID"] = f"<{uuid4().hex}@{answered_by.partition('@')[2]}>"
    message.set_content(f"{answered_by} has answered: {VERBS[partstat].lower()}.\n")
    message.add_alternative(reply.to_ical().decode(), subtype="calendar", params={"method": "REPLY"}, cte="base64")
    return invitation.organizer, message.as_bytes()


def _with_calendar(plain: Shown, calendar: Calendar) -> Shown:
    (event,) = calendar.walk("VEVENT")
    attendees = event.get("attendee")
    first = attendees[0] if isinstance(attendees, list) else attendees
    return Shown(
        sender=plain.sender,
        to=plain.to,
        subject=plain.subject,
        text=plain.text,
        method=str(calendar["method"]),
        uid=str(event["uid"]),
        sequence=event.decoded("sequence"),
        summary=str(event["summary"]),
        location=str(event.get("location", "")),
        starts_at=event.decoded("dtstart"),
        ends_at=event.decoded("dtend"),
        organizer=str(event["organizer"]).removeprefix("mailto:"),
        attendee=str(first or "").removeprefix("mailto:"),
    )
