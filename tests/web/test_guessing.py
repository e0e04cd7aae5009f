"""Guessing: counted by network in the one database, held up when it is too much, and never at others' expense."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

import httpx
import pytest

from audit.tables import Entry
from tests.browsing import COORDINATOR, Browser, application, emailed_code, letters_to_sign_in
from web import askings, signin, throttle
from web.clients import NUMBERS
from web.signin_tables import Asking, Tally
from web.throttle import AT_MOST, WINDOW, Kind

PROXY = {"CONVENE_PROXIES": "127.0.0.1/32"}
LINKS = (
    "/answer/{}",
    "/answer/series/{}",
    "/acknowledge/{}",
    "/handover/{}",
    "/actions/{}",
    "/outcomes/{}",
    "/feeds/{}",
)


async def alerts() -> list[str]:
    rows = await Entry.select(Entry.subject).where(Entry.action == "held up a network").order_by(Entry.id)
    return [row["subject"] for row in rows]


async def test_abuse_case_15_guessed_links_of_every_kind_are_limited_and_the_operator_hears_of_it(
    browser: Browser, coordinator: UUID, real_now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = [*LINKS, "/sign-in/{}"]
    paths = [kinds[one % len(kinds)].format(f"guess{one:038d}") for one in range(AT_MOST[Kind.LINK] + 20)]
    answers = [(await browser.get(path)).status_code for path in paths]
    assert answers == [404] * AT_MOST[Kind.LINK] + [429] * 20
    assert await alerts() == ["too many links that lead nowhere"]
    logged = capsys.readouterr()
    assert "too many tries" in logged.out + logged.err
    assert "127.0.0.1" not in logged.out + logged.err
    right = await signin.make_link(coordinator, "http://convene.example", now=real_now)
    assert (await browser.sign_in(right)).status_code == 303  # nobody loses a link that is right


async def test_abuse_case_15_ten_thousand_guesses_are_one_row_and_one_alert(rolled_back: None, now: datetime) -> None:
    outcomes = [await throttle.count(Kind.LINK, 7, now=now) for _ in range(10_000)]
    assert outcomes == [False] * AT_MOST[Kind.LINK] + [True] * (10_000 - AT_MOST[Kind.LINK])
    assert await Tally.count() == 1
    assert len(await alerts()) == 1


async def test_whoever_is_held_up_is_told_what_to_do(browser: Browser) -> None:
    for one in range(AT_MOST[Kind.LINK]):
        await browser.get(f"/answer/{one}")
    answer = await browser.get("/answer/guess")
    assert (answer.status_code, "Wait 15 minutes" in answer.text) == (429, True)


async def test_after_a_quarter_of_an_hour_one_may_go_on(rolled_back: None, now: datetime) -> None:
    for _ in range(AT_MOST[Kind.CODE] + 1):
        await throttle.count(Kind.CODE, 7, now=now)
    assert await throttle.is_held_up(Kind.CODE, 7, now=now)
    assert not await throttle.is_held_up(Kind.CODE, 8, now=now)
    assert not await throttle.is_held_up(Kind.LINK, 7, now=now)
    assert not await throttle.is_held_up(Kind.CODE, 7, now=now + WINDOW)
    assert not await throttle.count(Kind.CODE, 7, now=now + WINDOW)


async def test_processes_that_count_at_once_lose_nothing(committed: None, now: datetime) -> None:
    outcomes = await asyncio.gather(*(throttle.count(Kind.CODE, 7, now=now) for _ in range(40)))
    assert outcomes.count(True) == 40 - AT_MOST[Kind.CODE]
    (row,) = await Tally.select()
    assert row["tries"] == 40


async def test_the_store_cannot_grow_beyond_its_numbers(rolled_back: None, now: datetime) -> None:
    for number in (0, NUMBERS - 1):
        for kind in Kind:
            await throttle.count(kind, number, now=now)
    ids = {row["id"] for row in await Tally.select(Tally.id)}
    assert max(ids) < len(Kind) * NUMBERS
    assert len(ids) == 2 * len(Kind)


async def test_abuse_case_39_forged_addresses_do_not_help_behind_a_proxy_or_without_one(
    rolled_back: None, coordinator: UUID
) -> None:
    """The one entry that our proxy added counts, however the caller changes those before it."""
    for told, forged in ((PROXY, "192.0.2.{}, 203.0.113.9"), ({}, "192.0.2.{}")):
        await Tally.delete(force=True)
        async with Browser(application(told)) as browser:
            statuses = await asks(browser, forged)
        assert statuses == [303] * AT_MOST[Kind.ASKING] + [429] * 10


async def test_abuse_case_39_addresses_are_told_apart_behind_a_trusted_proxy(rolled_back: None) -> None:
    async with Browser(application(PROXY)) as browser:
        await asks(browser, "203.0.113.9")
        browser.headers["x-forwarded-for"] = "203.0.113.10"
        assert (await browser.send_form("/sign-in", email="nobody@council.example")).status_code == 303


async def asks(browser: Browser, forwarded: str) -> list[int]:
    """Ten more askings than one network may have, each for another address, with this X-Forwarded-For."""
    statuses = []
    await browser.get("/sign-in")
    for one in range(AT_MOST[Kind.ASKING] + 10):
        browser.headers["x-forwarded-for"] = forwarded.format(one)
        statuses.append((await ask_again(browser, f"officer{one}@council.example")).status_code)
    return statuses


async def ask_again(browser: Browser, email: str) -> httpx.Response:
    token = browser.cookies["convene-csrf"]
    return await browser.post("/sign-in", data={"email": email}, headers={"x-csrftoken": token})


async def test_abuse_case_39_an_account_gets_few_letters_from_however_many_networks(
    rolled_back: None, coordinator: UUID, real_now: datetime
) -> None:
    for network in range(40):
        await askings.ask(COORDINATOR, asked="", next_path="/", network=network, now=real_now)
    assert len(await letters_to_sign_in()) == askings.FROM_ALL
    assert await Entry.count().where(Entry.action == "was refused one more sign-in link") == 25


async def test_wrong_codes_of_one_network_are_limited_whatever_browsers_enter_them(
    browser: Browser, coordinator: UUID
) -> None:
    wrong = []
    for _ in range(AT_MOST[Kind.CODE] // signin.TRIES):
        async with Browser(application()) as stranger:
            await stranger.send_form("/sign-in", email="nobody@council.example")
            wrong += [
                await stranger.send_form("/sign-in/sent", "/sign-in/code", code="1") for _ in range(signin.TRIES)
            ]
    assert {answer.status_code for answer in wrong} == {400}
    await browser.send_form("/sign-in", email=COORDINATOR)
    answer = await browser.send_form("/sign-in/sent", "/sign-in/code", code=await emailed_code())
    assert answer.status_code == 429
    assert "A link from a letter works all the same" in answer.text


async def test_pages_that_somebody_signed_in_does_not_find_are_no_guesses(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    await browser.sign_in(await signin.make_link(coordinator, "http://convene.example", now=real_now))
    for one in range(5):
        assert (await browser.get(f"/answer/{one}")).status_code == 404
    assert not await Tally.exists()


async def test_a_source_system_with_a_wrong_token_is_counted_and_told_the_same_for_ever(browser: Browser) -> None:
    statuses = {(await browser.post("/api/episodes", json={})).status_code for _ in range(AT_MOST[Kind.LINK] + 5)}
    assert statuses == {401}
    assert await alerts() == ["too many links that lead nowhere"]


async def test_askings_stay_few_however_often_one_network_asks(browser: Browser) -> None:
    await asks(browser, "")
    assert await Asking.count() == AT_MOST[Kind.ASKING]
