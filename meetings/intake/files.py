"""SSDA903 files become episodes: all good lines in one transaction, the same again changes nothing.

A line is the episode of its child and first day under the source `ssda903:<authority>`. Days without times become
instants: 00:00 London time on the first day, and the end of the last day, which is 00:00 on the next. The period
is so at most two days longer than it was, and never shorter. `started_by_day` and `ended_by_day` say so.

History never sends an invitation: an episode that had ended more than `history_after_days` before the import is
kept as history only. It counts in REPEAT and HISTORY, and never calls for a meeting itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast
from uuid import UUID, uuid4

from msgspec import UNSET

from audit import trail
from meetings import removed
from meetings.episode_tables import CareStatus, Child, Episode, EpisodeKind
from meetings.intake import changes
from meetings.intake.changes import Result
from meetings.intake.csvfile import Problem
from meetings.intake.errors import RefusedReport
from meetings.intake.record import amend, new_row, place_codes
from meetings.intake.reports import HISTORY_AFTER, AgeBand, EpisodeReport
from meetings.intake.ssda903 import Period, Reading, read
from meetings.noticing import notice_children
from web.acting import Way, beyond_own_cases
from web.moments import london_date, start_of

HISTORY_AFTER_DAYS: Final = HISTORY_AFTER.days
_AT_ONCE: Final = 500  # rows in one statement: PostgreSQL takes 32,767 values

T = TypeVar("T")


@dataclass
class ImportResult:
    """What an import did, or would do as a dry run: read = new + changed + unchanged + refused."""

    dry_run: bool
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    history: int = 0  # of the new ones
    triggers: int = 0  # always 0 in a dry run
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> int:
        """How many lines of `missing` were not used."""
        return self.read - self.new - self.changed - self.unchanged

    @property
    def warnings(self) -> int:
        return sum(not problem.refused for problem in self.problems)

    @property
    def taken(self) -> int:
        """How many lines are, or would be, in the database as they say."""
        return self.new + self.changed + self.unchanged

    def sentence(self) -> str:
        """The counts in words."""
        if not self.read:
            return "No line could be read."
        would = "would be " if self.dry_run else ""
        history = f" ({self.history} as history only)" if self.history else ""
        calls = "" if self.dry_run else f" Rules called for a meeting {_counted(self.triggers, 'time')}."
        return (
            f"{_counted(self.read, 'line')} read: {self.new} {would}new{history}, {self.changed} {would}changed, "
            f"{self.unchanged} unchanged, {self.refused} refused; {_counted(self.warnings, 'warning')}.{calls}"
        )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass
class _Plan:
    """The periods sorted by what they would do, before anything is written."""

    new: list[EpisodeReport] = field(default_factory=list)
    amended: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    unchanged: int = 0
    history: int = 0  # of the new ones, those that count only as history


@beyond_own_cases(Way.INTAKE)
async def import_files(
    missing: bytes,
    episodes: bytes | None,
    *,
    authority: str,
    actor: str,
    now: datetime,
    history_after_days: int = HISTORY_AFTER_DAYS,
    age_bands: bool = False,
    dry_run: bool,
) -> ImportResult:
    """Every good line is an episode of this authority's child; every bad one is a problem in the result.

    In one transaction: a failure leaves nothing behind. A dry run reads, checks and compares, and writes nothing.

    :param authority: the code of the authority's own place, which is also the issuer of its children's references.
    :param age_bands: whether the child's age band is kept, where a birth date tells it; what was kept before stays.
    :raises RefusedReport: when there is no such place.
    """
    if authority not in await place_codes():
        raise RefusedReport({"authority": f"There is no place {authority!a}. Choose the authority's own place."})
    reading = read(missing, episodes, today=london_date(now))
    reports = await _not_forgotten(
        [_report(one, authority, now, history_after_days, age_bands) for one in reading.periods]
    )
    forgotten = len(reading.periods) - len(reports)
    if dry_run:
        return _result(reading, await _plan(reports, now, lock=False), forgotten, dry_run=True)
    async with Episode._meta.db.transaction():
        children = await _children(authority, sorted({str(one.child) for one in reports}))
        plan = await _plan(reports, now, lock=True)
        await _write(plan, children, actor, now)
        result = _result(reading, plan, forgotten, dry_run=False)
        result.triggers = sum([await notice_children(some, now) for some in _some(sorted(children.values()))])
        await _log(result, authority, actor, now)
    return result


async def _not_forgotten(reports: Sequence[EpisodeReport]) -> list[EpisodeReport]:
    """Without those that were forgotten here when their time was over: the file still lists them."""
    gone: set[tuple[str, str]] = set()
    for some in _some(reports):
        gone |= await removed.removed((one.source, one.source_reference) for one in some)
    return [one for one in reports if (one.source, one.source_reference) not in gone]


def source_of(authority: str) -> str:
    """The name under which this authority's files report."""
    return f"ssda903:{authority}"


