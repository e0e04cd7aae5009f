"""What the owner of an action is written: what kind it is, by when, and where to say how it ended. Pure.

The title of the action stays on the page: a letter carries the meeting's random reference, and nothing about a child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from meetings.action_rules import Nudge
from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import date_in_words, footer
from notifications.imip import Letter
from notifications.wording import Wording

_ON_THE_PAGE = (
    "What is to be done stands on this page, which asks for no password. Say there how it ended: done, overtaken by "
    "events, or not done."
)
_NOT_YOURS = (
    "If the action is not yours, reply to this message and say whose it is. Do not put a child's name or details in "
    "your reply."
)


@dataclass(frozen=True)
class Given:
    """An action as a letter needs it; `link` is the owner's own page."""

    meeting: str
    kind: str
    owner_name: str
    owner_address: str
    due_on: date
    link: str


def new_action(to: Given, letterhead: Letterhead, *, again: bool, message_id: str, now: datetime) -> Letter:
    """The owner has an action, or has it again because a coordinator opened it."""
    opening = (
        f"The action that meeting {to.meeting} gave you is open again. Please do it by {date_in_words(to.due_on)}."
        if again
        else f"Meeting {to.meeting} gave you an action. Please do it by {date_in_words(to.due_on)}."
    )
    subject = f"{'Open again' if again else 'Action for you'}: {_named(to)}"
    return _written(to, letterhead, subject, opening, message_id, now)


def nudge(to: Given, letterhead: Letterhead, which: Nudge, *, message_id: str, now: datetime) -> Letter:
    """The owner is reminded before the day, on it, or after it."""
    due = date_in_words(to.due_on)
    subject, opening = {
        Nudge.BEFORE: ("Due soon", f"Your action from meeting {to.meeting} is due on {due}."),
        Nudge.TODAY: ("Due today", f"Your action from meeting {to.meeting} is due today, {due}."),
        Nudge.OVERDUE: ("Overdue", f"Your action from meeting {to.meeting} was due on {due}, and is still open."),
    }[which]
    return _written(to, letterhead, f"{subject}: {_named(to)}", opening, message_id, now)


def _written(to: Given, letterhead: Letterhead, subject: str, opening: str, message_id: str, now: datetime) -> Letter:
    wording = Wording(
        subject=subject,
        opening=opening,
        facts=[
            ("Meeting", to.meeting),
            ("Kind", to.kind[:1].upper() + to.kind[1:]),
            ("Owner", to.owner_name),
            ("Due", date_in_words(to.due_on)),
        ],
        steps=[
            _ON_THE_PAGE,
            to.link,
            _NOT_YOURS,
        ],
        footer=footer(letterhead),
    )
    return from_mailbox(
        wording, letterhead, to=to.owner_address, to_name=to.owner_name, message_id=message_id, now=now
    )


def _named(to: Given) -> str:
    return f"{to.kind}, due {date_in_words(to.due_on)}, {to.meeting}"
