"""Whether an installation works, in sentences for administrators; nobody's name, address or reference is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from audit.tables import Entry
from canary import ROUND as GONE_ROUND
from notifications import troubles
from notifications.round_trip import REASON
from notifications.tables import Heartbeat, InboundMail, OutboundMail
from reports.ledger_tables import LedgerState
from web.acting import Way, beyond_own_cases

BACKUP = "backup"  # the heartbeat that `./run backed-up` leaves
SOON = timedelta(minutes=5)  # for what waits, and for rounds that somebody waits for
LATE = timedelta(minutes=30)  # for every round: the longest is due every quarter of an hour
LOST = timedelta(minutes=15)  # for a letter to ourselves that leaves every five minutes
NIGHTLY = timedelta(hours=26)
QUICK = ("deliver", "take in", "let in")

_OUT = """
SELECT count(*) FILTER (WHERE state <> 'refused') AS waiting, min(due_at) FILTER (WHERE state <> 'refused') AS since,
    count(*) FILTER (WHERE state = 'refused') AS refused
FROM outbound_mail WHERE (state IN ('queued', 'sending') AND due_at <= {}) OR (state = 'refused' AND seen_at IS NULL)
"""
_IN = "SELECT count(*) AS waiting, min(received_at) AS since FROM inbound_mail WHERE disposition = 'kept'"
_OWN = """
SELECT received_at, content FROM inbound_mail WHERE received_at > {} AND starts_with(reason, {})
ORDER BY id DESC LIMIT 1
"""
_UNSEALED = """
SELECT min(at) AS since, count(*) AS entries FROM audit_entry
WHERE id > (SELECT coalesce(max(upto), 0) FROM audit_batch)
"""
_LEDGER = """
SELECT (SELECT checked_at FROM ledger_state) AS checked_at,
    (SELECT count(*) FROM ledger_difference WHERE settled_at IS NULL) AS differences
