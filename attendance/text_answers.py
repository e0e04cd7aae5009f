"""An answer written in words: a person reads it, and records what it says."""

from __future__ import annotations

from datetime import datetime

from attendance import errors
from attendance.behind import invitation_behind, waits
from attendance.responses import record_by_hand
from attendance.rules import ANSWERS
from meetings.letters import Letterhead
from notifications import inbox
from notifications.kinds import InboundKind
from notifications.tables import InboundMail


async def record(mail_id: int, partstat: str, *, letterhead: Letterhead, by: str, now: datetime) -> bool:
    """The answer that a person read in the message stands (row 24), and the message waits no more.

    False, and nothing changes, when it is no open message in words about one invitation.

    :raises AttendanceError: UnknownAnswer, NoAnswerWanted; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    async with InboundMail._meta.db.transaction():
        mail = await InboundMail.objects().where(InboundMail.id == mail_id).first()
        if mail is None or mail.kind != InboundKind.TEXT or not waits(mail):
            return False
        invitation = await invitation_behind(mail, letterhead)
        if invitation is None:
            return False
        await record_by_hand(invitation, partstat, by=by, now=now)
        if not await inbox.review(mail_id, by=by, now=now):
            raise errors.DecidedOtherwise("Somebody has dealt with this message.")
    return True
