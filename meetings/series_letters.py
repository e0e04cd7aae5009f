"""What is written to a unit about a whole series: invitation, change, cancellation. Pure.

One REQUEST with an RRULE asks for every date; what becomes of one date is written by `letters`, with its
RECURRENCE-ID alone (nextcloud/calendar #4727: Outlook takes it only so).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from meetings.letters import (
    Invited,
    Letterhead,
    addressed,
    clock_in_words,
    date_facts,
    date_in_words,
    day_in_words,
    facts,
    footer,
    on_a_page,
    until,
    written,
)
from meetings.letters import in_words as instant_in_words
from meetings.recurrence import Recurring, in_words
from notifications.imip import Letter
from notifications.itip import Method
from notifications.wording import Wording

MOST_NAMED = 12


class Change(StrEnum):
    """What changed about a series, in the words of the subject."""

    TIME = "New time"
    DATES = "New dates"
    PLACE = "New place or link"
    NOTHING = "Sent again"


def invitation(to: Invited, held: Recurring, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The REQUEST for every date: how often, when, where, in which capacity, and how to answer for all or for one."""
    wording = Wording(
        subject=f"Say whether you can attend: {to.series}, {how_often(held)}",
        opening=f"Please say by {until(to.reply_by)} whether your unit attends this {to.type}, {how_often(held)}.",
        facts=_facts(to, held),
        steps=_how_to_answer(to, letterhead),
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, Method.REQUEST, message_id, now)


def change(
    to: Invited, held: Recurring, letterhead: Letterhead, *, what: Change, message_id: str, now: datetime
) -> Letter:
    """An updated REQUEST for every coming date; after a new time the answers given before no longer count."""
    again = f"Please answer again by {until(to.reply_by)}." if what is Change.TIME else _STANDS[what]
    wording = Wording(
        subject=f"{what}: {to.series}, {how_often(held)}",
        opening=f"{to.series} {_SAID[what]}. {again}",
        facts=_facts(to, held),
        steps=_how_to_answer(to, letterhead),
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, Method.REQUEST, message_id, now)


def apart(to: Invited, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The REQUEST for one date held otherwise, after one for the whole series, which calendars let overwrite it."""
    wording = Wording(
        subject=f"Still differs: {to.series}, {instant_in_words(to.starts_at)}",
        opening=f"One date of {to.series} differs from the others. An answer that you gave for it still stands.",
        facts=date_facts(to),
        steps=[
            "Calendars forget such a date when the series changes, so it is sent again.",
            *_how_to_answer(to, letterhead)[2:],
        ],
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, Method.REQUEST, message_id, now)


def earlier_entry(to: Invited, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The CANCEL of one date where it was, to somebody who was asked to that date alone and is asked to it anew."""
    wording = Wording(
        subject=f"New time or date: {to.series}, until now {instant_in_words(to.starts_at)}",
        opening=f"{to.series} was changed, and with it the one date that you are asked to. "
        "The next letter asks you to that date as it is now.",
        facts=date_facts(to)[:2],
        steps=["This letter takes the earlier entry out of your calendar. You do not need to do anything."],
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, Method.CANCEL, message_id, now)


def cancellation(
    to: Invited, held: Recurring, letterhead: Letterhead, *, whole: bool, message_id: str, now: datetime
) -> Letter:
    """The CANCEL of every date: of the series, or of this unit's invitation only."""
    opening = (
        f"{to.series} is called off for all coming dates. You do not need to do anything."
        if whole
        else f"Your unit is no longer asked to attend {to.series}. It goes ahead without your unit."
    )
    wording = Wording(
        subject=f"{'Called off' if whole else 'Not needed'}: {to.series}, {how_often(held)}",
        opening=opening,
        facts=_facts(to, held)[:2],
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, Method.CANCEL, message_id, now)


def reminder(
    to: Invited,
    held: Recurring,
    letterhead: Letterhead,
    *,
    unanswered: int,
    dates: int,
    calendar: bytes | None,
    message_id: str,
    now: datetime,
) -> Letter:
    """The one reminder of a unit that has not answered for every date; `calendar` is the last REQUEST, unchanged."""
    which = "any date" if unanswered == dates else f"{unanswered} of {dates} dates"
    wording = Wording(
        subject=f"Please answer: {to.series}, {how_often(held)}",
        opening=f"Your unit has not yet said for {which} whether it attends {to.series}. Please say now.",
        facts=_facts(to, held),
        steps=_how_to_answer(to, letterhead),
        footer=footer(letterhead),
    )
    return addressed(to, letterhead, wording, calendar=calendar, message_id=message_id, now=now)


def how_often(held: Recurring) -> str:
    """When a series is held, in words: "every weekday at 9:30am"."""
    return f"{in_words(held)} at {clock_in_words(held.starts)}"


def _facts(to: Invited, held: Recurring) -> list[tuple[str, str]]:
    first, last = day_in_words(to.starts_at), date_in_words(held.last_on)
    told = facts(to, f"{how_often(held)}, for {held.minutes} minutes")
    return [*told[:2], ("From", first), ("Until", last), *_left_out(to), *_handed_on(to.handed_on), *told[2:]]


def _left_out(to: Invited) -> list[tuple[str, str]]:
    days = [day for day in to.excluded if day not in to.handed_on]
    if not days:
        return []
    if len(days) > MOST_NAMED:
        return [("Not held", "on bank holidays, and on the dates that your calendar does not show")]
    return [("Not held on", "; ".join(day_in_words(day) for day in days))]


def _handed_on(days: Sequence[datetime]) -> list[tuple[str, str]]:
    if not days:
        return []
    if len(days) > MOST_NAMED:
        return [("Somebody else comes", "on the dates that you handed on")]
    return [("Somebody else comes on", "; ".join(day_in_words(day) for day in days))]


def _how_to_answer(to: Invited, letterhead: Letterhead) -> list[str]:
    return [
        "Answer once for every date with the Accept, Tentative or Decline button of your calendar.",
        "If your unit cannot come on one date, open that date alone in your calendar and decline it.",
        "An answer for one date counts for that date until you answer for the whole series again.",
        *on_a_page(to, letterhead),
        "If you cannot come, please decline and say who comes instead: the seat is your unit's, not yours alone.",
        "Do not put a child's name or details in your answer.",
    ]


_SAID = {
    Change.TIME: "has a new time",
    Change.DATES: "has other dates than before; its time is the same",
    Change.PLACE: "has a new place or link",
    Change.NOTHING: "is sent to you once more",
}
_STANDS = {
    Change.DATES: "Answers that you gave still stand. Please answer for the dates that are new.",
    Change.PLACE: "Answers that you gave still stand.",
    Change.NOTHING: "Answers that you gave for these dates and this time still stand.",
}
