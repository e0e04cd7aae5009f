"""A letter of ours came back: a person confirms it, and the seat counts as not reached.

A bounce is never believed by itself. Whoever holds an invitation can write one, and a forged bounce would turn
a no-show into a seat that was not reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from attendance.behind import invitation_behind, read_again, waits
from attendance.delivery_words import in_plain_words
from attendance.next_contact import Next, invite_next, next_of
from attendance.state import locked
from directory import failing
from meetings.letters import Letterhead
from meetings.scheduling import happened
from notifications import inbox, outbox
from notifications.deliveries import Delivery, delivery
from notifications.kinds import InboundKind
from notifications.tables import InboundMail


@dataclass(frozen=True)
class Returned:
    """One letter that came back, as its page shows it. `recipient` is whom the report names, "" where it does not."""

    recipient: str
    status: str
    said: str
    meaning: str
    open: bool
    seat: Next


async def returned_letter(mail: InboundMail, letterhead: Letterhead) -> UUID | None:
    """The invitation whose letters this message says did not arrive, while nobody has dealt with it; else None."""
    if not waits(mail) or mail.kind != InboundKind.BOUNCE:
        return None
    return await invitation_behind(mail, letterhead)


async def returned(mail: InboundMail, *, letterhead: Letterhead, now: datetime) -> Returned | None:
    """What the report says, whom to telephone and who could be invited; None where it is no bounce of a seat."""
    if mail.kind != InboundKind.BOUNCE:
        return None
    invitation = await invitation_behind(mail, letterhead)
    seat = await next_of(invitation, now=now) if invitation else None
    if seat is None:
        return None
    report = _report(mail)
    return Returned(
        recipient=report.recipient if report else "",
        status=report.status if report else "",
        said=report.said if report else "",
        meaning=_meaning(report),
        open=waits(mail),
        seat=seat,
    )


async def confirm(mail_id: int, *, letterhead: Letterhead, by: str, now: datetime) -> bool:
    """The invitation's letters sent before the bounce count as refused; False when it is no open bounce.

    The seat is then not reached, unless another of its letters arrived. The directory's address is flagged, so that
    the next meeting tries another one first.
    """
    async with InboundMail._meta.db.transaction():
        return await _confirm(mail_id, letterhead, by, now) is not None


async def confirm_and_invite(mail_id: int, contact: UUID, *, letterhead: Letterhead, by: str, now: datetime) -> bool:
    """As `confirm`, and another contact of the unit holds the seat's invitation; False when it is no open bounce.

    Of a series it holds that to every coming date: an address that does not work is asked to none of them.

    :raises AttendanceError, MeetingError: as `invite_next`; nothing was changed.
    """
    async with InboundMail._meta.db.transaction():
        invitation = await _confirm(mail_id, letterhead, by, now)
        if invitation is None:
            return False
        await invite_next(invitation, contact, every_date=True, by=by, now=now, letterhead=letterhead)
    return True


async def _confirm(mail_id: int, letterhead: Letterhead, by: str, now: datetime) -> UUID | None:
    mail = await InboundMail.objects().where(InboundMail.id == mail_id).first()
    invitation_id = await returned_letter(mail, letterhead) if mail is not None else None
    if mail is None or invitation_id is None:
        return None
    meeting, invitation = await locked(invitation_id)
    if not await inbox.review(mail_id, by=by, now=now):  # somebody else was quicker
        return None
    await outbox.came_back(meeting.uid, invitation.address, before=mail.received_at, by=by, now=now)
    await failing.flag(invitation.address, _meaning(_report(mail)), by=by, now=now)
    await happened(meeting, by, f"the letters to {invitation.cn} did not arrive: not reached", now)
    return invitation_id


def _report(mail: InboundMail) -> Delivery | None:
    reading = read_again(mail)
    if reading is None or reading.opened is None or mail.content is None:
        return None
    return delivery(bytes(mail.content), reading.opened)


def _meaning(report: Delivery | None) -> str:
    return in_plain_words(report.status, permanent=report.permanent) if report else in_plain_words("", permanent=True)
