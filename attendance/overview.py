"""All that is known of one meeting, for its page: a fixed number of queries, however many seats it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from attendance.answers import Given, standing
from attendance.register import Mark, closing_of, standing_marks
from attendance.seat_notes import SeatNotes, notes_on
from attendance.state import given_to
from attendance.tables import Register
from attendance.timeline import Entry, about, tell
from directory.areas import place_name
from directory.units import unit_names
from meetings.episode_tables import Child
from meetings.occurrences import series_references
from meetings.seats import place_of, unfilled
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, Seat, Trigger
from meetings.waiting import why
from notifications import outbox
from notifications.itip import Partstat
from notifications.kinds import InboundKind
from notifications.outbox import Posted
from notifications.tables import Disposition, InboundMail


@dataclass(frozen=True)
class SeatView:
    """One seat as the page shows it. `answer` counts now; `earlier` is one to a time the meeting no longer has."""

    seat: UUID
    unit_id: UUID
    unit: str
    capacities: tuple[str, ...]
    removed: bool
    invitation: UUID | None
    address: str
    invited_at: datetime | None
    delivery: str
    answer: Given | None
    earlier: Given | None
    mark: Mark | None
    delegated_from: str = ""  # who named the invited address as their deputy
    notes: SeatNotes = field(default_factory=SeatNotes)


@dataclass(frozen=True)
class Overview:
    """One meeting. `missing` are the quorum's capacities that nobody who accepted fills; `mail_waiting` counts
    the messages about it that wait for a person."""

    meeting: Meeting
    series: str  # the reference of the series that it is one date of, or ""
    child: str
    home: str
    destination: str
    incident: str
    reasons: tuple[str, ...]
    seats: tuple[SeatView, ...]
    register: Register | None
    mail_waiting: int
    missing: tuple[str, ...]
    timeline: tuple[Entry, ...]

    @property
    def quorate_if_they_come(self) -> bool:
        """Whether the quorum is filled if everybody who accepted comes."""
        return not self.missing

    @property
    def called_off(self) -> bool:
        return self.meeting.state == MeetingState.CALLED_OFF


async def meeting_overview(reference: str, *, now: datetime, with_notes: bool = True) -> Overview | None:
    """The meeting with this reference, its seats and its timeline; None when there is none.

    :param with_notes: what units typed beside their answers, and the mail that waits: for those who run the case.
    """
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    if meeting is None:
        return None
    invitations = await Invitation.objects().where(Invitation.meeting == meeting.id).order_by(Invitation.invited_at)
    given = await given_to([invitation.id for invitation in invitations])
    posted = await outbox.history(meeting.uid)
    received = await _received(meeting.uid)
    if not with_notes:
        given = {key: tuple(replace(one, comment="") for one in answers) for key, answers in given.items()}
        received = []
    rows = await _seats_of(meeting.id)
    notes = await notes_on(meeting, invitations, {row["id"]: row["unit"] for row in rows}, now=now)
    seats = await _seats(meeting, rows, invitations, given, posted, received, notes)
    units = await unit_names((meeting.home_unit, meeting.destination_unit, meeting.incident_unit))
    return Overview(
        meeting=meeting,
        series=(await series_references([meeting.series])).get(meeting.series, ""),
        child=await _child(meeting.child),
        home=units.get(meeting.home_unit, ""),
        destination=units.get(meeting.destination_unit, ""),
        incident=units.get(meeting.incident_unit, ""),
        reasons=await _reasons(meeting.id),
        seats=seats,
        register=await closing_of(meeting.id),
        mail_waiting=sum(_waits(mail) for mail in received),
        missing=tuple(_missing(meeting.quorum, seats)),
        timeline=await tell(meeting, invitations, given, posted, () if meeting.series else received),
    )


async def _seats_of(meeting: UUID) -> list[dict[str, Any]]:
    name = Seat.unit._.name
    rows: list[dict[str, Any]] = (
        await Seat.select(Seat.id, Seat.unit, Seat.capacities, Seat.removed_at, name.as_alias("unit_name"))
        .where(Seat.meeting == meeting)
        .order_by(name)
    )
    return sorted(rows, key=lambda row: (row["removed_at"] is not None, place_of(row["capacities"])))


async def _seats(
    meeting: Meeting,
    rows: Sequence[Mapping[str, Any]],
    invitations: Sequence[Invitation],
    given: Mapping[UUID, Sequence[Given]],
    posted: Sequence[Posted],
    received: Sequence[Mapping[str, Any]],
    notes: Mapping[UUID, SeatNotes],
) -> tuple[SeatView, ...]:
    marks = await standing_marks(meeting.id)
    # They come oldest first; of two of one moment the one that still asks somebody is the later.
    latest = {one.seat: one for one in sorted(invitations, key=lambda one: one.state == InviteState.ACTIVE)}
    views = []
    for row in rows:
        invitation = latest.get(row["id"])
        answers = given[invitation.id] if invitation else ()
        answer = standing(answers, meeting.last_major_sequence)
        views.append(
            SeatView(
                seat=row["id"],
                unit_id=row["unit"],
                unit=row["unit_name"],
                capacities=tuple(row["capacities"]),
                removed=row["removed_at"] is not None,
                invitation=invitation.id if invitation and invitation.state == InviteState.ACTIVE else None,
                address=invitation.address if invitation else "",
                invited_at=invitation.invited_at if invitation else None,
                delivery=_delivery(invitation, posted, received) if invitation else "no address",
                answer=answer,
                earlier=None if answer else standing(answers, 0),
                mark=marks.get(row["id"]),
                delegated_from=invitation.delegated_from if invitation else "",
                notes=notes.get(invitation.id, SeatNotes()) if invitation else SeatNotes(),
            )
        )
    return tuple(views)


def _delivery(invitation: Invitation, posted: Sequence[Posted], received: Sequence[Mapping[str, Any]]) -> str:
    """What became of the latest invitation, change or cancellation sent to this invitee."""
    letters = [one for one in about(invitation, posted) if one.kind in ("request", "cancel")]
    if not letters:
        return "nothing sent"
    last = letters[-1]
    bounced = any(
        mail["received_at"] >= last.created_at and mail["reason"].startswith(f"{invitation.cn}: ")
        for mail in received
        if mail["kind"] == InboundKind.BOUNCE
    )
    return "came back" if bounced else last.state.value


def _missing(quorum: Sequence[str], seats: Sequence[SeatView]) -> list[str]:
    """A seat counts while its present invitee has accepted the present time, whoever was invited before."""
    asked = [s for s in seats if not s.removed and s.invitation and s.answer]
    coming = [s for s in asked if s.answer and s.answer.partstat == Partstat.ACCEPTED]
    return unfilled(quorum, [capacity for seat in coming for capacity in seat.capacities])


def _waits(mail: Mapping[str, Any]) -> bool:
    return mail["disposition"] == Disposition.SET_ASIDE and mail["reviewed_at"] is None


async def _received(uid: str) -> list[dict[str, Any]]:
    return await (
        InboundMail.select(
            InboundMail.id,
            InboundMail.received_at,
            InboundMail.disposition,
            InboundMail.reason,
            InboundMail.kind,
            InboundMail.reviewed_at,
        )
        .where(InboundMail.uid == uid)
        .order_by(InboundMail.id)
    )


async def _child(child: UUID | None) -> str:
    """The child's reference, and whose it is: a place by its name, a system by its own. "" where it is about none."""
    if child is None:
        return ""
    row = await Child.select(Child.issuer, Child.reference).where(Child.id == child).first()
    return f"{row['reference']} ({await place_name(row['issuer']) or row['issuer']})" if row else ""


async def _reasons(meeting: UUID) -> tuple[str, ...]:
    """The titles of the rules that called for the meeting, the soonest deadline first."""
    rows: list[dict[str, Any]] = (
        await Trigger.select(Trigger.rule_code, Trigger.rule._.title.as_alias("title"))
        .where(Trigger.meeting == meeting)
        .order_by(Trigger.due_at)
    )
    return tuple(dict.fromkeys(why(row["rule_code"], row["title"]) for row in rows))
