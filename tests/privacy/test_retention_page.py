"""How long data is kept, as administrators see and set it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from litestar import Litestar

from privacy import letting_go, periods
from privacy.errors import Unsuitable
from privacy.kinds import KINDS
from tests.attendance.reading_pages import words
from tests.browsing import Browser, sign_in_as
from tests.privacy.cases import make_case
from web.roles import Role
from web.viewer import Post


async def test_every_kind_is_shown_with_its_period_and_its_reason(administrator: Browser) -> None:
    assert "/retention" in (await administrator.get("/rules")).text
    text = words(await administrator.get("/retention"))
    assert "No law fixes these periods" in text
    for kind in KINDS.values():
        assert f"{kind.title} {kind.days} days" in text
        assert kind.why[:60] in text
    assert "Nothing is counted yet" in text


async def test_what_will_go_is_shown_by_month_before_it_goes(administrator: Browser, now: datetime) -> None:
    await make_case(at=now - timedelta(days=85))
    await letting_go.forecast(now)
    text = words(await administrator.get("/retention"))
    assert "What will have gone by 25 Nov" in text
    assert "Messages that came in August 2026 1 –" in text


async def test_another_period_holds_after_a_week_and_is_on_record_with_its_reason(
    administrator: Browser, now: datetime
) -> None:
    done = await administrator.send_form("/retention", kind="mail in", days="60", why="Agreed with the officer")
    assert done.headers["location"] == "/retention?done=set"
    assert (await periods.periods(now))["mail in"].days == 90
    assert (await periods.periods(now + periods.NOTICE))["mail in"].days == 60
    text = words(await administrator.get("/retention?done=set"))
    assert "Messages that came in 60 days, from 25 Nov" in text
    assert "Agreed with the officer" in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "mail in", "days": "3", "why": "x"}, "Enter a number of days from 30 to 365"),
        ({"kind": "nothing", "days": "90", "why": "x"}, "Choose which kind of data is meant"),
        ({"kind": "mail in", "days": "90", "why": ""}, "Say why"),
        ({"kind": "mail in", "days": "soon", "why": "x"}, "Enter the number of days"),
    ],
)
async def test_a_period_that_cannot_be_is_refused(administrator: Browser, fields: dict[str, str], said: str) -> None:
    answer = await administrator.send_form("/retention", **fields)
    assert answer.status_code == 400
    assert said in words(answer)


async def test_a_coordinator_sets_no_period(coordinator: Browser, now: datetime) -> None:
    assert (await coordinator.get("/retention")).status_code == 403
    answer = await coordinator.send_form("/rules", "/retention", kind="mail in", days="60", why="mine")
    assert answer.status_code == 403
    assert (await periods.periods(now + periods.NOTICE))["mail in"].days == 90


async def test_an_administrator_of_one_agency_sets_no_period_for_all(
    app: Litestar, rolled_back: None, now: datetime
) -> None:
    """A period holds for the data of every agency, so who sets it is of none alone."""
    async with Browser(app) as client:
        await sign_in_as(client, "admin@lambeth.example", "IT", posts=[Post(Role.ADMINISTRATOR, "lambeth-council")])
        assert (await client.get("/retention")).status_code == 403
        assert "/retention" not in (await client.get("/rules")).text
        answer = await client.send_form("/directory", "/retention", kind="mail in", days="60", why="ours")
    assert answer.status_code == 403
    assert (await periods.periods(now + periods.NOTICE))["mail in"].days == 90


@pytest.mark.usefixtures("rolled_back")
async def test_a_shorter_period_lets_nothing_go_that_was_not_shown(now: datetime) -> None:
    """Within the week of notice the old period holds; the new one's rows are counted first."""
    await make_case(at=now - timedelta(days=40))
    await periods.set_period("mail in", 30, why="shorter", by="tests", now=now)
    await letting_go.let_go_due(now)
    shown = (await letting_go.coming())["mail in"]
    assert [row.rows for row in shown] == [1]
    with pytest.raises(Unsuitable):
        await periods.set_period("mail in", 30, why="x" * 301, by="tests", now=now)
