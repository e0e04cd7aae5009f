"""That somebody opened a case is in the log of acts, whichever page it was; and every page is spoken of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from audit.tables import Entry
from meetings.subjects import Case
from tests.browsing import Browser, application, sign_in_as

# Pages that show no case, by how their address begins: of directory, rules and figures. Where some of what stands
# below does, its own route says so, or the page writes its own entry (the meetings behind a figure).
NO_CASE = (
    "/directory", "/rules", "/reports", "/retention", "/import", "/feeds", "/aliases", "/mailroom", "/episodes/new",
    "/series/new", "/break-glass", "/verify", "/proposed", "/sessions", "/live", "/ready", "/schema", "/sign-in",
    "/static", "/people", "/status",
)  # fmt: skip
NO_CASE_OF_ITS_KIND = {"publication", "file"}  # figures, and files made of them


def routes(method: str) -> Iterator[tuple[str, set[str], Any]]:
    """The path of every route for the method, the names of its parameters, and what it declares."""
    for route in application().routes:
        names = {part.name for part in route.path_components if not isinstance(part, str)}
        for handler in getattr(route, "route_handlers", ()):
            if method in getattr(handler, "http_methods", ()):
                yield route.path_format, names, handler.opt


def test_every_page_says_what_is_opened_or_shows_no_case() -> None:
    pages = list(routes("GET"))
    assert {path for path, _, opt in pages if "opens" not in opt and not path.startswith(NO_CASE)} == set()
    assert [start for start in NO_CASE if not any(path.startswith(start) for path, _, _ in pages)] == []


def test_a_page_about_a_case_says_that_it_opens_it_wherever_it_stands() -> None:
    about = [(path, opt) for path, _, opt in routes("GET") if isinstance(_subject(opt), Case)]
    silent = {path for path, opt in about if "opens" not in opt and _subject(opt).kind not in NO_CASE_OF_ITS_KIND}
    assert len(about) > 30
    assert silent == set()


def test_what_a_page_opens_is_named_by_its_own_path() -> None:
    named = [(path, names, opt["opens"].of(opt.get("needs"))) for path, names, opt in routes("GET") if "opens" in opt]
    assert [path for path, names, (_, parameter) in named if parameter and parameter not in names] == []
    # one thing alone has a page for each of its kind: only a list is named by its address
    assert {path for path, names, (kind, _) in named if kind == "list" and names} == {"/follow-up/{code}"}


def test_what_changes_something_is_logged_as_that_and_opens_nothing() -> None:
    changing = [(path, opt) for method in ("POST", "PUT", "PATCH", "DELETE") for path, _, opt in routes(method)]
    assert len(changing) > 50
    assert [path for path, opt in changing if "opens" in opt] == []


def _subject(opt: dict[str, Any]) -> Any:
    return getattr(opt.get("needs"), "subject", None)


async def test_a_page_that_was_shown_is_one_entry(browser: Browser) -> None:
    await sign_in_as(browser, "coordinator@council.example", "Coordinator")

    await browser.get("/meetings/past?page=2")

    entries = await Entry.select().where(Entry.action.like("opened %")).order_by(Entry.id)
    assert [(entry["action"], entry["subject"]) for entry in entries] == [
        ("opened the list of past meetings", "list:/meetings/past")
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
