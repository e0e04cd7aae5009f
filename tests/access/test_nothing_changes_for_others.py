"""What one agency's people are shown does not depend on what another agency has: no list, no count, no file."""

from __future__ import annotations

import re
from datetime import datetime

import httpx

from tests.access.borough import borough
from tests.access.test_who_may_do_what import POSTS, closed_routes
from tests.browsing import Browser, application, sign_in_as
from web.roles import Act, Role

LOOKING = (Role.COORDINATOR, Role.MANAGER, Role.UNIT_LEAD, Role.PARTNER)
_CHANGES = re.compile(r'value="[0-9a-f]{40,}"|F0-[0-9a-f]{16}|datetime="[^"]*"|\d{1,2}:\d\d')


async def test_abuse_case_31_no_page_or_file_changes_by_a_character_when_another_agency_gets_cases(
    rolled_back: None, london: None, now: datetime
) -> None:
    """Every address without an id in it, which is where lists, counts, searches and files are."""
    app = application()
    await borough("lambeth", "E09000022", "AS", now=now)
    asked = [
        route
        for route in closed_routes(app)
        if route.method == "GET" and "{" not in route.template and not route.needs.everywhere
        and route.needs.act not in (Act.READ_DIRECTORY, Act.CHANGE_DIRECTORY, Act.READ_FIGURES)
    ]  # fmt: skip  # the directory is everybody's at work, and figures are of every agency
    browsers = {
        role: await sign_in_as(Browser(app), f"{role.name.lower()}@convene.example", role, posts=(POSTS[role],))
        for role in LOOKING
    }
    addresses = [route.template for route in asked] + ["/meetings?q=e", "/episodes?q=e", "/log?case=CHILD"]
    before = {(role, path): shown(await browsers[role].get(path)) for role in LOOKING for path in addresses}
    await borough("camden", "E09000007", "CN", now=now)
    after = {(role, path): shown(await browsers[role].get(path)) for role in LOOKING for path in addresses}
    for browser in browsers.values():
        await browser.aclose()
    assert len(before) > 100
    assert sum(status == 200 for status, _ in before.values()) > 40
    assert [key for key in before if before[key] != after[key]] == []


def shown(answer: httpx.Response) -> tuple[int, str]:
    """The answer without tokens and the times of day at which it was made."""
    return answer.status_code, _CHANGES.sub("", answer.text)
