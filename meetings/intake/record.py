"""One report becomes one episode, or changes it: the single verb behind the JSON door, the form and the files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from msgspec import UNSET

from audit import trail
from directory.tables import Place
from meetings import removed
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.intake import changes
from meetings.intake.changes import SKEW, Result
from meetings.intake.errors import RefusedReport
from meetings.intake.reports import EpisodeReport, MoveReport
from meetings.intake.screening import is_well_formed, reference_problem
from meetings.noticing import notice_children
from meetings.tables import Trigger
from web.acting import Way, beyond_own_cases
from web.moments import london_date


@dataclass(frozen=True)
class Reported:
    """What became of a report: its row, the result, which fields changed, and the rules that call for a meeting."""

    id: UUID
    result: Result
    changed: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()


@beyond_own_cases(Way.INTAKE)
async def report_episode(
    report: EpisodeReport, *, actor: str, now: datetime, places: Collection[str] | None = None
) -> Reported:
    """The episode is as this report says, once for its source and reference, and its triggers are noticed.

    The same report again changes nothing. In one transaction: the child's row is locked first, as `set_up` does,
    so that reports about one child follow one another; then the episode's.

    :param places: the codes of the places there are, where the caller has them already.
    :raises RefusedReport: with a sentence for each field that cannot be taken; nothing was changed.
    """
    codes = await place_codes() if places is None else places
    if not is_well_formed(report.source_reference):
        _refuse(changes.reference_problems(report, now))
    async with Episode._meta.db.transaction():
        child = await _child_of_episode(report)
        if child is None:
            _refuse(changes.reference_problems(report, now) | await _forgotten(report) | _missing(report))
            _refuse(changes.problems_of(changes.first_state(report, now), codes, now))
            child = await known_child(report.issuer, str(report.child))
        await _hold(child)
        row = await _episode(report)
        if row is None:
            _refuse(await _forgotten(report))  # asked again: it may have been meanwhile
        elif row["child"] != child:  # the same reference came for another child between our two looks
            await _child_of_episode(report)
        done = await (_insert(child, report, actor, now) if row is None else _amend(row, report, codes, actor, now))
        if done.result == Result.UNCHANGED:
            return done
        await notice_children([child], now)
        called = await Trigger.select(Trigger.rule_code).where(Trigger.cause == done.id).order_by(Trigger.due_at)
    return Reported(done.id, done.result, done.changed, tuple(row["rule_code"] for row in called))


@beyond_own_cases(Way.INTAKE)
async def report_move(
    report: MoveReport, *, actor: str, now: datetime, places: Collection[str] | None = None
) -> Reported:
    """The placement move is on record, once for its source and reference, and its triggers are noticed.

    A later report of the same reference corrects it.

    :raises RefusedReport: with a sentence for each field that cannot be taken; nothing was changed.
    """
    problems = _move_problems(report, await place_codes() if places is None else places, now)
    async with PlacementMove._meta.db.transaction():
        _refuse(problems | await _forgotten(report))
        child = await known_child(report.issuer, report.child)
        await _hold(child)
        _refuse(await _forgotten(report))  # asked again: it may have been meanwhile
        done = await _record_move(child, report, now)
        if done.result == Result.UNCHANGED:
            return done
        await trail.record(actor, f"placement move {done.result}", f"move:{done.id}", now=now, detail=_detail(done))
        await notice_children([child], now)
        called = await Trigger.select(Trigger.rule_code).where(Trigger.cause == done.id).order_by(Trigger.due_at)
    return Reported(done.id, done.result, done.changed, tuple(row["rule_code"] for row in called))


async def place_codes() -> frozenset[str]:
    """The codes of every place in the directory."""
    return frozenset([row["code"] for row in await Place.select(Place.code)])


async def known_child(issuer: str, reference: str) -> UUID:
    """The child of this reference, from now on known if it was not."""
    row = Child(id=uuid4(), issuer=issuer, reference=reference)
    await Child.insert(row).on_conflict(target=(Child.issuer, Child.reference), action="DO NOTHING")
    found = await Child.select(Child.id).where(Child.issuer == issuer, Child.reference == reference).first()
    assert found is not None
    child: UUID = found["id"]
    return child


async def _hold(child: UUID) -> None:
    """The child's row is ours until the transaction ends.

    :raises RefusedReport: where the child was forgotten while we waited for it.
    """
    row = await Child.select(Child.issuer).where(Child.id == child).lock_rows("UPDATE").first()
    if row is None or row["issuer"] == removed.ISSUER:
        _refuse({"child": removed.MEANWHILE})


async def _child_of_episode(report: EpisodeReport) -> UUID | None:
    """The child of the episode that this reference already means, if it means one."""
    row = (
        await Episode.select(Episode.child, Episode.child.issuer, Episode.child.reference)
        .where(Episode.source == report.source, Episode.source_reference == report.source_reference)
        .first()
    )
    if row is None:
        return None
    if report.child is not UNSET and (row["child.issuer"], row["child.reference"]) != (report.issuer, report.child):
        raise RefusedReport(
            {
                "child": "This source_reference belongs to another child's episode, which was left as it is. "
                "Withdraw that episode and report this one under a reference of its own."
            }
        )
    child: UUID = row["child"]
    return child


async def _episode(report: EpisodeReport) -> dict[str, Any] | None:
    return (
        await Episode.select()
        .where(Episode.source == report.source, Episode.source_reference == report.source_reference)
        .lock_rows("UPDATE")
        .first()
    )


async def _insert(child: UUID, report: EpisodeReport, actor: str, now: datetime) -> Reported:
    row = new_row(child, report, now)
    added = (
        await Episode.insert(row)
        .on_conflict(target=(Episode.source, Episode.source_reference), action="DO NOTHING")
        .returning(Episode.id)
    )
    if not added:  # the same reference came for another child at the same moment
        await _child_of_episode(report)
    await trail.record(actor, "episode recorded", f"episode:{row.id}", now=now, detail={"source": report.source})
    return Reported(row.id, Result.NEW)


async def _amend(
    row: dict[str, Any], report: EpisodeReport, places: Collection[str], actor: str, now: datetime
) -> Reported:
    state = changes.next_state(row, report, now)
    _refuse(changes.problems_of(state, places, now))
    return await amend(row, state, actor, now)


async def amend(row: dict[str, Any], state: dict[str, Any], actor: str, now: datetime) -> Reported:
    """The episode's row, locked by the caller, has this state, and the log has the names of what changed."""
    done = Reported(row["id"], changes.result_of(row, state), changes.changed(row, state))
    if done.changed:
        await Episode.update({name: state[name] for name in done.changed}).where(Episode.id == done.id)
        await trail.record(actor, f"episode {done.result}", f"episode:{done.id}", now=now, detail=_detail(done))
    return done


