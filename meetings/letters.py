"""What is written to an invitee about a meeting: invitation, change, cancellation, and what letters share. Pure.

Nothing here can name a child: a letter is made from the meeting's random reference, its time and place, and
the seat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from meetings.letterhead import Letterhead as Letterhead
from meetings.letterhead import token_hash as token_hash
from meetings.letterhead import token_in as token_in
from notifications import itip
from notifications.imip import Letter
from notifications.wording import Wording
from web.moments import LONDON

OTHER_DATES_STAND = "The other dates of the series stand as they were."
_WORDS = {"12am": "midnight", "12pm": "midday"}


@dataclass(frozen=True)
class Invited:
    """One invitation as a letter needs it; times are instants."""

    invitation: UUID
    address: str
    cn: str
    capacities: Sequence[str]
    required: bool
    reference: str
    type: str
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    place: str
    link: str
    reply_by: datetime
    first_message_id: str
    fixed: bool = False
    group: bool = False
    delegated_from: str = ""
    of_series: bool = False  # its reply token and answer link are those of the invitation to the series
    series: str = ""  # title and reference of the series, where this is one or one date of one
    rule: str = ""  # the RRULE value of a whole series
    excluded: tuple[datetime, ...] = ()
    handed_on: tuple[datetime, ...] = ()  # of the excluded ones, those to which somebody else comes
    recurrence_id: datetime | None = None  # of one date of a series: when its rule puts it
    write_to: str = ""  # another address that answered, where the letter goes to that one

    @property
    def recipient(self) -> str:
        """Whom the letter is for."""
        return self.write_to or self.address


def invitation(to: Invited, letterhead: Letterhead, *, message_id: str, now: datetime) -> Letter:
    """The first REQUEST: says what, when, where, in which capacity, and how to answer; to a deputy, for whom."""
    asked = f"Please say by {until(to.reply_by)} whether you can attend this {to.type}."
    named = f"{to.delegated_from} named you to come in their place. " if to.delegated_from else ""
    wording = Wording(
        subject=f"Say whether you can attend: {title(to)}, {in_words(to.starts_at)}",
        opening=f"{named}{asked}",
        facts=date_facts(to),
        steps=_how_to_answer(to, letterhead),
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, itip.Method.REQUEST, message_id, now)


def change(to: Invited, letterhead: Letterhead, *, major: bool, message_id: str, now: datetime) -> Letter:
    """An updated REQUEST; after a major change (its time) an answer given before no longer counts."""
    again = f"Please answer again by {until(to.reply_by)}." if major else "An answer that you gave still stands."
    moved = "has a new time" if major else "has a new place or link"
    what = _what(to)
    wording = Wording(
        subject=f"{'New time' if major else 'New place or link'}: {title(to)}, {in_words(to.starts_at)}",
        opening=f"{what} {moved}. {again}",
        facts=date_facts(to),
        steps=_how_to_answer(to, letterhead),
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, itip.Method.REQUEST, message_id, now)


def cancellation(to: Invited, letterhead: Letterhead, *, whole: bool, message_id: str, now: datetime) -> Letter:
    """The CANCEL: of the whole meeting, or of this invitee's invitation only."""
    opening = (
        f"{_what(to)} is called off. You do not need to do anything."
        if whole
        else f"You are no longer asked to attend this {to.type}. It goes ahead without your unit."
    )
    wording = Wording(
        subject=f"{'Called off' if whole else 'Not needed'}: {title(to)}, {in_words(to.starts_at)}",
        opening=opening,
        facts=date_facts(to)[:2],
        steps=_other_dates(to),
        footer=footer(letterhead),
    )
    return written(to, letterhead, wording, itip.Method.CANCEL, message_id, now)


def in_words(instant: datetime) -> str:
    """An instant as people in London say it: "Friday 20 November 2026 at 10:30am", "at midday", "at midnight"."""
    return f"{day_in_words(instant)} at {clock_in_words(instant.astimezone(LONDON).time())}"


def clock_in_words(at: time) -> str:
    """A time on the clock: "10:30am", "midday"."""
    minutes = f":{at.minute:02d}" if at.minute else ""
    clock = f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"
    return _WORDS.get(clock, clock)


def day_in_words(instant: datetime) -> str:
    """The London day of an instant: "Friday 20 November 2026"."""
    return date_in_words(instant.astimezone(LONDON).date())


