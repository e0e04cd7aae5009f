"""The door through which mail comes in: each message is kept before its sender is told 250 (RFC 2033, 5321)."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, AnyStr, Literal

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.addresses import LONGEST_ADDRESS

Keep = Callable[[str, bytes, str, str], Awaitable[object]]  # door, raw, envelope_from, envelope_to
LARGEST = 10 * 1024 * 1024  # octets
LONGEST_LINE = 64 * 1024  # RFC 5321 demands 1,000; a mail must not be lost because its sender counts badly
MOST_RECIPIENTS = 100
_log = structlog.get_logger()


async def open_door(
    protocol: Literal["smtp", "lmtp"], host: str, port: int, *, keep: Keep, domain: str | None, hostname: str
) -> asyncio.Server:
    """A server listens; `await server.wait_closed()` after `server.close()` ends it. Port 0 picks a free one.

    The end of a message is CRLF dot CRLF and nothing else, so no second message can be smuggled in with bare
    line ends. What `keep` raises becomes 451: the sender keeps the message and comes again.

    :param keep: awaited for each recipient; when it returns, the message is safe.
    :param domain: recipients elsewhere get 550; None takes all (the demonstration's own mail server).
    """
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # below that, aiosmtpd logs people's addresses
    loop = asyncio.get_running_loop()
    handler = _Handler(protocol, keep, domain.lower() if domain else None)
    kind = _Lmtp if protocol == "lmtp" else _Smtp

    def connected() -> SMTP:
        return kind(handler, data_size_limit=LARGEST, hostname=hostname, ident="Convene", loop=loop)

    return await loop.create_server(connected, host, port)


class _Handler:
    """What the door says at RCPT and after the final dot; the method names are aiosmtpd's."""

    def __init__(self, door: str, keep: Keep, domain: str | None) -> None:
        self._door = door
        self._keep = keep
        self._domain = domain
        self._being_kept: set[asyncio.Future[object]] = set()

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if self._domain is not None and domain != self._domain:
            return "550 5.7.1 This door takes mail for its own domain only"
        if len(address) > LONGEST_ADDRESS or not address.isprintable():
            return "553 5.1.3 Not a mail address"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the rest in another message"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """LMTP answers for each recipient; SMTP has one answer, which is 250 only when all are safe."""
        sender = (envelope.mail_from or "").strip("<>")
        raw = envelope.original_content or b""
        answers = [await self._kept(raw, sender, recipient) for recipient in envelope.rcpt_tos]
        return "\r\n".join(answers) if isinstance(server, LMTP) else max(answers)

    async def _kept(self, raw: bytes, sender: str, recipient: str) -> str:
        """Shielded: a sender who hangs up must not tear a database transaction apart in the middle."""
        keeping: asyncio.Future[object] = asyncio.ensure_future(self._keep(self._door, raw, sender, recipient))
        self._being_kept.add(keeping)
        keeping.add_done_callback(self._being_kept.discard)
        try:
            await asyncio.shield(keeping)
        except Exception:  # whatever went wrong is ours, so the sender must keep the message
            _log.exception("message not kept", door=self._door, size=len(raw))
            return "451 4.3.0 Not kept, please try again later"
        return "250 2.0.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        """A fault in the door is never the message's fault: temporary, not 500."""
        _log.error("door fault", door=self._door, fault=type(error).__name__)
        return "451 4.3.0 A fault of ours, please try again later"


class _Mended:
    """aiosmtpd counts command sizes in one table for all connections, and raises on broken addresses."""

    line_length_limit = LONGEST_LINE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.command_size_limits: dict[str, int] = defaultdict(lambda: 1024)
        super().__init__(*args, **kwargs)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        try:
            address, rest = super()._getaddr(arg)  # type: ignore[misc]  # both that this is mixed into have it
        except Exception:  # the email module's own parser trips in many ways; the answer is then 553
            return None, None
        return address, rest


class _Smtp(_Mended, SMTP):
    pass


class _Lmtp(_Mended, LMTP):
    async def push(self, status: AnyStr) -> None:
        """What is said after the final dot is said once for each recipient (RFC 2033 section 4.2)."""
        if isinstance(status, str) and status.startswith(("500 Line too long", "552 Error: Too much")):
            recipients = self.envelope.rcpt_tos if self.envelope else []
            await super().push("\r\n".join([status] * len(recipients)))
        else:
            await super().push(status)
