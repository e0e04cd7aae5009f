"""What is forgotten is forgotten as a whole or not at all, whoever is killed and however many work at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit.tables import Entry
from meetings import removed
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.intake.errors import RefusedReport
from meetings.intake.record import report_episode, report_move
from meetings.intake.reports import EpisodeReport, MoveReport
from notifications.tables import InboundMail
from privacy import endings, forgetting, letting_go
from privacy.errors import FiguresWouldChange
from privacy.forgetting import facts_about, forget
from privacy.tables import CaseHold, RetentionForecast, RetentionRun
from reports import posting, recount
from tests.privacy.cases import LONG_AGO, make_case, words_kept

pytestmark = pytest.mark.usefixtures("committed")


async def test_a_figure_that_would_change_undoes_everything(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rooms declare is trusted only as far as the facts agree."""
    case = await make_case()

    async def wrong(child: UUID) -> None:
        await Child.raw("update attendance set outcome = 'apologies' where meeting = {}", case.meeting.id)

    monkeypatch.setattr(forgetting, "_rename", wrong)
    before, facts = await words_kept(), await facts_about(case.child.id, now)
    with pytest.raises(FiguresWouldChange):
        await forget(case.child.id, by="tests", why="period", now=now)
    assert await facts_about(case.child.id, now) == facts
    assert await words_kept() == before


async def test_killed_in_the_middle_nothing_of_the_child_is_gone(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await make_case()
    before, settle, done = await words_kept(), forgetting._settle, []

    async def dies(one: object, child: UUID) -> int:
        done.append(one)
        if len(done) == 9:
            raise asyncio.CancelledError
        return await settle(one, child)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(forgetting, "_settle", dies)
    with pytest.raises(asyncio.CancelledError):
        await forget(case.child.id, by="tests", why="period", now=now)
    assert await words_kept() == before


async def test_no_report_that_waited_meanwhile_brings_a_child_back(
    now: datetime, london: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await make_case(place="E09000022")
    about: dict[str, Any] = {"child": case.child.reference, "issuer": case.child.issuer, "home_place": "E09000022"}
    begin, rename = asyncio.Event(), forgetting._rename
    again = EpisodeReport(
        source=case.episode.source,
        source_reference=case.episode.source_reference,
        started_at=case.episode.started_at,
        **about,
    )
    another = EpisodeReport(source="lcs", source_reference="MIS-9", started_at=LONG_AGO, **about)
    move = MoveReport(
        source="lcs",
        source_reference="MOVE-9",
        moved_at=LONG_AGO,
        from_place="E09000022",
        to_place="E09000028",
        **about,
    )

    async def reported(verb: Any, report: Any) -> None:
        await begin.wait()
        await verb(report, actor="tests", now=now)

    waiting = [
        asyncio.create_task(reported(verb, report))
        for verb, report in ((report_episode, again), (report_episode, another), (report_move, move))
    ]

    async def slowly(child: UUID) -> None:
        begin.set()
        await asyncio.sleep(0.5)  # all three wait for the child's row now
        await rename(child)

    monkeypatch.setattr(forgetting, "_rename", slowly)
    await forget(case.child.id, by="tests", why="period", now=now)
    for one in waiting:
        with pytest.raises(RefusedReport, match="forgotten"):
            await one
    assert await Child.count() == 1
    assert await Episode.count() == 1
    assert await PlacementMove.count() == 0


async def test_two_workers_forget_each_child_once(now: datetime) -> None:
    for number in range(3):
        await make_case(reference=f"LCS-77{number}")
    await posting.post_due(now)
    assert sorted(await asyncio.gather(letting_go.let_go_due(now), letting_go.let_go_due(now))) == [False, True]
    assert await Entry.count().where(Entry.action == "forgot a child") == 3
    assert await Child.count().where(Child.issuer != removed.ISSUER) == 0
    assert await recount.check_all(now) == []
    assert not await letting_go.let_go_due(now + timedelta(hours=1))


async def test_a_round_that_was_killed_is_finished_by_the_next_one(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_case()
    let_go, calls = endings.let_go, []

    async def dies(*given: object, **named: object) -> list[object]:
        calls.append(given)
        if len(calls) == 4:
            raise asyncio.CancelledError
        return await let_go(*given, **named)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(endings, "let_go", dies)
    with pytest.raises(asyncio.CancelledError):
        await letting_go.let_go_due(now)
    later = now + letting_go.LEASE / 2
    assert not await letting_go.let_go_due(later)  # it may be alive still
    assert await letting_go.let_go_due(now + 2 * letting_go.LEASE)
    assert await RetentionRun.exists().where(RetentionRun.finished_at.is_not_null())
    assert await Child.count().where(Child.issuer != removed.ISSUER) == 0


async def test_what_will_go_is_shown_a_week_before_and_a_hold_keeps_the_case_and_its_mail(now: datetime) -> None:
    case = await make_case(at=now - timedelta(days=80), reference="LCS-1")
    await CaseHold.insert(
        CaseHold(id=uuid4(), reference="HD-1", child=case.child.id, reason="inquiry", held_at=now, held_by="tests")
    )
    coming = now + timedelta(days=4)
    await letting_go.let_go_due(coming)
    assert await RetentionForecast.count().where(RetentionForecast.kind == "mail in") == 0  # held
    await CaseHold.update({CaseHold.lifted_at: coming}).where(CaseHold.child == case.child.id)
    await letting_go.let_go_due(coming + timedelta(days=1))
    shown = await RetentionForecast.objects().where(RetentionForecast.kind == "mail in")
    assert [(row.month, row.rows) for row in shown] == [((now - timedelta(days=81)).date().replace(day=1), 1)]
    assert await InboundMail.exists().where(InboundMail.content.is_not_null())
    await letting_go.let_go_due(coming + timedelta(days=10))
    assert not await InboundMail.exists().where(InboundMail.content.is_not_null())
    assert await Child.exists().where(Child.reference == "LCS-1")  # its own period runs on


async def test_small_batches_are_each_in_the_log_with_their_number(now: datetime) -> None:
    case = await make_case()
    (ending,) = [one for one in endings.ENDINGS if one.table == "outbound_mail"]
    first = await endings.let_go(ending, now, now, at_once=1)
    assert len(first) == 1  # the refused one waits for a person
    assert await endings.let_go(ending, now, now, after=first[-1], at_once=1) == []
    rows = await Entry.select(Entry.subject, Entry.detail).where(Entry.action == "let go")
    assert [(row["subject"], row["detail"]) for row in rows] == [
        ("retention:mail out", '{"rows": 1, "table": "outbound_mail"}')
    ]
    assert case.meeting.starts_at == LONG_AGO
