"""One published calendar, fetched once, so that neither its server nor whoever named it can do harm by it.

The host's name is resolved here, every address that it has must be one that may be fetched, and the connection goes
to one of those very addresses: a name that means another machine a moment later (DNS rebinding) gains nothing. TLS is
checked against the name. Redirections are not followed, proxies of the environment not used, cookies not kept. Time
and size are bounded, the latter also after decompression.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from directory.calendar_address import Network, may_be_fetched

TO_CONNECT, TO_READ, IN_ALL = 5.0, 10.0, 12.0  # seconds; with the reading, less than a worker has to stop
LARGEST = 5 * 1024 * 1024  # octets
MOST_ADDRESSES = 8  # of one name
TRIED = 2  # of them
Names = Callable[[str, int], Awaitable[list[str]]]

for _noisy in ("httpx", "httpcore"):  # they would log the address, which is a secret
    logging.getLogger(_noisy).setLevel(logging.WARNING)


class NotFetched(Exception):
    """No calendar came; the message, for people, says why, and not from which address."""


@dataclass(frozen=True)
class Fetched:
    """What came: the body, or None where it is as it was; and what the next request may ask by."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetcher:
    """Fetches calendars.

    :param opened: networks of this installation's own, from which calendars may be fetched too, by http as well.
    :param names: what a host's name means; the system's resolver.
    :param trust: whose certificates are believed; those of Mozilla's list where None.
    """

    opened: tuple[Network, ...] = ()
    names: Names | None = None
    trust: ssl.SSLContext | None = None
    in_all: float = IN_ALL
    largest: int = LARGEST

    async def __call__(self, address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """The calendar at this address, unless it is as it was.

        :raises NotFetched: with the reason.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        try:
            async with asyncio.timeout(self.in_all):
                return await self._from_first(httpx.URL(address), {name: v for name, v in asked.items() if v})
        except TimeoutError:
            raise NotFetched(f"It did not come within {self.in_all:g} seconds.") from None
        except httpx.TimeoutException:
            raise NotFetched("Its server does not answer.") from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, UnicodeError) as error:
            raise NotFetched(_in_words(error)) from None

    async def _from_first(self, url: httpx.URL, asked: dict[str, str]) -> Fetched:
        """From the first of its addresses that takes a connection."""
        failure: Exception = NotFetched("Its server cannot be reached.")
        for ip in (await self._checked(url))[:TRIED]:
            try:
                return await self._from(ip, url, asked)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _checked(self, url: httpx.URL) -> list[str]:
        """The IP addresses of the host, each of which may be fetched from."""
        plain = url.scheme == "http"
        port = url.port or (80 if plain else 443)
        try:
            found = await (self.names or _system_names)(url.raw_host.decode("ascii"), port)
        except OSError:
            raise NotFetched("The name of its server is not known.") from None
        allowed = [may_be_fetched(ip, plain=plain, port=port, opened=self.opened) for ip in found]
        if not found or len(found) > MOST_ADDRESSES or not all(allowed):
            raise NotFetched("Its server lies where Convene does not fetch calendars, such as a private network.")
        return found

    async def _from(self, ip: str, url: httpx.URL, asked: dict[str, str]) -> Fetched:
        headers = {"Host": url.netloc.decode("ascii"), "Accept": "text/calendar", "Accept-Encoding": "identity"}
        async with (
            httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                verify=self.trust or True,
                timeout=httpx.Timeout(TO_READ, connect=TO_CONNECT),
            ) as client,
            client.stream(
                "GET",
                url.copy_with(host=ip),
                headers={**headers, "User-Agent": "Convene", **asked},
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            ) as response,
        ):
            if response.status_code == httpx.codes.NOT_MODIFIED and asked:
                return Fetched(None)
            _check_status(response.status_code)
            body = await _body(response, self.largest)
        kept = {name: response.headers.get(name, "") for name in ("etag", "last-modified")}
        return Fetched(body, kept["etag"][:200], kept["last-modified"][:60])


async def _body(response: httpx.Response, largest: int) -> bytes:
    """The body, decompressed piece by piece, so that a little that becomes much is refused before it is much."""
    coding = response.headers.get("content-encoding", "identity").lower()
    if coding not in ("identity", "gzip", "deflate"):
        raise NotFetched("Its server packs it in a way that was not asked for.")
    opening = None if coding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body = bytearray()
    async for piece in response.aiter_raw():
        try:
            body += opening.decompress(piece, largest + 1 - len(body)) if opening else piece
        except zlib.error:
            raise NotFetched("It came damaged.") from None
        if len(body) > largest:
            raise NotFetched(f"It is larger than {largest // 1024 // 1024} megabytes.")
    return bytes(body)


def _check_status(status: int) -> None:
    """:raises NotFetched: where no calendar came with it."""
    if status == httpx.codes.OK:
        return
    if status in (301, 302, 303, 307, 308):
        raise NotFetched("It has moved to another address. Ask the unit for the new one.")
    if status in (401, 403):
        raise NotFetched("Its server asks for a sign-in. Ask the unit for an address that needs none.")
    if status in (404, 410):
        raise NotFetched("It is no longer there. Ask the unit whether it still publishes it.")
    raise NotFetched(f"Its server could not give it (status {status}).")


def _in_words(error: Exception) -> str:
    """Why; httpx hides what went wrong under TLS behind the failure to connect."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "Its server's certificate cannot be trusted."
    if isinstance(error, httpx.ConnectError):
        return "Its server cannot be reached."
    return "Its server stopped, or said what no server should say."


async def _system_names(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
