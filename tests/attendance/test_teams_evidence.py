"""What a Teams file shows becomes marks by a person's word; who is not in it stays unmarked; none of it is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from attendance import errors, teams_evidence
from attendance.aliases import learn
from attendance.register import Mark, close, mark, standing_marks
from attendance.tables import AliasKind, Attendance, Outcome
from attendance.teams_evidence import KEPT, confirm, discard, evidence, forget, take_in
from attendance.teams_proposal import Decided, Evidence
from attendance.teams_tables import TeamsPerson, TeamsReport
from attendance.teams_text import Unusable
from meetings.calling_off import call_off
from meetings.letters import Letterhead
from meetings.tables import Meeting, MeetingEvent

SAMPLES = Path(__file__).parents[1] / "samples" / "teams"
REPORT = (SAMPLES / "report-2022.csv").read_bytes()
BY = "coordinator"
HOME, DESTINATION, CARE = "Central North", "East Area", "Camden children's services"
HEAD = "2. Participants\nName\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"


def file_of(*people: tuple[str, str], joined: str = "9:00:00", left: str = "10:00:00") -> bytes:
    rows = (
        f"{name}\t18/11/2026, {joined}\t18/11/2026, {left}\t1h\t{address}\t\tAttendee\n" for name, address in people
    )
    return (HEAD + "".join(rows)).encode()


async def meeting_of(held: Any) -> Meeting:
    meeting = await Meeting.objects().where(Meeting.id == held.id).first()
    assert meeting is not None
    return meeting


async def shown(held: Any, now: datetime) -> Evidence:
    found = await evidence(await meeting_of(held), now)
    assert found is not None
    return found


def all_taken(found: Evidence, **chosen: UUID | None) -> Decided:
    """Everything proposed is confirmed as proposed; the doubtful by the name that is given, or as nobody's."""
    return Decided(
        shown=frozenset(one.id for one in found.people),
        taken=frozenset(one.seat.seat for one in found.present),
        seats={one.id: chosen.get(one.seen.name.split()[0]) for one in (*found.doubtful, *found.nobodys)},
        late=[str(one.seat.seat) for one in found.present if one.mark.joined_late],
        early=[str(one.seat.seat) for one in found.present if one.mark.left_early],
    )


