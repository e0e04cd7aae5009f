"""The page of the clocks that no rule has."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from meetings.clock_tables import StandingClock
from meetings.standing_clocks import Clock, setting
from tests.browsing import Browser, application, sign_in_as
from web import signin


@pytest.fixture
async def keeper(rolled_back: None) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        await sign_in_as(browser, "keeper@council.example", "Safeguarding lead", keeps_rules=True)
        yield browser


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def test_a_clock_is_changed_with_its_reason_and_what_it_was_stays_to_be_seen(keeper: Browser) -> None:
    text = words((await keeper.get("/rules/clocks")).text)
    assert "The receiving police unit acknowledges a move within 1 working day From the start" in text
    answer = await keeper.send_form(
        "/rules/clocks", clock="handover", amount="4", unit="working hours", why="Agreed by both directors"
    )
    assert answer.headers["location"] == "/rules/clocks?done=set"
    text = words((await keeper.get("/rules/clocks")).text)
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
    keeper: Browser, change: dict[str, str], problem: str
) -> None:
    form = {"clock": "handover", "amount": "4", "unit": "working hours", "why": "agreed"} | change
    answer = await keeper.send_form("/rules/clocks", **form)
    assert answer.status_code == 400
    assert problem in words(answer.text)
    assert await StandingClock.count() == 0


async def test_who_may_not_change_the_rules_may_not_change_the_clocks(keeper: Browser) -> None:
    await signin.add_person("keeper@council.example", "", keeps_rules=False, now=datetime.now(UTC))
    assert "Change a clock" not in (await keeper.get("/rules/clocks")).text
    answer = await keeper.send_form("/rules", "/rules/clocks", clock="handover", amount="4", unit="hours", why="A")
    assert answer.status_code == 403
