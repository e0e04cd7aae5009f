"""What an invitee is told when a person has decided about their proposal, their deputy or their answer; pure.

As every letter, each is made from the meeting's random reference, its time and place, and the seat: nothing in it
can name a child. Reasons come from lists. Clients that ignore the calendar in a letter leave its words, so the words
say everything.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from meetings.letters import (
    OTHER_DATES_STAND,
    Invited,
    Letterhead,
    addressed,
    day_in_words,
    facts,
    footer,
    in_words,
    on_a_page,
    title,
)
from notifications import itip
from notifications.imip import Letter
from notifications.wording import Wording


def time_declined(
    to: Invited,
    letterhead: Letterhead,
    *,
    proposed_by: str,
    proposed: datetime,
    reason: str,
    message_id: str,
    now: datetime,
) -> Letter:
    """The meeting keeps its time: DECLINECOUNTER (RFC 5546 section 3.2.8) to the address that proposed another."""
    to = replace(to, write_to=proposed_by)
    wording = Wording(
        subject=f"The time stays: {title(to)}, {in_words(to.starts_at)}",
        opening=f"This {to.type} stays on {in_words(to.starts_at)}. "
        f"The time that you proposed, {in_words(proposed)}, was not taken.",
        facts=[*facts(to, in_words(to.starts_at)), *_why(reason)],
        steps=[
            "Please say whether you can attend at this time. Use the buttons of the invitation in your calendar.",
            *on_a_page(to, letterhead),
            "If you cannot come, decline and say who comes instead: the seat is your unit's, not yours alone.",
        ],
        footer=footer(letterhead),
    )
    event = _event(to, letterhead, now)
    return addressed(
        to,
        letterhead,
        wording,
        calendar=itip.decline_counter(replace(event, recurrence_id=to.recurrence_id)),
        method=itip.Method.DECLINECOUNTER,
        message_id=message_id,
        now=now,
    )


def deputy_refused(
    to: Invited, letterhead: Letterhead, *, deputy: str, reason: str, message_id: str, now: datetime
) -> Letter:
    """The seat is still with the one who named a deputy, and an answer is wanted."""
    wording = Wording(
        subject=f"The seat is still with you: {title(to)}, {in_words(to.starts_at)}",
        opening=f"You named {deputy} to come to this {to.type} in your place. The coordinator did not agree, "
        "so the seat is still with you.",
        facts=[*facts(to, in_words(to.starts_at)), *_why(reason)],
        steps=[
            "Please say whether you attend. Use the buttons of the invitation in your calendar.",
            *on_a_page(to, letterhead),
            "If you cannot come, decline, and name somebody else of your unit: reply to this message, by role.",
        ],
        footer=footer(letterhead),
    )
    return addressed(to, letterhead, wording, calendar=None, message_id=message_id, now=now)


def deputy_approved(to: Invited, letterhead: Letterhead, *, deputy: str, message_id: str, now: datetime) -> Letter:
    """The deputy has the seat's invitation now, and the one who named them is written to about it no more."""
    one = "date" if to.recurrence_id else "meeting"
    what = f"this one date of {to.series}" if to.recurrence_id else f"this {to.type}"
    wording = Wording(
        subject=f"{deputy} is invited in your place: {title(to)}, {in_words(to.starts_at)}",
        opening=f"{deputy} now has your seat's invitation to {what}. You do not need to do anything.",
        facts=facts(replace(to, link=""), in_words(to.starts_at)),
        steps=[
            *([OTHER_DATES_STAND] if to.recurrence_id else []),
            f"Changes of the {one} go to them from now on, and not to you.",
            "If it should be you after all, reply to this message.",
        ],
        footer=footer(letterhead),
    )
    return addressed(to, letterhead, wording, calendar=None, message_id=message_id, now=now)


def not_invited(
    to: Invited, letterhead: Letterhead, *, answered_by: str, by_token: bool, message_id: str, now: datetime
) -> Letter:
    """Somebody who answered an invitation that was not theirs is told that they are not expected.

    Whoever holds the invitation's code gets a CANCEL, so that the meeting leaves their calendar: of a series that
    one date of which `to` names the RECURRENCE-ID, or all of it where it names none. Anybody else gets words alone,
    which name no meeting and from which the code cannot be learnt. Neither says where it is.
    """
    what, held = (_named(to), _how_much(to)) if by_token else ("a meeting", "the meeting")
    to = replace(to, write_to=answered_by, cn=answered_by, place="", link="", required=False)
    wording = Wording(
        subject=f"You are not invited to {what}",
        opening=f"You answered an invitation to {what} that was not sent to you. You are not expected there, "
        "and your answer does not count.",
        steps=[
            f"Please delete {held} from your calendar. It goes ahead without you.",
            "If you answer for the unit that was invited, ask it to tell us so: it knows where to write.",
        ],
        footer=[letterhead.marking, f"Sent by {letterhead.sender_name}."],
    )
    if by_token:
        summary = title(to)[:1].upper() + title(to)[1:]
        event = replace(_event(to, letterhead, now), summary=summary, description=wording.text())
        return addressed(
            to,
            letterhead,
            wording,
            calendar=itip.cancel(event),
            method=itip.Method.CANCEL,
            message_id=message_id,
            now=now,
        )
    ours = letterhead.sender_address()
    plain = addressed(to, letterhead, wording, calendar=None, message_id=message_id, now=now)
    return replace(plain, reply_to=ours, envelope_from=ours, references="")


def _named(to: Invited) -> str:
    """The meeting, the series, or the one date of it that is meant."""
    return f"{title(to)} on {day_in_words(to.starts_at)}" if to.recurrence_id else title(to)


def _how_much(to: Invited) -> str:
    if to.recurrence_id:
        return "this one date"
    return "the whole series" if to.rule else "the meeting"


def _why(reason: str) -> list[tuple[str, str]]:
    return [("Why", reason[:1].upper() + reason[1:])] if reason else []


def _event(to: Invited, letterhead: Letterhead, now: datetime) -> itip.Event:
    """The meeting as it stands, as little of it as a calendar needs to find it."""
    return itip.Event(
        uid=to.uid,
        sequence=to.sequence,
        dtstamp=now.astimezone(UTC),
        starts_at=to.starts_at,
        ends_at=to.ends_at,
        summary="",
        description="",
        location="",
        link="",
        organizer_address=letterhead.organizer_address(to.invitation, to.address),
        organizer_cn=letterhead.sender_name,
        invitee=itip.Invitee(to.recipient, to.cn, "REQ-PARTICIPANT" if to.required else "OPT-PARTICIPANT"),
        rule=to.rule,
        excluded=to.excluded,
        recurrence_id=to.recurrence_id,
    )