def _report(period: Period, authority: str, now: datetime, history_after_days: int, age_bands: bool) -> EpisodeReport:
    started = start_of(period.start)
    ended = start_of(period.end + timedelta(days=1)) if period.end else None
    return EpisodeReport(
        source=source_of(authority),
        issuer=authority,
        source_reference=f"{period.child}/{period.start.isoformat()}",
        child=period.child,
        kind=EpisodeKind(period.kind),
        started_at=started,
        started_by_day=True,
        reported_at=started,
        ended_at=ended,
        ended_by_day=ended is not None,
        care_status=CareStatus.LOOKED_AFTER if period.in_care else CareStatus.NOT_KNOWN,
        home_place=authority,
        age_band=cast("AgeBand", period.age_band) if age_bands and period.age_band else UNSET,
        history_after=timedelta(days=history_after_days),
    )


async def _children(authority: str, references: Sequence[str]) -> dict[str, UUID]:
    """The children by reference, new ones added; locked in one order, so that two imports cannot block each other."""
    for some in _some(references):
        rows = [Child(id=uuid4(), issuer=authority, reference=reference) for reference in some]
        await Child.insert(*rows).on_conflict(target=(Child.issuer, Child.reference), action="DO NOTHING")
    found: dict[str, UUID] = {}
    for some in _some(references):
        locked = (
            await Child.select(Child.id, Child.reference)
            .where(Child.issuer == authority, Child.reference.is_in(list(some)))
            .order_by(Child.reference)
            .lock_rows("UPDATE")
        )
        found |= {row["reference"]: row["id"] for row in locked}
    return found


async def _plan(reports: Sequence[EpisodeReport], now: datetime, *, lock: bool) -> _Plan:
    plan = _Plan()
    for some in _some(reports):
        query = Episode.select().where(
            Episode.source == some[0].source, Episode.source_reference.is_in([one.source_reference for one in some])
        )
        rows = {row["source_reference"]: row for row in await (query.lock_rows("UPDATE") if lock else query)}
        for report in some:
            _place(plan, report, rows.get(report.source_reference), now)
    return plan


def _place(plan: _Plan, report: EpisodeReport, row: dict[str, Any] | None, now: datetime) -> None:
    if row is None:
        plan.new.append(report)
        plan.history += changes.first_state(report, now)["history_only"]
        return
    state = changes.next_state(row, report, now)
    if changes.result_of(row, state) == Result.UNCHANGED:
        plan.unchanged += 1
    else:
        plan.amended.append((row, state))


async def _write(plan: _Plan, children: dict[str, UUID], actor: str, now: datetime) -> None:
    for some in _some(plan.new):
        await Episode.insert(*[new_row(children[str(one.child)], one, now) for one in some])
    for row, state in plan.amended:
        await amend(row, state, actor, now)


async def _log(result: ImportResult, authority: str, actor: str, now: datetime) -> None:
    counts = {name: getattr(result, name) for name in ("read", "new", "changed", "unchanged", "refused", "triggers")}
    await trail.record(actor, "files imported", f"source:{source_of(authority)}", now=now, detail=counts)


def _result(reading: Reading, plan: _Plan, forgotten: int, *, dry_run: bool) -> ImportResult:
    """What is forgotten counts as unchanged: its line says nothing new, and its counts are still here."""
    return ImportResult(
        dry_run=dry_run,
        read=reading.read,
        new=len(plan.new),
        changed=len(plan.amended),
        unchanged=plan.unchanged + forgotten,
        history=plan.history,
        problems=reading.problems,
    )


def _some(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
