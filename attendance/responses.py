"""Each kept message ends in exactly one disposition: an answer applied, or kept with the reason why not.

A message is decided in one transaction: the response, what it causes to be sent, the audit entry and the
message's own end are there together or not at all. The meeting is locked before its invitation, as the verbs
of meetings do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import structlog

from attendance import errors
from attendance.identity import who_answered
from attendance.reading import NoReader, Reading, read, unreadable
from attendance.rules import ANSWERS, BY_HAND, Decision, Effect, Fate, Reply, decide
from attendance.state import locked, state_of
from attendance.tables import Response
from audit import trail
from meetings.invitations import send_again
from meetings.letters import Letterhead, token_hash, token_in
from meetings.scheduling import happened
from meetings.tables import Invitation, InviteState, Meeting, MeetingState
from notifications import inbox
from notifications.errors import AlreadySettled
from notifications.imip import Opened
from notifications.itip import Answer
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail

Reader = Callable[[Sequence[bytes]], Awaitable[list[Reading]]]  # of the first, at least one; raises NoReader
ACTOR = "mail door"
_SENT_AGAIN = {Effect.RESEND_REQUEST, Effect.RESEND_CANCEL, Effect.REFRESH}
_NO_RESPONSE = (1, 16, 17)  # rows of messages that are no new answer: nothing is kept beside the message itself

log = structlog.get_logger()


@dataclass(frozen=True)
class _Found:
    """The invitation a message is about, and whether its token said so."""

    invitation: UUID
    meeting: UUID
    by_token: bool


async def read_here(raws: Sequence[bytes]) -> list[Reading]:
    """The messages are read in this very process, which a hostile one can stop."""
    return [read(raw) for raw in raws]


async def take_in_one(*, letterhead: Letterhead, now: datetime, reader: Reader = read_here) -> bool:
    """One kept message has its disposition; False when none was waiting.

    1. A worker claims the message under a lease; a second worker skips it.
    2. What the message says is read without the database: bytes that cannot be read are set aside at once.
    3. It is decided and settled in one transaction. A crash before the commit leaves it kept, and the lease
       brings it back; after three tries it is set aside, so that one message cannot stop the others.

    :param reader: reads the bytes; the worker reads in a process apart (`reading_apart`).
    """
    mail = await inbox.next_kept(now=now)
    if mail is None:
        return False
    try:
        await _take_in(mail, reader, letterhead, now)
    except AlreadySettled:
        log.info("taken in by another worker", mail=mail.id)
    except Exception as error:
        log.error("not taken in", mail=mail.id, tries=mail.tries, error=type(error).__name__)
        if mail.tries >= inbox.MOST_TRIES:
            reason = f"Convene failed on it {inbox.MOST_TRIES} times ({type(error).__name__})."
            await inbox.settle(mail.id, Disposition.SET_ASIDE, reason, now=now)
    return True


async def record_by_hand(invitation_id: UUID, partstat: str, *, by: str, now: datetime) -> None:
    """The answer that a unit gave by telephone stands, until a later mail changes it (row 24).

    :raises AttendanceError: NoSuchInvitation, UnknownAnswer, NoAnswerWanted; nothing was changed.
    """
    if partstat not in ANSWERS:
        raise errors.UnknownAnswer
    async with Response._meta.db.transaction():
        meeting, invitation = await locked(invitation_id)
        _check_open(meeting, invitation, now)
        await Response.insert(
            Response(
                invitation=invitation.id,
                via="coordinator",
                received_at=now,
                partstat=partstat,
                sequence=meeting.sequence,
                dtstamp=now,
                answered_by=by,
                row=BY_HAND,
                applied=True,
            )
        )
        await trail.record(
            by, "answer recorded by hand", f"meeting:{meeting.reference}", now=now, detail={"partstat": partstat}
        )


async def _take_in(mail: InboundMail, reader: Reader, letterhead: Letterhead, now: datetime) -> None:
    reading = await _read(mail, reader)
    if len(reading.answers) > 1 or any(answer.recurrence for answer in reading.answers):
        reason = "It answers more than one date, and our meetings have one."
        reading = replace(reading, answers=(), reason=reason, waits=True)
    if not reading.answers or reading.opened is None:
        await _keep_aside(mail, reading, letterhead, now)
        return
    async with InboundMail._meta.db.transaction():
        found = await _find(mail, reading.answers[0], reading.opened, letterhead)
        if isinstance(found, str):
            uid = reading.answers[0].uid
            await _end(mail, Disposition.SET_ASIDE, found, now=now, uid=uid, kind=reading.kind)
            return
        meeting, invitation = await locked(found.invitation)
        invited = invitation.address.lower()
        reply = _reply(reading.answers[0], reading.opened, invited, by_token=found.by_token)
        decision = decide(reply, await state_of(invitation, meeting), now=mail.received_at)
        await _write_down(decision, mail, meeting, invitation, now)
        if _SENT_AGAIN & set(decision.effects):
            await send_again(invitation.id, letterhead=letterhead, now=now)


async def _read(mail: InboundMail, reader: Reader) -> Reading:
    """What the message is; also where reading fails, so that bytes are judged once and never retried.

    :raises NoReader: nothing was read; the message stays kept.
    """
    if mail.content is None:
        return unreadable("Its bytes are no longer kept.")
    try:
        return (await reader([bytes(mail.content)]))[0]
    except NoReader:
        raise
    except Exception as error:
        log.exception("cannot be read", mail=mail.id)
        return unreadable(f"It cannot be read ({type(error).__name__}).")


async def _keep_aside(mail: InboundMail, reading: Reading, letterhead: Letterhead, now: datetime) -> None:
    """A message that is no answer is recorded or waits for a person; its token tells which seat it is about."""
    async with InboundMail._meta.db.transaction():
        reason, uid = reading.reason, ""
        token = _token(mail, reading.opened, letterhead)
        invitation = await _by_token(token) if token else None
        if invitation is not None:
            meeting, invitation = await locked(invitation.id)
            uid = meeting.uid
            reason = f"{invitation.cn}: {reason}"
            if reading.event and reading.waits:
                await happened(meeting, ACTOR, f"the letter to {invitation.cn} {reading.event}", now)
        disposition = Disposition.SET_ASIDE if reading.waits else Disposition.RECORDED
        await _end(mail, disposition, reason[:300], now=now, uid=uid, kind=reading.kind)


async def _end(
    mail: InboundMail, disposition: Disposition, reason: str, *, now: datetime, uid: str, kind: InboundKind
) -> None:
    await inbox.settle(mail.id, disposition, reason, now=now, uid=uid, kind=kind)
    await trail.record(ACTOR, f"mail {disposition}", f"mail:{mail.id}", now=now)


async def _find(mail: InboundMail, answer: Answer, opened: Opened, letterhead: Letterhead) -> _Found | str:
    """The invitation that was answered, by token, else by UID and address; or the reason why none is."""
    token = _token(mail, opened, letterhead)
    meeting = await Meeting.objects().where(Meeting.uid == answer.uid).first()
    if token:
        invitation = await _by_token(token)
        if invitation is None:
            return "The address it was sent to belongs to no invitation."
        if meeting is None or invitation.meeting != meeting.id:
            return "It names another meeting than the invitation it was sent to answer."
        return _Found(invitation.id, meeting.id, by_token=True)
    if meeting is None:
        return "It is about a meeting that Convene does not know."
    named = {*answer.attendees, *opened.from_addresses}
    active = await Invitation.objects().where(
        (Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE)
    )
    matching = [invitation for invitation in active if invitation.address.lower() in named]
    if len(matching) != 1:
        return "It came without the code of its invitation, and does not tell which one invitation it answers."
    return _Found(matching[0].id, meeting.id, by_token=False)


def _token(mail: InboundMail, opened: Opened | None, letterhead: Letterhead) -> str | None:
    """The token of the envelope's recipient; else of the first header that says whom it was delivered to."""
    addresses = (mail.envelope_to, *(opened.delivered_to if opened else ()))
    return next((token for address in addresses if (token := token_in(address, letterhead))), None)


