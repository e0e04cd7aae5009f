"""Every route of the application: who is let in without signing in, and that no form passes without its token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

import pytest
from litestar.handlers import HTTPRouteHandler

from tests.browsing import Browser, application
from web import signin
from web.guards import Needs

# What is open, and why. A new page is guarded, or is added here with its reason.
OPEN = {
    "/sign-in",  # where strangers are led
    "/sign-in/sent",
    "/sign-in/code",
    "/sign-in/with/{provider}",  # to an organisation's own sign-in, and back
    "/sign-in/with/{provider}/back",
    "/sign-in/with/{provider}/out",
    "/sign-in/{token}",
    "/sign-out",
    "/live",  # watched by machines, and tell nothing
    "/ready",
    "/answer/{link}",  # sealed links in letters, each for one thing alone
    "/answer/{link}/not-the-lead",
    "/answer/series/{link}",
    "/acknowledge/{link}",
    "/handover/{link}",
    "/verify/{link}",
    "/verify/{link}/wrong",
    "/proposed/{link}",
    "/actions/{link}",
    "/outcomes/{link}",
    "/outcomes/{link}/{seat}",
    "/feeds/{name}",
    "/static/{file_path}",
    "/schema",  # the description of the JSON door
    "/schema/openapi.json",
    "/schema/{path}",
}
BY_TOKEN = {"/api/episodes", "/api/placement-moves"}  # machines, each with a token of its own

_CODE = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')


def routes() -> Iterator[tuple[str, str, str, HTTPRouteHandler]]:
    """Method, path with the names of its parameters, such a path with values in their place, and handler."""
    values = {int: "7", UUID: str(UUID(int=7))}
    for route in application().routes:
        parts = route.path_components
        path = "/".join(part if isinstance(part, str) else "{" + part.name + "}" for part in parts)
        where = "/".join(part if isinstance(part, str) else values.get(part.type, "seven") for part in parts)
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield method, f"/{path}", f"/{where}", handler


ALL = list(routes())
CLOSED = [(method, where) for method, path, where, _ in ALL if path not in OPEN | BY_TOKEN]


def test_nothing_is_open_but_what_is_listed_here() -> None:
    assert len(CLOSED) > 100
    assert sorted({path for _, path, _, handler in ALL if not handler.resolve_guards()}) == sorted(OPEN | BY_TOKEN)


def test_every_closed_route_says_what_it_is_about_and_which_act_it_is() -> None:
    closed = [(method, path, handler) for method, path, _, handler in ALL if path not in OPEN | BY_TOKEN]
    undeclared = [(m, path) for m, path, handler in closed if not isinstance(handler.opt.get("needs"), Needs)]
    assert not undeclared, "declare it: @get(…, needs=Needs(Act.…, SUBJECT)), see web/guards.py"


def test_a_closed_route_names_its_subject_by_a_parameter_of_its_path() -> None:
    needs = [(path, handler.opt["needs"]) for _, path, _, handler in ALL if "needs" in handler.opt]
    assert len(needs) > 100
    assert not [path for path, one in needs if one.subject and f"{{{one.subject.parameter}}}" not in path]


async def test_a_stranger_is_led_to_sign_in_at_every_other_address(browser: Browser) -> None:
    code = _CODE.search((await browser.get("/sign-in")).text)
    assert code
    let_in = []
    for method, where in CLOSED:
        form = {"_csrf_token": code[1]} if method == "POST" else None
        answer = await browser.request(method, where, data=form)
        if (answer.status_code, answer.headers.get("location", "")[:8]) != (303, "/sign-in"):
            let_in.append((method, where, answer.status_code))
    assert not let_in


POSTS = [where for method, path, where, _ in ALL if method == "POST" and path not in BY_TOKEN]
JSON, PLAIN, FORM = "application/json", "text/plain", "application/x-www-form-urlencoded"
FORGERIES = (  # what another site can have a browser send, with its cookies, without asking first; and what it cannot
    (FORM, b"who=anybody"),
    (FORM, b"who=anybody&_csrf_token="),
    (FORM, b"who=anybody&_csrf_token=" + b"f" * 128),
    (PLAIN, b'{"who": "anybody", "_csrf_token": "' + b"f" * 128 + b'"}'),
    (PLAIN, b"_csrf_token=" + b"f" * 128),
    (JSON, b'{"who": "anybody"}'),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="who"\r\n\r\nme\r\n--b--\r\n'),
    ("", b"who=anybody"),
)


@pytest.mark.parametrize(
    "forgery", FORGERIES, ids=[f"{kind or 'of no type'}-{len(body)}" for kind, body in FORGERIES]
)
async def test_abuse_case_35_no_form_passes_without_its_token_whatever_it_calls_itself(
    browser: Browser, coordinator: UUID, real_now: datetime, forgery: tuple[str, bytes]
) -> None:
    """Sent by the browser of somebody who is signed in, as another site would have it do."""
    await browser.sign_in(await signin.make_link(coordinator, "http://convene.example", now=real_now))
    kind, body = forgery
    headers = {"content-type": kind, "origin": "https://evil.example"} if kind else {"origin": "null"}
    answers = {where: (await browser.post(where, content=body, headers=headers)).status_code for where in POSTS}
    assert len(answers) > 50
    assert {where: status for where, status in answers.items() if status != 403} == {}


async def test_abuse_case_35_the_doors_of_machines_want_their_token_and_no_cookie_stands_in_for_it(
    browser: Browser, coordinator: UUID, real_now: datetime
) -> None:
    await browser.sign_in(await signin.make_link(coordinator, "http://convene.example", now=real_now))
    for path in BY_TOKEN:
        assert (await browser.post(path, json={})).status_code == 401


def test_nothing_is_changed_by_another_method_than_post() -> None:
    assert {method for method, *_ in ALL} == {"GET", "POST"}


async def test_no_route_takes_a_body_over_the_limit(browser: Browser) -> None:
    """What it says of its length is enough to refuse it: nothing of it is read."""
    too_long = {"content-length": "10000001", "content-type": "application/x-www-form-urlencoded"}
    posts = [where for method, path, where, _ in ALL if method == "POST" and path not in BY_TOKEN]
    answers = {where: (await browser.post(where, content=b"a=b", headers=too_long)).status_code for where in posts}
    assert {where: status for where, status in answers.items() if status != 413} == {}
