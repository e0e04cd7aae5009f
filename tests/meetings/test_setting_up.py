"""Setting a meeting up, moving it, its seats, calling it off, and not convening one."""

from __future__ import annotations

import email
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from audit.tables import Entry
from directory.tables import Contact, Place, Unit
from meetings import calling_off, scheduling, setting_up
from meetings.episode_tables import Child, Episode
from meetings.errors import (
    AlreadyBegun,
    AlreadyCalledOff,
    MeetingError,
    NothingWaiting,
    UnsuitablePlace,
    UnsuitableSeats,
    UnsuitableTime,
)
from meetings.letters import Letterhead, token_hash, token_in
from meetings.tables import Invitation, InviteState, Meeting, MeetingState, NotConvened, Seat, Trigger
from meetings.waiting import list_waiting, meetings_too_late
from meetings.when import When
from notifications.tables import OutboundMail
from tests.areas import change_area
from tests.meetings.waiting_children import BY, child_waiting, proposal_for, tomorrow, units_of
from web.viewer import MACHINE

LAMBETH, SOUTHWARK, NEWHAM, ESSEX = "E09000022", "E09000028", "E09000025", "E23000028"


async def set_up(child: UUID, now: datetime, letterhead: Letterhead, **change: object) -> Meeting:
    units = await units_of(child, now)
    reference = await setting_up.set_up(
        child, tomorrow(now, **change), units, by=BY, now=now, letterhead=letterhead, viewer=MACHINE
    )
    return await meeting_of(reference)


async def meeting_of(reference: str) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.reference == reference).first()
    assert meeting is not None
    return meeting


async def letters() -> list[OutboundMail]:
    return await OutboundMail.objects().order_by(OutboundMail.id)


pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def test_the_home_and_the_destination_unit_are_both_asked_when_the_child_is_placed_in_another_borough(
    now: datetime,
) -> None:
    proposal = await proposal_for(await child_waiting(now, home=LAMBETH, host=NEWHAM), now)
    asked = {s.code: s.capacities for s in proposal.seats}
    assert asked["AS"] == ("home police",)
    assert asked["NE"] == ("destination police",)


async def test_police_that_the_directory_does_not_know_are_named_as_missing(now: datetime) -> None:
    await Place.insert(Place(code="scotland", name="Scotland"))
    proposal = await proposal_for(await child_waiting(now, home=LAMBETH, host="scotland"), now)
    assert "destination police" in proposal.unfilled


async def test_one_unit_in_two_capacities_holds_one_seat_and_gets_one_invitation(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now, home=LAMBETH, host=SOUTHWARK)
    meeting = await set_up(child, now, letterhead)
    unit = await Unit.objects().where(Unit.code == "AS").first()
    assert unit is not None
    (seat,) = await Seat.objects().where((Seat.meeting == meeting.id) & (Seat.unit == unit.id))
    assert seat.capacities == ["home police", "destination police"]
    assert await Invitation.count().where(Invitation.seat == seat.id) == 1


async def test_another_force_is_asked_where_the_child_is_placed_outside_london(now: datetime) -> None:
    proposal = await proposal_for(await child_waiting(now, host=ESSEX), now)
    assert any("Essex" in s.name and s.capacities == ("destination police",) for s in proposal.seats)


async def test_setting_up_answers_every_waiting_trigger_of_the_child_with_the_earliest_deadline(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now, rules=("HIGH", "EXPLOIT", "REPEAT"))
    meeting = await set_up(child, now, letterhead)
    assert meeting.due_at == now + timedelta(hours=24)
    assert await Trigger.count().where(Trigger.meeting == meeting.id) == 3
    assert await list_waiting(MACHINE) == []


