"""An answer that somebody else gave: who it was, as a person says, and what becomes of all that waits behind it.

Nothing here is decided by the message. It waits, and reminders go on, until a person says who answered. What they
say is remembered where it can be, and every answer that waited for the same is judged again by the same rules.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from attendance import aliases, decision_letters, deputies, errors
from attendance.asking import invitee, overtaken
from attendance.behind import invitation_behind, read_again, waits
from attendance.cascade import evidence
from attendance.identity import Known, Standing, standing_of
from attendance.judging_again import judge_again
from attendance.likeness import Likely, likely
from attendance.replies import reply_of
from attendance.responses import record_by_hand
from attendance.rules import ANSWERS
from attendance.state import locked, state_of
from attendance.tables import AliasKind, Response
from meetings.invitations import new_message_id
from meetings.letters import Invited, Letterhead
from meetings.scheduling import happened, raise_sequence
from meetings.series_post import asked_to_series, invited_to
from meetings.tables import Invitation, Meeting
from notifications import inbox, outbox
from notifications.authentication import Dmarc, dmarc
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail


class Who(StrEnum):
    """What a person can say about who answered. ITSELF: the unit says that this is its answer, whoever sent it."""

    ITSELF = "itself"
    SAME = "same"
    DEPUTY = "deputy"
    ONCE = "once"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Question:
    """One answer that somebody else gave, with what is known. `offered` are the choices that would have an effect."""

    mail: InboundMail
    meeting: Meeting
    invitation: Invitation
    answered_by: str
    sent_from: tuple[str, ...]
    partstat: str
    comment: str
    by_token: bool
    whole_series: bool  # whether it answered for every date of a series
    dmarc: Dmarc
    likely: Likely
    offered: tuple[Who, ...]
    open: bool
    overtaken: str

    @property
    def others(self) -> tuple[str, ...]:
        """The addresses that are not the invited one: what would be remembered."""
        named = dict.fromkeys((self.answered_by, *self.sent_from))
        return tuple(address for address in named if address and address != self.invitation.address.lower())


async def question(mail: InboundMail, *, letterhead: Letterhead, authserv_id: str, now: datetime) -> Question | None:
    """Who answered whose invitation, and how far that is proved; None where the message is no such answer."""
    reading = read_again(mail)
    known = await invitation_of(mail, letterhead)
    if mail.kind != InboundKind.STRANGER or known is None or reading is None or reading.opened is None:
        return None
    if not reading.answers:
        return None
    opened = reading.opened
    invitation = await Invitation.objects(Invitation.meeting).where(Invitation.id == known).first()
    assert invitation is not None
    meeting: Meeting = invitation.meeting
    invitation.meeting = meeting.id
    state = await state_of(invitation, meeting)
    by_token = bool(evidence(mail.envelope_to, opened, reading.answers, letterhead).tokens)
    domain = opened.from_addresses[0].rpartition("@")[2] if len(opened.from_addresses) == 1 else ""
    proved = dmarc(opened.authentication_results, authserv_id=authserv_id, from_domain=domain)
    reply = reply_of(reading.answers[0], opened, state, by_token=by_token, dmarc=proved)
    asked = Question(
        mail=mail,
        meeting=meeting,
        invitation=invitation,
        answered_by=reply.answered_by,
        sent_from=reply.sent_from,
        partstat=reply.partstat,
        comment=reply.comment,
        by_token=by_token,
        whole_series=bool(invitation.of_series) and not reading.answers[0].recurrence,
        dmarc=proved,
        likely=likely(
            state.address,
            reply.answered_by,
            reply.sent_from,
            by_token=by_token,
            dmarc=proved,
            others=state.known.others - {state.address},
        ),
        offered=(),
        open=waits(mail),
        overtaken=overtaken(meeting, invitation, now),
    )
    return replace(asked, offered=_offered(asked, state.known))


async def confirm(mail_id: int, *, letterhead: Letterhead, authserv_id: str, by: str, now: datetime) -> bool:
    """The unit says that this is its answer: it stands as one given by telephone; False when nothing waits.

    Nothing is remembered: the next such answer waits again.

    :raises AttendanceError: NotOffered, NoAnswerWanted; nothing was changed.
    """
    async with InboundMail._meta.db.transaction():
        asked = await _asked(mail_id, Who.ITSELF, letterhead, authserv_id, now)
        if asked is None:
            return False
        await record_by_hand(asked.invitation.id, asked.partstat, by=by, now=now)
        for other in await _dates_of(asked):  # of a series, the other dates that the answer speaks for
            with suppress(errors.NoAnswerWanted):
                await record_by_hand(other, asked.partstat, by=by, now=now)
        await inbox.review(mail_id, by=by, now=now)
    return True


async def remember(
    mail_id: int, who: Who, *, letterhead: Letterhead, authserv_id: str, by: str, now: datetime
) -> bool:
    """Whoever answered is the same person, or may answer for the invitee, from now on; False when nothing waits.

    What is remembered is committed first. Then this answer, and each other that waits for the same, is judged again
    in a transaction of its own: a crash between two leaves the rest waiting, and saying it again goes on.

    :raises AttendanceError: NotOffered; nothing was changed.
    """
    asked = await _asked(mail_id, who, letterhead, authserv_id, now)
    if asked is None:
        return False
    kind = AliasKind.SAME if who is Who.SAME else AliasKind.DEPUTY
    async with InboundMail._meta.db.transaction():
        for address in asked.others:
            await aliases.learn(asked.invitation.address, address, kind, by=by, now=now)
    for waiting in await _behind(asked):
        await judge_again(waiting, letterhead=letterhead, authserv_id=authserv_id, by=by, now=now)
    return True


async def stands_in(mail_id: int, *, letterhead: Letterhead, authserv_id: str, by: str, now: datetime) -> bool:
    """Whoever answered is the unit's deputy for this meeting, and is invited as one; False when nothing waits.

    The answer was to somebody else's invitation, and does not count: the deputy answers their own.

    :raises AttendanceError: NotOffered, DecidedOtherwise; nothing was changed.
    :raises MeetingError: as `hand_over`; nothing was changed.
    """
    async with InboundMail._meta.db.transaction():
        asked = await _asked(mail_id, Who.ONCE, letterhead, authserv_id, now)
        if asked is None:
            return False
        request = await deputies.name_by_hand(asked.invitation.id, asked.sent_from[0], mail=mail_id, by=by, now=now)
        await deputies.approve(request, by=by, now=now, letterhead=letterhead)
    return True


async def refuse(mail_id: int, *, letterhead: Letterhead, authserv_id: str, by: str, now: datetime) -> bool:
    """Whoever answered is told that they are not invited; False when nothing waits. The invitee's answer is wanted.

    A CANCEL goes to those who hold the invitation's code, at a SEQUENCE of its own; words alone to anybody else.
    Of a series it is for the date that they answered, or for all of it where they answered for all.

    :raises AttendanceError: NotOffered; nothing was changed.
    """
    async with InboundMail._meta.db.transaction():
        asked = await _asked(mail_id, Who.NOBODY, letterhead, authserv_id, now)
        if asked is None:
            return False
        meeting, invitation = await locked(asked.invitation.id)
        await inbox.review(mail_id, by=by, now=now)
        if asked.by_token:
            await raise_sequence(meeting)
        letter = decision_letters.not_invited(
            await _what_they_hold(asked, meeting, invitation, now),
            letterhead,
            answered_by=asked.sent_from[0],
            by_token=asked.by_token,
            message_id=new_message_id(letterhead),
            now=now,
        )
        key = f"not-invited:{mail_id}"
        await outbox.enqueue(letter, key=key, kind="refusal", uid=meeting.uid, sequence=meeting.sequence, now=now)
        await happened(meeting, by, f"somebody who answered for {invitation.cn} was told they are not invited", now)
    return True


async def _what_they_hold(asked: Question, meeting: Meeting, invitation: Invitation, now: datetime) -> Invited:
    """The invitation as it was answered: to the meeting or the one date of a series, or to the whole series."""
    found = await asked_to_series(invitation.of_series, now) if asked.whole_series else None
    if found is None:
        return await invitee(meeting, invitation)
    one, series, told = found
    return invited_to(series, one, told, meeting.reply_by)


async def invitation_of(mail: InboundMail, letterhead: Letterhead) -> UUID | None:
    """The invitation that the answer was judged for; where none was written down, the one that it is about."""
    row = await Response.select(Response.invitation).where(Response.mail == mail.id).first()
    return row["invitation"] if row else await invitation_behind(mail, letterhead)


async def _asked(mail_id: int, who: Who, letterhead: Letterhead, authserv_id: str, now: datetime) -> Question | None:
    """The question, while it waits; None when nothing does.

    In a transaction, the meeting is locked before it is seen whether the message still waits: of two people who
    decide at once, the second finds that it does not.

    :raises NotOffered: where this would have no effect, or could not be done.
    """
    of_id = InboundMail.objects().where(InboundMail.id == mail_id)
    seen = await of_id.first()
    known = await invitation_of(seen, letterhead) if seen is not None else None
    if known is None:
        return None
    await locked(known)
    mail = await of_id.first()
    asked = await question(mail, letterhead=letterhead, authserv_id=authserv_id, now=now) if mail else None
    if asked is None or not asked.open:
        return None
    if who not in asked.offered:
        raise errors.NotOffered
    return asked


def _offered(asked: Question, known: Known) -> tuple[Who, ...]:
    """What can be said so that something comes of it; the rest would be remembered in vain, or cannot be done."""
    found = [Who.ITSELF] if asked.partstat in ANSWERS and not asked.overtaken else []
    others = frozenset(asked.others) if asked.likely is not Likely.OTHER_SEAT else frozenset()
    if others and _counts(asked, replace(known, aliases=known.aliases | others)):
        found.append(Who.SAME)
    if others and _counts(asked, replace(known, deputies=known.deputies | others)):
        found.append(Who.DEPUTY)
    one_sender = len(asked.sent_from) == 1 and asked.sent_from[0] in others  # so never another seat's invitee
    if one_sender and not asked.overtaken:
        found.append(Who.ONCE)
    if one_sender and asked.likely is not Likely.DISOWNED:
        found.append(Who.NOBODY)
    return tuple(found)


def _counts(asked: Question, known: Known) -> bool:
    standing = standing_of(
        asked.invitation.address.lower(),
        known,
        answered_by=asked.answered_by,
        sent_from=asked.sent_from,
        by_token=asked.by_token,
        dmarc=asked.dmarc,
    )
    return standing is not Standing.STRANGER


async def _dates_of(asked: Question) -> list[UUID]:
    """The other invitations that this one message was judged for."""
    rows: list[dict[str, Any]] = (
        await Response.select(Response.invitation)
        .where(Response.mail == asked.mail.id, Response.invitation != asked.invitation.id)
        .order_by(Response.id)
    )
    return list(dict.fromkeys(row["invitation"] for row in rows))


async def _behind(asked: Question) -> list[int]:
    """This message and every other that waits with an answer of the same address to the same invited one."""
    rows: list[dict[str, Any]] = (
        await Response.select(Response.mail, Response.invitation._.address.as_alias("address"))
        .where(Response.answered_by == asked.answered_by, Response.mail._.kind == InboundKind.STRANGER)
        .where(Response.mail._.disposition == Disposition.SET_ASIDE, Response.mail._.reviewed_at.is_null())
        .order_by(Response.mail)
    )
    invited_at = asked.invitation.address.lower()
    waiting = [row["mail"] for row in rows if row["address"].lower() == invited_at]
    return list(dict.fromkeys([*waiting, asked.mail.id]))
