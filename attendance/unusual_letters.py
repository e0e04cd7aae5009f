"""The letter that tells a manager of unusual reading. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from meetings.letterhead import Letterhead, from_mailbox
from meetings.letters import in_words
from notifications.imip import Letter
from notifications.wording import Wording


def told(
    who: str,
    what: Sequence[str],
    log: str,
    letterhead: Letterhead,
    *,
    to: str,
    to_name: str,
    message_id: str,
    now: datetime,
) -> Letter:
    """Says whose reading is unusual and why, where to look, and what may be behind it.

    :param log: the address of the person's log, behind sign-in.
    """
    wording = Wording(
        subject=f"Unusual reading of cases: {who}",
        opening=f"{who} is opening cases in a way that is unusual. Please look at it today.",
        facts=[*(("What", sentence) for sentence in what), ("Seen", in_words(now)), ("Their log", log)],
        steps=[
            "Ask them why. There may be a good reason, such as a night with several missing children or an audit.",
            "If there is none, ask the people who run Convene for you to end their access at once.",
            "You are told once a day about the same person. Do not put a child's name or details in a reply.",
        ],
        footer=[letterhead.marking, f"Sent by {letterhead.sender_name}."],
    )
    return from_mailbox(wording, letterhead, to=to, to_name=to_name, message_id=message_id, now=now)
