"""The mail doors: SMTP and LMTP, each keeping the raw message before it answers 250; and IMAP, where it is set.

In the demonstration the officers' own mail server stands here too.
"""

from __future__ import annotations

import asyncio

import processes
import start_checks
from logs import configure_logging
from notifications import inbox, mailbox, round_trip
from notifications.lmtp import open_door
from settings import Settings, load_settings


async def main(settings: Settings) -> None:
    """The doors stand open until SIGTERM or SIGINT."""
    clock = processes.clock_of(settings)

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        now = clock()
        if not await round_trip.kept(door, raw, envelope_from, envelope_to, secret=settings.secret, now=now):
            await inbox.keep(door, raw, envelope_from, envelope_to, now=now)

    stop = processes.stop_signal()
    async with processes.database():
        servers = [
            await open_door("smtp", *settings.smtp_door, keep=keep, domain=settings.mail_domain, hostname="convene"),
            await open_door("lmtp", *settings.lmtp_door, keep=keep, domain=settings.mail_domain, hostname="convene"),
        ]
        if settings.demo:
            from demo.postoffice import open_post_office  # only the demonstration has officers of its own

            servers.append(await open_post_office(*settings.relay.server, clock=clock))
        if (account := account_of(settings)) is not None:
            await mailbox.watch(account, keep=keep, stop=stop)
        await stop.wait()
        for server in servers:
            server.close()
            await server.wait_closed()


def account_of(settings: Settings) -> mailbox.Account | None:
    """The mailbox to watch, as configured; None where there is none."""
    if settings.imap is None:
        return None
    return mailbox.Account(
        *settings.imap.server,
        settings.imap.user,
        settings.imap.password,
        tokens=None if settings.imap.password else processes.tokens_of(settings),
        domain=settings.mail_domain,
        address=f"{settings.mailbox}@{settings.mail_domain}",
        tls=settings.imap.tls,
        folders=settings.imap.folders,
        poll=settings.imap.poll,
    )


def serve() -> None:
    """Receive with the settings of the environment, until told to stop."""
    start_checks.interpreter_keeps_asserts()
    configure_logging()
    settings = load_settings()
    processes.must_be_free(CONVENE_SMTP_DOOR=settings.smtp_door, CONVENE_LMTP_DOOR=settings.lmtp_door)
    processes.sign_in_at(settings.service_database_url)
    asyncio.run(main(start_checks.passed(settings)))


if __name__ == "__main__":
    serve()
