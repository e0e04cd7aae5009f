"""A link is offered to whoever may open what it leads to, and to nobody else."""

from __future__ import annotations

import pytest

from tests.browsing import CITY_DESK, Browser, sign_in_as
from web.roles import Role
from web.viewer import Post


@pytest.mark.parametrize(
    ("posts", "offered"),
    [
        (CITY_DESK, {"/directory/units/new", "/aliases"}),
        ((Post(Role.COORDINATOR, "lambeth"),), {"/aliases"}),
        ((Post(Role.ANALYST),), set()),
    ],
)
async def test_what_only_some_may_change_is_offered_to_them_alone(
    browser: Browser, posts: tuple[Post, ...], offered: set[str]
) -> None:
    await sign_in_as(browser, "somebody@council.example", "Somebody", posts=posts)
    page = (await browser.get("/directory")).text
    shown = {path for path in ("/directory/units/new", "/aliases") if f'href="{path}"' in page}
    assert shown == offered
    for path in {"/directory/units/new", "/aliases"} - offered:
        assert (await browser.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("post", "begins"),
    [
        (Post(Role.COMMITTEE, "lambeth"), "/reports/publications"),
        (Post(Role.PARTNER, "lambeth"), "/meetings"),
        (Post(Role.ADMINISTRATOR), "/status"),
    ],
)
async def test_who_may_not_read_what_waits_begins_with_what_is_theirs(
    browser: Browser, post: Post, begins: str
) -> None:
    await sign_in_as(browser, "reader@council.example", "Reader", posts=(post,))
    answer = await browser.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, begins)
    assert (await browser.get(answer.headers["location"])).status_code == 200
