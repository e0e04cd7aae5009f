"""The letters about access in an emergency: to the agency whose case it is, at once, and each week. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import in_words
from notifications.imip import Letter
from notifications.wording import Wording

_NO_DETAILS = "Do not put a child's name or details in a reply."


@dataclass(frozen=True)
class Taken:
    """Access that somebody took. `case` is "meeting 7F3K2M" or "a child's case": nothing more of it is written."""

    case: str
    by: str
    agency: str
    since: datetime
    until: datetime


def told(taken: Taken, letterhead: Letterhead, *, to: str, to_name: str, message_id: str, now: datetime) -> Letter:
    """Says who opened which case until when, and where the reason stands; the reason itself stays behind sign-in."""
    wording = Wording(
        subject=f"Emergency access to {taken.case}",
        opening=f"{taken.by} has taken emergency access to {taken.case}, which belongs to your agency.",
        facts=[
            ("Who", taken.by),
            ("Agency", taken.agency or "Every agency"),
            ("From", in_words(taken.since)),
            ("Until", in_words(taken.until)),
            ("Reason, and end it", f"{letterhead.base_url}/break-glass/review"),
        ],
        steps=[
            "If this is right, do nothing today: you will be asked to review it at the end of the week.",
            "If it is not, sign in and end it now.",
            _NO_DETAILS,
        ],
        footer=[letterhead.marking, f"Sent by {letterhead.sender_name}."],
    )
    return from_mailbox(wording, letterhead, to=to, to_name=to_name, message_id=message_id, now=now)


def to_review(count: int, letterhead: Letterhead, *, to: str, to_name: str, message_id: str, now: datetime) -> Letter:
    """Says how often emergency access waits for a review, and where."""
    times = "once" if count == 1 else f"{count} times"
    wording = Wording(
        subject=f"Review emergency access: {count} waiting",
        opening=f"Emergency access to your agency's cases was taken {times} and has not been reviewed.",
        facts=[("Review", f"{letterhead.base_url}/break-glass/review")],
        steps=[
            "For each, read who took it and why, and record whether it was justified.",
            "You are asked again each Monday while any waits.",
        ],
        footer=[letterhead.marking, f"Sent by {letterhead.sender_name}."],
    )
    return from_mailbox(wording, letterhead, to=to, to_name=to_name, message_id=message_id, now=now)
