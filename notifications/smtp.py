"""Hand one message to the relay (RFC 5321) and sort its answer into taken, refused, or try later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Literal

from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from notifications.access_tokens import AccessTokens, NoToken
from notifications.errors import Refused, TryLater

Tls = Literal["none", "starttls", "tls"]

# Permanent codes that speak of us or of the relay and not of the letter. A letter must not be given up for them.
_NOT_ABOUT_THE_LETTER = {
    500,  # command not recognised: not the relay we think it is
    502,  # command not implemented: the same
    503,  # bad sequence of commands: the two sides lost step
    504,  # parameter not implemented
    521,  # this host takes no mail (RFC 7504): it is shut, or the wrong one
    530,  # sign in or start TLS first: our settings are wrong
    534,  # our way of signing in is too weak
    535,  # wrong user or password
    538,  # sign in only under TLS
}


class Relay:
    """The way out. Keeps its connections between letters; one letter at a time on each, the rest wait their turn.

    A connection is opened when a letter finds none that is free, so a trickle of letters uses one only.

    :param tls: "none", "starttls" (demanded, never skipped) or "tls" from the first byte.
    :param tokens: sign the user in by XOAUTH2 with these instead of a password.
    :param timeout: seconds for a whole letter, connecting included; must stay below the outbox's lease.
    :param hostname: what we call ourselves in EHLO; None for this machine's full name.
    :param connections: how many letters may be on their way at once.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str = "",
        password: str = "",
        tls: Tls = "none",
        tokens: AccessTokens | None = None,
        timeout: float = 60,
        hostname: str | None = None,
        connections: int = 1,
    ) -> None:
        self.connections = connections
        self._free: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()  # the last used first: it is still open
        client = partial(
            SMTP,
            hostname=host,
            port=port,
            username=user or None,
            use_tls=tls == "tls",
            start_tls=tls == "starttls",
            timeout=timeout,
            local_hostname=hostname,
        )
        for _ in range(connections):
            self._free.put_nowait(_Connection(client, password, tokens, timeout))

    async def send(self, raw: bytes, envelope_from: str, recipient: str) -> None:
        """The relay has said 250: it has taken these very bytes for this recipient, and answers for them now.

        :raises Refused: 5xx about this sender, recipient or message; trying again is useless.
        :raises TryLater: 4xx, a relay that is shut or does not let us in, no answer in time, or a connection
            that broke, even after the last byte: the relay may then have the letter, and will get it again.
        """
        connection = await self._free.get()
        try:
            await connection.send(raw, envelope_from, recipient)
        finally:
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """The connections are closed once they are free, politely; they open again with the next letters."""
        connections = [await self._free.get() for _ in range(self.connections)]
        for connection in connections:
            await connection.close()
            self._free.put_nowait(connection)


class _Connection:
    """One connection to the relay, opened by the first letter. What goes wrong on it is no matter of the others."""

    def __init__(
        self, client: Callable[..., SMTP], password: str, tokens: AccessTokens | None, timeout: float
    ) -> None:
        self._timeout = timeout
        self._tokens = tokens
        self._token = ""
        self._client = client(
            password=None if tokens else password or None,
            oauth_token_generator=self._next_token if tokens else None,
        )

    async def send(self, raw: bytes, envelope_from: str, recipient: str) -> None:
        """As Relay.send. After any failure the next letter gets a fresh connection.

        So it meets no half-said command, nor the pauses of a server on whose connection much was refused.
        """
        try:
            async with asyncio.timeout(self._timeout):
                await self._begin(envelope_from)
                await self._client.rcpt(recipient)
                await self._client.data(raw)
        except BaseException as error:
            self._client.close()
            if isinstance(error, (SMTPException, OSError)):  # TimeoutError is an OSError
                raise _meaning(error) from error
            raise

    async def _begin(self, envelope_from: str) -> None:
        """There is a connection on which the relay has accepted the sender.

        Relays close connections that were idle; that says nothing about the letter, so it gets a fresh one.
        """
        if self._client.is_connected:
            try:
                await self._client.mail(envelope_from)
            except SMTPServerDisconnected:
                self._client.close()
            except SMTPResponseException as answer:
                if answer.code != 421:  # closing, as it may at any time
                    raise
                self._client.close()
            else:
                return
        try:
            await self._connect()
        except SMTPResponseException as answer:
            # Whatever the code, the relay said it before it knew of any letter.
            raise TryLater(answer.code, f"on connecting: {answer.message}") from answer
        await self._client.mail(envelope_from)

    async def _connect(self) -> None:
        """We are connected and signed in. A token that the relay takes no more is replaced, once."""
        try:
            await self._client.connect()
        except SMTPAuthenticationError:
            if self._tokens is None or not self._tokens.refused(self._token):
                raise
            await self._client.connect()

    async def _next_token(self) -> str:
        assert self._tokens is not None, "asked for only where there are tokens"
        try:
            self._token = await self._tokens.awaited()
        except NoToken as none:
            raise TryLater(None, str(none)) from none
        return self._token

    async def close(self) -> None:
        """It is closed, politely where the relay still listens."""
        try:
            async with asyncio.timeout(2):
                await self._client.quit()
        except (SMTPException, OSError):
            pass
        finally:
            self._client.close()


def _meaning(error: SMTPException | OSError) -> Refused | TryLater:
    """What the relay's answer, or its silence, means for the letter."""
    if not isinstance(error, SMTPResponseException):
        return TryLater(None, str(error) or f"no answer ({type(error).__name__})")
    if 500 <= error.code <= 599 and error.code not in _NOT_ABOUT_THE_LETTER:
        return Refused(error.code, error.message)
    return TryLater(error.code, error.message)
