"""A series gets other days, another time, place or last day: its coming dates follow, those that have begun never.

A new time or other weekdays are a major change (RFC 5546 section 2.1.4): the rule starts anew with tomorrow's first
date, and answers to the dates whose time changed no longer count. A new last day, place or link is a minor one.
A date that was moved by itself stays where it was moved to; one that was called off stays off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from audit import trail
from meetings import errors, series_letters, series_post
from meetings.errors import UnsuitableSeries
from meetings.invitations import invited, letter_key, new_message_id
from meetings.letters import Letterhead, cancellation
from meetings.occurrences import (
    add_dates,
    asked_units,
    is_coming,
    lock_dates,
    lock_series,
    next_of_series,
    note,
    rule_of,
)
from meetings.reasons import LEFT_SERIES
from meetings.recurrence import Arranged, Recurring, arranged, dates, instant, instants
from meetings.series_apart import as_written, send_dates_apart, tell_asked_to_one
from meetings.series_letters import Change
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Series, SeriesInvitation
from meetings.when import When, answers_wanted_by
from notifications import outbox
from notifications.outbox import Outgoing
from web.moments import london_date

_REPLY_CLOCKS = ((1, "working days"),)


# The series' UID and the place in its rule are free for a date that comes back.
_FREE = (
    "UPDATE meeting SET uid = id || substring(uid FROM position('@' IN uid)), recurrence_id = NULL"
    " WHERE id = ANY({}::uuid[])"
)


@dataclass(frozen=True)
class _Before:
    """The series as it was when the change was asked for, and its dates."""

    series: Series
    rule: Recurring
    rows: Sequence[Meeting]
    now: datetime
    written: Mapping[UUID, tuple[Any, ...]]

    @property
    def coming(self) -> list[Meeting]:
        return [row for row in self.rows if is_coming(row, self.now)]


async def change_series(
    reference: str, rule: Recurring, *, place: str, link: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The series is held by this rule from tomorrow on, at this place; every unit gets one update.

    `rule.first_on` is not read: a series never begins anew in the past.

    :raises MeetingError: NoSuchSeries, SeriesCalledOff, SeriesOver, UnsuitableSeries, UnsuitablePlace.
    """
    async with Series._meta.db.transaction():
        before = await _before(reference, now)
        series, old = before.series, before.rule
        rule = replace(rule, first_on=old.first_on)
        if (rule, place, link) == (old, series.place, series.link):
            return
        major = _time_of(rule) != _time_of(old)
        rule = _begun_anew(rule, now) if major else rule
        rule.check()
        plan = _arrange(before, rule, now)
        _check_left(before, plan, rule, place, link)
        where_before = (series.place, series.link)
        await _write(series, rule, place, link, major=major)
        left = [row for row in before.coming if london_date(_rule_day(row)) in plan.left]
        await _leave(series, left, by, letterhead, now)
        kept = [row for row in before.coming if row not in left]
        reply_by = answers_wanted_by(_REPLY_CLOCKS, min(_starts(kept, plan, rule)), now)
        for row in before.rows:
            await _keep(row, before, plan, rule, where_before, reply_by)
        await _add(series, plan, rule, before, reply_by, by, now)
        await _tell(before, _what(old, rule, major), reply_by, letterhead, now)
        await note(kept, by, f"series changed: {series_letters.how_often(rule)} until {rule.last_on:%d/%m/%Y}", now)
        detail = {"sequence": series.sequence, "major": major, "added": len(plan.added), "left": len(left)}
        await trail.record(by, "series changed", f"series:{reference}", now=now, detail=detail)


async def _before(reference: str, now: datetime) -> _Before:
    series = await lock_series(reference)
    if series.state == MeetingState.CALLED_OFF:
        raise errors.SeriesCalledOff(reference)
    rows = await lock_dates(series.id)
    before = _Before(series, rule_of(series), rows, now, {row.id: as_written(row) for row in rows})
    if not before.coming:
        raise errors.SeriesOver(reference)
    return before


def _time_of(rule: Recurring) -> tuple[Any, ...]:
    return (rule.weekdays, rule.every, rule.starts, rule.minutes)


def _begun_anew(rule: Recurring, now: datetime) -> Recurring:
    """The rule from its first date after today on: what has been is not rewritten in anybody's calendar."""
    tomorrow = london_date(now) + timedelta(days=1)
    coming = [day for day in dates(rule) if day >= tomorrow]
    if not coming:
        raise UnsuitableSeries("last_on", "No such day is left until the last day. Choose a later one.")
    return replace(rule, first_on=coming[0])


def _rule_day(row: Meeting) -> datetime:
    assert row.recurrence_id is not None
    at: datetime = row.recurrence_id
    return at


def _arrange(before: _Before, rule: Recurring, now: datetime) -> Arranged:
    """How the days after today follow the new rule; today's date stays as it is."""
    today = london_date(now)
    have = {london_date(_rule_day(row)) for row in before.rows}
    return arranged((d for d in have if d > today), (d for d in dates(rule) if d > today))


def _check_left(before: _Before, plan: Arranged, rule: Recurring, place: str, link: str) -> None:
    standing = [row for row in before.coming if london_date(_rule_day(row)) not in plan.left]
    if not standing and not plan.added:
        raise UnsuitableSeries("last_on", "No date would be left. Call the series off instead.")
    When(before.now + timedelta(minutes=1), rule.minutes, place, link).check(before.now)


def _starts(kept: Sequence[Meeting], plan: Arranged, rule: Recurring) -> list[datetime]:
    return [row.starts_at for row in kept] + [instant(day, rule.starts) for day in plan.added]


