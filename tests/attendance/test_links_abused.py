"""The addresses that need no sign-in, opened as scanners and guessers do: nothing changes, nothing is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from litestar import Litestar

from attendance.tables import Response
from tests.attendance.acts import acts
from tests.attendance.conftest import UNITS, WEDNESDAY
from tests.browsing import At, Browser, application
from tests.conftest import SECRET
from web.throttle import AT_MOST, Kind

ODD = ["%00", "..%2f..", "%ff%fe", "a" * 3_000, "%0d%0aSet-Cookie:x=1", "'%20or%201=1--", "%F0%9F%92%A3", "-1", "%25"]


@pytest.fixture(scope="module")
def app() -> Litestar:
    """The application with the tests' own letterhead, so that their links open."""
    return application({"CONVENE_SECRET": SECRET}, At(WEDNESDAY))


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("place", ["/answer/{}", "/answer/series/{}", "/feeds/{}.ics"])
async def test_a_guess_is_not_found_and_is_answered_as_any_other(
    stranger: Browser, coming: Any, place: str, what: str
) -> None:
    plain = await stranger.get(place.format(f"{'0' * 32}.{'a' * 26}"))
    odd = await stranger.get(place.format(what))
    assert (odd.status_code, plain.status_code) == (404, 404)
    assert "x=1" not in odd.headers.get("set-cookie", "")
    for secret in (coming.reference, coming.uid, *(address for _, _, address, _ in UNITS)):
        assert secret not in odd.text
    assert (await stranger.post(place.format(what))).status_code < 500
    assert not await Response.exists()


async def test_abuse_case_38_a_scanner_that_opens_the_link_in_every_way_changes_nothing(
    stranger: Browser, coming: Any
) -> None:
    link = urlsplit(coming.letterhead.answer_link(coming.invitations["Central North"])).path
    assert (await stranger.get(link)).status_code == 200
    before = await acts()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "POST"):
        for more in ("", "?answer=ACCEPTED&shown=0", "?done=answered&step=answer"):
            await stranger.request(method, link + more, data={"answer": "ACCEPTED", "shown": "0"})
    assert not await Response.exists()
    assert await acts() == before


async def test_abuse_case_15_an_officer_answers_however_many_links_others_guess_from_the_same_network(
    stranger: Browser, coming: Any
) -> None:
    guesses = [await stranger.get(f"/answer/{'0' * 32}.{'a' * 26}") for _ in range(AT_MOST[Kind.LINK] + 1)]
    assert guesses[-1].status_code == 429
    link = urlsplit(coming.letterhead.answer_link(coming.invitations["Central North"])).path
    answer = await stranger.send_form(link, answer="ACCEPTED", shown="0", step="answer")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}?done=answered")
    assert await Response.exists()
