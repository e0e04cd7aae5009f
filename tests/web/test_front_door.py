"""What every response carries, and what people are shown when a request cannot be served."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest
from asyncpg import ConnectionDoesNotExistError
from litestar import Litestar, Request, Router, get, post
from litestar.params import JSONBody

from tests.browsing import CITY_DESK, Browser, application, new_application
from web import guards, signin
from web.headers import POLICY
from web.tables import Person

PAGES = ("/sign-in", "/sign-in/sent", "/sign-in/unknown", "/nowhere", "/live", "/ready", "/schema/openapi.json")


@get("/secret", include_in_schema=False)
async def secret(request: Request[Any, Any, Any]) -> str:
    return str(request.user.title)


@post("/secret", include_in_schema=False)
async def change_secret() -> str:
    return "changed"


@get("/api/secret")
async def api_secret() -> str:
    return "secret"


@post("/api/things")
async def keep_thing(data: JSONBody[dict[str, str]]) -> str:
    return data["value"]


guarded = Router("/", guards=[guards.signed_in], route_handlers=[secret, change_secret, api_secret])


@get("/broken", include_in_schema=False)
async def broken() -> str:
    raise ValueError("the child's name is in this message")


@get("/api/broken")
async def broken_api() -> str:
    raise ValueError("the child's name is in this message")


@get("/without-database", include_in_schema=False)
async def without_database() -> str:
    raise ConnectionDoesNotExistError("connection was closed in the middle of operation")


def guarded_application() -> Litestar:
    app = new_application()
    for handler in (guarded, keep_thing, broken, broken_api, without_database):
        app.register(handler)
    return app


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_is_hardened_and_not_kept(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_https_is_insisted_on_where_it_is_used(rolled_back: None) -> None:
    async with Browser(application({"CONVENE_BASE_URL": "https://convene.example"})) as browser:
        answer = await browser.get("/sign-in")
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert all("secure" in cookie.lower() for cookie in answer.headers.get_list("set-cookie"))


async def test_the_policy_allows_the_one_inline_script_there_is(browser: Browser) -> None:
    scripts = re.findall(r"<script>(.*?)</script>", (await browser.get("/sign-in")).text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert len(hashes) == 1
    assert f"'sha256-{hashes[0]}'" in POLICY


async def test_pages_have_no_inline_styles_or_handlers_which_the_policy_would_drop(browser: Browser) -> None:
    text = (await browser.get("/sign-in")).text
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)


async def test_static_files_may_be_kept_and_their_address_changes_with_them(browser: Browser) -> None:
    page = (await browser.get("/sign-in")).text
    (address,) = re.findall(r'href="(/static/convene\.css\?v=[0-9a-f]{12})"', page)
    answer = await browser.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers


async def test_a_missing_static_file_is_not_kept(browser: Browser) -> None:
    answer = await browser.get("/static/none.css")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


async def test_a_form_without_its_token_changes_nothing(browser: Browser) -> None:
    answer = await browser.post("/sign-in", data={"email": "a@council.example"})
    assert answer.status_code == 403
    assert "What you entered was not saved" in answer.text


async def test_a_token_from_elsewhere_is_refused(browser: Browser) -> None:
    await browser.get("/sign-in")
    answer = await browser.post("/sign-in", data={"email": "a@council.example", "_csrf_token": "f" * 128})
    assert answer.status_code == 403


async def test_a_cookie_that_an_earlier_secret_signed_does_not_lock_anybody_out(browser: Browser) -> None:
    browser.cookies.set("convene-csrf", "0" * 128, domain="convene.example")
    assert (await browser.send_form("/sign-in", email="a@council.example")).status_code == 403
    assert (await browser.send_form("/sign-in", email="a@council.example")).status_code == 303


async def test_strangers_are_led_to_sign_in_and_back(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.get("/secret?part=seats")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/secret%3Fpart%3Dseats")


async def test_a_stranger_with_a_form_hears_that_it_was_not_saved(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.send_form("/sign-in", action="/secret")
        assert answer.headers["location"] == "/sign-in?done=ended"
        assert "what you sent was not saved" in (await browser.get(answer.headers["location"])).text


async def test_the_json_door_says_401_to_strangers(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.get("/api/secret")
        assert (answer.status_code, answer.json()["detail"]) == (401, "Sign in first.")


async def test_who_signed_in_is_the_user_of_the_request(rolled_back: None) -> None:
    now = datetime.now(UTC)
    person = await signin.add_person("a@council.example", "Missing coordinator, Lambeth", now=now)
    async with Browser(guarded_application()) as browser:
        await browser.sign_in(await signin.make_link(person, "", now=now))
        assert (await browser.get("/secret")).text == "Missing coordinator, Lambeth"


async def test_nothing_of_the_address_is_shown_in_the_banner(browser: Browser) -> None:
    assert "You are signed out" in (await browser.get("/sign-in?done=out")).text
    assert "evil words" not in (await browser.get("/sign-in?done=evil+words")).text


async def test_an_unknown_address_gets_a_page_with_a_way_on(browser: Browser) -> None:
    answer = await browser.get("/nowhere")
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert 'href="/"' in answer.text


async def test_the_wrong_method_gets_a_page_and_not_json(browser: Browser) -> None:
    answer = await browser.send_form("/sign-in", action="/sign-in/sent")
    assert answer.status_code in (404, 405)
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/broken", "/api/broken"])
async def test_a_fault_shows_and_logs_a_reference_and_nobodys_data(
    rolled_back: None, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.get(path)
    logged = capsys.readouterr()
    found = re.search(r"\b[0-9a-f]{8}\b", answer.text.partition("<h1")[2] or answer.text)
    assert answer.status_code == 500
    assert found
    assert found[0] in logged.out + logged.err
    assert "ValueError" in logged.out + logged.err
    assert "name is in this" not in answer.text + logged.out + logged.err


async def test_while_the_database_is_away_the_page_says_so_and_that_nothing_was_half_saved(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.get("/without-database")
    assert answer.status_code == 503
    assert "cannot reach its database" in answer.text
    assert "nothing was half-saved" in answer.text


async def test_a_body_over_ten_megabytes_is_refused_with_the_limit(browser: Browser) -> None:
    answer = await browser.post("/sign-in", data={"email": "a" * 10_000_001})
    assert answer.status_code == 413
    assert "At most 10 MB" in answer.text


async def test_the_json_door_needs_no_form_token(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.post("/api/things", json={"value": "kept"})
        assert (answer.status_code, answer.text) == (201, "kept")


async def test_the_json_doors_mistakes_are_told_in_json(rolled_back: None) -> None:
    async with Browser(guarded_application()) as browser:
        answer = await browser.post("/api/things", content=b"{")
        assert answer.status_code == 400
        assert answer.json()["status_code"] == 400


async def test_only_the_json_door_is_in_the_published_description(browser: Browser) -> None:
    paths = (await browser.get("/schema/openapi.json")).json()["paths"]
    assert all(path.startswith("/api/") for path in paths)


async def test_it_lives_and_is_ready_while_the_database_answers(browser: Browser) -> None:
    assert (await browser.get("/live")).status_code == 200
    assert (await browser.get("/ready")).status_code == 200


async def test_it_lives_but_is_not_ready_without_its_database(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(Person, "exists", fail)
    assert (await browser.get("/live")).status_code == 200
    answer = await browser.get("/ready")
    assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")


async def test_the_mailroom_is_in_the_navigation_of_the_demonstration_only(rolled_back: None) -> None:
    shown = [await _navigation(demo) for demo in ("yes", "no")]
    assert ["Mailroom" in text for text in shown] == [True, False]
    assert all("Reports" in text for text in shown)


async def _navigation(demo: str) -> str:
    now = datetime.now(UTC)
    person = await signin.add_person(
        f"{demo}@council.example", "Missing coordinator", appointments=CITY_DESK, now=now
    )
    told = {"CONVENE_DEMO": demo, "CONVENE_MAIL_DOMAIN": "invites.council.test"}
    async with Browser(application(told)) as browser:
        await browser.sign_in(await signin.make_link(person, "", now=now))
        answer: httpx.Response = await browser.get("/sign-in/sent")
        return answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/meetings/%00",
        "/meetings/SM-%00/register",
        "/directory/a%00b",
        "/mailroom?to=%00",
        "/post/9223372036854775808",
        "/post/-99999999999999999999999",
        "/static/%00",
        f"/static/{'a' * 5000}",
        f"/sign-in/{'é' * 200}",
    ],
)
async def test_an_address_that_nothing_could_have_is_not_found_for_anybody(
    coordinator: UUID, browser: Browser, real_now: datetime, address: str
) -> None:
    assert (await browser.get(address)).status_code == 404
    await browser.sign_in(await signin.make_link(coordinator, "http://convene.example", now=real_now))
    answer = await browser.get(address)
    assert (answer.status_code, "Nothing was changed" in answer.text) == (404, True)
