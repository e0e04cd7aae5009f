"""Rows for tests, each in one call: what a test does not say is a plain value that changes no figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from attendance.tables import Attendance, Outcome, Register, Response
from directory.tables import Agency, Area, Place, Unit, UnitKind
from meetings.episode_tables import Child, Episode
from meetings.tables import (
    Invitation,
    InviteState,
    Meeting,
    MeetingState,
    MeetingType,
    NotConvened,
    Rule,
    Seat,
    Trigger,
)
from notifications.tables import OutboundMail, OutState

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)  # two days before the tests' now
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


async def make_unit(*, code: str, kind: UnitKind = UnitKind.BCU, name: str = "") -> Unit:
    agency = Agency(id=uuid4(), code=f"agency of {code}"[:40], name=f"Agency of {code}")
    await Agency.insert(agency)
    unit = Unit(id=uuid4(), code=code, name=name or f"{code} unit", kind=kind, agency=agency.id)
    await Unit.insert(unit)
    return unit


async def make_area(*, unit: Unit, place: str, since: date | None = None, until: date | None = None) -> Area:
    """The unit serves the place; `until` is the first day on which it no longer does."""
    if not await Place.exists().where(Place.code == place):
        await Place.insert(Place(code=place, name=place))
    area = Area(id=uuid4(), place=place, unit=unit.id, effective_from=since, effective_to=until)
    await Area.insert(area)
    return area


async def make_child() -> Child:
    child = Child(id=uuid4(), issuer="tests", reference=uuid4().hex)
    await Child.insert(child)
    return child


async def make_meeting(
    *,
    home: Unit,
    destination: Unit | None = None,
    starts_at: datetime = MONDAY,
    minutes: int = 60,
    meeting_type: MeetingType = MeetingType.MISSING,
    quorum: Sequence[str] = (),
    sequence: int = 0,
    last_major_sequence: int = 0,
    set_up_at: datetime | None = None,
) -> Meeting:
    child = await make_child()
    meeting = Meeting(
        id=uuid4(),
        reference=uuid4().hex[:12],
        uid=f"{uuid4()}@invites.convene.example",
        child=child.id,
        type=meeting_type,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        due_at=starts_at + DAY,
        reply_by=starts_at - DAY,
        sequence=sequence,
        last_major_sequence=last_major_sequence,
        quorum=list(quorum),
        home_unit=home.id,
        destination_unit=destination.id if destination else None,
        set_up_at=set_up_at or starts_at - 3 * DAY,
        set_up_by="tests",
    )
    await Meeting.insert(meeting)
    return meeting


async def call_off(
    *, meeting: Meeting, at: datetime, by: str = "police", reason: str = "police could not attend"
) -> None:
    await Meeting.update(
        {
            Meeting.state: MeetingState.CALLED_OFF,
            Meeting.called_off_at: at,
            Meeting.called_off_by: by,
            Meeting.called_off_reason: reason,
        }
    ).where(Meeting.id == meeting.id)


async def make_seat(
    *,
    meeting: Meeting,
    unit: Unit,
    capacities: Sequence[str] = ("home police",),
    added_at: datetime | None = None,
    removed_at: datetime | None = None,
    invited: bool = True,
) -> Seat:
    """A seat with one invitation; without one where the directory had no address (`invited=False`)."""
    seat = Seat(
        id=uuid4(),
        meeting=meeting.id,
        unit=unit.id,
        capacities=list(capacities),
        added_at=added_at or meeting.set_up_at,
        removed_at=removed_at,
    )
    await Seat.insert(seat)
    if invited:
        await make_invitation(meeting=meeting, seat=seat)
    return seat


async def make_invitation(
    *,
    meeting: Meeting,
    seat: Seat,
    invited_at: datetime | None = None,
    state: InviteState = InviteState.ACTIVE,
    ended_at: datetime | None = None,
) -> Invitation:
    invitation = Invitation(
        id=uuid4(),
        meeting=meeting.id,
        seat=seat.id,
        address=f"{uuid4().hex[:8]}@unit.example",
        cn="Missing team",
        token_sha256=uuid4().hex,
        state=state,
        invited_at=invited_at or seat.added_at,
        ended_at=ended_at,
        first_message_id=f"<{uuid4().hex}@invites.convene.example>",
    )
    await Invitation.insert(invitation)
    return invitation


async def make_request(
    *, meeting: Meeting, seat: Seat, state: OutState = OutState.SENT, kind: str = "request"
) -> OutboundMail:
    """A message to the latest invitation of the seat."""
    invitation = await _invitation_of(seat)
    mail = OutboundMail(
        key=uuid4().hex,
        kind=kind,
        thread=f"{meeting.uid}|{invitation.address}",
        uid=meeting.uid,
        sequence=meeting.sequence,
        recipient=invitation.address,
        envelope_from="bounces@invites.convene.example",
        message_id=f"<{uuid4().hex}@invites.convene.example>",
        sha256="0" * 64,
        state=state,
        created_at=invitation.invited_at,
        due_at=invitation.invited_at,
    )
    await OutboundMail.insert(mail)
    return mail


async def make_response(
    *,
    meeting: Meeting,
    seat: Seat,
    partstat: str = "ACCEPTED",
    received_at: datetime | None = None,
    sequence: int | None = None,
    applied: bool = True,
) -> Response:
    invitation = await _invitation_of(seat)
    at = received_at or meeting.starts_at - 2 * DAY
    response = Response(
        invitation=invitation.id,
        received_at=at,
        partstat=partstat,
        sequence=meeting.sequence if sequence is None else sequence,
        dtstamp=at,
        answered_by=invitation.address,
        row=9,
        applied=applied,
    )
    await Response.insert(response)
    return response


async def make_mark(
    *, meeting: Meeting, seat: Seat, outcome: Outcome = Outcome.ATTENDED, reason: str = ""
) -> Attendance:
    mark = Attendance(
        meeting=meeting.id, seat=seat.id, outcome=outcome, marked_at=meeting.ends_at, marked_by="tests", reason=reason
    )
    await Attendance.insert(mark)
    return mark


async def close_register(*, meeting: Meeting) -> None:
    await Register.insert(Register(meeting=meeting.id, closed_at=meeting.ends_at, closed_by="tests"))


async def make_rule(
    *,
    code: str = "HIGH",
    meeting_type: MeetingType = MeetingType.MISSING,
    makes_meeting: bool = True,
) -> Rule:
    rule = Rule(
        id=uuid4(),
        code=code,
        version=1,
        title=code,
        condition='{"when": "asked"}',
        meeting_type=meeting_type,
        makes_meeting=makes_meeting,
        source_text="tests",
        effective_from=date(2026, 1, 1),
    )
    await Rule.insert(rule)
    return rule


async def make_episode(*, home_place: str) -> Episode:
    child = await make_child()
    episode = Episode(
        id=uuid4(),
        child=child.id,
        source="tests",
        source_reference=uuid4().hex,
        started_at=MONDAY - 3 * DAY,
        reported_at=MONDAY - 3 * DAY,
        home_place=home_place,
        recorded_at=MONDAY - 3 * DAY,
    )
    await Episode.insert(episode)
    return episode


async def make_trigger(
    *,
    rule: Rule,
    due_at: datetime = MONDAY,
    fired_at: datetime | None = None,
    meeting: Meeting | None = None,
    not_convened: NotConvened | None = None,
    cause: UUID | None = None,
    code: str = "",
) -> Trigger:
    fired = fired_at or due_at - DAY
    trigger = Trigger(
        id=uuid4(),
        child=meeting.child if meeting else (await make_child()).id,
        rule=rule.id,
        rule_code=code or rule.code,
        cause=cause or uuid4(),
        fired_at=fired,
        due_at=due_at,
        noticed_at=fired,
        meeting=meeting.id if meeting else None,
        not_convened=not_convened.id if not_convened else None,
    )
    await Trigger.insert(trigger)
    return trigger


async def make_not_convened(
    *,
    home: Unit | None = None,
    due_at: datetime = MONDAY,
    reason: str = "no confidence that police would attend",
) -> NotConvened:
    decision = NotConvened(
        id=uuid4(),
        child=(await make_child()).id,
        reason=reason,
        due_at=due_at,
        home_unit=home.id if home else None,
        decided_at=due_at - HOUR,
        decided_by="tests",
    )
    await NotConvened.insert(decision)
    return decision


async def _invitation_of(seat: Seat) -> Invitation:
    """The seat's latest invitation."""
    of_seat = Invitation.objects().where(Invitation.seat == seat.id)
    found = await of_seat.order_by(Invitation.invited_at, ascending=False).first()
    assert found is not None, "the seat has no invitation"
    return found