async def _by_token(token: str) -> Invitation | None:
    return await Invitation.objects().where(Invitation.token_sha256 == token_hash(token)).first()


def _reply(answer: Answer, opened: Opened, invited: str, *, by_token: bool) -> Reply:
    sent_from = opened.from_addresses
    answered_by, partstat = who_answered(
        answer.attendee_partstats, answer.partstat, sent_from=sent_from, invited=invited
    )
    return Reply(answer.method, partstat, answer.sequence, answer.dtstamp, answered_by, sent_from, by_token)


async def append(
    decision: Decision, invitation: Invitation, *, via: str, received_at: datetime, mail: int | None = None
) -> None:
    """The decided answer is on record beside the earlier ones, in the caller's transaction."""
    await Response.insert(
        Response(
            invitation=invitation.id,
            mail=mail,
            via=via,
            received_at=received_at,
            partstat=decision.partstat,
            sequence=decision.sequence,
            dtstamp=decision.dtstamp,
            answered_by=decision.answered_by,
            row=decision.row,
            applied=decision.applied,
            flagged=decision.flagged,
            agent=decision.agent,
            comment=decision.comment,
        )
    )


async def _write_down(
    decision: Decision, mail: InboundMail, meeting: Meeting, invitation: Invitation, now: datetime
) -> None:
    if decision.row not in _NO_RESPONSE:
        await append(decision, invitation, via="email", received_at=mail.received_at, mail=mail.id)
    reason = decision.flagged if decision.fate is not Fate.DUPLICATE else "The same answer was already taken in."
    reason = f"{invitation.cn}: {reason}" if reason else ""
    disposition = Disposition(decision.fate.value)
    await inbox.settle(mail.id, disposition, reason, now=now, uid=meeting.uid, kind=InboundKind.ANSWER)
    detail = {"mail": mail.id, "row": decision.row, "partstat": decision.partstat}
    await trail.record(ACTOR, f"reply {decision.fate}", f"meeting:{meeting.reference}", now=now, detail=detail)


def _check_open(meeting: Meeting, invitation: Invitation, now: datetime) -> None:
    if meeting.state == MeetingState.CALLED_OFF:
        raise errors.NoAnswerWanted(f"Meeting {meeting.reference} is called off")
    if now > meeting.ends_at:
        raise errors.NoAnswerWanted(f"Meeting {meeting.reference} is over")
    if invitation.state != InviteState.ACTIVE:
        raise errors.NoAnswerWanted(f"The invitation of {invitation.cn} was taken back")
