"""A letter of ours came back: a person confirms it, and the seat counts as not reached.

A bounce is never believed by itself. Whoever holds an invitation can write one, and a forged bounce would turn
a no-show into a seat that was not reached.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attendance.reading import read
from attendance.state import locked
from meetings.letters import Letterhead, token_hash, token_in
from meetings.scheduling import happened
from meetings.tables import Invitation
from notifications import inbox, outbox
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail


async def returned_letter(mail: InboundMail, letterhead: Letterhead) -> UUID | None:
    """The invitation whose letters this message says did not arrive, while nobody has dealt with it; else None."""
    if mail.disposition != Disposition.SET_ASIDE or mail.reviewed_at is not None or mail.content is None:
        return None
    token = token_in(mail.envelope_to, letterhead)
    if token is None or read(bytes(mail.content)).kind is not InboundKind.BOUNCE:
        return None
    found = await Invitation.select(Invitation.id).where(Invitation.token_sha256 == token_hash(token)).first()
    return found["id"] if found else None


async def confirm(mail_id: int, *, letterhead: Letterhead, by: str, now: datetime) -> bool:
    """The invitation's letters sent before the bounce count as refused; False when it is no open bounce.

    The seat is then not reached, unless another of its letters arrived (domain: not reached).
    """
    async with InboundMail._meta.db.transaction():
        mail = await InboundMail.objects().where(InboundMail.id == mail_id).lock_rows("UPDATE").first()
        invitation_id = await returned_letter(mail, letterhead) if mail is not None else None
        if mail is None or invitation_id is None:
            return False
        meeting, invitation = await locked(invitation_id)
        await outbox.came_back(meeting.uid, invitation.address, before=mail.received_at, by=by, now=now)
        await inbox.review(mail_id, by=by, now=now)
        await happened(meeting, by, f"the letters to {invitation.cn} did not arrive: not reached", now)
    return True
