"""Somebody of each role follows every link and sends every form: nothing breaks, nothing is dead, nothing harms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from litestar import Litestar

from demo import london as simulated
from directory.areas import load_directory
from meetings.default_rules import load_default_rules
from meetings.letters import Letterhead
from tests.browsing import CITY_DESK, At, Browser, application, sign_in_as
from tests.crawling import Visit, routes
from web.roles import Role
from web.viewer import Post

TODAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SECRET = "s" * 40
LETTERHEAD = Letterhead("invites.convene.example", "meetings", "Convene", "OFFICIAL", "https://c.example", SECRET)
RUNS = "=cmd|'/C calc'!A0"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    state = str(tmp_path_factory.mktemp("state"))
    return application({"CONVENE_SECRET": SECRET, "CONVENE_STATE": state}, At(TODAY))


@pytest_asyncio.fixture(scope="module")
async def hostile_london(database: None) -> AsyncIterator[None]:
    """A tiny London, lived whole, whose units and agencies have names that run in spreadsheets and in browsers."""
    from directory.tables import Unit
    from piccolo_conf import DB

    async with DB.transaction() as transaction:
        await load_directory()
        await load_default_rules(TODAY)
        await simulated.load_once(scale=1 / 600, seed=2023, letterhead=LETTERHEAD, clock=lambda: TODAY)
        await Unit.raw("UPDATE unit SET name = {} || code WHERE kind <> 'bcu'", RUNS)
        await Unit.raw("UPDATE unit SET name = {} || code WHERE kind = 'bcu'", MARKUP)
        yield
        await transaction.rollback()  # type: ignore[no-untyped-call]  # Piccolo leaves it untyped


async def visiting(app: Litestar, name: str, posts: tuple[Post, ...]) -> Visit:
    browser = Browser(app)
    everything = posts == CITY_DESK
    await sign_in_as(
        browser, f"{name}@council.example", name, keeps_rules=everything, publishes=everything, posts=posts
    )
    visit = Visit(app, browser)
    await visit.everywhere()
    return visit


def harmless(visit: Visit) -> bool:
    """No page holds markup that came from data."""
    return MARKUP not in visit.words


async def test_abuse_case_26_no_file_holds_a_formula_and_no_page_a_dead_link_for_who_sees_everything(
    hostile_london: None, app: Litestar, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = await visiting(app, "desk", CITY_DESK)
    assert visit.refused == []
    assert not visit.wrong, "\n".join(map(str, visit.wrong))
    assert harmless(visit)
    gets = {path for path in routes(app, "GET") if not path.startswith(("/static", "/schema", "/api"))}
    with capsys.disabled():
        print(f"\n{len(visit.seen)} kinds of page; not reached: {', '.join(sorted(gets - set(visit.seen)))}")  # noqa: T201
    assert len(gets & set(visit.seen)) > 0.6 * len(gets)
    await visit.send_everything()
    assert not visit.wrong, "\n".join(map(str, visit.wrong))
    assert len(visit.sent) > 30


@pytest.mark.parametrize("role", Role)
async def test_each_role_meets_no_fault_no_dead_link_and_nothing_that_it_may_not_open(
    hostile_london: None, app: Litestar, role: Role
) -> None:
    agency, unit = ("met", "CE") if role is Role.UNIT_LEAD else ("lambeth", "")
    visit = await visiting(app, role.replace(" ", "-"), (Post(role, agency, unit),))
    assert not visit.wrong, "\n".join(map(str, visit.wrong))
    assert not visit.refused, "\n".join(map(str, visit.refused))
    assert harmless(visit)
    assert len(visit.seen) >= 2
