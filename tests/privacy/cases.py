"""A case with everything in it that a case can have, long over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from attendance.challenge_tables import Challenge, ChallengeState
from attendance.tables import Absence, Attendance, Deputy, Outcome, Proposal, Reminder, Response
from directory.tables import Unit, UnitKind
from meetings.action_rules import ActionState
from meetings.action_tables import Action
from meetings.checklist_tables import ChecklistAnswer, Interview, MeetingRecord
from meetings.episode_tables import Child, Episode
from meetings.tables import Meeting, MeetingEvent, Seat
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from tests.factories import (
    DAY,
    HOUR,
    close_register,
    make_area,
    make_invitation,
    make_meeting,
    make_request,
    make_response,
    make_rule,
    make_seat,
    make_trigger,
    make_unit,
)

LONG_AGO = datetime(2024, 5, 14, 10, 0, tzinfo=UTC)
NAMED = ("LCS-7719", "MIS-4411", "Ask for Kim", "DS Blake", "blake@met.example", "desk@council.example", "Minutes 88")


@dataclass
class Case:
    """The rows that tests ask for."""

    child: Child
    episode: Episode
    meeting: Meeting
    seats: list[Seat]
    units: list[Unit]


async def make_case(*, at: datetime = LONG_AGO, reference: str = "LCS-7719", place: str = "E09000001") -> Case:
    """A child that went missing, a meeting with four seats, and all that is written down about one."""
    units = [await make_unit(code=f"{code}{uuid4().hex[:4]}") for code in ("CN", "EA", "NW")]
    units.append(await make_unit(code=f"SC{uuid4().hex[:4]}", kind=UnitKind.SOCIAL_CARE))
    await make_area(unit=units[0], place=place)
    meeting = await make_meeting(home=units[0], destination=units[1], starts_at=at)
    await Meeting.update({Meeting.place: "Room 4", Meeting.link: "https://meet.example/1"}).where(
        Meeting.id == meeting.id
    )
    child = await Child.objects().get(Child.id == meeting.child)
    assert child is not None
    await Child.update({Child.issuer: place, Child.reference: reference}).where(Child.id == child.id)
    child.issuer, child.reference = place, reference
    episode = await _episode(child, at, place)
    seats = [
        await make_seat(meeting=meeting, unit=unit, capacities=(name,))
        for unit, name in zip(
            units, ("home police", "destination police", "incident police", "social worker"), strict=True
        )
    ]
    await _what_people_wrote(meeting, seats)
    await _what_was_agreed(meeting, episode, seats)
    rule = await make_rule(code=f"R{uuid4().hex[:6]}")
    await make_trigger(rule=rule, meeting=meeting, due_at=at + DAY, cause=episode.id)
    await close_register(meeting=meeting)
    return Case(child, episode, meeting, seats, units)


async def _episode(child: Child, at: datetime, place: str) -> Episode:
    episode = Episode(
        id=uuid4(),
        child=child.id,
        source="lcs",
        source_reference=f"MIS-4411-{uuid4().hex[:6]}",
        started_at=at - 3 * DAY,
        reported_at=at - 3 * DAY,
        ended_at=at - HOUR,
        closure="found",
        home_place=place,
        incident_place=place,
        cse=True,
        flagged_at=at - 2 * DAY,
        age_band="15-17",
        recorded_at=at - 3 * DAY,
    )
    await Episode.insert(episode)
    return episode


async def _what_people_wrote(meeting: Meeting, seats: list[Seat]) -> None:
    """The second seat's letter was refused: it counts as not reached. The fourth has a second invitation."""
    await make_request(meeting=meeting, seat=seats[0])
    await make_request(meeting=meeting, seat=seats[1], state=OutState.REFUSED)
    await make_response(meeting=meeting, seat=seats[0])
    answer = await make_response(meeting=meeting, seat=seats[3], partstat="DECLINED")
    await Response.update(
        {Response.comment: "Ask for Kim", Response.answered_by: "blake@met.example", Response.agent: "DS Blake"}
    ).where(Response.id == answer.id)
    extra = await make_invitation(meeting=meeting, seat=seats[3])
    mail = InboundMail(
        door="lmtp",
        received_at=meeting.starts_at - DAY,
        envelope_from="blake@met.example",
        envelope_to="meetings@invites.convene.example",
        content=b"Ask for Kim",
        sha256=uuid4().hex,
        size=11,
        disposition=Disposition.APPLIED,
        uid=meeting.uid,
        handled_at=meeting.starts_at - DAY,
    )
    await InboundMail.insert(mail)
    at = meeting.starts_at - DAY
    await Absence.insert(Absence(invitation=extra.id, mail=mail.id, received_at=at, said="Ask for Kim"))
    await Deputy.insert(
        Deputy(invitation=extra.id, address="blake@met.example", named_by="desk@council.example", received_at=at)
    )
    await Proposal.insert(
        Proposal(
            invitation=extra.id,
            sequence=0,
            starts_at=at,
            ends_at=at + HOUR,
            proposed_by="blake@met.example",
            comment="Ask for Kim",
            received_at=at,
        )
    )
    await Reminder.insert(
        Reminder(invitation=extra.id, kind="24h", due_at=at, useful_until=at + HOUR, settled_at=at, outcome="sent")
    )
    await OutboundMail.update({OutboundMail.content: b"Ask for Kim", OutboundMail.settled_at: at}).where(
        OutboundMail.uid == meeting.uid
    )