def date_in_words(day: date) -> str:
    """A day: "Friday 20 November 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def until(deadline: datetime) -> str:
    """A deadline in words; one at midnight is "the end of Friday 20 November 2026", which names one day only."""
    at = deadline.astimezone(LONDON)
    if at.hour or at.minute:
        return in_words(deadline)
    return f"the end of {date_in_words(at.date() - timedelta(days=1))}"


def title(to: Invited) -> str:
    """What the letter is about, as its subject names it; every date of a series by the name of the series."""
    return to.series or f"{to.type} {to.reference}"


def facts(to: Invited, when: str) -> list[tuple[str, str]]:
    """The meeting at a glance, its time in the words of `when`."""
    told = [("Meeting", to.reference), ("When", when)]
    if to.place:
        told.append(("Where", to.place))
    if to.link:
        told.append(("Join online", to.link))
    return [*told, ("Your seat", f"{to.cn}, as {' and '.join(to.capacities)}")]


def on_a_page(to: Invited, letterhead: Letterhead) -> list[str]:
    """Where to answer without a calendar; the link stands by itself, so that mail programs make it one."""
    page = "If your calendar shows no buttons, answer on this page, which asks for no password. You can"
    if to.of_series:
        return [f"{page} answer for every date there, or for one.", letterhead.series_link(to.invitation)]
    also = "name who comes instead" if to.fixed else "propose another time or name who comes instead"
    return [f"{page} also {also}.", letterhead.answer_link(to.invitation)]


def footer(letterhead: Letterhead) -> list[str]:
    """What stands below every letter about a meeting."""
    return [letterhead.marking, f"Sent by {letterhead.sender_name}. Replies reach the meeting's coordinator."]


def addressed(
    to: Invited,
    letterhead: Letterhead,
    wording: Wording,
    *,
    calendar: bytes | None,
    method: itip.Method = itip.Method.REQUEST,
    message_id: str,
    now: datetime,
) -> Letter:
    """These words, with the calendar if there is one, as a letter to the invitee that is answered to its token."""
    return Letter(
        to=to.recipient,
        to_name=to.cn,
        from_address=letterhead.sender_address(),
        from_name=letterhead.sender_name,
        reply_to=letterhead.organizer_address(to.invitation, to.address),
        envelope_from=letterhead.bounce_address(to.invitation),
        subject=wording.subject,
        text=wording.text(),
        html=wording.html(),
        message_id=message_id,
        date=now,
        references="" if to.first_message_id == message_id else to.first_message_id,
        calendar=calendar,
        method=method.value if calendar else "",
    )


def _what(to: Invited) -> str:
    return f"One date of {to.series}" if to.recurrence_id else f"This {to.type}"


def date_facts(to: Invited) -> list[tuple[str, str]]:
    """The meeting, or the one date of a series, at a glance."""
    minutes = int((to.ends_at - to.starts_at).total_seconds() // 60)
    told = facts(to, f"{in_words(to.starts_at)}, for {minutes} minutes")
    if to.recurrence_id is None:
        return told
    instead = [("Instead of", in_words(to.recurrence_id))] if to.recurrence_id != to.starts_at else []
    return [*told[:2], *instead, *told[2:]]


def _other_dates(to: Invited) -> list[str]:
    """That nothing else changes, for who is asked to other dates as well."""
    return [OTHER_DATES_STAND] if to.recurrence_id and to.of_series else []


def _how_to_answer(to: Invited, letterhead: Letterhead) -> list[str]:
    return [
        *_other_dates(to),
        "Answer with the Accept, Tentative or Decline button of your calendar.",
        *on_a_page(to, letterhead),
        "If you cannot come, please decline and say who comes instead: the seat is your unit's, not yours alone.",
        "Do not put a child's name or details in your answer.",
    ]


def written(
    to: Invited, letterhead: Letterhead, wording: Wording, method: itip.Method, message_id: str, now: datetime
) -> Letter:
    """These words as a letter with the calendar for them: the meeting, the series or the one date of it."""
    link = to.link if method is itip.Method.REQUEST else ""  # who is not to come needs no way in
    event = itip.Event(
        uid=to.uid,
        sequence=to.sequence,
        dtstamp=now.astimezone(UTC),
        starts_at=to.starts_at,
        ends_at=to.ends_at,
        summary=title(to)[:1].upper() + title(to)[1:],
        description=wording.text(),
        location=to.place or link,
        link=link,
        fixed=to.fixed,
        organizer_address=letterhead.organizer_address(to.invitation, to.address),
        organizer_cn=letterhead.sender_name,
        invitee=itip.Invitee(
            to.address,
            to.cn,
            role="REQ-PARTICIPANT" if to.required else "OPT-PARTICIPANT",
            group=to.group,
            delegated_from=to.delegated_from,
        ),
        rule=to.rule,
        excluded=to.excluded,
        recurrence_id=to.recurrence_id,
    )
    calendar = itip.request(event) if method is itip.Method.REQUEST else itip.cancel(event)
    return addressed(to, letterhead, wording, calendar=calendar, method=method, message_id=message_id, now=now)
