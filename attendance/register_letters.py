"""What a coordinator is asked about a register that is still open: by the meeting's reference alone; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import in_words
from notifications.imip import Letter
from notifications.wording import Wording


@dataclass(frozen=True)
class OpenRegister:
    """An open register as a letter needs it; `last`: it is not asked about again."""

    reference: str
    type: str
    starts_at: datetime
    seats: int
    unmarked: int
    last: bool


def still_open(register: OpenRegister, letterhead: Letterhead, *, to: str, message_id: str, now: datetime) -> Letter:
    """Says what is missing, leads to the register, and says what happens when nobody marks it."""
    link = f"{letterhead.base_url.rstrip('/')}/meetings/{register.reference}/register"
    steps = [
        "If the meeting did not take place, say so on the meeting's page: then nobody counts as absent.",
        "What nobody marks counts as not recorded, never as absent.",
    ]
    if register.last:
        steps.append("This is the last time we ask. The register stays open, and on the list of meetings.")
    wording = Wording(
        subject=f"{_asked(register)} {register.reference}, {in_words(register.starts_at)}",
        opening=_opening(register),
        facts=[
            ("Mark the register", link),
            ("Meeting", register.reference),
            ("Was held", in_words(register.starts_at)),
        ],
        steps=steps,
        footer=[
            letterhead.marking,
            f"Sent by {letterhead.sender_name}, because you set this meeting up or marked it.",
        ],
    )
    return from_mailbox(wording, letterhead, to=to, to_name="", message_id=message_id, now=now)


def _asked(register: OpenRegister) -> str:
    return "Close the register:" if not register.unmarked else "Mark the register:"


def _opening(register: OpenRegister) -> str:
    if not register.unmarked:
        return f"Every seat of this {register.type} is marked, and its register is not closed yet. Please close it."
    if register.unmarked == register.seats:
        return f"Nobody has marked yet who came to this {register.type}. Please mark its {_seats(register.seats)}."
    return (
        f"{_seats(register.unmarked).capitalize()} of {register.seats} {'is' if register.unmarked == 1 else 'are'} "
        f"not marked in the register of this {register.type}. Please say who came."
    )


def _seats(count: int) -> str:
    return f"{count} seat{'' if count == 1 else 's'}"
