"""The mail domains whose letters are held back, because the relay has not promised the encryption they demand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from directory import mail_domains
from notifications import tls_promises, troubles

JOB = "encryption"


async def kept_back(policy: Path | None, now: datetime) -> frozenset[str]:
    """The domains whose letters wait; people are told under Post, until none does.

    :param policy: the table that the relay obeys, as its operator put it there; None, or unreadable: no promise.
    """
    demands = await mail_domains.demands()
    waiting = tls_promises.not_kept(demands, tls_promises.promised(as_read(policy) or "")) if demands else frozenset()
    if waiting:
        await troubles.met(JOB, _said(sorted(waiting)), now=now)
    else:
        await troubles.over(JOB)
    return waiting


def as_read(policy: Path | None) -> str | None:
    """The table's text; None where there is none, or it cannot be read."""
    try:
        return policy.read_text(encoding="ascii", errors="replace") if policy else None
    except OSError:
        return None


def _said(domains: list[str]) -> str:
    named = ", ".join(domains[:3]) + (f" and {len(domains) - 3} more" if len(domains) > 3 else "")
    return (
        f"Letters to {named} are held back: the directory demands encryption that the relay has not promised. "
        "Give the relay its map, or change the domain in the directory."
    )
