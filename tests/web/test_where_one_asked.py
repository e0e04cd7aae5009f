"""A letter works in the browser that asked for it and in no other; its code is for whom the link opens elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from asyncpg.connection import LoggedQuery

from piccolo_conf import DB
from tests.browsing import COORDINATOR, Browser, application, emailed_code, emailed_link, letters_to_sign_in, path_of
from web import askings, sessions, signin
from web.letters import Sender, sign_in_letter
from web.sessions import Visitor
from web.signin_tables import Asking
from web.tables import SignIn, SignInLink

SESSION, ASKED = "convene-session", "convene-asked"
SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "http://convene.example")
WRONG = "That is not the code of the newest letter"


@pytest_asyncio.fixture
async def mail_app(rolled_back: None) -> AsyncIterator[Browser]:
    """The browser inside the mail app, which shares no cookies with the one that asked."""
    async with Browser(application()) as client:
        yield client


async def test_the_letter_says_what_to_do_on_any_device(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    (letter,) = await letters_to_sign_in()
    code, link = await emailed_code(), await emailed_link()
    assert letter.replace("\r\n", "\n") == (
        "Go back to the page where you asked to sign in to Convene, and enter this code there.\n"
        "\n"
        f"Code: {code}\n"
        f"Or open this link: {link}\n"
        "\n"
        "The code and the link work within 15 minutes, once, and only in the browser in which you asked.\n"
        "\n"
        "If your mail app opens the link in a browser of its own, use the code.\n"
        "\n"
        "Tell nobody the code, not even people who say that they run Convene.\n"
        "\n"
        "If you did not ask for it, do nothing: it opens nothing for anybody else.\n"
    )


async def test_a_link_opened_in_another_browser_signs_nobody_in_and_is_not_used_up(
    browser: Browser, mail_app: Browser, coordinator: UUID
) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    link = await emailed_link()
    opened = await mail_app.get(path_of(link))
    assert (opened.status_code, "Continue in the browser where you asked" in opened.text) == (200, True)
    forced = await mail_app.send_form("/sign-in", action=path_of(link))
    assert (forced.status_code, SESSION in mail_app.cookies) == (404, False)
    assert (await browser.sign_in(link)).status_code == 303


async def test_the_code_signs_in_where_one_asked_however_it_is_typed(
    browser: Browser, mail_app: Browser, coordinator: UUID
) -> None:
    await browser.send_form("/sign-in?next=/meetings", "/sign-in", email=COORDINATOR, next="/meetings")
    code = await emailed_code()
    assert len(code) == len("1234 5678")
    await mail_app.get(path_of(await emailed_link()))
    answer = await browser.send_form(
        "/sign-in/sent?next=/meetings", "/sign-in/code", code=f" {code} ", next="/meetings"
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/meetings")
    person = await sessions.person_of(browser.cookies[SESSION], now=datetime.now(UTC))
    assert person is not None
    assert person.id == coordinator
    assert ASKED not in browser.cookies


async def test_a_letter_that_somebody_else_asked_for_gives_them_nothing(
    browser: Browser, mail_app: Browser, coordinator: UUID
) -> None:
    """Who asks for another's address waits in vain: neither opening the link nor the code elsewhere helps them."""
    await browser.send_form("/sign-in", email=COORDINATOR)
    await mail_app.send_form("/sign-in", email="stranger@elsewhere.example")
    answer = await mail_app.send_form("/sign-in/sent", "/sign-in/code", code=await emailed_code())
    assert (answer.status_code, WRONG in answer.text) == (400, True)
    assert not await SignIn.exists()