def new_row(child: UUID, report: EpisodeReport, now: datetime) -> Episode:
    """The episode's row as its first report tells it."""
    return Episode(
        id=uuid4(),
        child=child,
        source=report.source,
        source_reference=report.source_reference,
        recorded_at=now,
        **changes.first_state(report, now),
    )


async def _forgotten(report: EpisodeReport | MoveReport) -> dict[str, str]:
    one = (report.source, report.source_reference)
    return {"source_reference": removed.SENTENCE} if await removed.removed([one]) else {}


def _missing(report: EpisodeReport) -> dict[str, str]:
    return {
        field: f"{field} is needed: no episode with this source_reference is known yet."
        for field in ("child", "started_at", "home_place")
        if getattr(report, field) is UNSET
    }


def _move_problems(report: MoveReport, places: Collection[str], now: datetime) -> dict[str, str]:
    today = london_date(now)
    found = {
        "source_reference": reference_problem(report.source_reference, today=today, of_child=False),
        "child": reference_problem(report.child, today=today),
    }
    for field in ("home_place", "from_place", "to_place"):
        if getattr(report, field) not in places:
            found[field] = f"There is no place {getattr(report, field)!a}. Send the code of a place in the directory."
    if report.moved_at > now + SKEW:
        found["moved_at"] = "The move is in the future. Report it once it has happened."
    elif report.moved_at < now - changes.OLDEST:
        found["moved_at"] = "The move is more than 19 years ago. Check the year."
    return {field: sentence for field, sentence in found.items() if sentence}


async def _record_move(child: UUID, report: MoveReport, now: datetime) -> Reported:
    said: dict[str, Any] = {
        name: getattr(report, name) for name in ("moved_at", "home_place", "from_place", "to_place")
    }
    row = PlacementMove(
        id=uuid4(),
        child=child,
        source=report.source,
        source_reference=report.source_reference,
        recorded_at=now,
        **said,
    )
    added = (
        await PlacementMove.insert(row)
        .on_conflict(target=(PlacementMove.source, PlacementMove.source_reference), action="DO NOTHING")
        .returning(PlacementMove.id)
    )
    if added:
        return Reported(row.id, Result.NEW)
    known = (
        await PlacementMove.select()
        .where(PlacementMove.source == report.source, PlacementMove.source_reference == report.source_reference)
        .lock_rows("UPDATE")
        .first()
    )
    assert known is not None
    if known["child"] != child:
        raise RefusedReport(
            {"child": "This source_reference belongs to another child's move, which was left as it is."}
        )
    changed = tuple(name for name in said if known[name] != said[name])
    if changed:
        await PlacementMove.update({name: said[name] for name in changed}).where(PlacementMove.id == known["id"])
    return Reported(known["id"], Result.CORRECTED if changed else Result.UNCHANGED, changed)


def _detail(done: Reported) -> dict[str, object]:
    return {"changed": list(done.changed)}


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise RefusedReport(problems)
