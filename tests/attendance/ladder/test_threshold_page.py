"""The numbers by which low attendance is told, and who may change them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from attendance.low_attendance import threshold
from audit.tables import Entry
from tests.attendance.reading_pages import words
from tests.browsing import Browser, application, sign_in_as

PAGE = "/rules/low-attendance"
NEW = {"percent": "75", "minimum": "12", "days": "60", "why": "Agreed by the partnership"}


@pytest.fixture
async def keeper(rolled_back: None) -> AsyncIterator[Browser]:
    async with Browser(application()) as browser:
        await sign_in_as(browser, "keeper@council.example", "Safeguarding lead", keeps_rules=True)
        yield browser


async def test_whoever_keeps_the_rules_changes_them_and_the_reason_is_kept(keeper: Browser) -> None:
    assert "less than 60% of at least 10 seats" in words(await keeper.get(PAGE))
    await keeper.send_form(PAGE, **NEW)
    assert "less than 75% of at least 12 seats" in words(await keeper.get(PAGE))
    assert (await threshold()).low_rate_days == 60
    entry = await Entry.objects().where(Entry.action == "low attendance threshold set").first()
    assert entry is not None
    assert "Agreed by the partnership" in str(entry.detail)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"percent": "0"}, "Enter a number from 1 to 100"),
        ({"minimum": "many"}, "Enter the number of seats"),
        ({"days": "1"}, "Enter a number from 7 to 366"),
        ({"why": ""}, "Say why"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_is_changed(
    keeper: Browser, change: dict[str, str], problem: str
) -> None:
    answer = await keeper.send_form(PAGE, **NEW | change)
    assert answer.status_code == 400
    assert problem in words(answer)
    assert (await threshold()).low_rate_percent == 60


async def test_others_read_them_and_cannot_change_them(rolled_back: None) -> None:
    async with Browser(application()) as browser:
        await sign_in_as(browser, "reader@council.example", "Coordinator")
        text = (await browser.get(PAGE)).text
        assert "less than" in words(await browser.get(PAGE))
        assert "Change the numbers" not in text
        answer = await browser.send_form("/", PAGE, **NEW)
        assert answer.status_code == 403
    assert (await threshold()).low_rate_percent == 60
