"""Which addresses a published calendar may have, and where in the network it may lie. Pure.

The address is a secret: whoever knows it reads the calendar. It is shown as `masked`, and in no log.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network
LONGEST: Final = 1000
PORTS: Final = (None, 443, 8443)
# Every network of the IANA registries of special addresses that leads to this machine, this network, or nowhere.
_NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            # Of IPv6 only 2000::/3 is given out at all; these of it are special, or carry an IPv4 address.
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
        ),
    )
)  # fmt: skip
_GIVEN_OUT: Final = ip_network("2000::/3")


class BadCalendarAddress(ValueError):
    """The address of a calendar cannot be used; the message says why, and does not repeat it."""


def calendar_address(text: str, *, opened: tuple[Network, ...] = ()) -> str:
    """The address as it is fetched, `webcal` read as `https`, without what stands behind a #.

    :param opened: networks of this installation's own; where there are some, http and every port are taken here, and
        `may_be_fetched` says whether they lead into such a network.
    :raises BadCalendarAddress: with what to give instead.
    """
    parts = _parts(text.strip())
    scheme = "https" if parts.scheme in ("webcal", "webcals") else parts.scheme
    if scheme != "https" and not (scheme == "http" and opened):
        raise BadCalendarAddress("The address must begin with https:// or webcal://. Ask the unit for such a one.")
    if parts.username is not None or parts.password is not None:
        raise BadCalendarAddress("The address must not hold a user name or a password before an @.")
    if _port(parts) not in PORTS and not opened:
        raise BadCalendarAddress("The address must not name a port other than 443 or 8443.")
    return parts._replace(scheme=scheme, fragment="").geturl()


def masked(address: str) -> str:
    """What may be shown of the address: `https://calendar.council.example/…`."""
    return f"https://{urlsplit(address).hostname}/…"


def may_be_fetched(ip: str, *, plain: bool, port: int, opened: tuple[Network, ...]) -> bool:
    """Whether a calendar may be fetched from this IP address: a public one over TLS, or one in an opened network.

    :param plain: by http, without TLS.
    """
    at = _without_cover(ip_address(ip.partition("%")[0]))
    if any(at in network for network in opened):
        return True
    public = not any(at in network for network in _NOT_PUBLIC) and (at.version == 4 or at in _GIVEN_OUT)
    return public and not plain and port in PORTS


def _without_cover(at: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, where it does (::ffff:10.0.0.1)."""
    return (at.ipv4_mapped or at) if isinstance(at, IPv6Address) else at


def _parts(text: str) -> SplitResult:
    wrong = BadCalendarAddress("This is not the address of a calendar. It looks like https://…/calendar.ics")
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise wrong
    try:
        parts = urlsplit(text)
    except ValueError:
        raise wrong from None
    if not parts.hostname:
        raise wrong
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return 0
