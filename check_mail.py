"""`./run check-mail`: what is wrong with an installation's mail set-up, each in a sentence that says what to do."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from datetime import timedelta

import click

import processes
from directory import demanded_tls, mail_domains
from door import account_of
from notifications import door_check, mail_records, relay_check, round_trip, tls_check
from notifications.findings import Finding, Level, advice, right, wrong
from notifications.tables import Heartbeat
from settings import Settings, load_settings

Pool = AbstractAsyncContextManager[None]
LATEST = timedelta(minutes=5)  # since a round of the worker ended
_SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,100}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Wanted:
    """What the operator wants looked at, beside the settings.

    :param selector: of DKIM; "" where it is not known.
    :param robot: a mailbox elsewhere that answers by itself; "" for none.
    :param resolver: the DNS server to ask instead of this machine's own.
    :param patience: seconds to wait for a letter.
    """

    selector: str = ""
    robot: str = ""
    resolver: tuple[str, int] | None = None
    patience: float = 60


class NotAsked(click.UsageError):
    """An option of the command cannot be used; the message says which and why."""


def wanted(selector: str, robot: str, resolver: str, patience: float) -> Wanted:
    """The options as written on the command line.

    :raises NotAsked: naming the first that cannot be used.
    """
    host, _, port = resolver.rpartition(":")
    if selector and not _SELECTOR.fullmatch(selector):
        raise NotAsked(f"--dkim must be a selector such as convene2026: {selector!r}")
    if robot and not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", robot):
        raise NotAsked(f"--to must be one mail address: {robot!r}")
    if resolver and not (host and port.isdigit() and 0 < int(port) < 65536):
        raise NotAsked(f"--resolver must be host:port: {resolver!r}")
    if not 0 < patience <= 3600:
        raise NotAsked(f"--wait must be a number of seconds up to 3600: {patience:g}")
    return Wanted(selector, robot, (host.strip("[]"), int(port)) if resolver else None, patience)


async def looks(
    settings: Settings, wanted: Wanted, *, database: Callable[[], Pool] = processes.database
) -> AsyncIterator[Finding]:
    """Everything that was looked at, as soon as it is known. Changes nothing but for the letters it sends.

    :param database: opens Piccolo's pool, where the caller has none.
    """
    yield right("Settings", f"Mail goes out from {settings.mailbox}@{settings.mail_domain}.")
    if not settings.authserv_id:
        yield advice(
            "Settings",
            "CONVENE_AUTHSERV_ID is not set. An answer whose token was lost always waits for a person, and a forged "
            "From beside a token that leaked is not noticed. Set it once your mail server deletes incoming "
            "Authentication-Results and writes its own.",
        )
    if settings.plain_domains and not settings.authserv_id:
        yield wrong(
            "Settings",
            "CONVENE_PLAIN_DOMAINS is set and CONVENE_AUTHSERV_ID is not, so every answer from those domains waits "
            "for a person. Set both, or neither.",
        )
    for finding in await _relay(settings):
        yield finding
    for finding in await _records(settings, wanted):
        yield finding
    for finding in await _doors(settings):
        yield finding
    async for finding in _through(settings, wanted, database):
        yield finding


async def _relay(settings: Settings) -> list[Finding]:
    return await relay_check.looked_at(
        relay_check.Way(
            *settings.relay.server,
            settings.relay.tls,
            user=settings.relay.user,
            password=settings.relay.password,
            tokens=processes.relay_tokens_of(settings),
        )
    )


async def _records(settings: Settings, wanted: Wanted) -> list[Finding]:
    if settings.mail_domain.endswith(".example") and wanted.resolver is None:
        return [
            advice("DNS", f"Not looked at: {settings.mail_domain} is the demonstration's domain, which is in no DNS.")
        ]
    try:
        resolver = mail_records.resolver_at(wanted.resolver)
    except mail_records.NoAnswerFromDns as failure:
        return [wrong("DNS", f"DNS cannot be asked: {failure}. Name one with --resolver.")]
    return await mail_records.looked_at(settings.mail_domain, selector=wanted.selector, resolver=resolver)


async def _doors(settings: Settings) -> list[Finding]:
    doors = {"CONVENE_SMTP_DOOR": settings.smtp_door, "CONVENE_LMTP_DOOR": settings.lmtp_door}
    findings = await door_check.doors_looked_at(doors)
    if (account := account_of(settings)) is not None:
        findings += await door_check.mailbox_looked_at(account)
    return findings


async def _through(settings: Settings, wanted: Wanted, database: Callable[[], Pool]) -> AsyncIterator[Finding]:
    """The worker's last round, what the relay encrypts, and letters on their way; all of this needs the database."""
    if settings.demo:
        yield advice(
            "Round trip", "Not tried: the demonstration's relay is the officers' server and goes no further."
        )
        return
    clock = processes.clock_of(settings)
    station = processes.station_of(settings)
    async with contextlib.AsyncExitStack() as held:
        try:
            await processes.check_database()
            await held.enter_async_context(database())
        except (processes.NoDatabase, processes.NotMigrated) as failure:
            yield wrong("Database", f"{failure} No letter was sent, as nothing could be seen of its return.")
            return
        relay = processes.relay_of(settings)
        held.push_async_callback(relay.close)
        yield await _worker(settings)
        table = demanded_tls.as_read(settings.relay.tls_policy)
        for finding in tls_check.looked_at(await mail_domains.demands(), table):
            yield finding
        yield await round_trip.gone_round(relay, station, clock=clock, patience=wanted.patience)
        if wanted.robot:
            yield await round_trip.answered(relay, station, wanted.robot, clock=clock, patience=wanted.patience)


async def _worker(settings: Settings) -> Finding:
    last = await Heartbeat.select(Heartbeat.at).where(Heartbeat.job == "deliver").first()
    if last is None:
        return wrong("Worker", "The worker has never sent anything. Start ./run worker.")
    if processes.clock_of(settings)() - last["at"] > LATEST:
        return wrong(
            "Worker", f"The worker last looked for letters at {last['at']:%d %b %H:%M} UTC. Start ./run worker."
        )
    return right("Worker", "The worker sends what is due.")


async def told(wanted: Wanted, *, as_json: bool) -> int:
    """Everything is looked at and printed, each finding as soon as it is known; returns 0 when nothing is wrong.

    :raises BadSetting: when it does not come to that.
    """
    found = []
    async for finding in looks(load_settings(), wanted):
        found.append(finding)
        if not as_json:
            click.echo(line_of(finding))
    works = all(finding.level is not Level.WRONG for finding in found)
    if as_json:
        click.echo(json.dumps({"works": works, "findings": [asdict(finding) for finding in found]}, indent=2))
    else:
        click.echo(
            "Nothing is wrong." if works else "Something is WRONG, see above: invitations or answers may be lost."
        )
    return 0 if works else 1


def line_of(finding: Finding) -> str:
    """The finding as one line of the command's answer."""
    mark = {Level.RIGHT: "ok    ", Level.ADVICE: "advice", Level.WRONG: "WRONG "}[finding.level]
    return f"{mark}  {finding.part + ':':<12}{finding.says}"