async def _what_was_agreed(meeting: Meeting, episode: Episode, seats: list[Seat]) -> None:
    after = meeting.ends_at
    marks = [
        Attendance(
            meeting=meeting.id,
            seat=seat.id,
            outcome=outcome,
            deputy_name="DS Blake",
            marked_at=after,
            marked_by="tests",
            reason="Ask for Kim",
        )
        for seat, outcome in zip(seats, (Outcome.ATTENDED, Outcome.NO_SHOW, Outcome.DEPUTY), strict=False)
    ]
    await Attendance.insert(*marks)
    await Challenge.insert(
        Challenge(
            id=uuid4(),
            meeting=meeting.id,
            seat=seats[1].id,
            challenged=Outcome.NO_SHOW,
            says=Outcome.ATTENDED,
            reason="DS Blake was there",
            raised_at=after,
            raised_by="DS Blake",
            state=ChallengeState.KEPT,
            answered_at=after,
            answered_by="tests",
            answer="Ask for Kim",
        )
    )
    await MeetingEvent.insert(MeetingEvent(meeting=meeting.id, at=after, actor="tests", what="Told DS Blake"))
    await Action.insert(
        Action(
            id=uuid4(),
            meeting=meeting.id,
            kind="other",
            title="Ask for Kim",
            owner_name="DS Blake",
            owner_address="blake@met.example",
            due_on=after.date(),
            state=ActionState.DONE,
            added_at=after,
            added_by="tests",
        )
    )
    await ChecklistAnswer.insert(
        ChecklistAnswer(meeting=meeting.id, item="textsafe", answer="yes", answered_at=after, answered_by="tests")
    )
    await MeetingRecord.insert(
        MeetingRecord(
            meeting=meeting.id,
            lead_agency="Council",
            minutes_reference="Minutes 88",
            recorded_at=after,
            recorded_by="tests",
        )
    )
    await Interview.insert(
        Interview(
            episode=episode.id,
            kind="RHI",
            answer="yes",
            done_at=after,
            done_by="DS Blake",
            recorded_at=after,
            recorded_by="tests",
        )
    )


async def words_kept() -> str:
    """All that is written in any text or bytes of the database but for the log of migrations, sorted."""
    columns = await Child.raw(
        "select table_name, column_name from information_schema.columns where table_schema = 'public' "
        "and data_type in ('character varying', 'text', 'bytea', 'jsonb') and table_name <> 'migration'"
    )
    found: list[str] = []
    for one in columns:
        table, column = one["table_name"], one["column_name"]
        rows = await Child.raw(f'select "{column}" as said from "{table}"')
        found += [
            bytes(row["said"]).decode("utf-8", "replace") if isinstance(row["said"], bytes) else str(row["said"])
            for row in rows
        ]
    return "\n".join(sorted(found))


MONTH = timedelta(days=31)
