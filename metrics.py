"""What a monitor asks for: figures as Prometheus reads them, with nobody's name, address or reference in them.

The worker tells what stands in the database, the web process what it was asked; each on an address of its own that
people never reach (`CONVENE_WORKER_METRICS`, `CONVENE_WEB_METRICS`).
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from canary import Canary
from notifications.inbox import STOPPED
from web.watching import Watched

log = structlog.get_logger()
Sample = tuple[Mapping[str, str], float]
Tell = Callable[[], Awaitable[str]]
_LONGEST_QUESTION = 8192  # octets
_PATIENCE = 10.0  # seconds for a question to arrive, and for its answer


@dataclass(frozen=True)
class Figure:
    """One figure of the database: each row's `value`, its other columns being the labels."""

    name: str
    meaning: str
    query: str


FIGURES = (
    Figure(
        "convene_outbox_letters",
        "Letters that have not left, and refusals that nobody has seen.",
        "SELECT state, count(*) AS value FROM outbound_mail WHERE state IN ('queued', 'sending') "
        "OR (state = 'refused' AND seen_at IS NULL) GROUP BY state",
    ),
    Figure(
        "convene_outbox_oldest_seconds",
        "How long the letter has been due that is due for longest.",
        "SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) AS value FROM outbound_mail "
        "WHERE state IN ('queued', 'sending') AND due_at < now()",
    ),
    Figure(
        "convene_outbox_tries",
        "Tries so far of the letters that have not left.",
        "SELECT coalesce(sum(tries), 0) AS value FROM outbound_mail WHERE state IN ('queued', 'sending')",
    ),
    Figure(
        "convene_inbox_waiting",
        "Messages that are kept and not yet taken in.",
        "SELECT count(*) AS value FROM inbound_mail WHERE disposition = 'kept'",
    ),
    Figure(
        "convene_inbox_oldest_seconds",
        "How long the message has waited to be taken in that has waited for longest.",
        "SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) AS value FROM inbound_mail "
        "WHERE disposition = 'kept'",
    ),
    Figure(
        "convene_inbox_set_aside",
        "Messages that wait for a person.",
        "SELECT count(*) AS value FROM inbound_mail WHERE disposition = 'set aside' AND reviewed_at IS NULL",
    ),
    Figure(
        "convene_inbox_set_aside_oldest_seconds",
        "How long the message has waited for a person that has waited for longest.",
        "SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) AS value FROM inbound_mail "
        "WHERE disposition = 'set aside' AND reviewed_at IS NULL",
    ),
    Figure(
        "convene_inbox_last_day",
        "Messages of the last 24 hours by what they were and how they ended: bounces, strangers, answers.",
        "SELECT kind, disposition, count(*) AS value FROM inbound_mail WHERE received_at > now() - interval '1 day' "
        "GROUP BY kind, disposition",
    ),
    Figure(
        "convene_readers_stopped_last_day",
        "Messages of the last 24 hours that stopped the process which read them.",
        "SELECT count(*) AS value FROM inbound_mail WHERE received_at > now() - interval '1 day' "
        f"AND starts_with(reason, '{STOPPED}')",
    ),
    Figure(
        "convene_round_age_seconds",
        "How long ago each round of the worker last ended well.",
        "SELECT job AS round, extract(epoch FROM now() - at) AS value FROM heartbeat",
    ),
    Figure("convene_troubles", "What rounds cannot do.", "SELECT count(*) AS value FROM trouble"),
    Figure(
        "convene_reminders_late_seconds",
        "How late the reminder is that is latest of those neither sent nor given up.",
        "SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) AS value FROM reminder "
        "WHERE outcome = '' AND due_at < now()",
    ),
    Figure(
        "convene_reminders_missed_last_day",
        "Reminders of the last 24 hours that were due while nothing could be sent.",
        "SELECT count(*) AS value FROM reminder WHERE outcome = 'missed' AND due_at > now() - interval '1 day'",
    ),
    Figure(
        "convene_sessions",
        "Sessions in which somebody is signed in.",
        "SELECT count(*) AS value FROM sign_in WHERE ended_at IS NULL AND expires_at > now()",
    ),
    Figure(
        "convene_break_glass",
        "Uses of break-glass that run, and that nobody has reviewed.",
        "SELECT 'open' AS state, count(*) AS value FROM break_glass WHERE ended_at IS NULL AND until > now() "
        "UNION ALL SELECT 'to review', count(*) FROM break_glass WHERE reviewed_at IS NULL",
    ),
    Figure(
        "convene_refused_last_day",
        "Refusals of the last 24 hours: cases that were not the viewer's, and sign-in links asked for too often.",
        "SELECT CASE WHEN action = 'was refused a case' THEN 'case' ELSE 'sign-in link' END AS what, "
        "count(*) AS value FROM audit_entry WHERE at > now() - interval '1 day' "
        "AND action IN ('was refused a case', 'was refused one more sign-in link') GROUP BY 1",
    ),
    Figure(
        "convene_audit_unsealed_seconds",
        "How long the entry of the log of acts has waited for its seal that has waited for longest.",
        "SELECT coalesce(extract(epoch FROM now() - min(at)), 0) AS value FROM audit_entry "
        "WHERE id > (SELECT coalesce(max(upto), 0) FROM audit_batch)",
    ),
    Figure(
        "convene_ledger_differences",
        "Figures of the ledger that are not what a recount says.",
        "SELECT count(*) AS value FROM ledger_difference WHERE settled_at IS NULL",
    ),
    Figure(
        "convene_ledger_checked_seconds",
        "How long ago the ledger was last recounted.",
        "SELECT extract(epoch FROM now() - checked_at) AS value FROM ledger_state WHERE checked_at IS NOT NULL",
    ),
    Figure(
        "convene_wal_archived_seconds",
        "How long ago PostgreSQL last archived its log; only where it archives.",
        "SELECT extract(epoch FROM now() - last_archived_time) AS value FROM pg_stat_archiver "
        "WHERE last_archived_time IS NOT NULL",
    ),
    Figure(
        "convene_wal_archive_failures",
        "How often that has failed.",
        "SELECT failed_count AS value FROM pg_stat_archiver",
    ),
    Figure(
        "convene_standby_behind_bytes",
        "What of PostgreSQL's log a standby has not replayed; only where our role may read it (pg_monitor).",
        "SELECT application_name AS standby, sync_state AS sync, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) "
        "AS value FROM pg_stat_replication WHERE replay_lsn IS NOT NULL",
    ),
    Figure(
        "convene_replication_slot_bytes",
        "What of its log PostgreSQL keeps on disk for each replication slot.",
        "SELECT slot_name AS slot, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) AS value "
        "FROM pg_replication_slots WHERE restart_lsn IS NOT NULL AND NOT pg_is_in_recovery()",
    ),
    Figure(
        "convene_database_sessions",
        "Sessions of this database by what they do.",
        "SELECT coalesce(state, 'other') AS state, count(*) AS value FROM pg_stat_activity "
        "WHERE datname = current_database() GROUP BY 1",
    ),
    Figure(
        "convene_database_bytes",
        "The size of this database on disk.",
        "SELECT pg_database_size(current_database()) AS value",
    ),
)


