"""The answer to a unit's challenge, as its contacts read it; by the meeting's reference alone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import footer, in_words
from notifications.imip import Letter
from notifications.wording import Wording


@dataclass(frozen=True)
class Answered:
    """A challenge with its answer; `recorded` is the outcome that was challenged, `says` what the unit said."""

    meeting: str
    starts_at: datetime
    unit: str
    recorded: str
    says: str
    upheld: bool
    words: str


def answered(one: Answered, letterhead: Letterhead, *, to: str, message_id: str, now: datetime) -> Letter:
    """Says first what is recorded now, then why."""
    now_is = one.says if one.upheld else one.recorded
    what = "is corrected" if one.upheld else "stays as it is"
    steps = [] if one.upheld else ["If your unit does not agree, reply to this message and say why."]
    wording = Wording(
        subject=f"Your challenge: the outcome {what}, meeting {one.meeting}",
        opening=f"The outcome of {one.unit} at meeting {one.meeting} {what}: {now_is}.",
        facts=[
            ("Meeting", f"{one.meeting}, {in_words(one.starts_at)}"),
            ("Was recorded", one.recorded.capitalize()),
            ("Your unit said", one.says.capitalize()),
            ("Recorded now", now_is.capitalize()),
            ("The answer", one.words),
        ],
        steps=[*steps, "Do not put a child's name or details in your answer."],
        footer=footer(letterhead),
    )
    return from_mailbox(wording, letterhead, to=to, to_name=one.unit, message_id=message_id, now=now)
