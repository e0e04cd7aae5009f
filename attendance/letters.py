"""What an invitee is reminded of, in the words that their answer so far calls for; pure.

As every letter, it is made from the meeting's random reference, its time and place, and the seat: nothing in
it can name a child.
"""

from __future__ import annotations

from datetime import datetime

from meetings.letters import Invited, Letterhead, addressed, facts, footer, in_words, on_a_page, title
from notifications.imip import Letter
from notifications.itip import Partstat
from notifications.wording import Wording

_DECIDE = "Answer with the Accept or Decline button of your calendar."
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
    call, opening, steps = _words(to, answer)
    wording = Wording(
        subject=f"{call} {title(to)}, {in_words(to.starts_at)}",
        opening=opening,
        facts=facts(to, in_words(to.starts_at)),
        steps=[*steps, *on_a_page(to, letterhead)],
        footer=footer(letterhead),
    )
    return addressed(to, letterhead, wording, calendar=calendar, message_id=message_id, now=now)


def outdated_proposal(to: Invited, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The time that the invitee proposed was instead of one that the meeting no longer has: what it has now."""
    wording = Wording(
        subject=f"Already moved: {title(to)}, {in_words(to.starts_at)}",
        opening=f"You proposed another time for this {to.type}. It had been moved before your message came, "
        f"and is now on {in_words(to.starts_at)}.",
        facts=facts(to, in_words(to.starts_at)),
        steps=[
            "Please say whether you can attend at this time. Use the buttons of the latest invitation.",
            *on_a_page(to, letterhead),
            "If you cannot, propose another time in your calendar again.",
        ],
        footer=footer(letterhead),
    )
    return addressed(to, letterhead, wording, calendar=None, message_id=message_id, now=now)


def _words(to: Invited, answer: str | None) -> tuple[str, str, list[str]]:
    """How the subject begins, the opening, and what to do."""
    if answer == Partstat.ACCEPTED:
        return (
            "Reminder:",
            f"Your unit accepted this {to.type}: we expect you on {in_words(to.starts_at)}.",
            ["If you can no longer come, decline in your calendar and say who comes instead."],
        )
    if answer == Partstat.DECLINED:  # the seat is the unit's, and somebody else can fill it
        return (
            "Who comes instead?",
            f"Your unit declined this {to.type}, so its seat is empty. Who comes instead?",
            [
                "Reply to this message and say who comes, by role. If it is you after all, accept in your calendar.",
                "Do not put a child's name or details in your answer.",
            ],
        )
    if answer == Partstat.DELEGATED:  # an approved deputy is reminded instead; until then the seat is this invitee's
        return (
            "Reminder:",
            f"Your unit named somebody else for this {to.type}. Nobody has approved that yet: you are still invited.",
            ["If you come yourself after all, accept in your calendar."],
        )
    if answer == Partstat.TENTATIVE:
        opening = f"Your unit said it might attend this {to.type}. Please say now whether it does."
        return "Please decide:", opening, [_DECIDE, _WHO_INSTEAD]
    opening = f"Your unit has not yet said whether it attends this {to.type}. Please say now."
    return "Please answer:", opening, [_DECIDE, _WHO_INSTEAD]
