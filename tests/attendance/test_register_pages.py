"""The register's pages: marked, closed, corrected, or recorded as not held, without any script."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from attendance.register import Mark, close
from attendance.tables import Attendance, Outcome, Register
from tests.attendance.reading_pages import words
from tests.browsing import Browser


def all_of(held: Any, outcome: str, **others: str) -> dict[str, str]:
    """The register's form with one outcome for every seat, and another for those named by unit."""
    return {f"outcome-{seat}": others.get(unit, outcome) for unit, seat in held.seats.items()}


class TestRegister:
    async def test_it_is_closed_with_its_marks(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        fields = all_of(held, "attended", **{"East Area": "no-show"})
        response = await coordinator.send_form(page, act="close", **fields)
        assert response.headers["location"] == f"/meetings/{held.reference}?done=closed"
        assert "Held, quorate" in words(await coordinator.get(f"/meetings/{held.reference}"))

    async def test_unmarked_seats_are_named_beside_their_fields_and_the_choices_kept(
        self, coordinator: Browser, held: Any
    ) -> None:
        seat = held.seats["Central North"]
        page = f"/meetings/{held.reference}/register"
        response = await coordinator.send_form(page, act="close", **{f"outcome-{seat}": "attended"})

        assert response.status_code == 400
        assert f'href="#outcome-{held.seats["East Area"]}"' in response.text
        assert re.search(rf'name="outcome-{seat}"[^>]*value="attended"[^>]*checked', response.text)
        assert await Attendance.count() == 0

    async def test_one_press_marks_everyone_and_leaves_the_register_open(
        self, coordinator: Browser, held: Any
    ) -> None:
        page = f"/meetings/{held.reference}/register"
        response = await coordinator.send_form(page, act="everyone")
        assert response.headers["location"] == f"{page}?done=marked"
        assert await Attendance.count().where(Attendance.outcome == "attended") == 3
        assert not await Register.count()

    async def test_one_press_leaves_seats_that_are_marked_alone(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        seat = held.seats["East Area"]
        await coordinator.send_form(page, act="save", **{f"outcome-{seat}": "no-show"})
        await coordinator.send_form(page, act="everyone")
        rows = await Attendance.select(Attendance.outcome).where(Attendance.seat == seat)
        assert rows == [{"outcome": "no-show"}]

    async def test_late_and_early_are_kept(self, coordinator: Browser, held: Any) -> None:
        seat = held.seats["East Area"]
        fields = {f"outcome-{seat}": "deputy attended", f"flags-{seat}": "late"}
        await coordinator.send_form(f"/meetings/{held.reference}/register", act="save", **fields)
        row = await Attendance.objects().first()
        assert row is not None
        assert (row.outcome, row.joined_late, row.left_early) == ("deputy attended", True, False)

    async def test_a_flag_on_who_did_not_come_is_refused_in_a_sentence(self, coordinator: Browser, held: Any) -> None:
        seat = held.seats["East Area"]
        fields = {f"outcome-{seat}": "no-show", f"flags-{seat}": "late"}
        response = await coordinator.send_form(f"/meetings/{held.reference}/register", act="save", **fields)
        assert response.status_code == 400
        assert "East Area cannot have joined late" in words(response)

    async def test_an_inquorate_meeting_asks_for_the_reason(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        fields = all_of(held, "attended", **{"Central North": "apologies"})
        response = await coordinator.send_form(page, act="close", **fields)
        assert "The meeting was not quorate (home police missing)" in words(response)

        response = await coordinator.send_form(page, act="close", inquorate_reason="urgent", **fields)
        assert response.status_code == 303

    async def test_a_closed_register_is_corrected_with_a_reason(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/register"
        await coordinator.send_form(page, act="close", **all_of(held, "attended"))
        changed = all_of(held, "attended", **{"East Area": "deputy attended"})

        refused = await coordinator.send_form(page, act="correct", **changed)
        assert "Say why the closed register is corrected" in words(refused)
        done = await coordinator.send_form(page, act="correct", reason="a deputy came", **changed)
        assert done.headers["location"] == f"/meetings/{held.reference}?done=corrected"
        assert await Attendance.count() == 4

    async def test_before_the_start_there_is_nothing_to_mark(self, coordinator: Browser, coming: Any) -> None:
        response = await coordinator.get(f"/meetings/{coming.reference}/register")
        assert f"Meeting {coming.reference} has not started." in words(response)
        assert 'name="act"' not in response.text


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