async def _write(series: Series, rule: Recurring, place: str, link: str, *, major: bool) -> None:
    series.sequence = await next_of_series(series.id)
    series.last_major_sequence = series.sequence if major else series.last_major_sequence
    series.weekdays, series.every = list(rule.weekdays), rule.every
    series.first_on, series.last_on, series.bank_holidays = rule.first_on, rule.last_on, rule.bank_holidays
    series.starts, series.minutes, series.place, series.link = rule.starts, rule.minutes, place, link
    names = (
        "last_major_sequence", "weekdays", "every", "first_on", "last_on", "bank_holidays", "starts", "minutes",
        "place", "link",
    )  # fmt: skip
    await Series.update({name: getattr(series, name) for name in names}).where(Series.id == series.id)


async def _leave(series: Series, left: Sequence[Meeting], by: str, letterhead: Letterhead, now: datetime) -> None:
    """These dates are no longer of the series: its REQUEST says so; those written apart before get a CANCEL."""
    if not left:
        return
    outgoing = []
    for meeting in left:
        was_apart = meeting.starts_at != meeting.recurrence_id
        meeting.sequence = series.sequence
        rows = await Invitation.objects().where(
            (Invitation.meeting == meeting.id) & (Invitation.state == InviteState.ACTIVE)
        )
        for row in rows if was_apart else [one for one in rows if one.of_series is None]:
            to = invited(meeting, row, (), series)
            letter = cancellation(to, letterhead, whole=True, message_id=new_message_id(letterhead), now=now)
            key = letter_key("cancel", row.id, meeting.sequence)
            outgoing.append(Outgoing(letter, key, "cancel", uid=series.uid, sequence=meeting.sequence))
    await outbox.enqueue_many(outgoing, now=now)
    ids = [meeting.id for meeting in left]
    await Meeting.raw(_FREE, ids)
    await Meeting.update(
        {
            Meeting.state: MeetingState.CALLED_OFF,
            Meeting.sequence: series.sequence,
            Meeting.called_off_at: now,
            Meeting.called_off_by: "other",
            Meeting.called_off_reason: LEFT_SERIES,
        }
    ).where(Meeting.id.is_in(ids))
    await Invitation.update(
        {
            Invitation.state: InviteState.CANCELLED,
            Invitation.ended_at: now,
            Invitation.sent_sequence: series.sequence,
        }
    ).where(Invitation.meeting.is_in(ids) & (Invitation.state == InviteState.ACTIVE))
    await note(left, by, LEFT_SERIES, now)


async def _keep(
    row: Meeting,
    before: _Before,
    plan: Arranged,
    rule: Recurring,
    where_before: tuple[str, str],
    reply_by: datetime,
) -> None:
    """One date that stays in the series follows its change; one that has begun or is off keeps all but its place in
    the rule."""
    day = london_date(_rule_day(row))
    if day in plan.left:
        return
    new_days: Mapping[date, date] = dict(plan.kept)
    at = instant(new_days[day], rule.starts) if day in new_days else _rule_day(row)
    if not is_coming(row, before.now):
        if at != row.recurrence_id:
            await Meeting.update({Meeting.recurrence_id: at}).where(Meeting.id == row.id)
        return
    was = (row.starts_at, row.ends_at)
    if day in new_days and (row.starts_at == row.recurrence_id or _collides(row, plan, at)):
        row.starts_at, row.ends_at = at, at + rule.length
    row.recurrence_id, row.sequence = at, before.series.sequence
    if (row.place, row.link) == where_before:
        row.place, row.link = before.series.place, before.series.link
    if (row.starts_at, row.ends_at) != was:
        row.last_major_sequence, row.reply_by, row.due_at = row.sequence, reply_by, row.starts_at
    names = (
        "starts_at", "ends_at", "recurrence_id", "sequence", "last_major_sequence", "reply_by", "due_at",
        "place", "link",
    )  # fmt: skip
    await Meeting.update({name: getattr(row, name) for name in names}).where(Meeting.id == row.id)


def _collides(row: Meeting, plan: Arranged, at: datetime) -> bool:
    """Whether a date moved by itself stands on the day of another date of the new rule."""
    others = {new for _, new in plan.kept} | set(plan.added)
    return london_date(row.starts_at) in others - {london_date(at)}


async def _add(
    series: Series, plan: Arranged, rule: Recurring, before: _Before, reply_by: datetime, by: str, now: datetime
) -> None:
    if plan.added:
        asked = await asked_units(series.id, before.coming[-1].id)
        starts = [instant(day, rule.starts) for day in plan.added]
        await add_dates(series, starts, asked, reply_by=reply_by, by=by, now=now)


async def _tell(before: _Before, what: Change, reply_by: datetime, letterhead: Letterhead, now: datetime) -> None:
    """Every unit gets the series' REQUEST, and after it the dates that are held otherwise."""
    series = before.series
    asked = await SeriesInvitation.objects().where(
        (SeriesInvitation.series == series.id) & (SeriesInvitation.state == InviteState.ACTIVE)
    )
    coming = [row for row in await lock_dates(series.id) if is_coming(row, now)]
    await series_post.send_invitations(series, asked, reply_by=reply_by, what=what, letterhead=letterhead, now=now)
    await send_dates_apart(series, coming, asked, letterhead=letterhead, now=now)
    await tell_asked_to_one(series, coming, before.written, letterhead=letterhead, now=now)
    await Invitation.update({Invitation.sent_sequence: series.sequence}).where(
        Invitation.meeting.is_in([row.id for row in coming])
        & (Invitation.state == InviteState.ACTIVE)
        & Invitation.of_series.is_not_null()
    )


def _what(old: Recurring, new: Recurring, major: bool) -> Change:
    if major:
        return Change.TIME
    return Change.PLACE if instants(old) == instants(new) else Change.DATES