async def test_a_second_coordinator_finds_nothing_waiting_and_nothing_is_sent_twice(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now)
    await set_up(child, now, letterhead)
    sent = len(await letters())
    with pytest.raises(NothingWaiting):
        await setting_up.set_up(child, tomorrow(now), [], by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert len(await letters()) == sent


async def test_every_seat_with_an_address_gets_one_message_that_only_it_can_answer(
    now: datetime, letterhead: Letterhead
) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    invitations = await Invitation.objects().where(Invitation.meeting == meeting.id)
    written = await letters()
    assert sorted(i.address for i in invitations) == sorted(m.recipient for m in written)
    for letter in written:
        message = email.message_from_bytes(letter.content)
        token = token_in(message["Reply-To"], letterhead)
        (invitation,) = [i for i in invitations if i.address == letter.recipient]
        assert token is not None
        assert token_hash(token) == invitation.token_sha256
        assert token.encode() not in message["Message-ID"].encode()


async def test_nothing_in_a_letter_identifies_the_child_the_borough_or_the_reason(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now, host=NEWHAM, rules=("HIGH", "EXPLOIT"))
    await set_up(child, now, letterhead)
    known = await Child.objects().where(Child.id == child).first()
    episode = await Episode.objects().where(Episode.child == child).first()
    assert known is not None
    assert episode is not None
    secrets = [
        known.reference,
        str(child),
        episode.source_reference,
        "exploit",
        "Newham",
        "high risk",
        "looked after",
    ]
    for letter in await letters():
        message = email.message_from_bytes(letter.content)
        text = "\n".join(
            str(part.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]  # a leaf has bytes
            for part in message.walk()
            if not part.is_multipart()
        ).casefold()
        shown = text + "\n".join(f"{k}: {v}" for k, v in message.items() if k != "To").casefold()
        borough_free = shown.replace(letter.recipient.casefold(), "")
        assert [s for s in secrets if s.casefold() in borough_free and s != "Newham"] == []


async def test_a_seat_without_an_address_is_kept_and_has_no_invitation_yet(
    now: datetime, letterhead: Letterhead
) -> None:
    unit = await Unit.objects().where(Unit.code == "AS").first()
    assert unit is not None
    await Contact.delete().where(Contact.unit == unit.id)
    meeting = await set_up(await child_waiting(now), now, letterhead)
    (seat,) = await Seat.objects().where((Seat.meeting == meeting.id) & (Seat.unit == unit.id))
    assert await Invitation.count().where(Invitation.seat == seat.id) == 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"starts_at": datetime(2026, 11, 18, 9, tzinfo=UTC)}, UnsuitableTime),
        ({"minutes": 5}, UnsuitableTime),
        ({"link": ""}, UnsuitablePlace),
        ({"link": "http://meet.example"}, UnsuitablePlace),
        ({"link": "https://meet.example/\nBcc: a@b.example"}, UnsuitablePlace),
        ({"place": "Room 1\r\nATTENDEE:mailto:x@y.example"}, UnsuitablePlace),
    ],
)
async def test_an_unsuitable_time_or_place_is_refused_and_nothing_is_written(
    now: datetime, letterhead: Letterhead, change: dict[str, object], error: type[MeetingError]
) -> None:
    child = await child_waiting(now)
    with pytest.raises(error):
        await set_up(child, now, letterhead, **change)
    assert await Meeting.count() == 0
    assert await letters() == []


async def test_a_unit_that_no_longer_serves_the_place_on_the_meetings_date_is_not_asked_in_silence(
    now: datetime, letterhead: Letterhead
) -> None:
    child = await child_waiting(now, home=LAMBETH)
    seen = await units_of(child, now)
    other = await Unit.objects().where(Unit.code == "NE").first()
    assert other is not None
    await change_area(LAMBETH, other.id, now.date() + timedelta(days=1), by=BY, now=now)
    after = tomorrow(now, starts_at=now + timedelta(days=2))
    with pytest.raises(UnsuitableSeats, match="other units"):
        await setting_up.set_up(child, after, seen, by=BY, now=now, letterhead=letterhead, viewer=MACHINE)
    assert await letters() == []


async def test_a_meeting_needs_at_least_one_required_seat(now: datetime, letterhead: Letterhead) -> None:
    child = await child_waiting(now)
    with pytest.raises(UnsuitableSeats):
        await setting_up.set_up(child, tomorrow(now), [], by=BY, now=now, letterhead=letterhead, viewer=MACHINE)


