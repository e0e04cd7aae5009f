"""Signing in by an emailed link, and what nobody gets by trying."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from audit.tables import Entry
from notifications.tables import OutboundMail
from tests.browsing import (
    CITY_DESK,
    COORDINATOR,
    Browser,
    application,
    emailed_link,
    letters,
    letters_to_sign_in,
    path_of,
)
from web import sessions, signin
from web.letters import safe_path
from web.sessions import Visitor
from web.signin import Standing
from web.tables import Person, SignIn, SignInLink

COOKIE = "convene-session"


@pytest_asyncio.fixture
async def link(coordinator: UUID, real_now: datetime) -> str:
    return await signin.make_link(coordinator, "http://convene.example", now=real_now)


def seen(answer: httpx.Response) -> tuple[object, ...]:
    """All of an answer that a stranger could compare."""
    return answer.status_code, answer.headers["location"], tuple(sorted(answer.headers)), answer.text


async def test_an_address_with_an_account_gets_a_link_that_signs_in(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR.upper() + " ")
    answer = await browser.sign_in(await emailed_link())
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    person = await sessions.person_of(browser.cookies[COOKIE], now=datetime.now(UTC))
    assert person is not None
    assert person.id == coordinator


async def test_an_unknown_address_cannot_be_told_from_a_known_one(browser: Browser, coordinator: UUID) -> None:
    known = await browser.send_form("/sign-in", email=COORDINATOR)
    unknown = await browser.send_form("/sign-in", email="nobody@council.example")
    assert seen(known) == seen(unknown)
    assert len(await letters_to_sign_in()) == 1


async def test_what_is_no_address_is_refused_beside_the_field(browser: Browser) -> None:
    answer = await browser.send_form("/sign-in", email="coordinator at council")
    assert answer.status_code == 400
    assert "<title>Error: Sign in" in answer.text
    assert 'href="#email"' in answer.text
    assert 'value="coordinator at council"' in answer.text


async def test_a_link_works_once(browser: Browser, link: str) -> None:
    await browser.sign_in(link)
    again = await browser.send_form("/sign-in/sent", action=path_of(link))
    assert again.status_code == 404
    assert "does not work any more" in again.text


async def test_abuse_case_38_opening_a_link_uses_nothing_up(browser: Browser, link: str) -> None:
    for _ in range(3):
        assert (await browser.get(path_of(link))).status_code == 200
    assert not await SignIn.exists()
    assert (await browser.sign_in(link)).status_code == 303


async def test_a_link_is_too_old_after_fifteen_minutes(coordinator: UUID, real_now: datetime) -> None:
    made = await signin.make_link(coordinator, "http://convene.example", now=real_now)
    token = made.rpartition("/")[2]
    assert await signin.standing(token, Visitor(), now=real_now + timedelta(minutes=14, seconds=59)) is Standing.GOOD
    assert await signin.standing(token, Visitor(), now=real_now + timedelta(minutes=15)) is Standing.GONE
    with pytest.raises(signin.LinkSpent):
        await signin.use_link(token, Visitor(), now=real_now + timedelta(minutes=15))


async def test_an_invented_link_is_answered_as_a_used_one(browser: Browser, link: str) -> None:
    await browser.sign_in(link)
    used, invented = await browser.get(path_of(link)), await browser.get("/sign-in/" + "a" * 43)
    assert (used.status_code, used.text) == (invented.status_code, invented.text)


async def test_a_session_chosen_by_somebody_else_is_never_taken_over(browser: Browser, link: str) -> None:
    browser.cookies.set(COOKIE, "chosen-by-the-attacker", domain="convene.example")
    await browser.sign_in(link)
    assert await sessions.person_of("chosen-by-the-attacker", now=datetime.now(UTC)) is None
    assert not await SignIn.exists().where(SignIn.token_sha256 == sessions.sha256("chosen-by-the-attacker"))


async def test_signing_in_again_ends_the_session_before(
    browser: Browser, coordinator: UUID, link: str, real_now: datetime
) -> None:
    await browser.sign_in(link)
    before = browser.cookies[COOKIE]
    await browser.sign_in(await signin.make_link(coordinator, "http://convene.example", now=real_now))
    assert browser.cookies[COOKIE] != before
    assert await sessions.person_of(before, now=datetime.now(UTC)) is None


async def test_no_token_is_stored_as_it_is(browser: Browser, link: str) -> None:
    await browser.sign_in(link)
    stored = str(await SignIn.select()) + str(await SignInLink.select()) + str(await Entry.select())
    assert browser.cookies[COOKIE] not in stored
    assert link.rpartition("/")[2] not in stored


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [
        ("http://convene.example", "convene-session", False),
        ("https://convene.example", "__Host-convene-session", True),
    ],
)
async def test_scripts_and_other_sites_cannot_use_the_session_cookie(
    link: str, base_url: str, name: str, secure: bool
) -> None:
    async with Browser(application({"CONVENE_BASE_URL": base_url}), base_url) as browser:
        answer = await browser.sign_in(link)
    (cookie,) = [c for c in answer.headers.get_list("set-cookie") if c.startswith(f"{name}=")]
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(flag.startswith(("max-age", "expires", "domain")) for flag in flags)


async def test_signing_out_ends_the_session_for_every_holder_of_its_cookie(browser: Browser, link: str) -> None:
    await browser.sign_in(link)
    session = browser.cookies[COOKIE]
    answer = await browser.send_form("/sign-in/sent", action="/sign-out")
    assert answer.headers["location"] == "/sign-in?done=out"
    assert COOKIE not in browser.cookies
    assert await sessions.person_of(session, now=datetime.now(UTC)) is None


async def test_a_session_ends_after_eight_hours_without_use(coordinator: UUID, real_now: datetime) -> None:
    session = await new_session(coordinator, real_now)
    assert await sessions.person_of(session, now=real_now + timedelta(hours=7, minutes=59))
    assert await sessions.person_of(session, now=real_now + timedelta(hours=11))  # used at 7:59
    other = await new_session(coordinator, real_now)
    assert await sessions.person_of(other, now=real_now + timedelta(hours=8, minutes=1)) is None


async def test_a_session_ends_after_twelve_hours_however_much_used(coordinator: UUID, real_now: datetime) -> None:
    session = await new_session(coordinator, real_now)
    for hour in range(1, 12):
        assert await sessions.person_of(session, now=real_now + timedelta(hours=hour))
    assert await sessions.person_of(session, now=real_now + timedelta(hours=12)) is None


async def test_who_may_no_longer_sign_in_is_out_at_once(coordinator: UUID, real_now: datetime, link: str) -> None:
    session = await new_session(coordinator, real_now)
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    assert await sessions.person_of(session, now=real_now) is None
    with pytest.raises(signin.LinkSpent):
        await signin.use_link(link.rpartition("/")[2], Visitor(), now=real_now)


async def test_who_may_no_longer_sign_in_gets_no_link(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    await browser.send_form("/sign-in", email=COORDINATOR)
    assert await letters_to_sign_in() == []


async def test_an_account_given_again_may_sign_in_again(coordinator: UUID, real_now: datetime) -> None:
    assert await signin.end_person(COORDINATOR, by="operator", now=real_now)
    again = await signin.add_person(COORDINATOR, "Missing coordinator, Lambeth", now=real_now)
    assert again == coordinator
    assert await sessions.person_of(await new_session(again, real_now), now=real_now) is not None


async def test_the_access_of_somebody_unknown_cannot_be_ended(rolled_back: None, real_now: datetime) -> None:
    assert not await signin.end_person("nobody@council.example", by="operator", now=real_now)


async def test_an_account_gets_at_most_five_letters_from_one_network_in_a_quarter_of_an_hour(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    answers = [await browser.send_form("/sign-in", email=COORDINATOR) for _ in range(6)]
    assert {answer.headers["location"] for answer in answers} == {"/sign-in/sent"}
    assert len(await letters_to_sign_in()) == 5
    await SignInLink.update({SignInLink.created_at: real_now - timedelta(minutes=16)}, force=True)
    await browser.send_form("/sign-in", email=COORDINATOR)
    assert len(await letters_to_sign_in()) == 6


async def test_the_letter_is_useless_after_the_link_is(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    await letters_to_sign_in()
    (row,) = await OutboundMail.select()
    assert row["kind"] == "sign-in"
    assert row["recipient"] == COORDINATOR
    assert row["useful_until"] - row["created_at"] == timedelta(minutes=15)
    assert row["calendar"] is None


async def test_the_link_leads_on_to_where_the_person_wanted_to_go(browser: Browser, coordinator: UUID) -> None:
    page = "/sign-in?next=/meetings/7f3k2m%3Fpart%3Dseats"
    assert 'name="next" value="/meetings/7f3k2m?part=seats"' in (await browser.get(page)).text
    await browser.send_form(page, "/sign-in", email=COORDINATOR, next="/meetings/7f3k2m?part=seats")
    link = await emailed_link()
    assert 'value="/meetings/7f3k2m?part=seats"' in (await browser.get(path_of(link))).text
    answer = await browser.send_form(path_of(link), next="/meetings/7f3k2m?part=seats")
    assert answer.headers["location"] == "/meetings/7f3k2m?part=seats"


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "meetings",
        "/sign-out",
        "/sign-in/sent",
        "/x" * 200,
        "/\u2215evil.example",
        "",
    ],
)
async def test_the_way_on_never_leads_to_another_site(browser: Browser, link: str, evil: str) -> None:
    assert safe_path(evil) == "/"
    answer = await browser.send_form(path_of(link), next=evil)
    assert answer.headers["location"] == "/"


async def test_each_act_is_in_the_log_without_an_address(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    await browser.sign_in(await emailed_link())
    await browser.send_form("/sign-in/sent", action="/sign-out")
    entries = await Entry.select().order_by(Entry.id)
    assert [entry["action"] for entry in entries] == [
        "added a person",
        *["appointed a person"] * len(CITY_DESK),
        "asked for a sign-in link",
        "signed in",
        "signed out",
    ]
    assert {entry["actor"] for entry in entries[1 + len(CITY_DESK) :]} == {str(coordinator)}
    assert "@" not in str(entries)


async def test_adding_the_same_address_twice_makes_one_person(coordinator: UUID, real_now: datetime) -> None:
    again = await signin.add_person(COORDINATOR.title(), "Somebody else", now=real_now)
    assert again == coordinator
    assert await Person.count() == 1


async def test_of_two_presses_at_once_only_one_signs_in(committed: None, real_now: datetime) -> None:
    person = await signin.add_person(COORDINATOR, "Missing coordinator", now=real_now)
    token = (await signin.make_link(person, "", now=real_now)).rpartition("/")[2]
    presses = [signin.use_link(token, Visitor(), now=real_now) for _ in range(4)]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LinkSpent", "LinkSpent", "LinkSpent", "str"]
    assert await SignIn.count() == 1


async def test_two_workers_at_once_write_each_letter_once_and_no_more_than_five(
    committed: None, real_now: datetime
) -> None:
    await signin.add_person(COORDINATOR, "Missing coordinator", now=real_now)
    async with Browser(application()) as browser:
        await asyncio.gather(*(browser.send_form("/sign-in", email=COORDINATOR) for _ in range(6)))
    await asyncio.gather(letters_to_sign_in(), letters_to_sign_in(), letters_to_sign_in())
    assert len(await letters()) == 5


async def test_a_link_that_cannot_be_used_is_not_used_up(committed: None, real_now: datetime) -> None:
    person = await signin.add_person(COORDINATOR, "Missing coordinator", now=real_now)
    token = (await signin.make_link(person, "", now=real_now)).rpartition("/")[2]
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    with pytest.raises(signin.LinkSpent):
        await signin.use_link(token, Visitor(), now=real_now)
    assert await signin.standing(token, Visitor(), now=real_now) is Standing.GOOD


async def new_session(person: UUID, now: datetime) -> str:
    link = await signin.make_link(person, "", now=now)
    return await signin.use_link(link.rpartition("/")[2], Visitor(), now=now)


@pytest.mark.parametrize(
    ("right", "action"),
    [("keeps_rules", "let a person keep the rules"), ("publishes", "let a person publish reports")],
)
async def test_a_right_is_given_on_the_command_line_and_ends_with_the_account(
    rolled_back: None, real_now: datetime, right: Literal["keeps_rules", "publishes"], action: str
) -> None:
    async def may() -> bool:
        (row,) = await Person.select(right).where(Person.email == COORDINATOR)
        return bool(row[right])

    async def said(**rights: bool) -> None:
        keeps, may_publish = rights.get("keeps_rules"), rights.get("publishes")
        await signin.add_person(
            COORDINATOR, "Missing coordinator", keeps_rules=keeps, publishes=may_publish, now=real_now
        )

    await said()
    assert not await may()
    await said(**{right: True})
    assert await may()
    await said()
    assert await may()
    await said(**{right: False})
    assert not await may()
    await said(**{right: True})
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    await said()
    assert not await may()
    told = await Entry.select(Entry.action).where(Entry.action.like("let a person%")).order_by(Entry.id)
    assert [row["action"] for row in told] == [action, f"{action} no more", action]
