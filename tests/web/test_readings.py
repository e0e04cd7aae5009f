"""That somebody opened a case is in the log of acts, whichever page it was; and every page is spoken of."""

from __future__ import annotations

from uuid import UUID

import pytest

from audit.tables import Entry
from tests.browsing import Browser, application, sign_in_as
from web.reading import PAGES

# Closed pages that show no case, by how their address begins: of directory, rules and figures. Where some of what
# stands below does, its own line in PAGES says so, or the page writes its own entry (the meetings behind a figure).
NO_CASE = (
    "/directory", "/rules", "/reports", "/retention", "/import", "/feeds", "/aliases", "/mailroom", "/episodes/new",
    "/series/new", "/break-glass", "/verify", "/proposed", "/sessions", "/live", "/ready", "/schema", "/sign-in",
    "/static", "/people",
)  # fmt: skip


def test_every_page_is_logged_as_opened_or_shows_no_case() -> None:
    pages = {route.path_format for route in application().routes if "GET" in getattr(route, "methods", ())}

    unspoken = {path for path in pages if path not in PAGES and not path.startswith(NO_CASE)}
    assert unspoken == set()
    assert set(PAGES) - pages == set()


async def test_a_page_that_was_shown_is_one_entry(browser: Browser) -> None:
    await sign_in_as(browser, "coordinator@council.example", "Coordinator")

    await browser.get("/meetings?page=2")

    entries = await Entry.select().where(Entry.action.like("opened %")).order_by(Entry.id)
    assert [(entry["action"], entry["subject"]) for entry in entries] == [
        ("opened the list of meetings", "list:/meetings")
    ]
    assert entries[0]["detail"] == '{"page": 2}'
    assert UUID(entries[0]["actor"])


async def test_that_somebody_searched_is_logged_and_not_for_what(browser: Browser) -> None:
    await sign_in_as(browser, "coordinator@council.example", "Coordinator")

    await browser.get("/directory?q=Somebody%20Known")

    entry = await Entry.select().where(Entry.action == "opened the directory").first()
    assert entry
    assert entry["detail"] == '{"searched": true}'


@pytest.mark.parametrize("path", ["/meetings/NONE", "/episodes/00000000-0000-0000-0000-000000000007", "/answer/x.y"])
async def test_what_was_not_found_was_not_opened(browser: Browser, path: str) -> None:
    await sign_in_as(browser, "coordinator@council.example", "Coordinator")

    assert (await browser.get(path)).status_code == 404
    assert not await Entry.exists().where(Entry.action.like("opened %"))


async def test_a_stranger_who_is_led_to_sign_in_opened_nothing(browser: Browser) -> None:
    assert (await browser.get("/meetings")).status_code == 303
    assert not await Entry.exists().where(Entry.action.like("opened %"))
