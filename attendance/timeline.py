"""What happened around a meeting, in one line each, the newest first: acts, answers, letters and mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.answers import Given
from attendance.rules import BY_HAND
from attendance.tables import Reminder, Response
from meetings.tables import Invitation, Meeting, MeetingEvent
from notifications.itip import Partstat
from notifications.kinds import InboundKind
from notifications.outbox import Posted
from notifications.tables import OutState
from web.signin import titles_of

ANSWERS = {"ACCEPTED": "accepted", "TENTATIVE": "tentative", "DECLINED": "declined", "DELEGATED": "delegated"}
_LETTERS = {
    "request": "invitation",
    "cancel": "cancellation",
    "reminder": "reminder",
    "declined": "letter that the time stays",
    "decision": "letter about a deputy",
    "refusal": "letter that they are not invited",
}
_TOLD_BY_RECIPIENT = ("reminder", "declined", "decision", "refusal")
_SENT = {
    OutState.QUEUED: "waits to be sent",
    OutState.SENDING: "is being sent",
    OutState.SENT: "sent",
    OutState.REFUSED: "could not be sent",
    OutState.WITHDRAWN: "withdrawn before it was sent",
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline; `actor` is the role of the person who did it, or the process."""

    at: datetime
    what: str
    actor: str = ""


async def tell(
    meeting: Meeting,
    invitations: Sequence[Invitation],
    given: Mapping[UUID, Sequence[Given]],
    posted: Sequence[Posted],
    received: Sequence[Mapping[str, Any]],
) -> tuple[Entry, ...]:
    """The meeting's timeline, the newest first."""
    events = await MeetingEvent.objects().where(MeetingEvent.meeting == meeting.id).order_by(MeetingEvent.id)
    by_hand = {one.answered_by for answers in given.values() for one in answers if one.row == BY_HAND}
    titles = await titles_of({event.actor for event in events} | by_hand)
    entries = [Entry(event.at, _sentence(event.what), titles.get(event.actor, event.actor)) for event in events]
    for invitation in invitations:
        entries += [_answered(invitation.cn, one, titles) for one in given[invitation.id]]
        letters = about(invitation, posted)
        entries += [_letter(invitation.cn, one, first=one is letters[0]) for one in letters]
    entries += await _by_recipient(meeting, invitations, posted)
    entries += await _other_mail(invitations, received)
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _answered(unit: str, one: Given, titles: Mapping[str, str]) -> Entry:
    """What a unit answered, by which way, and whether it counted; with the note that was typed beside it."""
    answer = ANSWERS.get(one.partstat, one.partstat.lower() or "something else")
    said = ". ".join(part.rstrip(". ") for part in (answer, one.flagged, _noted(one)) if part)
    if one.row == BY_HAND:
        asked_again = f"The answer of {unit} does not count any more. {one.flagged}".rstrip(". ")
        what = asked_again if one.partstat == Partstat.NEEDS_ACTION else f"{unit} answered by telephone: {said}"
        return Entry(one.received_at, what, titles.get(one.answered_by, ""))
    way = " by the web page" if one.via == "web" else ""
    if one.applied:
        return Entry(one.received_at, f"{unit} answered{way}: {said}")
    return Entry(one.received_at, f"An answer for {unit}{way} did not count: {said}")


def _noted(one: Given) -> str:
    return f"Note: “{one.comment}”" if one.comment else ""


def _letter(unit: str, one: Posted, *, first: bool = False) -> Entry:
    what = _LETTERS.get(one.kind, one.kind)
    if one.sequence and one.kind == "request" and not first:
        what = f"change {one.sequence}"
    return Entry(one.settled_at or one.created_at, f"{_sentence(what)} to {unit}: {_SENT[one.state]}")


def about(invitation: Invitation, posted: Iterable[Posted]) -> list[Posted]:
    """The invitations, changes and cancellations to this invitee, alone or for the whole series."""
    own = {str(invitation.id), str(invitation.of_series or invitation.id)}
    return [one for one in posted if any(number in one.key for number in own)]


async def _by_recipient(meeting: Meeting, invitations: Sequence[Invitation], posted: Sequence[Posted]) -> list[Entry]:
    """Reminders and decisions carry no invitation in their key: their recipient tells the unit.

    Which date of a series a reminder was about is in its own row.
    """
    units: dict[str, list[str]] = {}
    for invitation in invitations:
        units.setdefault(invitation.address, []).append(invitation.cn)
    sent = [one for one in posted if one.kind in _TOLD_BY_RECIPIENT]
    if meeting.series and sent:
        rows = await Reminder.select(Reminder.mail).where(Reminder.invitation.is_in([one.id for one in invitations]))
        of_this_date = {row["mail"] for row in rows}
        sent = [one for one in sent if one.kind != "reminder" or one.id in of_this_date]
    return [_letter(" and ".join(dict.fromkeys(units.get(one.recipient, ["somebody else"]))), one) for one in sent]


async def _other_mail(invitations: Sequence[Invitation], received: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Messages about this meeting that hold no answer of their own; what came back stands among the acts."""
    told = [mail for mail in received if mail["reason"] and mail["kind"] != InboundKind.BOUNCE]
    rows: list[dict[str, Any]] = []
    if told and invitations:
        rows = await Response.select(Response.mail).where(
            Response.invitation.is_in([invitation.id for invitation in invitations]) & Response.mail.is_not_null()
        )
    answers = {row["mail"] for row in rows}
    return [
        Entry(mail["received_at"], f"Mail {mail['disposition']}. {mail['reason']}".strip())
        for mail in told
        if mail["id"] not in answers
    ]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
