"""Whatever stands in an address or a form, no page breaks: hypothesis thinks of 250 requests, the same each time."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.browsing import CITY_DESK, application
from tests.whole.served import ROOT, served
from web import signin

_FIELD = re.compile(r"""(?:macros|m|forms?)\.\w+\(\s*["']([a-z][a-z_-]{1,30})["']|name="([a-z][a-z_-]{1,30})\"""")
_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')
KNOWN = (
    "CE",
    "met",
    "HIGH",
    "OPEN24-CARE",
    "E09000022",
    "london",
    "1",
    "2026-11",
    "00000000-0000-0000-0000-000000000007",
)
THERE_IS = {"{unit_code}": "CE", "{code}": "HIGH", "{place}": "E09000022", "{place_code}": "E09000022"}
HOSTILE = (
    "", "0", "-1", "9" * 30, "1e9", "NaN", "\x00", "'", '"; --', "%", "%s", "{}", "{{7*7}}", "../../etc/passwd",
    "=1+1", "31 2 2026", "2026-13", "29:61", "\u202e", "\ud7ff", "a" * 5_000, "٣", "²", "[", "(" * 200, "yes", "on",
)  # fmt: skip


def fields() -> list[str]:
    """Every name that a form of ours has."""
    pages = [path.read_text() for path in ROOT.glob("*/templates/**/*.html")]
    names = {name for page in pages for found in _FIELD.findall(page) for name in found if name}
    return sorted(names | {f"{name}-{part}" for name in names for part in ("day", "month", "year", "time")})


def addresses(method: str) -> list[list[str]]:
    """The parts of each route's path, a parameter as its name in braces."""
    return [
        [part if isinstance(part, str) else "{" + part.name + "}" for part in route.path_components]
        for route in application().routes
        for handler in getattr(route, "route_handlers", ())
        if method in handler.http_methods and not route.path.startswith(("/static", "/sign-out", "/sign-in/"))
    ]


value = st.sampled_from(KNOWN + HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
named = st.dictionaries(st.sampled_from(fields()), value, max_size=8)


def there_is(parameter: str) -> st.SearchStrategy[str]:
    """Mostly something that there is, so that the page is reached and its form read."""
    known = st.just(THERE_IS.get(parameter, "1"))
    return known | known | known | value.map(lambda drawn: drawn or "x")


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str], dict[str, str]]:
    """Method, path, query and form."""
    method = draw(st.sampled_from(["GET", "GET", "POST"]))
    parts = draw(st.sampled_from(ADDRESSES[method]))
    path = "/" + "/".join(quote(draw(there_is(part)), safe="") if part.startswith("{") else part for part in parts)
    return method, path, draw(named), draw(named) if method == "POST" else {}


ADDRESSES = {method: addresses(method) for method in ("GET", "POST")}


def ask_anything(address: str, link: str) -> None:
    met: Counter[tuple[str, int]] = Counter()
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        token = _TOKEN.search(client.get(link).text)
        assert token
        assert client.post(link, data={"_csrf_token": token[1]}).status_code == 303
        token = _TOKEN.search(client.get("/sign-in/sessions").text) or token

        @settings(
            max_examples=250, derandomize=True, database=None, suppress_health_check=list(HealthCheck), deadline=None
        )
        @given(requests())
        def breaks_nothing(asked: tuple[str, str, dict[str, str], dict[str, str]]) -> None:
            method, path, query, form = asked
            sent = {"_csrf_token": token[1], **form} if method == "POST" else None
            answer = client.request(method, path, params=query, data=sent)
            assert answer.status_code < 500, (asked, answer.status_code)
            met[method, answer.status_code] += 1

        breaks_nothing()
    assert met["GET", 200] > 20, met
    assert met["POST", 303] + met["POST", 400] > 10, met


@pytest.mark.faults
async def test_no_address_and_no_form_breaks_a_page(committed: None, london: None, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    person = await signin.add_person(
        "desk@council.example", "Desk", appointments=CITY_DESK, keeps_rules=True, now=now
    )
    link = await signin.make_link(person, "", now=now)
    with served(tmp_path / "log") as address:
        await asyncio.to_thread(ask_anything, address, link)
