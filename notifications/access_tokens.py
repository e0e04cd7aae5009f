"""The access token that signs Convene in to a mail server which takes no password.

It comes by OAuth 2's client credentials (RFC 6749 section 4.4), as Microsoft 365 wants it of a program that works
without a person. The mail server gets it by XOAUTH2; this file only fetches and remembers it.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

from notifications.addresses import one_line

ANSWER_WITHIN = 10  # seconds
LONGEST_ANSWER = 64 * 1024  # octets; Microsoft's tokens have two thousand or so
EARLY = 300  # seconds before its end at which a token is no longer used: a mail server's clock may be fast
PAUSE = 30  # seconds in which a refusal is not asked for again: every letter that waits would ask
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Grant:
    """Who asks for tokens, where, and for what; the secret is never shown.

    :param token_url: https, or http on this machine.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str


class NoToken(Exception):
    """No access token could be had: `code` is a word for the log, `str()` says it to people. Neither is secret."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class AccessTokens:
    """Tokens for one grant, each kept until shortly before it ends. Threads and tasks may share it."""

    def __init__(self, grant: Grant, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._grant, self._seconds = grant, seconds
        self._one_at_a_time = threading.Lock()
        self._token, self._since, self._ends = "", 0.0, 0.0
        self._failure, self._again = NoToken("", ""), 0.0

    def current(self) -> str:
        """A token that is good for some minutes yet. Waits for the network, up to `ANSWER_WITHIN` seconds.

        :raises NoToken: when none can be had; it is not asked for again within `PAUSE` seconds.
        """
        with self._one_at_a_time:
            now = self._seconds()
            if self._token and now < self._ends:
                return self._token
            if now < self._again:
                raise NoToken(self._failure.code, str(self._failure))
            try:
                self._token, lasts = _token_of(_asked(self._grant), self._grant)
            except NoToken as failure:
                self._token, self._failure, self._again = "", failure, now + PAUSE
                raise
            self._since, self._ends = now, now + max(lasts - EARLY, lasts / 2)
            return self._token

    async def awaited(self) -> str:
        """As `current`, in a thread, so that the event loop goes on."""
        return await asyncio.to_thread(self.current)

    def refused(self, token: str) -> bool:
        """The mail server did not take this token. Whether another try is worth it: not where it was quite new."""
        with self._one_at_a_time:
            if token == self._token and self._seconds() < self._since + PAUSE:
                return False
            if token == self._token:
                self._token = ""
            return True


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the secret to another place: it is a refusal."""

    def redirect_request(self, req: Any, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> None:
        return None


def _asked(grant: Grant) -> tuple[int, bytes]:
    """Status and body of the token endpoint's answer."""
    here = urlsplit(grant.token_url).hostname in THIS_MACHINE
    form = {
        "grant_type": "client_credentials",
        "client_id": grant.client_id,
        "client_secret": grant.client_secret,
        "scope": grant.scope,
    }
    opener = urllib.request.build_opener(
        _NoDetour,
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        *([urllib.request.ProxyHandler({})] if here else []),
    )
    try:
        with opener.open(grant.token_url, urllib.parse.urlencode(form).encode(), ANSWER_WITHIN) as answer:
            return int(answer.status), answer.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(LONGEST_ANSWER)
    except OSError as error:
        reason = getattr(error, "reason", error)
        raise NoToken(
            "not reached", f"The sign-in service cannot be reached: {reason or type(error).__name__}."
        ) from error


def _token_of(answer: tuple[int, bytes], grant: Grant) -> tuple[str, float]:
    """The token of an answer, and how many seconds it lasts (RFC 6749 sections 5.1 and 5.2)."""
    status, body = answer
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NoToken(f"HTTP {status}", f"The sign-in service answered {status} and no JSON: is its address right?")
    token = said.get("access_token")
    if status == 200 and isinstance(token, str) and token and token.isascii() and token.isprintable():
        return token, _seconds_in(said.get("expires_in"))
    code = one_line(str(said.get("error", f"HTTP {status}")))[:40]
    why = one_line(str(said.get("error_description", ""))).replace(grant.client_secret, "…")[:200]
    raise NoToken(code, f"The sign-in service gives no access token ({' '.join(filter(None, [code, why]))}).")


def _seconds_in(expires: object) -> float:
    """What `expires_in` says, as a number or in quotes; ten minutes where it says nothing."""
    try:
        return min(max(float(str(expires)), 0.0), 86400.0)
    except ValueError:
        return 600.0