async def test_a_new_time_is_a_major_change_sent_once_to_everybody(now: datetime, letterhead: Letterhead) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    invited = await Invitation.count().where(Invitation.meeting == meeting.id)
    later = tomorrow(now, starts_at=now + timedelta(hours=22))
    for _ in range(2):
        await scheduling.move(meeting.reference, later, by=BY, now=now, letterhead=letterhead)
    moved = await meeting_of(meeting.reference)
    assert (moved.sequence, moved.last_major_sequence) == (1, 1)
    assert len([m for m in await letters() if m.sequence == 1]) == invited


async def test_a_moved_meeting_asks_for_answers_by_the_clock_of_its_rule(
    now: datetime, letterhead: Letterhead
) -> None:
    meeting = await set_up(await child_waiting(now, rules=("HIGH",)), now, letterhead)
    later = tomorrow(now, starts_at=now + timedelta(hours=50))
    await scheduling.move(meeting.reference, later, by=BY, now=now + timedelta(hours=1), letterhead=letterhead)
    moved = await meeting_of(meeting.reference)
    assert moved.reply_by == now + timedelta(hours=5)  # four working hours from eleven o'clock


async def test_a_new_link_is_a_minor_change_that_leaves_answers_standing(
    now: datetime, letterhead: Letterhead
) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    new_link = tomorrow(now, link="https://meet.example/r/43")
    await scheduling.move(meeting.reference, new_link, by=BY, now=now, letterhead=letterhead)
    moved = await meeting_of(meeting.reference)
    assert (moved.sequence, moved.last_major_sequence) == (1, 0)


async def test_the_token_stays_the_same_through_an_update_and_is_new_after_removal_and_return(
    now: datetime, letterhead: Letterhead
) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    before = await Invitation.objects().where(Invitation.meeting == meeting.id).first()
    assert before is not None
    seat = await Seat.objects().where(Seat.id == before.seat).first()
    assert seat is not None
    await scheduling.remove_seat(meeting.reference, seat.id, by=BY, now=now, letterhead=letterhead)
    await scheduling.add_seat(meeting.reference, seat.unit, seat.capacities, by=BY, now=now, letterhead=letterhead)
    old, new = await Invitation.objects().where(Invitation.seat == seat.id).order_by(Invitation.sent_sequence)
    assert (old.state, new.state) == (InviteState.REMOVED, InviteState.ACTIVE)
    assert old.token_sha256 != new.token_sha256
    mine = [(m.kind, m.sequence) for m in await letters() if m.recipient == before.address]
    assert mine == [("request", 0), ("cancel", 1), ("request", 2)]


async def test_removing_a_seat_tells_nobody_else(now: datetime, letterhead: Letterhead) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    seat = await Seat.objects().where(Seat.meeting == meeting.id).first()
    assert seat is not None
    before = len(await letters())
    for _ in range(2):
        await scheduling.remove_seat(meeting.reference, seat.id, by=BY, now=now, letterhead=letterhead)
    assert [m.kind for m in (await letters())[before:]] == ["cancel"]


async def test_calling_off_sends_each_invitee_one_cancel_and_nothing_follows_it(
    now: datetime, letterhead: Letterhead
) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    invited = await Invitation.count().where(Invitation.meeting == meeting.id)
    for _ in range(2):
        await calling_off.call_off(
            meeting.reference,
            asked_by="police",
            reason="police could not attend",
            by=BY,
            now=now,
            letterhead=letterhead,
        )
    assert [m.kind for m in await letters()].count("cancel") == invited
    off = await meeting_of(meeting.reference)
    assert (off.state, off.called_off_by, off.called_off_reason) == (
        MeetingState.CALLED_OFF,
        "police",
        "police could not attend",
    )
    with pytest.raises(AlreadyCalledOff):
        await scheduling.move(meeting.reference, tomorrow(now, minutes=30), by=BY, now=now, letterhead=letterhead)


@pytest.mark.parametrize(
    ("reason", "waits_again"), [("police could not attend", True), ("child safe, meeting no longer needed", False)]
)
async def test_what_a_called_off_meeting_leaves_unanswered_waits_again(
    now: datetime, letterhead: Letterhead, reason: str, waits_again: bool
) -> None:
    child = await child_waiting(now)
    meeting = await set_up(child, now, letterhead)
    await calling_off.call_off(
        meeting.reference, asked_by="police", reason=reason, by=BY, now=now, letterhead=letterhead
    )
    assert [w.child for w in await list_waiting(MACHINE)] == ([child] if waits_again else [])


