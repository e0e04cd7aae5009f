"""Addresses that answer for invited ones, as people taught them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from attendance import aliases
from attendance.errors import UnusableAlias
from attendance.tables import AliasKind
from audit.tables import Entry
from web.viewer import MACHINE

TEAM, MEMBER, BY = "missing.team@unit.example", "pc.duty@unit.example", "coordinator"


async def learn(now: datetime, alias: str = MEMBER, kind: AliasKind = AliasKind.SAME) -> None:
    await aliases.learn(TEAM, alias, kind, by=BY, now=now)


async def test_what_was_learnt_is_listed_with_who_and_when(rolled_back: None, now: datetime) -> None:
    await learn(now)
    (one,) = await aliases.learnt(MACHINE)
    assert (one.address, one.alias, one.kind, one.learnt_at, one.learnt_by) == (TEAM, MEMBER, AliasKind.SAME, now, BY)
    assert await Entry.exists().where(Entry.action == "alias learnt")


async def test_letter_case_makes_no_other_address(rolled_back: None, now: datetime) -> None:
    await learn(now)
    await learn(now, alias=MEMBER.upper())
    assert len(await aliases.learnt(MACHINE)) == 1


async def test_learning_another_kind_replaces_what_was_learnt(rolled_back: None, now: datetime) -> None:
    await learn(now)
    await learn(now, kind=AliasKind.DEPUTY)
    in_use = [one.kind for one in await aliases.learnt(MACHINE) if one.forgotten_at is None]
    assert in_use == [AliasKind.DEPUTY]


async def test_a_forgotten_one_is_kept_and_says_who_forgot_it(rolled_back: None, now: datetime) -> None:
    await learn(now)
    (one,) = await aliases.learnt(MACHINE)
    assert await aliases.forget(one.id, by=BY, now=now + timedelta(hours=1))
    (one,) = await aliases.learnt(MACHINE)
    assert (one.forgotten_at, one.forgotten_by) == (now + timedelta(hours=1), BY)
    assert not await aliases.forget(one.id, by=BY, now=now)


async def test_a_forgotten_one_can_be_learnt_again(rolled_back: None, now: datetime) -> None:
    await learn(now)
    await aliases.forget((await aliases.learnt(MACHINE))[0].id, by=BY, now=now)
    await learn(now)
    assert [one.forgotten_at is None for one in await aliases.learnt(MACHINE)] == [True, False]


@pytest.mark.parametrize("alias", [TEAM.upper(), "", "no address"])
async def test_what_cannot_be_an_alias_is_refused(rolled_back: None, now: datetime, alias: str) -> None:
    with pytest.raises(UnusableAlias):
        await learn(now, alias=alias)


async def test_there_is_nothing_to_forget_of_what_was_never_learnt(rolled_back: None, now: datetime) -> None:
    assert not await aliases.forget(uuid4().int % 10**6, by=BY, now=now)
