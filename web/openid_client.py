"""Talking to an OpenID provider: what it publishes of itself, and an ID token for a code (RFC 6749, RFC 7636)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from web.openid_provider import Provider

ANSWER_WITHIN = 10.0  # seconds
REMEMBERED = 3600.0  # seconds for which what it publishes is believed
KEYS_AGAIN = 60.0  # seconds between two looks at its keys, however many tokens name unknown ones
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class Unreachable(Exception):
    """The provider does not answer, or answers with nothing that can be used; the message is a reason for the log."""


class Refused(Exception):
    """The provider takes the code not, or not any more; the message is its own short word for why."""


@dataclass(frozen=True)
class Published:
    """What the provider says of itself in its discovery document."""

    authorization: str
    token: str
    keys: str
    end_session: str
    names_itself: bool  # in its answers: RFC 9207


class ProviderClient:
    """One provider as the web process knows it; shared by all requests."""

    def __init__(self, provider: Provider, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.provider, self._seconds = provider, seconds
        self._one_at_a_time = asyncio.Lock()
        self._published: Published | None = None
        self._keys: list[dict[str, Any]] = []
        self._read, self._keys_read = 0.0, 0.0

    async def published(self) -> Published:
        """:raises Unreachable: when it cannot be read, or is another issuer's."""
        async with self._one_at_a_time:
            if self._published is None or self._seconds() - self._read > REMEMBERED:
                document = await self._get(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
                if document.get("issuer") != self.provider.issuer:
                    raise Unreachable("another issuer")
                self._published = _published(document, self._here)
                self._keys, self._read = await self._read_keys(self._published), self._seconds()
            return self._published

    async def keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys it published, as last read.

        :raises Unreachable: when they cannot be read.
        """
        await self.published()
        return self._keys

    async def newer_keys(self) -> Sequence[Mapping[str, Any]]:
        """The keys it publishes now, where a token names one that we do not know; asked for once a minute at most."""
        published = await self.published()
        async with self._one_at_a_time:
            if self._seconds() - self._keys_read > KEYS_AGAIN:
                self._keys = await self._read_keys(published)
            return self._keys

    async def id_token(self, code: str, *, verifier: str, redirect: str) -> str:
        """The ID token for this code.

        :raises Refused: when the provider takes it not.
        :raises Unreachable: when it does not answer.
        """
        published = await self.published()
        told = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        who = (quote(self.provider.client_id, safe=""), quote(self.provider.client_secret, safe=""))
        try:
            async with self._http() as http:
                answer = await http.post(published.token, data=told, auth=who)
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            raise Unreachable(type(failure).__name__) from None
        content = _json(answer)
        if answer.status_code != 200:
            raise Refused(str(content.get("error", answer.status_code))[:40])
        if not isinstance(content.get("id_token"), str):
            raise Refused("no id_token")
        return str(content["id_token"])

    async def _read_keys(self, published: Published) -> list[dict[str, Any]]:
        keys = (await self._get(published.keys)).get("keys")
        self._keys_read = self._seconds()
        return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []

    async def _get(self, url: str) -> dict[str, Any]:
        try:
            async with self._http() as http:
                answer = await http.get(url)
        except (httpx.HTTPError, httpx.InvalidURL) as failure:
            raise Unreachable(type(failure).__name__) from None
        if answer.status_code != 200:
            raise Unreachable(str(answer.status_code))
        return _json(answer)

    @property
    def _here(self) -> bool:
        return urlsplit(self.provider.issuer).hostname in THIS_MACHINE

    def _http(self) -> httpx.AsyncClient:
        """No redirections; the operator's HTTPS_PROXY, but for a provider on this machine."""
        return httpx.AsyncClient(timeout=ANSWER_WITHIN, follow_redirects=False, trust_env=not self._here)


def _published(document: Mapping[str, Any], here: bool) -> Published:
    def address(name: str, needed: bool = True) -> str:
        value = document.get(name, "")
        fits = isinstance(value, str) and value.startswith("https://" if not here else ("http://", "https://"))
        if not fits and needed:
            raise Unreachable(f"no {name}")
        return value if fits else ""

    return Published(
        authorization=address("authorization_endpoint"),
        token=address("token_endpoint"),
        keys=address("jwks_uri"),
        end_session=address("end_session_endpoint", needed=False),
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        raise Unreachable("no JSON") from None
    if not isinstance(content, dict):
        raise Unreachable("no JSON object")
    return content
