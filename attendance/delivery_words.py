"""What a mail server's refusal means, in plain words (RFC 3463); pure."""

from __future__ import annotations

_MEANINGS = (
    ("x.1.", "There is no such mailbox, or it has moved."),
    ("x.2.1", "The mailbox is switched off."),
    ("x.2.2", "The mailbox is full."),
    ("x.2.3", "Its mail server finds the letter too large."),
    ("x.3.4", "Its mail server finds the letter too large."),
    ("x.2.", "The mailbox does not take mail."),
    ("x.3.", "Its mail server has a fault, or no room."),
    ("x.4.7", "Its mail server could not be reached for days."),
    ("x.4.", "Its mail server could not be reached."),
    ("x.5.", "The two mail servers did not understand one another."),
    ("x.6.", "Its mail server does not take this kind of letter."),
    ("x.7.", "Its mail server refused the letter for reasons of security. The address itself may be right."),
)


def in_plain_words(status: str, *, permanent: bool) -> str:
    """What the status code means for the one who has to reach the unit, and whether trying again could help."""
    kind, _, rest = status.partition(".")
    code = f"x.{rest}"
    meaning = next((words for prefix, words in _MEANINGS if kind and code.startswith(prefix)), "")
    meaning = meaning or "Its mail server does not say plainly why."
    return meaning if permanent or not kind else f"{meaning} It may work again later."