@pytest.mark.parametrize("after_start", [timedelta(0), timedelta(minutes=20), timedelta(days=3)])
async def test_a_meeting_whose_time_has_come_is_changed_no_more(
    now: datetime, letterhead: Letterhead, after_start: timedelta
) -> None:
    """Its register may already say that it was held."""
    meeting = await set_up(await child_waiting(now), now, letterhead)
    later, before = meeting.starts_at + after_start, len(await letters())
    seat = await Seat.objects().where(Seat.meeting == meeting.id).first()
    assert seat is not None
    with pytest.raises(AlreadyBegun):
        await scheduling.move(meeting.reference, tomorrow(later), by=BY, now=later, letterhead=letterhead)
    with pytest.raises(AlreadyBegun):
        await scheduling.remove_seat(meeting.reference, seat.id, by=BY, now=later, letterhead=letterhead)
    assert len(await letters()) == before


@pytest.mark.parametrize(
    "change",
    [{"minutes": 10**12}, {"minutes": 2**63 - 1}, {"starts_at": datetime.max.replace(tzinfo=UTC)}],
    ids=["minutes for a million years", "the largest number", "the last instant"],
)
async def test_a_time_beyond_the_calendar_is_refused(
    now: datetime, letterhead: Letterhead, change: dict[str, object]
) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    with pytest.raises(UnsuitableTime):
        await scheduling.move(meeting.reference, tomorrow(now, **change), by=BY, now=now, letterhead=letterhead)


@pytest.mark.parametrize("link", ["https://[::1", "https://]/", "https://a]b/"])
def test_a_link_with_a_broken_bracket_is_refused(now: datetime, link: str) -> None:
    with pytest.raises(UnsuitablePlace):
        tomorrow(now, link=link).check(now)


async def test_not_convened_keeps_the_reason_and_the_units_and_the_child_waits_no_more(now: datetime) -> None:
    child = await child_waiting(now, host=NEWHAM)
    reason = "no confidence that police would attend"
    await calling_off.not_convened(child, reason=reason, by=BY, now=now, viewer=MACHINE)
    (decision,) = await NotConvened.objects(NotConvened.home_unit, NotConvened.destination_unit)
    assert (decision.reason, decision.home_unit.code, decision.destination_unit.code) == (reason, "AS", "NE")
    assert await list_waiting(MACHINE) == []


async def test_the_soonest_deadline_waits_first(now: datetime) -> None:
    later = await child_waiting(now, due_in=50)
    sooner = await child_waiting(now, due_in=5)
    assert [w.child for w in await list_waiting(MACHINE)] == [sooner, later]


async def test_a_meeting_after_its_deadline_is_shown_as_too_late(now: datetime, letterhead: Letterhead) -> None:
    meeting = await set_up(await child_waiting(now, due_in=10), now, letterhead)
    assert [late.reference for late in await meetings_too_late(now, MACHINE)] == [meeting.reference]


async def test_which_sequences_were_major_is_kept(now: datetime, letterhead: Letterhead) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    start = meeting.starts_at + timedelta(hours=1)
    for at, link in ((start, "https://meet.example/1"), (start, "https://meet.example/2"), (meeting.starts_at, "")):
        when = When(at, 60, "Room 4", link)
        await scheduling.move(meeting.reference, when, by=BY, now=now, letterhead=letterhead)
    entries = await Entry.objects().where(Entry.subject == f"meeting:{meeting.reference}").order_by(Entry.id)
    told = [json.loads(entry.detail) for entry in entries]
    assert [(one["sequence"], one["major"]) for one in told] == [(0, 0), (1, 1), (2, 1), (3, 3)]


async def test_every_act_is_on_the_audit_trail_with_who_did_it(now: datetime, letterhead: Letterhead) -> None:
    meeting = await set_up(await child_waiting(now), now, letterhead)
    (entry,) = await Entry.objects().where(Entry.subject == f"meeting:{meeting.reference}")
    assert (entry.actor, entry.at) == (BY, now)
