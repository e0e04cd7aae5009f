"""The daily letter with the newest head of the log, to an address whose mail nobody here can alter."""

from __future__ import annotations

from datetime import datetime

from audit.chain import Head
from notifications import outbox
from notifications.imip import Letter
from notifications.wording import Wording
from web.letters import Sender, letter_of
from web.moments import london_date


async def send_daily(head: Head, to: str, sender: Sender, *, now: datetime) -> bool:
    """The head is on its way, once for each day in London; whether it was written now."""
    day = f"{london_date(now):%Y-%m-%d}"
    letter = head_letter(head, to, sender, day=day, now=now)
    return await outbox.enqueue(letter, key=f"audit-head:{day}", kind="audit-head", now=now) is not None


def head_letter(head: Head, to: str, sender: Sender, *, day: str, now: datetime) -> Letter:
    """Says what to keep, and how it is used."""
    to_check = "To check, save the text of these letters in a file and run on the server:"
    wording = Wording(
        subject=f"Keep this: seal of the log, {day}",
        opening="Keep this letter. Its line shows later whether the log of acts was altered before today.",
        facts=[("Seal", head.text())],
        steps=[
            f"{to_check} ./run audit verify --heads FILE",
            "A day without this letter means that sealing or sending has stopped: look at the worker.",
        ],
    )
    message_id = f"<audit-head.{day}@{sender.address.rpartition('@')[2]}>"
    return letter_of(wording, sender, to=to, message_id=message_id, now=now)