"""


class Level(StrEnum):
    """What an administrator should make of a line."""

    WORKS = "Works"
    LOOK = "Look at it"
    UNKNOWN = "Not known"


@dataclass(frozen=True)
class Line:
    """One question about the installation, with its answer."""

    asked: str
    level: Level
    says: str


@dataclass(frozen=True)
class Turn:
    """When a round of the worker last ended well."""

    round: str
    at: datetime
    late: bool


async def turns(now: datetime) -> list[Turn]:
    """Every round that has ended once, by name."""
    rows = await Heartbeat.select().where(Heartbeat.job != BACKUP).order_by(Heartbeat.job)
    return [Turn(row["job"], row["at"], now - row["at"] > _patience(row["job"])) for row in rows]


def _patience(job: str) -> timedelta:
    return SOON if job in QUICK else LOST if job == GONE_ROUND else LATE


async def lines(now: datetime, every: list[Turn], *, demo: bool) -> list[Line]:
    """What to look at, question by question; `every` as `turns` gave it."""
    return [
        await _going_out(now),
        await _coming_in(now, every, demo=demo),
        _rounds(every),
        await _log(now),
        await _ledger(now),
        await _backup(now),
        await _troubles(),
    ]


@beyond_own_cases(Way.WORKING)
async def _going_out(now: datetime) -> Line:
    (row,) = await OutboundMail.raw(_OUT, now)
    asked, more = "Is mail going out?", ""
    if row["refused"]:
        more = f" Refused, and seen by nobody yet: {row['refused']:,}. Coordinators find them under Post."
    if not row["waiting"]:
        return Line(asked, Level.LOOK if more else Level.WORKS, f"No letter is due.{more}")
    late = now - row["since"] > SOON
    says = f"{_letters(row['waiting'])} due, the oldest for {_long(now - row['since'])}.{more}"
    return Line(asked, Level.LOOK if late or more else Level.WORKS, says)


@beyond_own_cases(Way.WORKING)
async def _coming_in(now: datetime, every: list[Turn], *, demo: bool) -> Line:
    (row,) = await InboundMail.raw(_IN)
    asked, waits = "Is mail coming in?", ""
    if row["waiting"] and now - row["since"] > SOON:
        waits = f" {_letters(row['waiting'])} not read yet, the oldest for {_long(now - row['since'])}."
    own = next((turn for turn in every if turn.round == GONE_ROUND), None)
    if own is None:
        why = "In the demonstration no letter is sent round." if demo else "No letter to itself has come back yet."
        return Line(asked, Level.LOOK if waits else Level.UNKNOWN, why + waits)
    took = await _took(own.at)
    says = f"A letter that Convene sent to itself came back {_long(now - own.at)} ago{took}."
    return Line(asked, Level.LOOK if own.late or waits else Level.WORKS, says + waits)


async def _took(at: datetime) -> str:
    rows: list[dict[str, Any]] = await InboundMail.raw(_OWN, at - LOST, REASON)
    for row in rows:
        for line in bytes(row["content"] or b"").split(b"\r\n\r\n")[0].splitlines():
            if line.lower().startswith(b"date:"):
                seconds = (row["received_at"] - parsedate_to_datetime(line[5:].decode("ascii"))).total_seconds()
                return f", after {_long(timedelta(seconds=max(seconds, 0)))}"
    return ""


def _rounds(every: list[Turn]) -> Line:
    asked, late = "Does the worker do its rounds?", [turn.round for turn in every if turn.late]
    if not every:
        return Line(asked, Level.LOOK, "No round has ever ended. Start ./run worker.")
    if late:
        return Line(asked, Level.LOOK, f"Not for too long: {', '.join(late)}.")
    return Line(asked, Level.WORKS, "Every round ended when it should have.")


async def _log(now: datetime) -> Line:
    (row,) = await Entry.raw(_UNSEALED)
    asked = "Is the log of acts sealed?"
    if row["since"] is None:
        return Line(asked, Level.WORKS, "Every entry is sealed.")
    says = f"Not yet sealed: {row['entries']:,}, the oldest for {_long(now - row['since'])}."
    return Line(asked, Level.LOOK if now - row["since"] > SOON else Level.WORKS, says)


async def _ledger(now: datetime) -> Line:
    (row,) = await LedgerState.raw(_LEDGER)
    asked, found = "Do the reports’ figures equal a recount?", row["differences"]
    if row["checked_at"] is None:
        return Line(asked, Level.UNKNOWN, "They were not recounted yet: the worker does so each night after three.")
    said = f"Recounted {_long(now - row['checked_at'])} ago"
    if found:
        return Line(
            asked, Level.LOOK, f"{said}; differences that are open: {found:,}. ./run ledger check names them."
        )
    late = now - row["checked_at"] > NIGHTLY
    return Line(asked, Level.LOOK if late else Level.WORKS, f"{said}; nothing differs.")


async def note_backup(now: datetime) -> None:
    """A backup was made at this time."""
    await Heartbeat.insert(Heartbeat(job=BACKUP, at=now)).on_conflict(
        target=Heartbeat.job, action="DO UPDATE", values=[(Heartbeat.at, now)]
    )


async def _backup(now: datetime) -> Line:
    row = await Heartbeat.select(Heartbeat.at).where(Heartbeat.job == BACKUP).first()
    asked = "When was the last backup?"
    if row is None:
        return Line(
            asked, Level.UNKNOWN, "Nobody has told. Let whatever makes backups run ./run backed-up after each."
        )
    late = now - row["at"] > NIGHTLY
    return Line(asked, Level.LOOK if late else Level.WORKS, f"{_long(now - row['at'])} ago, as ./run backed-up told.")


async def _troubles() -> Line:
    asked, jobs = "Is there anything that a round cannot do?", [trouble.job for trouble in await troubles.standing()]
    if not jobs:
        return Line(asked, Level.WORKS, "Nothing.")
    return Line(asked, Level.LOOK, f"{', '.join(jobs)}. Coordinators find what it is under Post, and the log has it.")


def _letters(count: int) -> str:
    return "1 letter is" if count == 1 else f"{count:,} letters are"


def _long(time: timedelta) -> str:
    """`3 seconds`, `12 minutes`, `5 hours`, `4 days`: never rounded up."""
    for seconds, unit in ((86_400 * 2, "day"), (7_200, "hour"), (120, "minute")):
        if time.total_seconds() >= seconds:
            count = int(time.total_seconds() // {"day": 86_400, "hour": 3_600, "minute": 60}[unit])
            return f"{count} {unit}s"
    count = int(time.total_seconds())
    return "less than a second" if count < 1 else "1 second" if count == 1 else f"{count} seconds"
