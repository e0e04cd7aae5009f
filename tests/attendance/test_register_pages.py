"""The register's pages: marked, closed, corrected, or recorded as not held, without any script."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import httpx

from attendance.register import Mark, close, standing_marks
from attendance.tables import Attendance, Outcome, Register
from meetings.tables import MeetingEvent
from tests.attendance.reading_pages import words
from tests.browsing import Browser


async def tap(browser: Browser, held: Any, unit: str, outcome: str, **fields: str) -> httpx.Response:
    """One press of a seat's button; other fields are named without the seat."""
    page, seat = f"/meetings/{held.reference}/register", held.seats[unit]
    named = {f"{name}-{seat}": value for name, value in fields.items() if name != "act"}
    act = {"act": fields["act"]} if "act" in fields else {}
    return await browser.send_form(page, f"{page}/{seat}", outcome=outcome, **act, **named)


async def act(browser: Browser, held: Any, what: str, **fields: str) -> httpx.Response:
    return await browser.send_form(f"/meetings/{held.reference}/register", act=what, **fields)


async def standing(held: Any, unit: str) -> Mark:
    return (await standing_marks(held.id))[held.seats[unit]]


class TestTaps:
    async def test_one_tap_marks_a_seat_and_leads_back_to_it(self, coordinator: Browser, held: Any) -> None:
        response = await tap(coordinator, held, "East Area", "no-show")
        seat = held.seats["East Area"]
        assert response.headers["location"] == f"/meetings/{held.reference}/register#seat-{seat}"
        assert await standing(held, "East Area") == Mark(seat, Outcome.NO_SHOW)

        page = await coordinator.get(f"/meetings/{held.reference}/register")
        assert page.text.count('aria-pressed="true"') == 1
        assert "2 seats are not marked yet" in words(page)

    async def test_a_tap_that_was_sent_twice_is_one_mark(self, coordinator: Browser, held: Any) -> None:
        for _ in range(2):
            await tap(coordinator, held, "East Area", "no-show")
        assert await Attendance.count() == 1

    async def test_tapping_again_keeps_what_was_noted(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "attended", act="note", flags="late")
        await tap(coordinator, held, "East Area", "attended")
        assert (await standing(held, "East Area")).joined_late
        assert await Attendance.count() == 1

    async def test_another_outcome_drops_what_was_noted_beside_the_first(
        self, coordinator: Browser, held: Any
    ) -> None:
        await tap(coordinator, held, "East Area", "attended", act="note", flags="late")
        await tap(coordinator, held, "East Area", "no-show")
        assert await standing(held, "East Area") == Mark(held.seats["East Area"], Outcome.NO_SHOW)

    async def test_something_that_is_no_outcome_is_refused_in_a_sentence(
        self, coordinator: Browser, held: Any
    ) -> None:
        response = await tap(coordinator, held, "East Area", "stayed away")
        assert response.status_code == 400
        assert "Choose what became of this seat" in words(response)

    async def test_a_seat_of_another_meeting_is_refused(self, coordinator: Browser, held: Any, convene: Any) -> None:
        other = await convene(starts_at=held.starts_at)
        page = f"/meetings/{held.reference}/register"
        action = f"{page}/{other.seats['East Area']}"
        response = await coordinator.send_form(page, action, outcome="attended")
        assert "A mark was for a seat that meeting" in words(response)
        assert await Attendance.count() == 0

    async def test_who_taps_after_the_register_was_closed_is_told(
        self, coordinator: Browser, held: Any, now: datetime
    ) -> None:
        page = f"/meetings/{held.reference}/register"
        open_page = await coordinator.get(page)
        await close(held.id, marks=[Mark(s, Outcome.ATTENDED) for s in held.seats.values()], by="other", now=now)
        token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', open_page.text)
        assert token is not None
        fields = {"_csrf_token": token[1], "outcome": "no-show"}
        response = await coordinator.post(f"{page}/{held.seats['East Area']}", data=fields)
        assert "is already closed. Nothing was changed" in words(response)


