"""What a monitor is told: figures that move with what happens, and nobody's data."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

import metrics
from notifications import inbox
from notifications.tables import Heartbeat
from settings import BadSetting, load_settings
from tests.browsing import Browser, application
from web.watching import Watched

GOOD = {
    "DATABASE_URL": "postgresql://convene:password@localhost/convene",
    "CONVENE_SECRET": "s" * 40,
    "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
}
TOKEN = "a token that only the monitor knows"
LINE = re.compile(r'[a-z_]+(\{([a-z_]+="[^"\\]*",?)+\})? -?[0-9.e+-]+')


def value(text: str, figure: str) -> float:
    found = re.search(rf"^{re.escape(figure)} (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


async def test_what_waits_in_the_database_is_told_by_number_and_age(committed: None) -> None:
    now = datetime.now(UTC)
    for number in range(3):
        raw = f"From: somebody@police.example\r\nSubject: {number}\r\n\r\nYes".encode()
        await inbox.keep("lmtp", raw, "a@police.example", "meetings@invites.example", now=now - timedelta(minutes=9))
    await Heartbeat.insert(Heartbeat(job="deliver", at=now - timedelta(seconds=100)))

    text = await metrics.of_the_database()

    assert value(text, "convene_inbox_waiting") == 3
    assert 540 <= value(text, "convene_inbox_oldest_seconds") < 640
    assert 100 <= value(text, 'convene_round_age_seconds{round="deliver"}') < 200
    assert value(text, 'convene_inbox_last_day{kind="",disposition="kept"}') == 3
    assert abs(value(text, "convene_database_clock_ahead_seconds")) < 5


async def test_every_figure_can_be_had_and_reads_as_prometheus_has_it(database: None) -> None:
    text = await metrics.of_the_database()
    lines = text.splitlines()
    told = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {figure.name for figure in metrics.FIGURES} <= told
    assert [line for line in lines if not line.startswith("#") and not LINE.fullmatch(line)] == []


async def test_a_figure_that_fails_keeps_no_other_back(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = metrics.Figure("convene_broken", "It is not there.", "SELECT count(*) AS value FROM no_such_table")
    monkeypatch.setattr(metrics, "FIGURES", (broken, *metrics.FIGURES))
    text = await metrics.of_the_database()
    assert "convene_broken" not in text
    assert "convene_inbox_waiting" in text


async def test_the_web_tells_what_it_was_asked_by_route_and_nothing_of_who_asked(
    rolled_back: None, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = Watched(application())
    async with Browser(watched) as browser:
        await browser.get("/meetings/SM-SECRET?who=jane@police.example")
        await browser.get("/sign-in/a-token-of-somebody")
        await browser.get("/no/such/page/jane@police.example")
        await browser.request("JANE", "/sign-in")
    text = await metrics.of_the_web(watched)()
    assert value(text, 'convene_requests_total{method="GET",route="/meetings/{reference}",status="303"}') == 1
    assert value(text, 'convene_requests_total{method="GET",route="none",status="404"}') == 1
    assert value(text, "convene_requests_in_hand") == 0
    logged = "".join(capsys.readouterr())
    assert "/meetings/{reference}" in logged
    for secret in ("SM-SECRET", "jane", "JANE", "a-token-of-somebody"):
        assert secret not in text
        assert secret not in logged


async def test_only_who_sends_the_token_is_told() -> None:
    async def tell() -> str:
        return "figure 1\n"

    async with metrics.told_at(("127.0.0.1", 0), tell, token="") as nothing:
        assert nothing is None
    port = free_port()
    async with metrics.told_at(("127.0.0.1", port), tell, token=TOKEN), httpx.AsyncClient(trust_env=False) as client:
        address = f"http://127.0.0.1:{port}"
        assert (await client.get(f"{address}/metrics")).status_code == 401
        assert (await client.get(f"{address}/metrics", headers={"authorization": "Bearer x"})).status_code == 401
        right = {"authorization": f"Bearer {TOKEN}"}
        assert (await client.get(f"{address}/metrics", headers=right)).text == "figure 1\n"
        assert (await client.get(f"{address}/", headers=right)).status_code == 404


async def test_a_monitor_sees_that_the_database_is_away_and_one_that_says_nothing_holds_nobody_up() -> None:
    async def tell() -> str:
        raise ConnectionRefusedError("of somebody")

    port = free_port()
    async with metrics.told_at(("127.0.0.1", port), tell, token=""), httpx.AsyncClient(trust_env=False) as client:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET " + b"x" * 20_000)
        assert (await client.get(f"http://127.0.0.1:{port}/metrics")).status_code == 503
        assert await reader.read() == b""
        writer.close()


def test_beyond_this_machine_a_token_is_demanded() -> None:
    for name in ("CONVENE_WEB_METRICS", "CONVENE_WORKER_METRICS"):
        assert load_settings(GOOD | {name: "127.0.0.1:9464"})
        assert load_settings(GOOD | {name: "0.0.0.0:9464", "CONVENE_METRICS_TOKEN": "t" * 32})
        with pytest.raises(BadSetting, match="CONVENE_METRICS_TOKEN"):
            load_settings(GOOD | {name: "0.0.0.0:9464"})


def free_port() -> int:
    from ports import listen_briefly

    return listen_briefly("127.0.0.1", 0)
