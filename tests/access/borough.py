"""One authority's cases of every kind that a route can be about, in a borough of the tests' London."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from piccolo.table import Table

from attendance.challenge_tables import Challenge
from attendance.ladder_tables import Escalation
from attendance.tables import Alias, AliasKind, Deputy, Outcome, Proposal
from directory.tables import Contact, Unit
from directory.units import unit_of_code
from meetings.action_tables import Action
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.feed_tables import Feed, FeedKind
from meetings.handover_tables import Handover
from meetings.line_tables import Line
from meetings.plan_tables import KeptPlan, KeptTime
from meetings.tables import Invitation, Meeting, MeetingType, Rule, Seat, Series, SeriesInvitation, Trigger
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail, OutboundMail, OutState
from tests.factories import make_meeting, make_seat, make_trigger

DAY = timedelta(days=1)


@dataclass
class Borough:
    """The rows by the kind of the subject that finds them, and by the names of other parameters of paths."""

    name: str
    named: dict[str, Any] = field(default_factory=dict)
    within: dict[str, Any] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)  # what nobody else's page may hold


async def borough(name: str, place: str, bcu: str, *, now: datetime) -> Borough:
    """A child who waits, one with a meeting to come, and all that hangs on them: in this borough alone."""
    made = Borough(name)
    police, care = await unit_of_code(bcu), await unit_of_code(f"{name}-social-care")
    partner = await unit_of_code(f"{name}-health-team")
    await _children(made, place, police, now)
    await _meeting(made, place, (police, care, partner), now)
    await _series(made, (police, care, partner), now)
    await _post(made, now)
    contact = await Contact.select(Contact.id).where(Contact.unit == care.id).first()
    assert contact is not None
    made.named |= {"unit": care.code}
    made.within |= {"contact_id": contact["id"], "contact": contact["id"]}
    return made


async def _episode(made: Borough, place: str, now: datetime) -> Episode:
    child = Child(id=uuid4(), issuer=place, reference=f"CHILD-{made.name}-{uuid4().hex[:6]}")
    await Child.insert(child)
    episode = Episode(
        id=uuid4(),
        child=child.id,
        source="tests",
        source_reference=uuid4().hex,
        started_at=now - DAY,
        reported_at=now - DAY,
        home_place=place,
        report_accepted=False,
        police_grading="high",
        social_care_grading="low",
        recorded_at=now - DAY,
    )
    await Episode.insert(episode)
    made.secrets |= {child.reference, str(episode.id)}
    return episode


async def _children(made: Borough, place: str, police: Unit, now: datetime) -> None:
    """A child who waits for a meeting, in a plan of nobody's yet, and the handover of a move of theirs."""
    rule = await Rule.objects().where(Rule.enabled.eq(True) & Rule.makes_meeting.eq(True)).first()
    assert rule is not None
    waits = await _episode(made, place, now)
    await Trigger.insert(
        Trigger(
            id=uuid4(),
            child=waits.child,
            rule=rule.id,
            rule_code=rule.code,
            cause=waits.id,
            fired_at=now - DAY,
            due_at=now + DAY,
            noticed_at=now - DAY,
        )
    )
    move = PlacementMove(
        id=uuid4(),
        child=waits.child,
        source="tests",
        source_reference=uuid4().hex,
        moved_at=now - DAY,
        home_place=place,
        from_place=place,
        to_place=place,
        recorded_at=now,
    )
    await PlacementMove.insert(move)
    handover = Handover(
        id=uuid4(),
        reference=f"HO-{made.name[:6]}",
        move=move.id,
        from_unit=police.id,
        to_unit=police.id,
        noticed_at=now,
        due_at=now + DAY,
    )
    await Handover.insert(handover)
    made.named |= {"child": waits.child, "episode": waits.id, "handover": handover.reference}
    made.secrets |= {str(waits.child), handover.reference}


async def _meeting(made: Borough, place: str, units: tuple[Unit, ...], now: datetime) -> None:
    episode = await _episode(made, place, now)
    meeting = await make_meeting(home=units[0], starts_at=now + 2 * DAY)
    await Meeting.update({Meeting.child: episode.child, Meeting.lead_unit: units[0].id}).where(
        Meeting.id == meeting.id
    )
    rule = await Rule.objects().where(Rule.enabled.eq(True)).first()
    assert rule is not None
    meeting.child = episode.child
    await make_trigger(rule=rule, due_at=now + DAY, meeting=meeting, cause=episode.id)
    seats = [await make_seat(meeting=meeting, unit=unit) for unit in units]
    invitation = await Invitation.objects().where(Invitation.seat == seats[0].id).first()
    assert invitation is not None
    made.named |= {"meeting": meeting.reference, "invitation": invitation.id, "seat": seats[0].id}
    made.within |= {"invitation": invitation.id, "seat": seats[0].id}
    made.secrets |= {meeting.reference, str(meeting.id), invitation.address, str(invitation.id)}
    await _asked(made, meeting, seats[0], invitation, now)


