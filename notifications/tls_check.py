"""Whether the relay's table of domains that travel encrypted says what the directory demands, and no more. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from notifications.findings import Finding, advice, right, wrong
from notifications.tls_promises import Policy, not_kept, promised

PART = "Encryption"
_NAMED = 5  # of the domains that one sentence names


def looked_at(demands: Mapping[str, Policy], table: str | None) -> list[Finding]:
    """The domains whose encryption is demanded and not enforced, and those where it is enforced and not demanded.

    :param demands: the directory's, by domain.
    :param table: the relay's, as CONVENE_RELAY_TLS_POLICY names its copy; None where there is nothing to read.
    """
    if table is None:
        return [_unread(demands)]
    promises = promised(table)
    found = _not_enforced(demands, promises) + _not_demanded(demands, promises)
    if found:
        return found
    if not demands:
        return [right(PART, "The directory demands encryption of no domain, and the relay enforces it for none.")]
    return [right(PART, f"The relay's table enforces what the directory demands, for {_domains(demands)}.")]


def _unread(demands: Mapping[str, Policy]) -> Finding:
    if not demands:
        return right(PART, "The directory demands encryption of no domain.")
    return wrong(
        PART,
        f"The directory demands encryption for {_domains(demands)}, and there is no table of the relay's to be read, "
        "so letters there are held back. Give the relay ./run tls-policy, and name its copy in "
        "CONVENE_RELAY_TLS_POLICY.",
    )


def _not_enforced(demands: Mapping[str, Policy], promises: Mapping[str, Policy]) -> list[Finding]:
    lacking = not_kept(demands, promises)
    if not lacking:
        return []
    said = ", ".join(f"{domain} ({_instead(promises.get(domain))})" for domain in _first(lacking))
    return [
        wrong(
            PART,
            f"The directory demands encryption that the relay's table does not enforce: {said}{_more(lacking)}. "
            "Letters there are held back. Load ./run tls-policy into the relay, then copy it anew.",
        )
    ]


def _instead(promise: Policy | None) -> str:
    if promise is None:
        return "not in the table"
    if promise.keeps(Policy("verify")):
        return f"for other servers: {':'.join(sorted(promise.servers)) or 'any that DNS names'}"
    return f"only {promise.level}"


def _not_demanded(demands: Mapping[str, Policy], promises: Mapping[str, Policy]) -> list[Finding]:
    """Next hops that are no mail domain (`[host]:25`, `.example`) are the relay's own business."""
    enforced = {name for name, promise in promises.items() if promise.keeps(Policy("verify"))}
    more = {name for name in enforced - demands.keys() if name[:1] not in ".[" and ":" not in name}
    if not more:
        return []
    return [
        advice(
            PART,
            f"The relay's table enforces encryption for {_domains(more)}, and the directory does not demand it. "
            "Where a server there cannot encrypt, the relay keeps the letter until it gives up. Say so in the "
            "directory, under Mail domains, or take it out of the relay's table.",
        )
    ]


def _domains(names: Iterable[str]) -> str:
    every = frozenset(names)
    return ", ".join(_first(every)) + _more(every)


def _first(names: frozenset[str]) -> list[str]:
    return sorted(names)[:_NAMED]


def _more(names: frozenset[str]) -> str:
    return f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
