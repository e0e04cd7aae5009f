"""Which invitation is behind a message that waits: by the code that it was sent to, else by what it answers."""

from __future__ import annotations

from uuid import UUID

from attendance.cascade import evidence
from attendance.reading import Reading, read
from meetings.letters import Letterhead
from meetings.tables import Invitation
from notifications.deliveries import delivery
from notifications.tables import Disposition, InboundMail, OutboundMail

_WITH_INVITATION = ("request", "cancel", "again")  # letters whose key names their invitation


def waits(mail: InboundMail) -> bool:
    """Whether a person still has to deal with the message."""
    return mail.disposition == Disposition.SET_ASIDE and mail.reviewed_at is None


def read_again(mail: InboundMail) -> Reading | None:
    """What the message says, from its bytes; None where they are no longer kept. It was read once, so it can be."""
    return None if mail.content is None else read(bytes(mail.content))


async def invitation_behind(mail: InboundMail, letterhead: Letterhead) -> UUID | None:
    """The one invitation that the message is about; None where nothing tells."""
    reading = read_again(mail)
    opened = reading.opened if reading else None
    clues = evidence(mail.envelope_to, opened, reading.answers if reading else (), letterhead)
    if clues.tokens:
        row = await Invitation.select(Invitation.id).where(Invitation.token_sha256 == clues.tokens[0]).first()
        return row["id"] if row else None
    report = delivery(bytes(mail.content), opened) if mail.content and opened else None
    ids = [*(report.original_message_ids if report else ()), *clues.message_ids]
    return await _answered(ids)


async def _answered(message_ids: list[str]) -> UUID | None:
    """The invitation of our letter with one of these Message-IDs."""
    if not message_ids:
        return None
    row = await OutboundMail.select(OutboundMail.key).where(OutboundMail.message_id.is_in(message_ids)).first()
    return invitation_of_letter(row["key"]) if row else None


def invitation_of_letter(key: str) -> UUID | None:
    """The invitation that a letter's key in the outbox names; None for letters of another kind."""
    parts = key.split(":")
    if parts[0] not in _WITH_INVITATION or len(parts) < 3:
        return None
    try:
        return UUID(parts[-2])
    except ValueError:
        return None
