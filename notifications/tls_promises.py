"""Encryption on the way from the relay onward: what is demanded of it for a domain, and what it has promised. Pure.

Convene hands letters to a relay and does not see how they travel on, and SMTP has no dependable way to ask for it:
few servers offer REQUIRETLS (RFC 8689). So the demand is a map in the form of Postfix's `smtp_tls_policy_maps`, and
the promise is the map that the relay's operator says it obeys. Where a demand is not promised, letters wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

ENFORCING: Final = (
    "verify",
    "secure",
    "dane-only",
    "fingerprint",
)  # Postfix's levels at which no certificate, no mail


@dataclass(frozen=True)
class Policy:
    """One line of the map: how mail to this domain travels on.

    :param servers: names of which the certificate must bear one; empty: that of the server that DNS names.
    """

    level: str
    servers: frozenset[str] = field(default_factory=frozenset)

    def keeps(self, demanded: Policy) -> bool:
        """A relay that does this does what is demanded."""
        if self.level not in ENFORCING:
            return False
        return not demanded.servers or (bool(self.servers) and self.servers <= demanded.servers)


def demanded(servers: Iterable[str]) -> Policy:
    """Encrypted to a server whose certificate is verified, and bears one of these names where any are given."""
    names = frozenset(servers)
    return Policy("secure" if names else "verify", names)


def as_map(policies: Mapping[str, Policy]) -> str:
    """The text of a Postfix table; an empty one says so, for a relay should not be left without the file."""
    lines = ["# Made by Convene from its directory. Domains that are not here are as main.cf says."]
    for domain, policy in sorted(policies.items()):
        match = f" match={':'.join(sorted(policy.servers))}" if policy.servers else ""
        lines.append(f"{domain} {policy.level}{match}")
    return "\n".join(lines) + "\n"


def promised(text: str) -> dict[str, Policy]:
    """What such a table says, by domain; lines that it does not know promise nothing."""
    found: dict[str, Policy] = {}
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if len(words) > 1:
            match = next((word.removeprefix("match=") for word in words[2:] if word.startswith("match=")), "")
            found[words[0].lower()] = Policy(words[1], frozenset(name for name in match.split(":") if name))
    return found


def not_kept(demands: Mapping[str, Policy], promises: Mapping[str, Policy]) -> frozenset[str]:
    """The domains for which the relay has not promised what is demanded."""
    return frozenset(
        domain for domain, policy in demands.items() if domain not in promises or not promises[domain].keeps(policy)
    )