class TestNotes:
    async def test_late_and_early_are_kept(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "deputy attended")
        await tap(coordinator, held, "East Area", "deputy attended", act="note", flags="late")
        mark = await standing(held, "East Area")
        assert (mark.outcome, mark.joined_late, mark.left_early) == (Outcome.DEPUTY, True, False)

    async def test_who_came_for_the_unit_is_kept_beside_a_deputy(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "deputy attended", act="note", deputy="Duty  sergeant")
        assert (await standing(held, "East Area")).deputy_name == "Duty sergeant"
        assert "Deputy: Duty sergeant" in words(await coordinator.get(f"/meetings/{held.reference}/register"))

    async def test_a_note_never_takes_back_what_somebody_marked_meanwhile(
        self, coordinator: Browser, held: Any
    ) -> None:
        await tap(coordinator, held, "East Area", "no-show")
        response = await tap(coordinator, held, "East Area", "attended", act="note", flags="late")
        assert "East Area was marked otherwise while you wrote. Nothing was changed." in words(response)
        assert (await standing(held, "East Area")).outcome == Outcome.NO_SHOW

    async def test_a_name_is_kept_out_of_the_timeline(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "deputy attended", act="note", deputy="Duty sergeant")
        told = await MeetingEvent.select(MeetingEvent.what)
        assert told == [{"what": "register: East Area, deputy attended"}]

    async def test_a_name_longer_than_is_kept_is_refused_where_it_was_typed(
        self, coordinator: Browser, held: Any
    ) -> None:
        await tap(coordinator, held, "East Area", "deputy attended")
        response = await tap(coordinator, held, "East Area", "deputy attended", act="note", deputy="x" * 81)
        assert "at most 80 characters" in words(response)
        assert f'href="#deputy-{held.seats["East Area"]}"' in response.text
        assert "x" * 81 in response.text

    async def test_the_day_on_which_a_report_came_is_kept(self, coordinator: Browser, held: Any) -> None:
        day = {"report-day": "17", "report-month": "11", "report-year": "2026"}
        seat = held.seats["East Area"]
        page = f"/meetings/{held.reference}/register"
        fields = {f"report-{seat}-{part.removeprefix('report-')}": value for part, value in day.items()}
        await coordinator.send_form(page, f"{page}/{seat}", outcome="report only", act="note", **fields)
        assert (await standing(held, "East Area")).report_on == date(2026, 11, 17)
        assert "Report, report of 17 November 2026" in words(await coordinator.get(page))

    async def test_a_report_of_tomorrow_and_a_day_that_is_none_are_refused(
        self, coordinator: Browser, held: Any
    ) -> None:
        seat, page = held.seats["East Area"], f"/meetings/{held.reference}/register"
        await tap(coordinator, held, "East Area", "apologies")
        for day, said in (("19", "cannot be in the future"), ("31", "There is no such day")):
            fields = {f"report-{seat}-day": day, f"report-{seat}-month": "11", f"report-{seat}-year": "2026"}
            response = await coordinator.send_form(page, f"{page}/{seat}", outcome="apologies", act="note", **fields)
            assert said in words(response)


class TestEveryone:
    async def test_one_press_marks_everyone_and_leaves_the_register_open(
        self, coordinator: Browser, held: Any
    ) -> None:
        response = await act(coordinator, held, "everyone")
        assert response.headers["location"] == f"/meetings/{held.reference}/register?done=marked"
        assert await Attendance.count().where(Attendance.outcome == "attended") == 3
        assert not await Register.count()

    async def test_one_press_leaves_seats_that_are_marked_alone(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "no-show")
        await act(coordinator, held, "everyone")
        assert (await standing(held, "East Area")).outcome == Outcome.NO_SHOW

    async def test_eight_seats_with_two_exceptions_take_three_taps_and_closing(
        self, coordinator: Browser, convene: Any, now: datetime
    ) -> None:
        units = [(f"Unit {n}", "social care", f"unit{n}@unit.example", ("chair",)) for n in range(8)]
        held = await convene(starts_at=now, units=units, quorum=())
        await act(coordinator, held, "everyone")
        await tap(coordinator, held, "Unit 3", "no-show")
        await tap(coordinator, held, "Unit 5", "deputy attended")
        response = await act(coordinator, held, "close")
        assert response.headers["location"] == f"/meetings/{held.reference}?done=closed"
        outcomes = Counter(mark.outcome.value for mark in (await standing_marks(held.id)).values())
        assert outcomes == {"attended": 6, "no-show": 1, "deputy attended": 1}


