"""The verbs of a series: set up, add and remove a unit, call off. One transaction each; its dates are meetings.

One date is moved or called off by the verbs of meetings (`scheduling.move`, `calling_off.call_off`), which write it
with its RECURRENCE-ID. What happens to the series as a whole never changes a date that has begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from piccolo.columns import Column

from audit import trail
from directory.wording import NotPlain, plain_line
from meetings import errors, series_post
from meetings.asked_alone import asked_alone
from meetings.errors import UnsuitableSeries
from meetings.letters import Letterhead, token_hash
from meetings.occurrences import (
    Asked,
    add_dates,
    asked_units,
    is_coming,
    lock_dates,
    lock_series,
    new_reference,
    next_of_series,
    note,
    reach,
    seat,
)
from meetings.proposal import described
from meetings.reasons import CALLED_OFF_BY, CALLED_OFF_REASONS
from meetings.recurrence import Recurring, instants
from meetings.seats import Capacity
from meetings.series_apart import cancel_asked_to_one, send_dates_apart
from meetings.tables import (
    Invitation,
    InviteState,
    Meeting,
    MeetingState,
    MeetingType,
    Seat,
    Series,
    SeriesInvitation,
)
from meetings.when import When, answers_wanted_by
from web.moments import london_date

TYPES = (MeetingType.BRIEFING, MeetingType.PANEL)
REPLY_CLOCKS = ((1, "working days"),)


@dataclass(frozen=True)
class Plan:
    """A series as a coordinator wants it. `units` with their capacities; the home police among them convenes it."""

    title: str
    type: str
    rule: Recurring
    units: Sequence[tuple[UUID, Sequence[str]]]
    quorum: Sequence[str] = ()
    place: str = ""
    link: str = ""

    def check(self, now: datetime) -> None:
        """:raises MeetingError: UnsuitableSeries, UnsuitableTime, UnsuitablePlace; with what to give instead."""
        if self.type not in TYPES:
            raise UnsuitableSeries("type", "Choose a briefing or a panel.")
        try:
            plain_line(self.title, "The title", 80)
        except NotPlain as wrong:
            raise UnsuitableSeries("title", str(wrong)) from wrong
        self.rule.check()
        When(instants(self.rule)[0], self.rule.minutes, self.place, self.link).check(now)
        if not any(Capacity.HOME in capacities for _, capacities in self.units):
            raise UnsuitableSeries("home", "Choose the police unit that convenes the series.")
        if len({unit for unit, _ in self.units}) < len(self.units) or not all(caps for _, caps in self.units):
            raise UnsuitableSeries("unit-1", "Name each unit once, with the capacity in which it is asked.")


async def set_up_series(plan: Plan, *, by: str, now: datetime, letterhead: Letterhead) -> str:
    """The series has its dates and seats, and each unit one invitation to all of them; returns its reference.

    :raises MeetingError: as Plan.check; nothing was changed.
    """
    plan.check(now)
    starts = instants(plan.rule)
    reply_by = answers_wanted_by(REPLY_CLOCKS, starts[0], now)
    async with Series._meta.db.transaction():
        series = _series(plan, by, now, letterhead)
        await Series.insert(series)
        asked = await _asked(series, plan.units, letterhead, now)
        await add_dates(series, starts, asked, reply_by=reply_by, by=by, now=now)
        invited = [one.invitation for one in asked if one.invitation]
        await series_post.send_invitations(series, invited, reply_by=reply_by, letterhead=letterhead, now=now)
        detail = {"dates": len(starts), "units": len(asked), "invited": len(invited)}
        await trail.record(by, "series set up", f"series:{series.reference}", now=now, detail=detail)
    return series.reference


async def add_unit(
    reference: str, unit: UUID, capacities: Sequence[str], *, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """The unit has a seat at every coming date, and one invitation to them all; the dates held otherwise come apart.

    :raises MeetingError: NoSuchSeries, SeriesCalledOff, SeriesOver, AskedToOneDate, UnsuitableSeats; nothing was
        changed.
    """
    async with Series._meta.db.transaction():
        series, coming = await _changeable(reference, now)
        if any(one.unit == unit for one in await asked_units(series.id, coming[-1].id)):
            raise errors.UnsuitableSeats("This unit is already asked to the series.")
        if unit in await asked_alone(coming):
            raise errors.AskedToOneDate
        if not capacities:
            raise errors.UnsuitableSeats("Choose in which capacity the unit is asked.")
        series.sequence = await next_of_series(series.id)
        await reach(coming, series.sequence)
        (asked,) = await _asked(series, [(unit, capacities)], letterhead, now)
        await seat(coming, [asked], now)
        if asked.invitation:
            reply_by = answers_wanted_by(REPLY_CLOCKS, coming[0].starts_at, now)
            invited = [asked.invitation]
            await series_post.send_invitations(series, invited, reply_by=reply_by, letterhead=letterhead, now=now)
            await send_dates_apart(series, coming, invited, letterhead=letterhead, now=now)
        await note(coming, by, f"seat added to the series: {asked.name}", now)
        await trail.record(by, "unit added to series", f"series:{reference}", now=now, detail={"unit": unit})


async def remove_unit(reference: str, unit: UUID, *, by: str, now: datetime, letterhead: Letterhead) -> None:
    """The unit is asked to no coming date any more, and gets one CANCEL. Twice is harmless.

    :raises MeetingError: NoSuchSeries, SeriesCalledOff, SeriesOver, UnsuitableSeats; nothing was changed.
    """
    async with Series._meta.db.transaction():
        series, coming = await _changeable(reference, now)
        asked = next((one for one in await asked_units(series.id, coming[-1].id) if one.unit == unit), None)
        if asked is None:
            return
        if unit == series.home_unit:
            raise errors.UnsuitableSeats("This unit convenes the series. Call the series off instead.")
        series.sequence = await next_of_series(series.id)
        ids = [meeting.id for meeting in coming]
        await cancel_asked_to_one(coming, series.sequence, unit=unit, letterhead=letterhead, now=now)
        await Seat.update({Seat.removed_at: now}).where(
            Seat.meeting.is_in(ids) & (Seat.unit == unit) & Seat.removed_at.is_null()
        )
        if asked.invitation:
            await series_post.send_cancellations(
                series, [asked.invitation], whole=False, letterhead=letterhead, now=now
            )
            await Invitation.update({Invitation.state: InviteState.REMOVED, Invitation.ended_at: now}).where(
                Invitation.meeting.is_in(ids) & (Invitation.of_series == asked.invitation.id)
            )
        await note(coming, by, f"seat removed from the series: {asked.name}", now)
        await trail.record(by, "unit removed from series", f"series:{reference}", now=now, detail={"unit": unit})


async def call_off_series(
    reference: str, *, asked_by: str, reason: str, by: str, now: datetime, letterhead: Letterhead
) -> None:
    """Every coming date is off, by whose wish and why is kept, and each unit gets one CANCEL. Twice is harmless.

    Each coming date counts as called off when its time comes. A series that has simply served its purpose is given
    an earlier last day instead (`series_changes.change_series`): the dates after it were never convened.
    """
    if asked_by not in CALLED_OFF_BY:
        raise errors.UnsuitableAsker("Choose who asked for the series to be called off.")
    if reason not in CALLED_OFF_REASONS:
        raise errors.UnsuitableReason("Choose why the series is called off.")
    async with Series._meta.db.transaction():
        series = await lock_series(reference)
        if series.state == MeetingState.CALLED_OFF:
            return
        coming = [one for one in await lock_dates(series.id) if is_coming(one, now)]
        series.sequence = await next_of_series(series.id)
        why: dict[Column | str, Any] = {
            "called_off_at": now,
            "called_off_by": asked_by,
            "called_off_reason": reason,
        }
        await Series.update({"state": MeetingState.CALLED_OFF, **why}).where(Series.id == series.id)
        ids = [meeting.id for meeting in coming]
        await cancel_asked_to_one(coming, series.sequence, unit=None, letterhead=letterhead, now=now)
        if ids:
            await Meeting.update({"state": MeetingState.CALLED_OFF, "sequence": series.sequence, **why}).where(
                Meeting.id.is_in(ids)
            )
            await Invitation.update({Invitation.state: InviteState.CANCELLED, Invitation.ended_at: now}).where(
                Invitation.meeting.is_in(ids) & (Invitation.state == InviteState.ACTIVE)
            )
        invited = await _active(series.id)
        await series_post.send_cancellations(series, invited, whole=True, letterhead=letterhead, now=now)
        await note(coming, by, f"called off with its series by {asked_by}: {reason}", now)
        await trail.record(by, "series called off", f"series:{reference}", now=now, detail={"reason": reason})


async def _changeable(reference: str, now: datetime) -> tuple[Series, list[Meeting]]:
    """The series and its coming dates, locked.

    :raises MeetingError: NoSuchSeries, SeriesCalledOff, SeriesOver.
    """
    series = await lock_series(reference)
    if series.state == MeetingState.CALLED_OFF:
        raise errors.SeriesCalledOff(reference)
    coming = [one for one in await lock_dates(series.id) if is_coming(one, now)]
    if not coming:
        raise errors.SeriesOver(reference)
    return series, coming


async def _active(series: UUID) -> list[SeriesInvitation]:
    return await SeriesInvitation.objects().where(
        (SeriesInvitation.series == series) & (SeriesInvitation.state == InviteState.ACTIVE)
    )


async def _asked(
    series: Series, units: Sequence[tuple[UUID, Sequence[str]]], letterhead: Letterhead, now: datetime
) -> list[Asked]:
    """Each unit, with a series invitation and token of its own where the directory has its address."""
    found = []
    for proposed in await described(units, series.quorum, london_date(now)):
        invitation = None
        if proposed.address:
            number = uuid4()
            invitation = SeriesInvitation(
                id=number,
                series=series.id,
                unit=proposed.unit,
                capacities=list(proposed.capacities),
                address=proposed.address,
                cn=proposed.name,
                group=proposed.group,
                token_sha256=token_hash(letterhead.token(number)),
                invited_at=now,
                sent_sequence=series.sequence,
                first_message_id=f"<{uuid4().hex}@{letterhead.domain}>",
            )
            await SeriesInvitation.insert(invitation)
        found.append(Asked(proposed.unit, proposed.name, proposed.capacities, invitation))
    return found


def _series(plan: Plan, by: str, now: datetime, letterhead: Letterhead) -> Series:
    return Series(
        id=uuid4(),
        reference=new_reference("SE"),
        uid=f"{uuid4()}@{letterhead.domain}",
        title=plain_line(plan.title, "The title", 80),
        type=plan.type,
        weekdays=list(plan.rule.weekdays),
        every=plan.rule.every,
        first_on=plan.rule.first_on,
        last_on=plan.rule.last_on,
        starts=plan.rule.starts,
        minutes=plan.rule.minutes,
        bank_holidays=plan.rule.bank_holidays,
        place=plan.place,
        link=plan.link,
        quorum=list(plan.quorum),
        home_unit=next(unit for unit, capacities in plan.units if Capacity.HOME in capacities),
        set_up_at=now,
        set_up_by=by,
    )
