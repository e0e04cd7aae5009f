"""Whoever sets a meeting up sees which addresses nobody confirmed for long, or something speaks against."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from directory import contradictions
from directory.contradiction_tables import Against
from directory.tables import Contact, Unit
from directory.verification_tables import Verification
from tests.browsing import Browser, application, sign_in_as


@pytest.fixture
async def coordinator(rolled_back: None, london: None) -> AsyncIterator[Browser]:
    now = datetime.now(UTC)
    await Verification.update({Verification.confirmed_at: now, Verification.asked_at: now}, force=True)
    async with Browser(application()) as browser:
        yield await sign_in_as(browser, "coordinator@council.example", "Missing coordinator")


async def proposed(browser: Browser) -> str:
    """The page on which an area's meeting is set up."""
    return (await browser.get("/meetings/about?area=E09000007")).text


async def test_an_address_that_was_confirmed_lately_is_not_doubted(coordinator: Browser) -> None:
    shown = await proposed(coordinator)
    assert "Last confirmed today." in shown
    assert "Ring to be sure" not in shown


async def test_one_that_nobody_confirmed_for_long_is_to_be_rung(coordinator: Browser) -> None:
    unit = await Unit.objects().where(Unit.name == "Camden social care").first()
    assert unit is not None
    old = datetime.now(UTC) - timedelta(days=7 * 31)
    await Verification.update({Verification.confirmed_at: old}).where(Verification.unit == unit.id)
    shown = await proposed(coordinator)
    assert "Last confirmed 7 months ago." in shown
    assert shown.count("Ring to be sure") == 1


async def test_one_that_something_speaks_against_is_to_be_rung(coordinator: Browser) -> None:
    contact = await Contact.objects(Contact.unit).where(Contact.unit.name == "Camden social care").first()
    assert contact is not None
    now = datetime.now(UTC)
    await contradictions.note(
        contact.unit.id, Against.BOUNCE, address=contact.email, evidence="mail 1", by="tests", now=now
    )
    assert "Last confirmed today. Letters come back." in await proposed(coordinator)
