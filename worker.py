"""The background process: a timetable of few fixed rounds, signals, and a clean stop.

APScheduler is only the metronome (letters and reminders have their due times in the database): each round
does what is due until nothing is. Two workers are harmless, because every claim is SKIP LOCKED with a lease.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

import metrics
import processes
import start_checks
from attendance import (
    after_closing,
    chasing,
    ladder_round,
    overdue,
    registers_waiting,
    silent_units,
    taking_in,
    teams_evidence,
)
from attendance.reading_apart import ReadsApart
from canary import Canary
from directory import (
    calendar_round,
    contradictions,
    csv_taking,
    demanded_tls,
    history,
    refused_letters,
    verification_round,
)
from directory.calendar_fetching import Fetcher
from logs import configure_logging
from meetings import action_reminders, handing_over, noticing, outgoing, returning
from meetings.letters import Letterhead
from notifications import outbox
from notifications.holding import holding
from notifications.smtp import Relay
from notifications.tables import Heartbeat
from overseeing import Overseer
from privacy import answering, letting_go
from processes import Clock
from reports import asked_files, corrections_due, low_rates, making, nightly, posting
from reports.publishing_rounds import PublishingRounds
from reports.standing_press import PRESS
from settings import Settings, load_settings
from web import askings
from web.letters import Sender

log = structlog.get_logger()
Round = Callable[[], Awaitable[object]]
ONE_AT_A_TIME = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}


class Worker:
    """Rounds that can be asked to stop: the message in hand is finished, the next one is not begun."""

    def __init__(
        self,
        relay: Relay,
        letterhead: Letterhead,
        clock: Clock,
        *,
        authserv_id: str,
        fetcher: Fetcher,
        publishing: PublishingRounds,
        overseer: Overseer,
        tls_policy: Path | None = None,
        through: Mapping[str, str] = askings.NOBODY,
    ) -> None:
        self.relay, self.letterhead, self.clock, self.authserv_id = relay, letterhead, clock, authserv_id
        self.fetcher, self.reader, self.publishing = fetcher, ReadsApart(), publishing
        self.tls_policy, self._settings_letterhead = tls_policy, letterhead
        self.stopping, self.through = asyncio.Event(), through
        self.overseer, overseer.stopping = overseer, self.stopping.is_set
        self._in_hand: set[asyncio.Task[object]] = set()

    async def deliver(self) -> None:
        """Every message that is due has been offered to the relay."""
        at_once = self.relay.connections
        send = holding(self.relay.send, await demanded_tls.kept_back(self.tls_policy, self.clock()))
        while await outbox.deliver_due(outgoing.guarded(send), clock=self.clock, at_once=at_once):
            if self.stopping.is_set():
                return

    async def let_in(self) -> None:
        """Whoever asked to sign in and has an account has a letter. By the real time, as sessions go."""
        head = self.letterhead
        sender = Sender(head.sender_address(), head.sender_name, head.base_url)
        now = datetime.now(UTC)
        await askings.answer_due(sender, through=self.through, now=now, posted_at=self.clock())

    async def take_in(self) -> None:
        """Every message that came in has its disposition."""
        await self.reader.start()
        await taking_in.take_in_all(
            letterhead=self.letterhead,
            clock=self.clock,
            reader=self.reader,
            authserv_id=self.authserv_id,
            stopping=self.stopping.is_set,
        )

    async def notice(self) -> None:
        """Conditions that time alone fulfils (open 24 hours, open 72 hours) have their triggers."""
        await noticing.notice(self.clock())

    async def remind(self) -> None:
        """Reminders are planned, and those due are written to the outbox or recorded as missed."""
        await chasing.plan(self.clock())
        await chasing.remind_due(letterhead=self.letterhead, now=self.clock())

    async def ask_about_registers(self) -> None:
        """Registers that stand open are asked about; names in Teams files that nobody decided about are forgotten."""
        await registers_waiting.plan(self.clock())
        await registers_waiting.ask_due(letterhead=self.letterhead, now=self.clock())
        await teams_evidence.forget(self.clock())

    async def hand_over(self) -> None:
        """The police of the place that a child was moved to are told, or the move waits for a person."""
        await handing_over.notice_moves(self.clock(), letterhead=self.letterhead)

    async def pass_up(self) -> None:
        """What nobody decided in its time is on the ladder."""
        await overdue.pass_up(self.clock())

    async def follow_up(self) -> None:
        """Meetings held have their reviews, those of children who returned stand as ruled, owners are reminded."""
        await after_closing.settle_reviews(self.clock())
        await returning.act_on_returns(letterhead=self.letterhead, now=self.clock())
        await action_reminders.remind_due(letterhead=self.letterhead, now=self.clock())

    async def fetch(self) -> None:
        """Published calendars that are due have been read, or the next try has its time."""
        await calendar_round.read_due(
            fetcher=self.fetcher,
            ours=f"@{self.letterhead.domain}",
            clock=self.clock,
            stopping=self.stopping.is_set,
        )

    async def verify(self) -> None:
        """What speaks against entries of the directory is noted, and their owners are asked to confirm them."""
        head = self.letterhead
        sender = Sender(head.sender_address(), head.sender_name, head.base_url.rstrip("/"))
        await contradictions.close_gone(self.clock())
        await refused_letters.warn(self.clock())
        await silent_units.warn(self.clock())
        await verification_round.ask_due(sender=sender, now=self.clock())

    async def keep_history(self) -> None:
        """What is held of each unit is kept as it is now, also where it was changed around the application."""
        await history.catch_up(self.clock())

    async def escalate(self) -> None:
        """Ladders are raised where nobody answered or came, and each step that is due was taken."""
        await ladder_round.escalate(letterhead=self.letterhead, now=self.clock())

    async def look_back(self) -> None:
        """What months add up to, low attendance and the quarterly note, has its ladder."""
        await ladder_round.look_back(self.clock(), low_rates.raise_for_low_rates)

    async def post(self) -> None:
        """The ledger of the reports is posted up to now."""
        await posting.post_due(self.clock(), stopping=self.stopping.is_set)

    async def check_ledger(self) -> None:
        """Once a night the ledger was held against a recount; what differs is logged and kept."""
        await nightly.check(self.clock(), stopping=self.stopping.is_set)

    async def let_go(self) -> None:
        """Once a night what has had its time is gone, and what goes next is counted."""
        await letting_go.let_go_due(self.clock(), stopping=self.stopping.is_set)

    async def answer_requests(self) -> None:
        """Requests about what is held have had their next step. Who may ask follows the real time."""
        await answering.take_steps(self.clock(), real_now=datetime.now(UTC), stopping=self.stopping.is_set)

    async def make_files(self) -> None:
        """Files of reports that people asked for are made; old ones go, and those sent to the directory."""
        await asked_files.make_due(self.clock, stopping=self.stopping.is_set)
        await asked_files.forget(self.clock())
        await csv_taking.forget(self.clock())

    async def compare_publications(self) -> None:
        """Each released report was compared with the records today; what differs is on the page of publications."""
        await corrections_due.compare_released(PRESS, self.clock())

    def tracked(self, name: str, work: Round) -> Round:
        """The round as the timetable runs it: its failure is logged and ends nothing; its end is a heartbeat."""

        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None, "the timetable runs rounds as tasks"
            self._in_hand.add(task)
            try:
                self.letterhead = await processes.letterhead_today(self._settings_letterhead)
                await work()
                now = self.clock()
                await Heartbeat.insert(Heartbeat(job=name, at=now)).on_conflict(
                    target=Heartbeat.job, action="DO UPDATE", values=[(Heartbeat.at, now)]
                )
            except Exception as failure:  # a round must never end the timetable; the next one tries again
                log.error("round failed", round=name, error=type(failure).__name__)
            finally:
                self._in_hand.discard(task)

        return run

    async def finished(self) -> None:
        """Nothing is in hand any more. (`shutdown` would cancel a letter half sent.)"""
        self.stopping.set()
        while self._in_hand:
            await asyncio.wait(set(self._in_hand))


def timetable(worker: Worker, tick: float) -> list[tuple[str, Round, float]]:
    """The whole timetable: name, round, seconds between rounds."""
    return [
        ("let in", worker.let_in, tick / 4),  # somebody sits and waits for it
        ("deliver", worker.deliver, tick),
        ("take in", worker.take_in, tick),
        ("notice", worker.notice, 4 * tick),
        ("remind", worker.remind, 4 * tick),
        ("ask about registers", worker.ask_about_registers, 4 * tick),
        ("hand over", worker.hand_over, 4 * tick),
        ("pass up", worker.pass_up, 4 * tick),
        ("follow up", worker.follow_up, 4 * tick),
        ("fetch", worker.fetch, tick),
        ("verify", worker.verify, 4 * tick),
        ("keep history", worker.keep_history, 60 * tick),
        ("escalate", worker.escalate, 4 * tick),
        ("look back", worker.look_back, 60 * tick),
        ("compare publications", worker.compare_publications, 60 * tick),
        ("post", worker.post, tick),
        ("check the ledger", worker.check_ledger, 60 * tick),
        ("make files", worker.make_files, tick),
        *worker.overseer.rounds(tick),
        ("answer requests", worker.answer_requests, tick),
        ("let go", worker.let_go, 60 * tick),
        *((name, work, 4 * tick) for name, work in worker.publishing.named().items()),
    ]


async def main(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is in hand."""
    relay = processes.relay_of(settings)
    stop = processes.stop_signal()
    async with processes.database():
        letterhead, clock = processes.letterhead_of(settings), processes.clock_of(settings)
        fetcher = Fetcher(opened=settings.calendar_networks)
        publishing = PublishingRounds(
            letterhead, clock, PRESS, making.made, open_data=settings.open_data, open_data_url=settings.open_data_url
        )
        worker = Worker(
            relay,
            letterhead,
            clock,
            authserv_id=settings.authserv_id,
            overseer=Overseer(letterhead, clock, heads=settings.audit_heads, letters_to=settings.audit_letters),
            fetcher=fetcher,
            publishing=publishing,
            tls_policy=settings.relay.tls_policy,
            through=processes.through_of(settings),
        )
        canary = Canary(settings, relay, worker.stopping)
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=ONE_AT_A_TIME)
        for name, work, seconds in [*timetable(worker, settings.tick), *canary.rounds()]:
            scheduler.add_job(worker.tracked(name, work), "interval", seconds=seconds, id=name)
        scheduler.start()
        async with metrics.told_at(
            settings.worker_metrics, metrics.of_the_worker(canary), token=settings.metrics_token
        ):
            await stop.wait()
        scheduler.pause()
        await worker.finished()
        scheduler.shutdown()
        await worker.reader.close()
        await relay.close()


def serve() -> None:
    """Work with the settings of the environment, until told to stop."""
    configure_logging()
    settings = load_settings()
    processes.sign_in_at(settings.service_database_url)
    asyncio.run(main(start_checks.passed(settings)))


if __name__ == "__main__":
    serve()