async def of_the_database() -> str:
    """Every figure that can be had now; one that fails is missing, and named in the log."""
    from piccolo_conf import DB  # imported late: it reads DATABASE_URL, which the settings check first

    asked_at = datetime.now(UTC)
    (row,) = await DB._run_in_pool("SELECT clock_timestamp() AS at")
    ahead = (row["at"] - asked_at).total_seconds()
    text = [said("convene_database_clock_ahead_seconds", "By how much its clock is ahead of ours.", [({}, ahead)])]
    for figure in FIGURES:
        try:
            rows = await DB._run_in_pool(figure.query)
        except Exception as error:  # one that fails keeps no other back
            log.warning("figure not had", figure=figure.name, error=type(error).__name__)
            continue
        text.append(said(figure.name, figure.meaning, map(_sample, rows)))
    return "".join(text)


def _sample(row: Mapping[str, Any]) -> Sample:
    return {name: str(value) for name, value in row.items() if name != "value"}, float(row["value"])


def of_the_worker(canary: Canary) -> Tell:
    """The database's figures, what the last letter to ourselves took, and the room for temporary files."""

    async def tell() -> str:
        took: list[Sample] = [({}, canary.seconds)] if canary.seconds is not None else []
        free = float(shutil.disk_usage(tempfile.gettempdir()).free)
        return (
            await of_the_database()
            + said("convene_round_trip_seconds", "What the last letter to ourselves took to come back.", took)
            + said("convene_temporary_bytes_free", "Room on the disk of temporary files.", [({}, free)])
        )

    return tell


def of_the_web(watched: Watched) -> Tell:
    """What this web process was asked since its start, and its connections to the database."""

    async def tell() -> str:
        from piccolo_conf import DB  # imported late, as above

        answered = [
            ({"method": method, "route": route, "status": str(status)}, float(count))
            for (method, route, status), count in watched.answered.items()
        ]
        seconds = [({"method": m, "route": r}, float(sum_)) for (m, r), sum_ in watched.seconds.items()]
        pool = DB.pool
        idle, size = (pool.get_idle_size(), pool.get_size()) if pool else (0, 0)
        connections = [({"state": "idle"}, float(idle)), ({"state": "in use"}, float(size - idle))]
        return (
            said("convene_requests_total", "Requests answered, by route and status.", answered, "counter")
            + said("convene_request_seconds_total", "Seconds spent on them, by route.", seconds, "counter")
            + said("convene_requests_in_hand", "Requests that wait for an answer.", [({}, float(watched.in_hand))])
            + said("convene_pool_connections", "Connections to the database.", connections)
        )

    return tell


def said(name: str, meaning: str, samples: Iterable[Sample], kind: str = "gauge") -> str:
    """One figure in Prometheus' text format, version 0.0.4."""
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{shown}}} {value:g}" if shown else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@contextlib.asynccontextmanager
async def told_at(address: tuple[str, int] | None, tell: Tell, *, token: str) -> AsyncIterator[None]:
    """Whoever asks for /metrics at this address is told, within; nothing listens where there is none.

    :param token: what must be sent as `Authorization: Bearer …`; "" where nobody else can reach the address.
    """
    if address is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_PATIENCE):
                writer.write(await _answered(await reader.readuntil(b"\r\n\r\n"), tell, token))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, *address, limit=_LONGEST_QUESTION)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


async def _answered(question: bytes, tell: Tell, token: str) -> bytes:
    first, *lines = question.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    sent = headers.get("authorization", "")
    if first.split(" ")[:2] != ["GET", "/metrics"]:
        return _http("404 Not Found", "Ask for /metrics.\n")
    if token and not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        return _http("401 Unauthorized", "Send the token of CONVENE_METRICS_TOKEN.\n")
    try:
        return _http("200 OK", await tell())
    except Exception as error:  # the database may be away; a monitor must see that, and the server must live
        log.warning("metrics not told", error=type(error).__name__)
        return _http("503 Service Unavailable", "The database does not answer.\n")


def _http(status: str, text: str) -> bytes:
    body = text.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
    return f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