class TestReading:
    async def test_what_it_shows_waits_and_nothing_is_marked(self, held: Any, now: datetime) -> None:
        assert await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        found = await shown(held, now)
        assert [one.seat.unit for one in found.present] == [HOME, CARE]
        assert [one.seen.name for one in found.doubtful] == ["Missing Team, East Area"]
        assert [one.seen.name for one in found.nobodys] == ['Note taker "minutes" of the panel', "+44 20 7946 0123"]
        assert await Attendance.count() == 0

    async def test_times_propose_who_joined_late_and_left_early(self, held: Any, now: datetime) -> None:
        await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        flags = {
            one.seat.unit: (one.mark.joined_late, one.mark.left_early) for one in (await shown(held, now)).present
        }
        assert flags == {HOME: (True, True), CARE: (False, False)}

    async def test_the_same_file_twice_is_one_file(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        assert [await take_in(meeting, REPORT, by=BY, now=now) for _ in range(2)] == [True, False]
        assert (await TeamsReport.count(), await TeamsPerson.count()) == (1, 5)
        await confirm(meeting, all_taken(await shown(held, now)), by=BY, now=now)
        assert not await take_in(meeting, REPORT, by=BY, now=now)
        assert await evidence(meeting, now) is None

    async def test_that_it_was_read_is_on_record_and_its_bytes_are_not(self, held: Any, now: datetime) -> None:
        await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        report = await TeamsReport.objects().first()
        assert report is not None
        assert (report.layout, report.people, report.read_by, len(report.sha256)) == ("report since 2022", 5, BY, 64)
        assert {column._meta.name for column in TeamsReport._meta.columns}.isdisjoint({"content", "raw", "name"})
        told = await MeetingEvent.select(MeetingEvent.what)
        assert told == [{"what": "Teams attendance file read (report since 2022): 5 people"}]

    async def test_the_file_of_another_day_is_refused_and_nothing_kept(
        self, rolled_back: None, convene: Any, now: datetime
    ) -> None:
        other = await convene(starts_at=now - timedelta(days=7))
        with pytest.raises(Unusable, match="not on the day of this meeting"):
            await take_in(await meeting_of(other), REPORT, by=BY, now=now)
        assert await TeamsReport.count() == 0

    async def test_an_alias_leads_to_its_seat_for_certain_and_a_deputys_is_marked_so(
        self, held: Any, now: datetime
    ) -> None:
        for alias, kind in (("alias@borough.example", AliasKind.SAME), ("deputy@borough.example", AliasKind.DEPUTY)):
            invited = {AliasKind.SAME: "missing.team@central-north.police.example"}.get(
                kind, "duty@camden.council.example"
            )
            await learn(invited, alias, kind, by=BY, now=now)
        people = (("One", "alias@borough.example"), ("Other", "deputy@borough.example"))
        await take_in(await meeting_of(held), file_of(*people), by=BY, now=now)
        proposed = {one.seat.unit: one.mark.outcome for one in (await shown(held, now)).present}
        assert proposed == {HOME: Outcome.ATTENDED, CARE: Outcome.DEPUTY}


class TestConfirming:
    async def test_what_was_confirmed_is_marked_by_the_file_and_the_rest_is_left_to_a_person(
        self, held: Any, now: datetime
    ) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        assert await confirm(meeting, all_taken(await shown(held, now)), by=BY, now=now) == 2

        marks = await standing_marks(held.id)
        assert marks[held.seats[HOME]] == Mark(held.seats[HOME], Outcome.ATTENDED, joined_late=True, left_early=True)
        assert marks[held.seats[HOME]].evidence == "teams"
        assert held.seats[DESTINATION] not in marks, "not being in a file is never a no-show"
        told = [row["what"] for row in await MeetingEvent.select(MeetingEvent.what)]
        assert "register: 2 seats marked by the Teams file" in told

    async def test_names_and_addresses_are_gone_once_decided(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        await confirm(meeting, all_taken(await shown(held, now)), by=BY, now=now)
        rows = await TeamsPerson.objects()
        assert {(row.name, row.address) for row in rows} == {("", "")}
        assert all(row.settled_at == now for row in rows)

    async def test_each_in_doubt_must_be_decided_about(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        found = await shown(held, now)
        decided = Decided(frozenset(one.id for one in found.people), frozenset(), {}, [], [])
        with pytest.raises(errors.PeopleUndecided) as refused:
            await confirm(meeting, decided, by=BY, now=now)
        assert refused.value.people == {found.doubtful[0].id: "Missing Team, East Area"}
        assert await Attendance.count() == 0

    async def test_who_was_chosen_for_a_seat_came_for_it(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        decided = all_taken(await shown(held, now), Missing=held.seats[DESTINATION])
        assert await confirm(meeting, decided, by=BY, now=now) == 3
        assert (await standing_marks(held.id))[held.seats[DESTINATION]].outcome == Outcome.ATTENDED

    async def test_a_seat_that_is_not_taken_stays_unmarked(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        found = await shown(held, now)
        decided = all_taken(found)
        only_care = Decided(decided.shown, frozenset({held.seats[CARE]}), decided.seats, [], [])
        assert await confirm(meeting, only_care, by=BY, now=now) == 1
        assert set(await standing_marks(held.id)) == {held.seats[CARE]}

    async def test_a_mark_as_present_that_a_person_made_stays_as_it_is(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        by_hand = Mark(held.seats[HOME], Outcome.DEPUTY, deputy_name="Duty sergeant")
        await mark(held.id, [by_hand], by=BY, now=now)
        await take_in(meeting, REPORT, by=BY, now=now)
        found = await shown(held, now)
        assert [one.seat.unit for one in found.confirmed] == [HOME]
        await confirm(meeting, all_taken(found), by=BY, now=now)
        assert (await standing_marks(held.id))[held.seats[HOME]] == by_hand

    async def test_nothing_is_asked_about_somebody_whose_only_seat_is_marked_as_present(
        self, held: Any, now: datetime
    ) -> None:
        meeting = await meeting_of(held)
        await mark(held.id, [Mark(held.seats[DESTINATION], Outcome.ATTENDED)], by=BY, now=now)
        await take_in(meeting, REPORT, by=BY, now=now)
        found = await shown(held, now)
        assert (found.doubtful, [one.seen.name for one in found.spare]) == ((), ["Missing Team, East Area"])
        await confirm(meeting, all_taken(found), by=BY, now=now)
        assert await evidence(meeting, now) is None

    async def test_a_no_show_that_a_person_marked_is_asked_about_and_changed_by_their_word_alone(
        self, held: Any, now: datetime
    ) -> None:
        meeting = await meeting_of(held)
        await mark(held.id, [Mark(held.seats[HOME], Outcome.NO_SHOW)], by=BY, now=now)
        await take_in(meeting, file_of(("Duty", "missing.team@central-north.police.example")), by=BY, now=now)
        found = await shown(held, now)
        assert [one.match.why.value for one in found.doubtful] == ["the seat is marked as not having come"]
        await confirm(meeting, all_taken(found, Duty=held.seats[HOME]), by=BY, now=now)
        assert (await standing_marks(held.id))[held.seats[HOME]].outcome == Outcome.ATTENDED

    async def test_a_seat_of_another_meeting_is_nobodys(self, held: Any, convene: Any, now: datetime) -> None:
        other = await convene(starts_at=held.starts_at)
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        decided = all_taken(await shown(held, now), Missing=other.seats[DESTINATION])
        await confirm(meeting, decided, by=BY, now=now)
        assert await standing_marks(other.id) == {}
        assert held.seats[DESTINATION] not in await standing_marks(held.id)

    async def test_putting_the_file_aside_marks_nothing_and_forgets_the_names(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        await discard(meeting, by=BY, now=now)
        assert await evidence(meeting, now) is None
        assert await Attendance.count() == 0
        assert not await TeamsPerson.count().where(TeamsPerson.name != "")


class TestSeveralFiles:
    async def test_a_call_that_was_started_again_is_one_call(self, held: Any, now: datetime) -> None:
        meeting, who = await meeting_of(held), ("Duty officer", "missing.team@central-north.police.example")
        await take_in(meeting, file_of(who, joined="9:01:00", left="9:20:00"), by=BY, now=now)
        await take_in(meeting, file_of(who, joined="9:25:00", left="9:58:00"), by=BY, now=now)
        (one,) = (await shown(held, now)).present
        assert len(one.people) == 1
        assert (one.mark.joined_late, one.mark.left_early) == (False, False)

    async def test_a_second_file_after_confirming_knows_who_came_before(self, held: Any, now: datetime) -> None:
        meeting, who = await meeting_of(held), ("Duty officer", "missing.team@central-north.police.example")
        await take_in(meeting, file_of(who, joined="9:01:00", left="9:20:00"), by=BY, now=now)
        await confirm(meeting, all_taken(await shown(held, now)), by=BY, now=now)
        await take_in(meeting, file_of(who, joined="9:25:00", left="9:58:00"), by=BY, now=now)
        (one,) = (await shown(held, now)).confirmed
        assert (one.mark.joined_late, one.mark.left_early) == (False, False)


class TestWhatOtherProductsGotWrong:
    async def test_a_substitute_from_the_same_organisation_is_a_deputy_and_no_no_show(
        self, held: Any, now: datetime
    ) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, file_of(("Somebody else", "somebody.else@camden.council.example")), by=BY, now=now)
        found = await shown(held, now)
        await confirm(meeting, all_taken(found, Somebody=held.seats[CARE]), by=BY, now=now)
        assert (await standing_marks(held.id))[held.seats[CARE]].outcome == Outcome.DEPUTY

    async def test_a_meeting_called_off_takes_no_file_and_has_no_absentees(
        self, held: Any, letterhead: Letterhead, now: datetime
    ) -> None:
        await call_off(
            held.reference, asked_by="police", reason="did not take place", by=BY, now=now, letterhead=letterhead
        )
        with pytest.raises(errors.WasCalledOff):
            await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        assert (await TeamsReport.count(), await Attendance.count()) == (0, 0)

    async def test_one_partys_presence_or_absence_is_never_put_down_to_another(
        self, held: Any, now: datetime
    ) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, file_of(("Duty", "missing.team@east-area.police.example")), by=BY, now=now)
        await confirm(meeting, all_taken(await shown(held, now)), by=BY, now=now)
        assert set(await standing_marks(held.id)) == {held.seats[DESTINATION]}


class TestForgetting:
    async def test_names_nobody_decided_about_are_gone_after_a_while(self, held: Any, now: datetime) -> None:
        await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        assert await forget(now + KEPT) == 0
        assert await forget(now + KEPT + timedelta(seconds=1)) == 5
        assert not await TeamsPerson.count().where((TeamsPerson.name != "") | (TeamsPerson.address != ""))

    async def test_they_are_gone_as_soon_as_the_register_is_closed(self, held: Any, now: datetime) -> None:
        await take_in(await meeting_of(held), REPORT, by=BY, now=now)
        await close(held.id, marks=[Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()], by=BY, now=now)
        assert await forget(now) == 5
        with pytest.raises(errors.RegisterClosed):
            await take_in(await meeting_of(held), file_of(("Late", "late@unit.example")), by=BY, now=now)

    async def test_people_who_were_not_on_the_page_stay_for_a_decision(self, held: Any, now: datetime) -> None:
        meeting = await meeting_of(held)
        await take_in(meeting, REPORT, by=BY, now=now)
        seen_by_her = all_taken(await shown(held, now))
        await take_in(meeting, file_of(("Duty", "missing.team@east-area.police.example")), by="another", now=now)
        await teams_evidence.confirm(meeting, seen_by_her, by=BY, now=now)
        assert [one.seat.unit for one in (await shown(held, now)).present] == [DESTINATION]
