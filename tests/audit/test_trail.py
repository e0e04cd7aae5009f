"""The log of acts: complete, in the act's own transaction, and never on its own."""

import json
from datetime import datetime
from uuid import UUID

import pytest

from audit import trail
from audit.tables import Entry


class AbandonedError(Exception):
    """The act did not happen."""


async def test_an_act_is_written_with_who_what_when_and_its_detail(rolled_back: None, now: datetime) -> None:
    await trail.record("coordinator", "called off", "meeting 7f3k2m", now=now, detail={"reason": "unit"})

    entry = await Entry.select(*Entry.all_columns(exclude=["id"])).first()

    assert entry is not None
    assert json.loads(entry.pop("detail")) == {"reason": "unit"}
    assert entry == {"at": now, "actor": "coordinator", "action": "called off", "subject": "meeting 7f3k2m"}


async def test_ids_and_instants_in_the_detail_are_written_as_text(rolled_back: None, now: datetime) -> None:
    unit = UUID(int=7)

    await trail.record("coordinator", "moved", "meeting 7f3k2m", now=now, detail={"unit": unit, "to": now})

    entry = await Entry.select(Entry.detail).first()
    assert entry is not None
    assert json.loads(entry["detail"]) == {"unit": str(unit), "to": "2026-11-18 10:00:00+00:00"}


async def test_an_act_that_is_rolled_back_leaves_no_entry(committed: None, now: datetime) -> None:
    async def abandoned_act() -> None:
        async with Entry._meta.db.transaction():
            await trail.record("coordinator", "moved", "meeting 7f3k2m", now=now)
            raise AbandonedError

    with pytest.raises(AbandonedError):
        await abandoned_act()

    assert await Entry.count() == 0


async def test_an_instant_without_a_zone_is_refused(rolled_back: None) -> None:
    naive = datetime(2026, 11, 18, 10, 0)  # noqa: DTZ001 - the fault under test

    with pytest.raises(ValueError, match="zone"):
        await trail.record("coordinator", "moved", "meeting 7f3k2m", now=naive)