class TestClosing:
    async def test_it_is_closed_with_its_marks(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "East Area", "no-show")
        await act(coordinator, held, "everyone")
        response = await act(coordinator, held, "close")
        assert response.headers["location"] == f"/meetings/{held.reference}?done=closed"
        assert "Held, quorate" in words(await coordinator.get(f"/meetings/{held.reference}"))

    async def test_unmarked_seats_are_named_and_led_to(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "Central North", "attended")
        response = await act(coordinator, held, "close")
        assert response.status_code == 400
        assert f'href="#seat-{held.seats["East Area"]}"' in response.text
        assert await Register.count() == 0

    async def test_quorum_is_told_at_every_moment(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        assert "Nobody has come for: home police, social worker" in words(await coordinator.get(page))
        await tap(coordinator, held, "Central North", "deputy attended")
        assert "Nobody has come for: social worker" in words(await coordinator.get(page))
        await tap(coordinator, held, "Camden children's services", "attended")
        assert "Quorate Came: home police, social worker" in words(await coordinator.get(page))

    async def test_an_inquorate_meeting_asks_for_the_reason(self, coordinator: Browser, held: Any) -> None:
        await tap(coordinator, held, "Central North", "apologies")
        await act(coordinator, held, "everyone")
        response = await act(coordinator, held, "close")
        assert "The meeting was not quorate (home police missing)" in words(response)
        assert (await act(coordinator, held, "close", inquorate_reason="urgent")).status_code == 303


class TestCorrecting:
    async def test_a_closed_register_is_corrected_with_a_reason(self, coordinator: Browser, held: Any) -> None:
        await act(coordinator, held, "everyone")
        await act(coordinator, held, "close")
        seat, page = held.seats["East Area"], f"/meetings/{held.reference}/register"
        changed = {f"outcome-{seat}": "deputy attended", f"deputy-{seat}": "Duty sergeant", "act": "correct"}

        refused = await coordinator.send_form(page, f"{page}/{seat}", **changed)
        assert "Say why the closed register is corrected" in words(refused)
        assert f'href="#reason-{seat}"' in refused.text
        done = await coordinator.send_form(page, f"{page}/{seat}", **changed, **{f"reason-{seat}": "a deputy came"})
        assert done.headers["location"] == f"{page}?done=corrected#seat-{seat}"
        assert await Attendance.count() == 4
        assert (await standing(held, "East Area")).deputy_name == "Duty sergeant"


class TestBeforeTheStart:
    async def test_before_the_start_there_is_nothing_to_mark(self, coordinator: Browser, coming: Any) -> None:
        response = await coordinator.get(f"/meetings/{coming.reference}/register")
        assert f"Meeting {coming.reference} has not started." in words(response)
        assert '<button type="submit" name=' not in response.text


class TestNotHeld:
    async def test_a_meeting_that_did_not_take_place_is_called_off_with_its_reason(
        self, coordinator: Browser, held: Any
    ) -> None:
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police", reason="police could not attend")
        assert response.headers["location"] == f"/meetings/{held.reference}?done=not-held"

        text = words(await coordinator.get(f"/meetings/{held.reference}"))
        assert "Called off by police: police could not attend" in text
        assert "No meeting is planned" in words(await coordinator.get("/meetings"))

    async def test_without_a_reason_nothing_is_recorded(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police")
        assert "There is a problem Choose why the meeting is called off" in words(response)

    async def test_a_meeting_whose_register_is_closed_was_held(
        self, coordinator: Browser, held: Any, now: datetime
    ) -> None:
        marks = [Mark(seat, Outcome.ATTENDED) for seat in held.seats.values()]
        await close(held.id, marks=marks, by="coordinator", now=now)
        page = f"/meetings/{held.reference}/register/not-held"
        response = await coordinator.send_form(page, asked_by="police", reason="police could not attend")
        assert "is already closed" in words(response)
