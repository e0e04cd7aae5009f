"""The page of the clocks that no rule has."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from meetings.clock_tables import StandingClock
from meetings.standing_clocks import Clock, setting
from tests.browsing import Browser, application


@pytest.fixture
async def coordinator(rolled_back: None) -> AsyncIterator[Browser]:
    from web import signin

    async with Browser(application()) as browser:
        today = datetime.now(UTC)
        person = await signin.add_person("coordinator@council.example", "Missing coordinator", now=today)
        await browser.sign_in(await signin.make_link(person, "http://convene.example", now=today))
        yield browser


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def test_a_clock_is_changed_with_its_reason_and_what_it_was_stays_to_be_seen(coordinator: Browser) -> None:
    text = words((await coordinator.get("/rules/clocks")).text)
    assert "The receiving police unit acknowledges a move within 1 working day From the start" in text
    answer = await coordinator.send_form(
        "/rules/clocks", clock="handover", amount="4", unit="working hours", why="Agreed by both directors"
    )
    assert answer.headers["location"] == "/rules/clocks?done=set"
    text = words((await coordinator.get("/rules/clocks")).text)
    assert "acknowledges a move within 4 working hours" in text
    assert "acknowledges a move within (before) 1 working day" in text
    assert (await setting(Clock.HANDOVER)).words == "4 working hours"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"clock": ""}, "Choose which clock is changed"),
        ({"amount": "soon"}, "Enter how long it runs"),
        ({"amount": "0"}, "Enter a number from 1 to 80"),
        ({"unit": "weeks"}, "Choose hours, working hours or working days"),
        ({"why": ""}, "Say why"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_changed(
    coordinator: Browser, change: dict[str, str], problem: str
) -> None:
    form = {"clock": "handover", "amount": "4", "unit": "working hours", "why": "agreed"} | change
    answer = await coordinator.send_form("/rules/clocks", **form)
    assert answer.status_code == 400
    assert problem in words(answer.text)
    assert await StandingClock.count() == 0
