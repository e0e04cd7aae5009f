"""The chasing on the meeting's page, and what a coordinator does about it: hold, hurry, with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from litestar import Litestar

from attendance.acknowledging import acknowledge
from attendance.ladder_tables import Escalation, EscalationLetter, EscalationStep
from notifications.tables import OutboundMail, OutState
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.ladder.conftest import HOUR, THURSDAY, timeline
from tests.browsing import Browser, sign_in_as


@pytest.fixture(scope="module")
def clocked() -> Litestar:
    return clocked_app()


@pytest.fixture
async def browser(rolled_back: None, clocked: Litestar) -> AsyncIterator[Browser]:
    """The coordinator's."""
    Clock.at = THURSDAY
    async with Browser(clocked) as browser:
        yield await sign_in_as(browser, "coordinator@council.example", "Missing coordinator")


async def shown(browser: Browser, meeting: Any, at: datetime) -> str:
    Clock.at = at
    return " ".join((await browser.get(f"/meetings/{meeting.reference}")).text.split())


async def ladder() -> Escalation:
    row = await Escalation.objects().first()
    assert row is not None
    return row


async def test_a_meeting_of_which_nobody_is_chased_shows_no_chasing(ladders: Any, browser: Browser) -> None:
    assert "Chasing" not in await shown(browser, ladders, THURSDAY)


async def test_before_the_first_step_the_page_says_when_it_comes(
    ladders: Any, browser: Browser, round_at: Any
) -> None:
    await round_at(THURSDAY - 3 * HOUR)
    page = await shown(browser, ladders, THURSDAY - 3 * HOUR)
    assert "Nobody yet" in page
    assert "3 hours left" in page


async def test_at_the_last_step_it_says_who_was_told_and_who_acknowledged(
    ladders: Any, browser: Browser, round_at: Any
) -> None:
    for hours in (0, 2, 4, 6):
        await round_at(THURSDAY + hours * HOUR)
    letter = await EscalationLetter.objects().where(EscalationLetter.role == "detective inspector").first()
    assert letter is not None
    await acknowledge(letter.id, who="Inspector on duty", now=THURSDAY + 5 * HOUR)
    page = await shown(browser, ladders, THURSDAY + 6 * HOUR)
    for words in (
        "1. The unit&#39;s mailboxes, 19 Nov, 10am",
        "2. The supervisor, 19 Nov, midday",
        "by Inspector on duty, 19 Nov, 3pm",
        "4. The superintendent and the director, 19 Nov, 4pm",
        "Last step taken",
        "No step is left. Telephone them.",
    ):
        assert words in page, words
    assert page.count("Not acknowledged") == 3


async def test_a_letter_that_the_relay_refused_is_not_shown_as_sent(
    ladders: Any, browser: Browser, round_at: Any
) -> None:
    await round_at(THURSDAY)
    await OutboundMail.update({OutboundMail.state: OutState.REFUSED}).where(OutboundMail.kind == "escalation")
    assert "Could not be sent" in await shown(browser, ladders, THURSDAY)


async def test_where_nobody_is_known_it_says_what_to_do(
    rolled_back: None, convene: Any, browser: Browser, round_at: Any
) -> None:
    meeting = await convene()
    for hours in (0, 2):
        await round_at(THURSDAY + hours * HOUR)
    page = await shown(browser, meeting, THURSDAY + 2 * HOUR)
    assert "Nobody known" in page
    assert "add who it is" in page


async def test_it_is_held_until_a_time_with_a_reason(ladders: Any, browser: Browser, round_at: Any) -> None:
    await round_at(THURSDAY)
    at = f"/ladders/{(await ladder()).id}/hold"
    until = {"until-day": "19", "until-month": "11", "until-year": "2026", "until-time": "3pm"}
    done = await browser.send_form(at, **until, reason="Their sergeant rang: they will answer")
    assert done.headers["location"] == f"/meetings/{ladders.reference}?done=ladder-held"
    page = await shown(browser, ladders, THURSDAY)
    assert "until 19 Nov, 3pm" in page
    assert any(what.endswith("Their sergeant rang: they will answer") for what in await timeline())


async def test_it_is_hurried_with_a_reason(ladders: Any, browser: Browser, round_at: Any) -> None:
    await round_at(THURSDAY)
    Clock.at = THURSDAY + HOUR
    done = await browser.send_form(f"/ladders/{(await ladder()).id}/hurry", reason="The child was seen at a station")
    assert done.headers["location"] == f"/meetings/{ladders.reference}?done=ladder-hurried"
    due = await EscalationStep.select(EscalationStep.due_at).where(EscalationStep.number == 2)
    assert [row["due_at"] for row in due] == [THURSDAY + HOUR]


@pytest.mark.parametrize(
    ("act", "fields", "said"),
    [
        ("hold", {"reason": "x"}, "Enter the day and the time until which it is held"),
        ("hurry", {}, "Say why, in 100 characters or fewer"),
        ("hurry", {"reason": "x" * 101}, "in 100 characters or fewer"),
        (
            "hold",
            {"until-day": "21", "until-month": "11", "until-year": "2026", "until-time": "3pm", "reason": "x"},
            "Hold it until a time before the meeting starts.",
        ),
    ],
)
async def test_a_form_that_cannot_be_taken_says_what_to_enter_and_changes_nothing(
    ladders: Any, browser: Browser, round_at: Any, act: str, fields: dict[str, str], said: str
) -> None:
    await round_at(THURSDAY)
    before = await EscalationStep.select(EscalationStep.due_at).order_by(EscalationStep.id)
    answer = await browser.send_form(f"/ladders/{(await ladder()).id}/{act}", **fields)
    assert answer.status_code == 400
    assert said in answer.text
    assert await EscalationStep.select(EscalationStep.due_at).order_by(EscalationStep.id) == before


async def test_every_open_ladder_stands_on_one_page_with_its_meeting(
    ladders: Any, browser: Browser, round_at: Any
) -> None:
    await round_at(THURSDAY)
    page = (await browser.get("/ladders")).text
    assert f'href="/meetings/{ladders.reference}"' in page
    assert "Central North" in page


async def test_a_ladder_nobody_raised_is_not_found(browser: Browser) -> None:
    assert (await browser.get("/ladders/00000000-0000-0000-0000-000000000000/hold")).status_code == 404
