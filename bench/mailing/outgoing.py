"""The outgoing half of the mail benchmark: from the change to the relay's 250."""

from __future__ import annotations

import secrets
import time
from datetime import datetime, timedelta

from bench.mailing.run import LOOPBACK, Bench, tell
from meetings import scheduling
from meetings.intake import record
from meetings.intake.reports import EpisodeReport
from meetings.proposal import propose
from meetings.tables import Child, Grading
from meetings.waiting import triggers_waiting
from meetings.when import When
from notifications import outbox
from notifications.lmtp import open_door
from notifications.smtp import Relay

LAMBETH = "E09000022"


async def time_invitations(this: Bench, meetings: int) -> None:
    """From `set_up`, which writes the letters, to the sink's 250 and the letter marked as sent."""

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        this.taken.append(raw)

    sink = await open_door("smtp", LOOPBACK, 0, keep=keep, domain=None, hostname="sink.example")
    relay = Relay(LOOPBACK, sink.sockets[0].getsockname()[1], hostname="convene.example")
    whole, written = [], []
    for _ in range(this.rounds):
        waiting = [await child_waiting(this.begun) for _ in range(meetings)]
        before, begun = len(this.taken), time.perf_counter()
        for child in waiting:
            await set_up(this, child)
        half = time.perf_counter()
        while await outbox.deliver_due(relay.send, clock=lambda: this.begun, limit=10):
            pass
        letters = len(this.taken) - before
        written.append(letters / (half - begun))
        whole.append(letters / (time.perf_counter() - begun))
    await relay.close()
    sink.close()
    await sink.wait_closed()
    tell("invitations, set_up to written", written)
    tell("invitations, set_up to 250 and marked", whole)


async def child_waiting(now: datetime) -> str:
    """A meeting must be called; the child's reference."""
    reference = f"BENCH-{secrets.token_hex(4)}"
    report = EpisodeReport(
        source="bench",
        source_reference=reference,
        issuer="bench",
        child=reference,
        started_at=now - timedelta(hours=3),
        reported_at=now - timedelta(hours=2),
        police_grading=Grading.HIGH,
        home_place=LAMBETH,
    )
    await record.report_episode(report, actor="bench", now=now)
    return reference


async def set_up(this: Bench, reference: str) -> None:
    """The meeting for the child, every proposed unit invited."""
    child = (await Child.select(Child.id).where(Child.reference == reference))[0]["id"]
    proposal = await propose(await triggers_waiting(child), this.begun.date())
    when = When(this.begun + timedelta(hours=21), 60, "", "https://meet.example/r/42")
    units = [seat.unit for seat in proposal.seats]
    await scheduling.set_up(child, when, units, by="bench", now=this.begun, letterhead=this.letterhead)
