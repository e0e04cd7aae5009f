"""All that is known of one series, for its page: its units, its dates and who answered which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.answers import Given, standing
from attendance.state import given_to
from attendance.tables import Register
from attendance.timeline import Entry
from audit import tables as audit
from audit.reading import OPENED
from meetings.occurrences import Asked, asked_units, dates_of, is_coming, rule_of
from meetings.recurrence import Recurring
from meetings.series_post import series_key
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Series
from notifications import outbox
from notifications.tables import Disposition, InboundMail
from web.signin import titles_of

NEXT, LAST = 10, 10


@dataclass(frozen=True)
class UnitView:
    """One unit of the series: how its letter fared, and for how many of the dates to come its answer stands."""

    name: str
    capacities: tuple[str, ...]
    address: str
    delivery: str
    answered: int


@dataclass(frozen=True)
class DateView:
    """One date. `answers` are those of the units in their order; "" is none, None a unit that is not asked."""

    meeting: Meeting
    answers: tuple[str | None, ...]
    called_off: bool
    moved: bool
    held: bool


@dataclass(frozen=True)
class SeriesOverview:
    """One series. `coming` counts the dates that stand; `next` and `last` are those nearest to now."""

    series: Series
    rule: Recurring
    units: tuple[UnitView, ...]
    next: tuple[DateView, ...]
    last: tuple[DateView, ...]
    coming: int
    mail_waiting: int
    timeline: tuple[Entry, ...]

    @property
    def called_off(self) -> bool:
        return self.series.state == MeetingState.CALLED_OFF


async def series_overview(reference: str, now: datetime) -> SeriesOverview | None:
    """The series with this reference; None when there is none."""
    series = await Series.objects().where(Series.reference == reference).first()
    if series is None:
        return None
    rows = await dates_of(series.id)
    coming = [row for row in rows if is_coming(row, now)]
    asked = await asked_units(series.id, (coming or rows)[-1].id)
    answers = await _answers([row for row in rows if row.starts_at > now])
    ahead = sorted((row for row in rows if row.starts_at > now), key=lambda row: row.starts_at)
    behind = sorted((row for row in rows if row.starts_at <= now), key=lambda row: row.starts_at, reverse=True)
    closed = await _closed(behind[:LAST])
    return SeriesOverview(
        series=series,
        rule=rule_of(series),
        units=await _units(series, asked, coming, answers),
        next=tuple(_date(row, asked, answers, False) for row in ahead[:NEXT]),
        last=tuple(_date(row, asked, {}, row.id in closed) for row in behind[:LAST]),
        coming=len(coming),
        mail_waiting=await _mail_waiting(series.uid),
        timeline=await _timeline(reference),
    )


def _date(row: Meeting, asked: Sequence[Asked], answers: Mapping[tuple[UUID, UUID], str], held: bool) -> DateView:
    return DateView(
        meeting=row,
        answers=tuple(answers.get((row.id, one.unit)) for one in asked),
        called_off=row.state == MeetingState.CALLED_OFF,
        moved=row.starts_at != row.recurrence_id,
        held=held,
    )


async def _answers(meetings: Sequence[Meeting]) -> dict[tuple[UUID, UUID], str]:
    """The standing answer of each unit to each of these dates, by meeting and unit; "" for none."""
    majors = {row.id: row.last_major_sequence for row in meetings}
    if not majors:
        return {}
    rows: list[dict[str, Any]] = await Invitation.select(
        Invitation.id, Invitation.meeting, Invitation.seat._.unit.as_alias("unit")
    ).where(Invitation.meeting.is_in(list(majors)) & (Invitation.state == InviteState.ACTIVE))
    given = await given_to([row["id"] for row in rows])
    return {
        (row["meeting"], row["unit"]): _partstat(standing(given[row["id"]], majors[row["meeting"]])) for row in rows
    }


def _partstat(answer: Given | None) -> str:
    return answer.partstat if answer else ""


async def _units(
    series: Series, asked: Sequence[Asked], coming: Sequence[Meeting], answers: Mapping[tuple[UUID, UUID], str]
) -> tuple[UnitView, ...]:
    posted = {one.key: one.state.value for one in await outbox.history(series.uid)}
    views = []
    for one in asked:
        delivery = "no address"
        if one.invitation:
            sent = series_key("request", one.invitation.id, one.invitation.sent_sequence)
            delivery = posted.get(sent, "nothing sent")
        answered = sum(bool(answers.get((row.id, one.unit))) for row in coming)
        address = one.invitation.address if one.invitation else ""
        views.append(UnitView(one.name, one.capacities, address, delivery, answered))
    return tuple(views)


async def _closed(meetings: Sequence[Meeting]) -> set[UUID]:
    if not meetings:
        return set()
    rows = await Register.select(Register.meeting).where(Register.meeting.is_in([row.id for row in meetings]))
    return {row["meeting"] for row in rows}


async def _mail_waiting(uid: str) -> int:
    waiting: int = await InboundMail.count().where(
        (InboundMail.uid == uid)
        & (InboundMail.disposition == Disposition.SET_ASIDE)
        & InboundMail.reviewed_at.is_null()
    )
    return waiting


async def _timeline(reference: str) -> tuple[Entry, ...]:
    """What was done to the series as a whole, the newest first, as the audit trail has it."""
    rows = (
        await audit.Entry.select(audit.Entry.at, audit.Entry.actor, audit.Entry.action)
        .where((audit.Entry.subject == f"series:{reference}") & audit.Entry.action.not_like(f"{OPENED}%"))
        .order_by(audit.Entry.id, ascending=False)
    )
    titles = await titles_of({row["actor"] for row in rows})
    return tuple(
        Entry(row["at"], row["action"][:1].upper() + row["action"][1:], titles.get(row["actor"], row["actor"]))
        for row in rows
    )
