"""A report counted both ways: from the ledger, once it is posted, and afresh from the records."""

from __future__ import annotations

from dataclasses import replace

from reports import figures, posting
from reports.figures import Asked, Counted, Quality
from web import acting

from_ledger = figures.count  # as it is, also where a test has put `both_ways` in its place


async def both_ways(asked: Asked) -> Counted:
    """What the ledger says, once everything is posted up to `asked.now`; a recount says the same."""
    page = acting._turn.set(None)  # the worker posts, on nobody's behalf
    try:
        await posting.post_due(asked.now)
    finally:
        acting._turn.reset(page)
    counted, afresh = await from_ledger(asked), await figures.recount(asked)
    assert replace(counted, months=[], quality=Quality()) == replace(afresh, months=[], quality=Quality())
    assert counted.quality.waiting == 0
    return counted
