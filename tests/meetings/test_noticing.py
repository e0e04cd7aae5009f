"""Triggers are written once, at their time, and reach a meeting that already stands."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from meetings.calling_off import call_off, not_convened
from meetings.episode_tables import Child, Episode
from meetings.intake.record import Reported, report_episode
from meetings.intake.reports import EpisodeReport
from meetings.letters import Letterhead
from meetings.noticing import notice
from meetings.proposal import propose
from meetings.setting_up import set_up
from meetings.tables import Meeting, MeetingEvent, Rule, Trigger
from meetings.waiting import triggers_waiting
from meetings.when import When
from web.viewer import MACHINE

HOUR = timedelta(hours=1)


async def goes_missing(at: datetime, reference: str = "E1", **said: Any) -> Reported:
    facts: dict[str, Any] = {"child": "C1", "started_at": at, "home_place": "E09000022"}
    report = EpisodeReport(source="case-system", issuer="lambeth", source_reference=reference, **(facts | said))
    return await report_episode(report, actor="case-system", now=at)


async def is_said(at: datetime, reference: str = "E1", **said: Any) -> Reported:
    report = EpisodeReport(source="case-system", issuer="lambeth", source_reference=reference, **said)
    return await report_episode(report, actor="case-system", now=at)


async def set_a_meeting_up(at: datetime, starts: datetime, letterhead: Letterhead) -> str:
    child = await the_child()
    proposal = await propose(await triggers_waiting(child, MACHINE), starts.date())
    when = When(starts, 60, "Town hall, room 2", "")
    units = [seat.unit for seat in proposal.seats]
    return await set_up(child, when, units, by="coordinator", now=at, letterhead=letterhead, viewer=MACHINE)


async def the_child() -> UUID:
    row = await Child.select(Child.id).first()
    assert row is not None
    child: UUID = row["id"]
    return child


async def the_trigger(code: str) -> dict[str, Any]:
    row = await Trigger.select().where(Trigger.rule_code == code).first()
    assert row is not None
    return row


async def the_meeting() -> dict[str, Any]:
    row = await Meeting.select().first()
    assert row is not None
    return row


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_trigger_is_written_once_it_is_time_and_once_only(now: datetime) -> None:
    await goes_missing(now, care_status="looked after")
    assert await notice(now + 23 * HOUR) == 0
    assert await notice(now + 25 * HOUR) == 1
    assert await notice(now + 26 * HOUR) == 0
    trigger = await the_trigger("OPEN24-CARE")
    assert (trigger["fired_at"], trigger["noticed_at"]) == (now + 24 * HOUR, now + 25 * HOUR)
    assert trigger["due_at"] == now + 72 * HOUR


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_child_back_before_the_worker_looked_still_has_its_trigger(now: datetime) -> None:
    await goes_missing(now, care_status="looked after")
    await is_said(now + 30 * HOUR, ended_at=now + 29 * HOUR)
    assert (await the_trigger("OPEN24-CARE"))["fired_at"] == now + 24 * HOUR


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_rule_that_makes_no_meeting_writes_no_trigger(now: datetime) -> None:
    await goes_missing(now, report_accepted=False)
    assert await Trigger.count() == 0


@pytest.mark.usefixtures("rolled_back", "london")
async def test_history_is_looked_at_only_for_what_it_tells_of_others(now: datetime) -> None:
    for days in (30, 40):
        start = now - timedelta(days=days)
        report = EpisodeReport(
            source="ssda903:E09000022",
            issuer="lambeth",
            source_reference=f"C1/{days}",
            child="C1",
            started_at=start,
            ended_at=start + HOUR,
            home_place="E09000022",
            cse=True,
        )
        await report_episode(report, actor="import", now=now)
    assert await Trigger.count() == 0
    assert (await goes_missing(now)).triggers == ("REPEAT",)


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_correction_brings_a_waiting_deadline_forward(now: datetime) -> None:
    await goes_missing(now, cse=True, reported_at=now)
    before = await the_trigger("EXPLOIT")
    await is_said(now + HOUR, reported_at=now - 3 * HOUR)
    after = await the_trigger("EXPLOIT")
    assert after["due_at"] == before["due_at"] - 3 * HOUR
    assert after["fired_at"] == now - 3 * HOUR


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_correction_never_pushes_a_deadline_back(now: datetime) -> None:
    await goes_missing(now, cse=True, reported_at=now)
    before = await the_trigger("EXPLOIT")
    await is_said(now + 2 * HOUR, reported_at=now + HOUR)
    assert await the_trigger("EXPLOIT") == before


@pytest.mark.usefixtures("rolled_back", "london")
async def test_what_was_decided_is_not_rewritten_by_a_correction(now: datetime) -> None:
    await goes_missing(now, cse=True, reported_at=now)
    await not_convened(
        await the_child(), reason="covered by another meeting", by="coordinator", now=now, viewer=MACHINE
    )
    before = await the_trigger("EXPLOIT")
    await is_said(now + HOUR, reported_at=now - 3 * HOUR)
    assert await the_trigger("EXPLOIT") == before


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_new_trigger_joins_the_meeting_to_come_and_brings_its_deadline_forward(
    now: datetime, letterhead: Letterhead
) -> None:
    await goes_missing(now, care_status="looked after")
    await notice(now + 24 * HOUR)
    await set_a_meeting_up(now + 25 * HOUR, now + 60 * HOUR, letterhead)
    done = await is_said(now + 26 * HOUR, police_grading="high")
    assert "HIGH" in done.triggers
    meeting = await the_meeting()
    assert (await the_trigger("HIGH"))["meeting"] == meeting["id"]
    assert meeting["due_at"] == now + 50 * HOUR
    told = [row["what"] for row in await MeetingEvent.select().order_by(MeetingEvent.id)]
    assert told[-1] == "HIGH also calls for this meeting: it is to be held earlier"


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_later_deadline_leaves_the_meetings_as_it_was(now: datetime, letterhead: Letterhead) -> None:
    await goes_missing(now, police_grading="high")
    await set_a_meeting_up(now, now + 23 * HOUR, letterhead)
    await is_said(now + HOUR, cse=True)
    assert (await the_meeting())["due_at"] == now + 24 * HOUR
    told = [row["what"] for row in await MeetingEvent.select().order_by(MeetingEvent.id)]
    assert told[-1] == "EXPLOIT also calls for this meeting"


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_correction_reaches_the_meeting_that_its_trigger_made(now: datetime, letterhead: Letterhead) -> None:
    await goes_missing(now, cse=True, reported_at=now)
    await set_a_meeting_up(now, now + 20 * HOUR, letterhead)
    await is_said(now + HOUR, reported_at=now - 3 * HOUR)
    assert (await the_meeting())["due_at"] == (await the_trigger("EXPLOIT"))["due_at"] == now + 21 * HOUR


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_trigger_after_the_meeting_began_waits_for_another(now: datetime, letterhead: Letterhead) -> None:
    await goes_missing(now, police_grading="high")
    await set_a_meeting_up(now, now + 2 * HOUR, letterhead)
    await is_said(now + 3 * HOUR, cse=True)
    assert (await the_trigger("EXPLOIT"))["meeting"] is None


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_trigger_does_not_join_a_meeting_that_was_called_off(now: datetime, letterhead: Letterhead) -> None:
    await goes_missing(now, police_grading="high")
    reference = await set_a_meeting_up(now, now + 20 * HOUR, letterhead)
    await call_off(
        reference, asked_by="police", reason="set up in error", by="coordinator", now=now, letterhead=letterhead
    )
    await is_said(now + HOUR, cse=True)
    assert (await the_trigger("EXPLOIT"))["meeting"] is None


@pytest.mark.usefixtures("committed", "london")
async def test_a_trigger_noticed_while_a_meeting_is_set_up_is_in_it_or_joins_it(
    now: datetime, letterhead: Letterhead
) -> None:
    await goes_missing(now, police_grading="high")
    await asyncio.gather(
        set_a_meeting_up(now, now + 20 * HOUR, letterhead), is_said(now + HOUR, cse=True), notice(now + HOUR)
    )
    meeting = await the_meeting()
    assert {(row["rule_code"], row["meeting"]) for row in await Trigger.select()} == {
        ("HIGH", meeting["id"]),
        ("EXPLOIT", meeting["id"]),
    }


@pytest.mark.usefixtures("committed", "london")
async def test_workers_that_look_at_once_write_each_trigger_once(now: datetime) -> None:
    for n in range(5):
        await goes_missing(now, f"E{n}", child=f"C{n}", care_status="looked after")
    written = await asyncio.gather(*[notice(now + 24 * HOUR) for _ in range(4)])
    assert sum(written) == await Trigger.count() == 5


@pytest.mark.usefixtures("rolled_back", "london")
async def test_a_round_takes_the_same_number_of_selects_however_many_children(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    engine = Episode._meta.db
    run = engine.run_querystring

    async def counted(querystring: Any, **options: Any) -> Any:
        asked.append(str(querystring))
        return await run(querystring, **options)

    counts = []
    for n in range(6):
        await goes_missing(now, f"E{n}", child=f"C{n}")
        with monkeypatch.context() as watched:
            watched.setattr(engine, "run_querystring", counted)
            asked.clear()
            await notice(now + HOUR)
            counts.append(len(asked))
    assert counts[0] == counts[-1] > 0


@pytest.mark.usefixtures("rolled_back", "london")
async def test_an_authoritys_own_rule_is_read_for_its_children_alone(now: datetime) -> None:
    general = await Rule.select().where(Rule.code == "EXPLOIT").first()
    assert general is not None
    own = general | {"id": uuid4(), "place": "E09000007", "clock_amount": 3}
    await Rule.insert(Rule(**own))
    await goes_missing(now, "E1", cse=True)
    await goes_missing(now, "E2", child="C2", cse=True, home_place="E09000007")
    rows = await Trigger.select(Trigger.rule, Trigger.due_at).order_by(Trigger.due_at)
    assert [row["rule"] for row in rows] == [general["id"], own["id"]]
    assert rows[1]["due_at"] == now + timedelta(days=5)