async def test_whichever_letter_comes_first_can_be_used(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    first = await emailed_code()
    await browser.send_form("/sign-in", email=COORDINATOR)
    await letters_to_sign_in()
    assert (await browser.send_form("/sign-in/sent", "/sign-in/code", code=first)).status_code == 303


async def test_a_code_works_once(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    code, secret = await emailed_code(), browser.cookies[ASKED]
    await browser.send_form("/sign-in/sent", "/sign-in/code", code=code)
    with pytest.raises(signin.LinkSpent):
        await signin.use_code(code, Visitor(asked=secret), now=datetime.now(UTC))


async def test_a_link_is_spent_with_its_code(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    link = await emailed_link()
    await browser.send_form("/sign-in/sent", "/sign-in/code", code=await emailed_code())
    assert (await browser.get(path_of(link))).status_code == 404


async def test_after_five_wrong_codes_the_right_one_is_refused_too(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email=COORDINATOR)
    right = await emailed_code()
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    for _ in range(signin.TRIES):
        await browser.send_form("/sign-in/sent", "/sign-in/code", code=wrong)
    assert (await browser.send_form("/sign-in/sent", "/sign-in/code", code=right)).status_code == 400
    await browser.send_form("/sign-in", email=COORDINATOR)
    newest = await emailed_code()
    assert (await browser.send_form("/sign-in/sent", "/sign-in/code", code=newest)).status_code == 303


async def test_wrong_codes_tell_nothing_about_the_address(browser: Browser, coordinator: UUID) -> None:
    answers: dict[str, list[tuple[int, bool]]] = {}
    for address in (COORDINATOR, "nobody@council.example"):
        async with Browser(application()) as stranger:
            await stranger.send_form("/sign-in", email=address)
            await letters_to_sign_in()
            tries = [await stranger.send_form("/sign-in/sent", "/sign-in/code", code="123") for _ in range(7)]
            answers[address] = [(answer.status_code, WRONG in answer.text) for answer in tries]
    assert answers[COORDINATOR] == answers["nobody@council.example"] == [(400, True)] * 7


async def test_a_browser_that_did_not_ask_is_told_to_ask(browser: Browser) -> None:
    page = await browser.get("/sign-in/sent")
    assert 'name="code"' not in page.text
    assert "ask for a new letter" in page.text


async def test_asking_does_the_same_for_every_address(
    browser: Browser, coordinator: UUID, statements: list[str]
) -> None:
    """Neither the answer nor its time can tell who has an account: the statements are the same, and none looks."""
    ran = []
    for address in (COORDINATOR, "nobody@council.example"):
        async with Browser(application()) as stranger:
            await taken(statements)
            await stranger.send_form("/sign-in", email=address)
            ran.append(await taken(statements))
    assert ran[0] == ran[1]
    assert len(ran[0]) > 0
    assert not any('"person"' in statement for statement in ran[0])


async def test_links_and_codes_that_are_wrong_in_any_way_take_the_same_work(
    browser: Browser, coordinator: UUID, statements: list[str], real_now: datetime
) -> None:
    used = (await signin.make_link(coordinator, "", now=real_now)).rpartition("/")[2]
    await signin.use_link(used, Visitor(), now=real_now)
    old = (await signin.make_link(coordinator, "", now=real_now - timedelta(hours=1))).rpartition("/")[2]
    ran = []
    for token in (used, old, "a" * 43):
        await taken(statements)
        assert (await browser.get(f"/sign-in/{token}")).status_code == 404
        ran.append(await taken(statements))
    assert ran[0] == ran[1] == ran[2]


async def test_an_asking_is_forgotten_with_its_address(browser: Browser, coordinator: UUID) -> None:
    await browser.send_form("/sign-in", email="mistyped@elsewhere.example")
    await letters_to_sign_in()
    assert [row["email"] for row in await Asking.select(Asking.email)] == [""]
    later = datetime.now(UTC) + askings.ASKING_LIFE
    await askings.answer_due(SENDER, now=later, posted_at=later)
    assert not await Asking.exists()


async def test_who_pesters_from_one_network_leaves_letters_for_the_person(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    for _ in range(9):
        await askings.ask(COORDINATOR, asked="", next_path="/", network=1, now=real_now)
    await letters_to_sign_in()
    assert await SignInLink.count() == askings.FROM_ONE_NETWORK
    await browser.send_form("/sign-in", email=COORDINATOR)
    answer = await browser.send_form("/sign-in/sent", "/sign-in/code", code=await emailed_code())
    assert answer.status_code == 303


async def test_one_letter_that_cannot_be_written_keeps_no_other_back(
    committed: None, monkeypatch: pytest.MonkeyPatch, real_now: datetime
) -> None:
    whole = sign_in_letter

    def fails_for_the_first(sender: Sender, to: str, *rest: str, **more: object) -> object:
        if to == "first@council.example":
            raise ValueError("cannot be written")
        return whole(sender, to, *rest, **more)  # type: ignore[arg-type]  # handed through as it came

    for address in ("first@council.example", COORDINATOR):
        await signin.add_person(address, "Missing coordinator", now=real_now)
        await askings.ask(address, asked="", next_path="/", network=0, now=real_now)
    monkeypatch.setattr("web.askings.sign_in_letter", fails_for_the_first)
    assert len(await letters_to_sign_in()) == 1
    monkeypatch.undo()
    assert len(await letters_to_sign_in()) == 2


async def test_people_of_an_organisation_that_signs_in_alone_are_sent_there_and_given_no_link(
    browser: Browser, coordinator: UUID
) -> None:
    answer = await browser.send_form("/sign-in", email=COORDINATOR)
    assert answer.headers["location"] == "/sign-in/sent"
    today = datetime.now(UTC)
    through = {"council.example": "Example Council"}
    await askings.answer_due(SENDER, through=through, now=today, posted_at=today)
    (letter,) = await letters_to_sign_in()
    assert letter.replace("\r\n", "\n") == (
        "You sign in to Convene through Example Council, not by a letter.\n"
        "\n"
        "Open this page, and choose your organisation: http://convene.example/sign-in\n"
        "\n"
        "If you did not ask for it, do nothing: this letter opens nothing for anybody.\n"
    )
    assert not await SignInLink.exists().where(SignInLink.used_at.is_null())


async def taken(statements: list[str]) -> list[str]:
    """What ran since they were taken the last time. The driver tells of each a moment later.

    But for what says on whose behalf: in the one transaction of a test it is said only where that changes.
    """
    await asyncio.sleep(0)
    told = [one for one in statements if "wall_enter(" not in one]
    statements.clear()
    return told


@pytest_asyncio.fixture
async def statements(rolled_back: None) -> AsyncIterator[list[str]]:
    """Every statement that the test's transaction runs, as it runs."""
    ran: list[str] = []

    def note(query: LoggedQuery) -> None:
        ran.append(query.query)

    transaction = DB.current_transaction.get()
    assert transaction is not None
    transaction.connection.add_query_logger(note)
    yield ran
    transaction.connection.remove_query_logger(note)
