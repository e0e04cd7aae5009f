"""Where somebody is signed in: listed in plain words, ended one by one or all at once, and dead from then on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from audit.tables import Entry
from tests.browsing import COORDINATOR, Browser, application, path_of
from web import sessions, signin
from web.tables import Person, SignIn

COOKIE = "convene-session"
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36"


async def enter(browser: Browser, person: UUID) -> str:
    """The person is signed in, in this browser; the session's token."""
    await browser.sign_in(await signin.make_link(person, "http://convene.example", now=datetime.now(UTC)))
    return browser.cookies[COOKIE]


async def is_in(session: str) -> bool:
    return await sessions.person_of(session, now=datetime.now(UTC)) is not None


async def test_the_page_tells_each_session_in_plain_words(browser: Browser, coordinator: UUID) -> None:
    async with Browser(application()) as phone:
        phone.headers["user-agent"] = PHONE
        await enter(phone, coordinator)
        await enter(browser, coordinator)
        text = (await browser.get("/sessions")).text
    assert text.index("This one") < text.index("Chrome on Android")
    assert "By a link from whoever runs Convene" in text
    assert "Mozilla" not in text


async def test_another_session_is_ended_at_once_and_this_one_goes_on(browser: Browser, coordinator: UUID) -> None:
    async with Browser(application()) as phone:
        lost = await enter(phone, coordinator)
        own = await enter(browser, coordinator)
        (action,) = re.findall(r'action="(/sessions/[0-9a-f-]+/end)"', (await browser.get("/sessions")).text)
        answer = await browser.send_form("/sessions", action)
        assert answer.headers["location"] == "/sessions?done=ended"
        assert (await phone.get("/sessions")).headers["location"] == "/sign-in?next=/sessions"
    assert (await is_in(lost), await is_in(own)) == (False, True)
    assert "That session is ended" in (await browser.get("/sessions?done=ended")).text


async def test_every_other_session_is_ended_with_one_press(browser: Browser, coordinator: UUID) -> None:
    others = []
    for _ in range(3):
        async with Browser(application()) as client:
            others.append(await enter(client, coordinator))
    own = await enter(browser, coordinator)
    assert (await browser.send_form("/sessions", "/sessions/end")).status_code == 303
    assert [await is_in(session) for session in [*others, own]] == [False, False, False, True]
    (entry,) = await Entry.select().where(Entry.action == "ended sessions")
    assert (entry["actor"], entry["subject"]) == (str(coordinator), f"person {coordinator}")


async def test_nobody_ends_or_sees_the_session_of_somebody_else(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    other = await signin.add_person("other@council.example", "Somebody else", now=real_now)
    async with Browser(application()) as client:
        theirs = await enter(client, other)
    await enter(browser, coordinator)
    (row,) = await SignIn.select(SignIn.id).where(SignIn.person == other)
    assert str(row["id"]) not in (await browser.get("/sessions")).text
    assert await is_in(theirs)
    refused = await browser.send_form("/sessions", f"/sessions/{row['id']}/end")
    unknown = await browser.send_form("/sessions", f"/sessions/{uuid4()}/end")
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert await is_in(theirs)


async def test_an_administrator_ends_all_of_somebodys_sessions(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    session = await enter(browser, coordinator)
    assert await sessions.end_all_of(coordinator, by="operator", now=real_now) == 1
    assert await sessions.end_all_of(coordinator, by="operator", now=real_now) == 0
    assert not await is_in(session)


async def test_sessions_that_ran_out_are_not_listed(coordinator: UUID, real_now: datetime) -> None:
    for began in (real_now - timedelta(hours=13), real_now - timedelta(hours=9), real_now):
        await sessions.begin(coordinator, sessions.Way.LETTER, sessions.Visitor(), now=began)
    listed = await sessions.of_person(coordinator, this="", now=real_now)
    assert [session.started_at for session in listed] == [real_now]


async def test_abuse_case_36_a_planted_session_is_replaced_and_an_old_one_is_dead_for_good(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    """Planted before signing in; kept over signing out, over a new sign-in, and over the end of the account."""
    browser.cookies.set(COOKIE, "chosen-by-the-attacker", domain="convene.example")
    first = await enter(browser, coordinator)
    assert first != "chosen-by-the-attacker"
    second = await enter(browser, coordinator)
    assert second != first
    await browser.send_form("/sessions", "/sign-out")
    third = await enter(browser, coordinator)
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    await Person.update({Person.active_until: None}).where(Person.id == coordinator)  # given access again
    for old in ("chosen-by-the-attacker", first, second, third):
        async with Browser(application()) as thief:
            thief.cookies.set(COOKIE, old, domain="convene.example")
            assert (await thief.get("/sessions")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
async def test_abuse_case_38_a_scanner_that_opens_everything_in_the_letter_signs_nobody_in(
    browser: Browser, coordinator: UUID, real_now: datetime, method: str
) -> None:
    link = await signin.make_link(coordinator, "http://convene.example", now=real_now)
    for _ in range(3):
        async with Browser(application()) as scanner:
            await scanner.request(method, path_of(link))
            assert COOKIE not in scanner.cookies
    assert not await SignIn.exists()
    assert (await browser.sign_in(link)).status_code == 303
