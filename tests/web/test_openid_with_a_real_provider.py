"""Signing in through one's organisation, against a certified OpenID provider on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from audit.tables import Entry
from tests.browsing import COORDINATOR, Browser, application, path_of
from tests.openid import real_provider
from tests.openid.real_provider import signs_in
from web import openid, sessions, signin
from web.openid_client import ProviderClient
from web.openid_provider import Provider
from web.openid_tokens import Proof
from web.sessions import Visitor
from web.signin_tables import Identity
from web.tables import Person, SignIn

BASE = "http://convene.example"
COOKIE = "convene-session"
ACCOUNTS: dict[str, dict[str, Any]] = {
    "coordinator": {"email": COORDINATOR.upper(), "email_verified": True, "tid": "tenant", "oid": "one"},
    "namesake": {"email": COORDINATOR, "email_verified": True, "tid": "tenant", "oid": "two"},
    "entra": {"email": COORDINATOR, "xms_edov": "1", "tid": "tenant", "oid": "one"},
    "unverified": {"email": COORDINATOR, "tid": "tenant", "oid": "three"},
    "guest": {"email": "officer@police.example", "email_verified": True},
    "unknown": {"email": "nobody@council.example", "email_verified": True},
}
pytestmark = pytest.mark.skipif(not real_provider.is_there(), reason="oidc-provider is not installed")


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider.provider([f"{BASE}/sign-in/with/council/back"], f"{BASE}/sign-in", ACCOUNTS) as issuer:
        yield issuer


@pytest.fixture
def told(issuer: str) -> dict[str, str]:
    return {
        "CONVENE_BASE_URL": BASE,
        "CONVENE_OPENID": "council",
        "CONVENE_OPENID_COUNCIL_TITLE": "Example Council",
        "CONVENE_OPENID_COUNCIL_ISSUER": issuer,
        "CONVENE_OPENID_COUNCIL_CLIENT_ID": real_provider.CLIENT_ID,
        "CONVENE_OPENID_COUNCIL_CLIENT_SECRET": real_provider.CLIENT_SECRET,
        "CONVENE_OPENID_COUNCIL_DOMAINS": "council.example",
    }


@pytest_asyncio.fixture
async def browser(rolled_back: None, told: dict[str, str]) -> AsyncIterator[Browser]:
    async with Browser(application(told), BASE) as client:
        yield client


async def goes(browser: Browser, login: str, onward: str = "/meetings") -> str:
    """The browser goes to the provider and the person signs in there; where it is sent back to."""
    answer = await browser.get(f"/sign-in/with/council?next={onward}")
    return path_of(await signs_in(answer.headers["location"], login))


async def through(browser: Browser, login: str) -> httpx.Response:
    return await browser.get(await goes(browser, login))


async def test_who_is_known_here_comes_in_and_goes_on_to_where_they_wanted(
    browser: Browser, coordinator: UUID
) -> None:
    answer = await through(browser, "coordinator")
    assert (answer.status_code, answer.headers["location"]) == (303, "/meetings")
    person = await sessions.person_of(browser.cookies[COOKIE], now=datetime.now(UTC))
    assert person is not None
    assert person.id == coordinator
    assert "Through your organisation" in (await browser.get("/sessions")).text
    (bound,) = await Identity.select(Identity.subject, Identity.person)
    assert bound == {"subject": "tenant/one", "person": coordinator}


async def test_the_question_carries_state_nonce_and_a_challenge_and_no_secret(browser: Browser) -> None:
    there = (await browser.get("/sign-in/with/council")).headers["location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    secret = browser.cookies["convene-openid"].partition(".")[0]
    assert secret not in there
    assert openid.Errand("council", secret).verifier not in there


async def test_a_session_that_the_browser_had_ends_when_somebody_comes_in(
    browser: Browser, coordinator: UUID
) -> None:
    await through(browser, "coordinator")
    first = browser.cookies[COOKIE]
    await through(browser, "coordinator")
    assert browser.cookies[COOKIE] != first
    assert await sessions.person_of(first, now=datetime.now(UTC)) is None


async def test_the_account_is_known_again_after_its_address_has_changed_on_either_side(
    browser: Browser, coordinator: UUID
) -> None:
    await through(browser, "coordinator")
    await Person.update({Person.email: "married@council.example"}).where(Person.id == coordinator)
    assert (await through(browser, "entra")).status_code == 303


async def test_another_account_with_the_same_address_is_not_taken_for_the_person(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    await through(browser, "coordinator")
    await browser.send_form("/sessions", "/sign-out")
    answer = await through(browser, "namesake")
    assert (answer.status_code, "a new account has to be let in again" in answer.text) == (403, True)
    assert COOKIE not in browser.cookies
    assert await Entry.exists().where(Entry.action == "refused another account with a person's address")
    assert await openid.forget(coordinator, by="operator", now=real_now)
    assert (await through(browser, "namesake")).status_code == 303
    assert (await through(browser, "coordinator")).status_code == 403


@pytest.mark.parametrize("login", ["unknown", "guest", "unverified"])
async def test_nobody_is_added_by_signing_in_and_no_address_counts_that_is_not_vouched_for(
    browser: Browser, coordinator: UUID, real_now: datetime, login: str
) -> None:
    """Nor does an organisation speak for the addresses of another."""
    await signin.add_person("officer@police.example", "Officer", now=real_now)
    answer = await through(browser, login)
    assert (answer.status_code, "no account of Convene" in answer.text) == (403, True)
    assert await Person.count() == 2
    assert not await SignIn.exists()
    assert not await Identity.exists()


async def test_who_may_no_longer_enter_does_not_come_in_by_the_account_that_is_bound(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    await through(browser, "coordinator")
    await signin.end_person(COORDINATOR, by="operator", now=real_now)
    assert (await through(browser, "coordinator")).status_code == 403


async def test_an_answer_is_taken_once_even_by_the_browser_that_waits_for_it(
    browser: Browser, coordinator: UUID
) -> None:
    back = await goes(browser, "coordinator")
    secret = browser.cookies["convene-openid"]
    assert (await browser.get(back)).status_code == 303
    again = await browser.get(back)
    assert (again.status_code, "is not the one that this browser waits for" in again.text) == (403, True)
    browser.cookies.set("convene-openid", secret, domain="convene.example")
    replayed = await browser.get(back)  # with the errand's secret too: the provider knows the code again
    assert (replayed.status_code, "its answer could not be used" in replayed.text) == (403, True)
    assert await SignIn.count() == 1


async def test_an_answer_to_another_browser_is_not_taken(
    browser: Browser, coordinator: UUID, told: dict[str, str]
) -> None:
    """Neither without an errand, nor with one of its own: nobody is signed in as somebody else by a link."""
    back = await goes(browser, "coordinator")
    async with Browser(application(told), BASE) as victim:
        assert (await victim.get(back)).status_code == 403
        await victim.get("/sign-in/with/council")
        assert (await victim.get(back)).status_code == 403
    assert not await SignIn.exists()


@pytest.mark.parametrize(
    "change", [("state=", "state=x"), ("iss=", "iss=https%3A%2F%2Fevil.example&was="), ("iss=", "was=")]
)
async def test_an_answer_with_another_state_or_issuer_is_not_taken(
    browser: Browser, coordinator: UUID, change: tuple[str, str]
) -> None:
    back = (await goes(browser, "coordinator")).replace(*change)
    assert (await browser.get(back)).status_code == 403
    assert not await SignIn.exists()


async def test_a_code_that_was_asked_for_by_another_errand_is_refused_by_its_verifier(
    browser: Browser, coordinator: UUID, told: dict[str, str]
) -> None:
    """An attacker who puts a stolen code beside the state of the errand gets nothing: PKCE."""
    stolen = parse_qs(urlsplit(await goes(browser, "coordinator")).query)["code"][0]
    async with Browser(application(told), BASE) as thief:
        there = (await thief.get("/sign-in/with/council")).headers["location"]
        state = parse_qs(urlsplit(there).query)["state"][0]
        iss = told["CONVENE_OPENID_COUNCIL_ISSUER"]
        answer = await thief.get("/sign-in/with/council/back", params={"code": stolen, "state": state, "iss": iss})
    assert answer.status_code == 403
    assert not await SignIn.exists()


async def test_a_refusal_of_the_provider_is_told_and_signs_nobody_in(browser: Browser, coordinator: UUID) -> None:
    there = (await browser.get("/sign-in/with/council")).headers["location"]
    state = parse_qs(urlsplit(there).query)["state"][0]
    iss = f"{urlsplit(there).scheme}://{urlsplit(there).netloc}"
    refused = {"error": "access_denied", "error_description": "<script>", "state": state, "iss": iss}
    answer = await browser.get("/sign-in/with/council/back", params=refused)
    assert (answer.status_code, "did not sign you in" in answer.text) == (403, True)
    assert "script>" not in answer.text.partition("<main")[2].partition("</main")[0]


async def test_while_the_provider_is_down_the_page_says_so_and_offers_a_letter(
    rolled_back: None, told: dict[str, str]
) -> None:
    away = {"CONVENE_OPENID_COUNCIL_ISSUER": "http://127.0.0.1:9"}  # discard: nobody listens there
    async with Browser(application(told | away), BASE) as browser:
        answer = await browser.get("/sign-in/with/council")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert "sign in by a letter" in answer.text


async def test_another_issuer_than_the_one_that_was_set_is_not_believed(
    rolled_back: None, told: dict[str, str]
) -> None:
    other = {"CONVENE_OPENID_COUNCIL_ISSUER": told["CONVENE_OPENID_COUNCIL_ISSUER"].replace("127.0.0.1", "localhost")}
    async with Browser(application(told | other), BASE) as browser:
        assert (await browser.get("/sign-in/with/council")).status_code == 503


async def test_after_signing_out_one_is_told_how_to_sign_out_there_as_well(
    browser: Browser, coordinator: UUID, issuer: str
) -> None:
    await through(browser, "coordinator")
    left = await browser.send_form("/sessions", "/sign-out")
    assert left.headers["location"] == "/sign-in?done=out&from=council"
    text = (await browser.get(left.headers["location"])).text
    assert "sign out of Example Council as well" in text
    out = (await browser.get("/sign-in/with/council/out")).headers["location"]
    async with httpx.AsyncClient(trust_env=False) as outside:
        assert (await outside.get(out)).status_code == 200
    assert out.startswith(issuer)


async def test_an_organisation_that_nobody_set_is_not_found(browser: Browser) -> None:
    for path in ("/sign-in/with/other", "/sign-in/with/other/back", "/sign-in/with/other/out"):
        assert (await browser.get(path)).status_code == 404


async def test_two_first_sign_ins_at_once_bind_one_account(committed: None, issuer: str, real_now: datetime) -> None:
    await signin.add_person(COORDINATOR, "Missing coordinator", now=real_now)
    council = Provider("council", "Council", issuer, "convene", "secret", frozenset({"council.example"}))
    proofs = [Proof(issuer, subject, COORDINATOR) for subject in ("one", "two", "three", "one")]
    outcomes = await asyncio.gather(
        *(openid.enter(council, proof, Visitor(), now=real_now) for proof in proofs), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    assert all(isinstance(outcome, openid.NotThrough) for outcome in refused)
    assert await Identity.count() == 1


async def test_keys_are_read_again_when_a_token_names_a_new_one_but_not_for_every_such_token(issuer: str) -> None:
    seconds = 1000.0
    council = Provider("council", "Council", issuer, "convene", "secret", frozenset({"council.example"}))
    client = ProviderClient(council, seconds=lambda: seconds)
    known = await client.keys()
    client._keys = []
    assert await client.newer_keys() == []
    seconds += 61
    assert await client.newer_keys() == known
