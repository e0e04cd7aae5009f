"""Coordinators see what units challenge, and answer; the register shows which marks are challenged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from attendance.challenge_tables import Challenge
from attendance.challenges import Claim, raise_challenge
from attendance.register import Mark, close, mark
from attendance.tables import Outcome
from meetings.tables import Seat
from tests.attendance.reading_pages import words
from tests.browsing import Browser

UNIT = "Central North"


@pytest.fixture
async def challenged(rolled_back: None, convene: Any, now: datetime) -> Any:
    """Yesterday's meeting, of which Central North says that it came."""
    held = await convene(starts_at=now - timedelta(days=1), invited_at=now - timedelta(days=3))
    marks = [Mark(seat, Outcome.ATTENDED) for unit, seat in held.seats.items() if unit != UNIT]
    await mark(held.id, [*marks, Mark(held.seats[UNIT], Outcome.NO_SHOW)], by="coordinator", now=now)
    await close(held.id, inquorate_reason="urgent", by="coordinator", now=now)
    row = await Seat.select(Seat.unit).where(Seat.id == held.seats[UNIT]).first()
    assert row is not None
    claim = Claim("attended", "Our sergeant was in the call.", "Missing team inspector", period="2026-11")
    held.challenge = await raise_challenge(held.seats[UNIT], UUID(str(row["unit"])), claim, now=now)
    return held


async def test_the_list_has_each_with_the_clock_of_its_answer(coordinator: Browser, challenged: Any) -> None:
    text = words(await coordinator.get("/challenges"))
    assert "No-show Attended 18 Nov, 10am 7 days left 25 Nov, 10am" in text
    assert "No challenge has been answered yet." in text


async def test_the_list_of_meetings_tells_of_open_challenges(coordinator: Browser, challenged: Any) -> None:
    text = words(await coordinator.get("/meetings"))
    assert "1 outcome is challenged by the unit and waits for an answer." in text


async def test_the_register_marks_the_outcome_as_challenged(coordinator: Browser, challenged: Any) -> None:
    text = words(await coordinator.get(f"/meetings/{challenged.reference}/register"))
    assert "No-show Challenged Central North says “attended”" in text


async def test_the_answer_is_given_on_its_page(coordinator: Browser, challenged: Any) -> None:
    page = f"/challenges/{challenged.challenge}"
    assert "Its reason Our sergeant was in the call." in words(await coordinator.get(page))
    done = await coordinator.send_form(page, decision="upheld", words="The Teams file shows it.")
    assert done.status_code == 303
    text = words(await coordinator.get(done.headers["location"]))
    assert "The challenge is upheld. The register is corrected, and the unit is being told." in text
    assert "No challenge waits for an answer." in text
    text = words(await coordinator.get(f"/meetings/{challenged.reference}/register"))
    assert "Came Challenge upheld Answered" in text


async def test_an_answer_without_words_is_asked_for_and_what_was_chosen_stays(
    coordinator: Browser, challenged: Any
) -> None:
    again = await coordinator.send_form(f"/challenges/{challenged.challenge}", decision="kept", words="")
    assert again.status_code == 400
    assert "Say in 180 characters or fewer what the unit is told" in words(again)
    assert 'value="kept" checked' in again.text
    row = await Challenge.objects().first()
    assert row is not None
    assert row.state == "open"


async def test_no_decision_is_no_answer(coordinator: Browser, challenged: Any) -> None:
    again = await coordinator.send_form(f"/challenges/{challenged.challenge}", words="Because.")
    assert "Choose whether the outcome is corrected" in words(again)


async def test_a_challenge_that_is_none_is_not_found(coordinator: Browser) -> None:
    assert (await coordinator.get(f"/challenges/{uuid4()}")).status_code == 404
