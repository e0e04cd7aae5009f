"""The outgoing half of the mail benchmark: from the change to the relay's 250.

The change and the sending are timed in this one process, one after the other. In an installation the web process
makes the changes and the worker sends, side by side.
"""

from __future__ import annotations

import resource
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bench.mailing import relays
from bench.mailing.run import LOOPBACK, Bench, say, tell
from directory.tables import Unit
from meetings import scheduling, setting_up
from meetings.episode_tables import Child, Grading
from meetings.intake import record
from meetings.intake.reports import EpisodeReport
from meetings.proposal import propose
from meetings.seats import Capacity
from meetings.tables import Meeting, Seat
from meetings.waiting import triggers_waiting
from meetings.when import When
from notifications import outbox
from notifications.smtp import Relay
from web.viewer import MACHINE

LAMBETH = "E09000022"
CONNECTIONS = 4
LARGE = 40  # seats of the large meeting
LETTER = 9_700  # octets of a usual invitation, for the relay's own ceiling


@dataclass
class Rates:
    """Letters a second of each round."""

    written: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    own_time: list[float] = field(default_factory=list)  # a second of this process's CPU time


async def time_invitations(this: Bench, meetings: int, others: bool) -> None:
    """From `set_up` and `move`, which write the letters, to the relay's 250 and the letters marked as sent."""
    large = await large_meeting(this)
    async with relays.here(this.taken) as port:
        await time_meetings(this, meetings, "sink here", port)
    async with relays.here([]) as port:
        await time_large(this, large, "sink here", port)
    for name, relay in relays.available().items() if others else ():
        async with relay() as port:
            await time_meetings(this, meetings, name, port)
            await time_large(this, large, name, port)
            most = [await relays.ceiling(port, 500, CONNECTIONS, LETTER) for _ in range(this.rounds)]
            tell(f"{name}: what it takes from smtp-source", most)
    say(f"memory of this process at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


async def time_meetings(this: Bench, meetings: int, name: str, port: int) -> None:
    """So many new meetings are set up, one transaction each, and their invitations sent."""
    rates = Rates()
    for _ in range(this.rounds):
        waiting = [await child_waiting(this.begun) for _ in range(meetings)]

        async def change(waiting: list[Waiting] = waiting) -> None:
            for one in waiting:
                await set_up(this, one)

        await time_round(this, change, port, rates)
    tell_rates(f"{name}: {meetings} meetings set up", rates)


async def time_large(this: Bench, reference: str, name: str, port: int) -> None:
    """One meeting of many seats has a new time, in one transaction, and everybody is told."""
    rates = Rates()
    for _ in range(this.rounds):

        async def change() -> None:
            (now,) = await Meeting.select(Meeting.starts_at).where(Meeting.reference == reference)
            await move(this, reference, now["starts_at"] + timedelta(hours=1))

        await time_round(this, change, port, rates)
    tell_rates(f"{name}: {LARGE} seats moved", rates)


async def time_round(this: Bench, change: Callable[[], Awaitable[None]], port: int, rates: Rates) -> None:
    relay = Relay(LOOPBACK, port, hostname="convene.example", connections=CONNECTIONS)
    begun, cpu, letters = time.perf_counter(), time.process_time(), 0
    await change()
    half = time.perf_counter()
    while some := await outbox.deliver_due(relay.send, clock=lambda: this.begun, at_once=CONNECTIONS):
        letters += some
    done = time.perf_counter()
    rates.own_time.append(letters / (time.process_time() - cpu))
    rates.written.append(letters / (half - begun))
    rates.sent.append(letters / (done - half))
    rates.whole.append(letters / (done - begun))
    await relay.close()


def tell_rates(name: str, rates: Rates) -> None:
    tell(f"{name}, change to written", rates.written)
    tell("  written to 250 and marked as sent", rates.sent)
    tell("  change to 250 and marked as sent", rates.whole)
    tell("  for each second of this process's CPU time", rates.own_time)


@dataclass(frozen=True)
class Waiting:
    """A child for whom a meeting must be called, and the units that the coordinator saw proposed."""

    child: UUID
    units: list[UUID]


async def child_waiting(now: datetime) -> Waiting:
    reference = f"BENCH-{secrets.randbelow(10**9):09}"  # letters could spell a name, which is refused
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
    child = (await Child.select(Child.id).where(Child.reference == reference))[0]["id"]
    proposal = await propose(await triggers_waiting(child, MACHINE), now.date())
    return Waiting(child, [seat.unit for seat in proposal.seats])


async def set_up(this: Bench, one: Waiting) -> str:
    """The meeting for the child, every proposed unit invited; its reference."""
    when = at(this.begun + timedelta(hours=21))
    return await setting_up.set_up(
        one.child, when, one.units, by="bench", now=this.begun, letterhead=this.letterhead, viewer=MACHINE
    )


async def move(this: Bench, reference: str, starts_at: datetime) -> None:
    await scheduling.move(reference, at(starts_at), by="bench", now=this.begun, letterhead=this.letterhead)


def at(starts_at: datetime) -> When:
    return When(starts_at, 60, "", "https://meet.example/r/42")


async def large_meeting(this: Bench) -> str:
    """A meeting at which LARGE units have a seat, all told of it; its reference."""
    reference = await set_up(this, await child_waiting(this.begun))
    seated = {row["unit"] for row in await Seat.select(Seat.unit).where(Seat.meeting.reference == reference)}
    for row in await Unit.select(Unit.id).limit(LARGE):
        if row["id"] not in seated and len(seated) < LARGE:
            seated.add(row["id"])
            await scheduling.add_seat(
                reference, row["id"], [Capacity.VOLUNTARY], by="bench", now=this.begun, letterhead=this.letterhead
            )

    async def nowhere(raw: bytes, envelope_from: str, recipient: str) -> None:
        """So that the letters of its setting up are not in the figures."""

    while await outbox.deliver_due(nowhere, clock=lambda: this.begun):
        pass
    return reference
