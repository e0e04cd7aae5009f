"""Which machine a request comes from, behind this installation's proxies, and the number it is counted by. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

NUMBERS = 16_384
_LONGEST_CHAIN = 20  # entries of X-Forwarded-For; honest chains have two or three
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Clients:
    """How clients are told apart.

    :param proxies: the networks whose X-Forwarded-For is believed; nobody's where there are none.
    :param key: makes the numbers of this installation unlike anybody else's.
    """

    proxies: tuple[Network, ...] = ()
    key: bytes = field(default=b"", repr=False)

    def network_of(self, peer: str, forwarded: Iterable[str]) -> str:
        """The client's network: an IPv4 address, or the /64 of IPv6 that one customer has; "" where unknown.

        :param peer: who is connected to us.
        :param forwarded: the values of X-Forwarded-For, in the order in which they came.
        """
        client = self._client(peer, forwarded)
        if isinstance(client, IPv6Address):
            return str(ip_network((client, 64), strict=False))
        return str(client or "")

    def number_of(self, network: str) -> int:
        """What the network is counted by, from 0 on; the network cannot be read from it.

        Networks share numbers, so the store cannot grow. Nobody is harmed by that: only what is wrong is refused.
        """
        return int.from_bytes(hmac.digest(self.key, network.encode(), "sha256")[:4]) % NUMBERS

    def _client(self, peer: str, forwarded: Iterable[str]) -> Address | None:
        """The last machine that a proxy of ours vouches for.

        The header is read from the right: each proxy adds whom it was called by at the end, and whatever stands
        further left was sent by the caller, who may write there what they like.
        """
        client = _address(peer)
        chain = [entry for value in forwarded for entry in value.split(",")][-_LONGEST_CHAIN:]
        while chain and client is not None and self._is_proxy(client):
            before = _address(chain.pop())
            if before is None:
                break
            client = before
        return client

    def _is_proxy(self, client: Address) -> bool:
        return any(client in network for network in self.proxies)


def _address(text: str) -> Address | None:
    """With or without a port; an IPv4 address in IPv6 clothes is that IPv4 address."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