async def _asked(made: Borough, meeting: Meeting, seat: Seat, invitation: Invitation, now: datetime) -> None:
    """What waits for somebody about the meeting: a proposal, a deputy, an alias, a ladder, a challenge, an action."""
    proposal = Proposal(
        sequence=0,
        starts_at=now + 3 * DAY,
        ends_at=now + 3 * DAY,
        proposed_by=invitation.address,
        invitation=invitation.id,
        received_at=now,
    )
    deputy = Deputy(
        address=f"deputy@{made.name}.example", named_by=invitation.address, invitation=invitation.id, received_at=now
    )
    alias = Alias(
        address=invitation.address.lower(), alias=f"alias@{made.name}.example", kind=AliasKind.SAME,
        learnt_at=now, learnt_by="tests",
    )  # fmt: skip
    ladder = Escalation(
        id=uuid4(), key=uuid4().hex, cause="no answer", meeting=meeting.id, seat=seat.id, unit=seat.unit,
        about=f"About {meeting.reference}.", wanted="An answer.", raised_at=now,
    )  # fmt: skip
    challenge = Challenge(
        id=uuid4(), meeting=meeting.id, seat=seat.id, challenged=Outcome.NO_SHOW, says=Outcome.ATTENDED,
        reason="We came", raised_at=now, raised_by="unit",
    )  # fmt: skip
    action = Action(
        id=uuid4(), meeting=meeting.id, kind="other", title=f"Ask {made.name}", owner_name="somebody",
        due_on=date(2026, 12, 1), added_at=now, added_by="tests",
    )  # fmt: skip
    rows: tuple[Table, ...] = (proposal, deputy, alias, ladder, challenge, action)
    for row in rows:
        await type(row).insert(row)
    made.named |= {
        "proposal": proposal.id, "deputy": deputy.id, "alias": alias.id, "ladder": ladder.id,
        "challenge": challenge.id,
    }  # fmt: skip
    made.within |= {"action": action.id}
    made.secrets |= {deputy.address, alias.alias, str(challenge.id), str(ladder.id), action.title}


async def _series(made: Borough, units: tuple[Unit, ...], now: datetime) -> None:
    series = Series(
        id=uuid4(), reference=f"SE-{made.name[:6]}", uid=f"{uuid4()}@invites.convene.example",
        title=f"Panel of {made.name}", type=MeetingType.PANEL, weekdays=[1], first_on=date(2026, 11, 24),
        last_on=date(2026, 12, 22), starts=time(10), home_unit=units[0].id, set_up_at=now, set_up_by="tests",
    )  # fmt: skip
    await Series.insert(series)
    for unit in units:
        await SeriesInvitation.insert(
            SeriesInvitation(
                id=uuid4(),
                series=series.id,
                unit=unit.id,
                capacities=["guest"],
                cn="Team",
                address=f"{uuid4().hex[:8]}@unit.example",
                token_sha256=uuid4().hex,
                invited_at=now,
                first_message_id=f"<{uuid4().hex}@invites.convene.example>",
            )
        )
    date_of_it = await make_meeting(home=units[0], starts_at=now + 6 * DAY, meeting_type=MeetingType.PANEL)
    of_series: dict[Any, Any] = {Meeting.series: series.id, Meeting.child: None}
    of_series[Meeting.recurrence_id] = date_of_it.starts_at
    await Meeting.update(of_series).where(Meeting.id == date_of_it.id)
    line = Line(id=uuid4(), meeting=date_of_it.id, child=made.named["child"], added_at=now, added_by="tests")
    await Line.insert(line)
    made.named |= {"series": series.reference}
    made.secrets |= {series.reference, series.title, date_of_it.reference}


async def _post(made: Borough, now: datetime) -> None:
    """A message that waits and a letter of ours that was refused, both about the meeting."""
    meeting = await Meeting.objects().where(Meeting.reference == made.named["meeting"]).first()
    assert meeting is not None
    mail = InboundMail(
        door="smtp", received_at=now, envelope_to="meetings@invites.convene.example", content=b"Subject: x\n\nYes",
        sha256=uuid4().hex, size=20, disposition=Disposition.SET_ASIDE, kind=InboundKind.TEXT, uid=meeting.uid,
        reason=f"Words from {made.name}", envelope_from=f"words@{made.name}.example",
    )  # fmt: skip
    letter = OutboundMail(
        key=uuid4().hex, kind="request", thread=meeting.uid, uid=meeting.uid,
        recipient=f"refused@{made.name}.example", envelope_from="bounces@invites.convene.example",
        message_id=f"<{uuid4().hex}@invites.convene.example>", sha256="0" * 64, state=OutState.REFUSED,
        created_at=now, due_at=now,
    )  # fmt: skip
    await InboundMail.insert(mail)
    await OutboundMail.insert(letter)
    made.named |= {"mail": mail.id, "letter": letter.id}
    made.secrets |= {mail.envelope_from, letter.recipient, mail.reason}


async def belongings(person: UUID, made: Borough, *, now: datetime) -> dict[str, UUID]:
    """What is one person's own: a plan of the borough's waiting child, and a calendar of all meetings of a type."""
    plan = KeptPlan(id=uuid4(), made_at=now, made_by=str(person), minutes=60)
    await KeptPlan.insert(plan)
    await KeptTime.insert(KeptTime(id=uuid4(), plan=plan.id, child=made.named["child"], due_at=now + DAY))
    feed = Feed(
        id=uuid4(), kind=FeedKind.TYPE, subject=MeetingType.MISSING, token_sha256=uuid4().hex,
        made_at=datetime.now(UTC), made_by=str(person),
    )  # fmt: skip
    await Feed.insert(feed)
    return {"plan": plan.id, "feed": feed.id}
