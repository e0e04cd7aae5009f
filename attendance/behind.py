"""Which invitation is behind a message that waits: by the code that it was sent to, else by what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from attendance.cascade import Found, evidence, which
from attendance.placing import coming, looked_up
from attendance.reading import Reading, read
from meetings.letters import Letterhead
from notifications import inbox
from notifications.deliveries import delivery
from notifications.outbox import Posted
from notifications.tables import Disposition, InboundMail

_WITH_INVITATION = ("request", "cancel", "again")  # letters whose key names their invitation
_OF_SERIES = "series-"


def waits(mail: InboundMail) -> bool:
    """Whether a person still has to deal with the message."""
    return mail.disposition == Disposition.SET_ASIDE and mail.reviewed_at is None


def read_again(mail: InboundMail) -> Reading | None:
    """What the message says, from its bytes; None where they are no longer kept, or stopped who read them."""
    return read(bytes(mail.content)) if mail.content and inbox.is_safe_to_read(mail) else None


async def invitation_behind(mail: InboundMail, letterhead: Letterhead) -> UUID | None:
    """The one invitation that the message is about; None where nothing tells. Of a series, that to its next date."""
    reading = read_again(mail)
    opened = reading.opened if reading else None
    clues = evidence(mail.envelope_to, opened, reading.answers if reading else (), letterhead)
    report = delivery(bytes(mail.content), opened) if mail.content and opened else None
    if report is not None:
        clues = replace(clues, message_ids=(*report.original_message_ids, *clues.message_ids))
    verdict = which(clues, await looked_up([clues]))
    if not isinstance(verdict, Found):
        return None
    if not verdict.candidate.series:
        return verdict.candidate.id
    dates = (await coming([verdict.candidate.id], now=mail.received_at))[verdict.candidate.id]
    return dates[0][0] if dates else None


async def next_contact_paths(letters: Iterable[Posted], now: datetime) -> dict[int, str]:
    """By letter, the page that invites its unit at another address; of a whole series that of its next date, for all.

    A letter of another kind, or whose series has no date left, has none.
    """
    named = {letter.id: _named(letter.key) for letter in letters}
    whole = [number for kind, number in filter(None, named.values()) if kind.startswith(_OF_SERIES)]
    dates = await coming(whole, now=now) if whole else {}
    found = {}
    for letter, name in named.items():
        if name is None:
            continue
        kind, number = name
        if not kind.startswith(_OF_SERIES):
            found[letter] = f"/invitations/{number}/next-contact"
        elif dates.get(number):
            found[letter] = f"/invitations/{dates[number][0][0]}/next-contact?dates=every"
    return found


def _named(key: str) -> tuple[str, UUID] | None:
    """The kind of a letter, and the invitation that its key in the outbox names; None for letters of another kind."""
    parts = key.split(":")
    if parts[0].removeprefix(_OF_SERIES) not in _WITH_INVITATION or len(parts) < 3:
        return None
    try:
        return parts[0], UUID(parts[-2])
    except ValueError:
        return None
