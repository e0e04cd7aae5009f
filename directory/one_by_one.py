"""A round of the worker goes through what is due, and one thing that fails keeps no other from its turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog

log = structlog.get_logger()
T = TypeVar("T")


async def one_by_one(what: str, due: Iterable[T], settle: Callable[[T], Awaitable[int]]) -> int:
    """Each had its turn; returns how many were settled. One that fails is logged, and due again in the next round.

    :param what: what is done to each, for the log: "reminder". What is due may be ids only, because it is logged.
    :param settle: one transaction of its own; true or a number where something changed.
    """
    settled = 0
    for one in due:
        try:
            settled += await settle(one)
        except Exception as error:  # one that fails must not keep the others from their turn
            log.error("not settled in this round", what=what, one=str(one), error=type(error).__name__)
    return settled
