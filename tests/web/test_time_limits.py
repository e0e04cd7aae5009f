"""No request holds the process for ever, and whoever waited for it is told kindly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, get, post

from tests.browsing import Browser, application
from web.time_limits import InTime


@get("/never", include_in_schema=False, middleware=[InTime(to_answer=0.05)])
async def never() -> str:
    await asyncio.Event().wait()
    return ""


@get("/api/never", middleware=[InTime(to_answer=0.05)])
async def never_by_machine() -> str:
    await asyncio.Event().wait()
    return ""


@post("/api/body", middleware=[InTime(to_arrive=0.05)])
async def takes_a_body(request: Request[Any, Any, Any]) -> str:
    return str(len(await request.body()))


@get("/slow-question", include_in_schema=False)
async def slow_question() -> str:
    from web.tables import Person

    await Person.raw("SET LOCAL statement_timeout = '20ms'")
    await Person.raw("SELECT pg_sleep(20)")
    return ""


async def browsing(handler: Any, path: str) -> Any:
    app = application()
    app.register(handler)
    async with Browser(app) as browser:
        return await browser.get(path)


async def test_an_answer_that_never_comes_is_given_up_with_a_page_that_says_so(rolled_back: None) -> None:
    answer = await browsing(never, "/never")
    assert answer.status_code == 503
    assert "This took too long" in answer.text
    assert "Ask for less at once" in answer.text


async def test_machines_are_told_so_in_json(rolled_back: None) -> None:
    answer = await browsing(never_by_machine, "/api/never")
    assert (answer.status_code, answer.json()["status_code"]) == (503, 503)
    assert "took too long" in answer.json()["detail"]


async def test_a_statement_that_the_database_ended_is_told_kindly(rolled_back: None) -> None:
    answer = await browsing(slow_question, "/slow-question")
    assert answer.status_code == 503
    assert "This took too long" in answer.text


async def test_a_body_that_trickles_in_is_not_waited_for(rolled_back: None) -> None:
    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"x"
            await asyncio.sleep(0.01)

    app = application()
    app.register(takes_a_body)
    async with Browser(app) as browser:
        assert (await browser.post("/api/body", content=b"whole")).text == "5"
        assert (await browser.post("/api/body", content=trickle())).status_code == 408


async def test_a_statement_of_a_page_is_ended_sooner_than_one_of_a_round(database: None) -> None:
    import processes
    from piccolo_conf import DB

    (row,) = await DB._run_in_pool("SHOW statement_timeout")
    assert row["statement_timeout"] == "90s"
    assert processes.LONGEST_OF_A_PAGE < processes.LONGEST_AT_WORK
