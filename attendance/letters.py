"""What an invitee is reminded of, in the words that their answer so far calls for; pure.

As every letter, it is made from the meeting's random reference, its time and place, and the seat: nothing in
it can name a child.
"""

from __future__ import annotations

from datetime import datetime

from meetings.letters import Invited, Letterhead, in_words
from notifications.imip import Letter
from notifications.itip import Method, Partstat
from notifications.wording import Wording

_DECIDE = (
    "Answer with the Accept or Decline button of your calendar. "
    "If you see no buttons, reply to this message and say which."
)
_WHO_INSTEAD = "If you cannot come, decline and say who comes instead: the seat is your unit's, not yours alone."


def reminder(
    to: Invited,
    letterhead: Letterhead,
    *,
    answer: str | None,
    calendar: bytes | None,
    message_id: str,
    now: datetime,
) -> Letter:
    """The reminder for an invitee whose standing answer is `answer` (a PARTSTAT, None where there is none).

    :param calendar: the iCalendar bytes of the last REQUEST, sent again unchanged where an answer is still
        wanted, so that the buttons are at hand.
    """
    if answer == Partstat.ACCEPTED:
        return _letter(to, letterhead, see_you(to, letterhead), None, message_id, now)
    if answer == Partstat.DECLINED:
        return _letter(to, letterhead, seat_is_empty(to, letterhead), None, message_id, now)
    wording = please_decide(to, letterhead) if answer == Partstat.TENTATIVE else please_answer(to, letterhead)
    return _letter(to, letterhead, wording, calendar, message_id, now)


def please_answer(to: Invited, letterhead: Letterhead) -> Wording:
    """For who has not answered."""
    return Wording(
        subject=f"Please answer: {_title(to)}, {in_words(to.starts_at)}",
        opening=f"Your unit has not yet said whether it attends this {to.type}.",
        facts=_facts(to),
        steps=[_DECIDE, _WHO_INSTEAD],
        footer=_footer(letterhead),
    )


def please_decide(to: Invited, letterhead: Letterhead) -> Wording:
    """For who answered "tentative"."""
    return Wording(
        subject=f"Please decide: {_title(to)}, {in_words(to.starts_at)}",
        opening=f"Your unit said it might attend this {to.type}. Please say now whether it does.",
        facts=_facts(to),
        steps=[_DECIDE, _WHO_INSTEAD],
        footer=_footer(letterhead),
    )


def see_you(to: Invited, letterhead: Letterhead) -> Wording:
    """For who accepted."""
    return Wording(
        subject=f"Reminder: {_title(to)}, {in_words(to.starts_at)}",
        opening=f"Your unit accepted this {to.type}: we expect you {in_words(to.starts_at)}.",
        facts=_facts(to),
        steps=["If you can no longer come, decline in your calendar and say who comes instead."],
        footer=_footer(letterhead),
    )


def seat_is_empty(to: Invited, letterhead: Letterhead) -> Wording:
    """For who declined: the seat is the unit's, and somebody else can fill it."""
    return Wording(
        subject=f"Who comes instead? {_title(to)}, {in_words(to.starts_at)}",
        opening=f"Your unit declined this {to.type}, so its seat is empty. Who comes instead?",
        facts=_facts(to),
        steps=[
            "Reply to this message and say who comes, by role. If it is you after all, accept in your calendar.",
            "Do not put a child's name or details in your answer.",
        ],
        footer=_footer(letterhead),
    )


def _title(to: Invited) -> str:
    return f"{to.type} {to.reference}"


def _facts(to: Invited) -> list[tuple[str, str]]:
    facts = [("Meeting", to.reference), ("When", in_words(to.starts_at))]
    if to.place:
        facts.append(("Where", to.place))
    if to.link:
        facts.append(("Join online", to.link))
    return [*facts, ("Your seat", f"{to.cn}, as {' and '.join(to.capacities)}")]


def _footer(letterhead: Letterhead) -> list[str]:
    return [letterhead.marking, f"Sent by {letterhead.sender_name}. Replies reach the meeting's coordinator."]


def _letter(
    to: Invited, letterhead: Letterhead, wording: Wording, calendar: bytes | None, message_id: str, now: datetime
) -> Letter:
    return Letter(
        to=to.address,
        to_name=to.cn,
        from_address=letterhead.sender_address(),
        from_name=letterhead.sender_name,
        reply_to=letterhead.reply_address(to.invitation),
        envelope_from=letterhead.bounce_address(to.invitation),
        subject=wording.subject,
        text=wording.text(),
        html=wording.html(),
        message_id=message_id,
        date=now,
        references=to.first_message_id,
        calendar=calendar,
        method=Method.REQUEST.value if calendar else "",
    )
