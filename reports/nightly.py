"""Each night the ledger is recounted from the facts, and a share of the facts from the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from reports.ledger_tables import LedgerState
from reports.recount import FIRST, check_ledger, check_some_facts
from web.moments import LONDON

HOUR = 3  # of the night, in London
SHARES = 10  # of 2,000 meetings each


async def check(now: datetime, *, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Once a night, from three in London on, the ledger is checked; false where it was not its time.

    Whoever begins has the night: one that is killed leaves the rest to the next.
    """
    night = now.astimezone(LONDON).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if now < night:
        return False
    mine = (
        await LedgerState.update({LedgerState.checked_at: now})
        .where(LedgerState.checked_at.is_null() | (LedgerState.checked_at < night))
        .returning(LedgerState.checked_to)
    )
    if not mine:
        return False
    await check_ledger(now)
    after = mine[0]["checked_to"] or FIRST
    for _ in range(SHARES):
        if stopping():
            break
        after = await check_some_facts(now, after)
        await LedgerState.update({LedgerState.checked_to: after}).where(LedgerState.checked_at == now)
        if after == FIRST:
            break
    return True
