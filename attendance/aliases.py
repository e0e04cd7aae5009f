"""Addresses that answer for invited ones: learnt from a person's word, and forgotten by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from attendance import errors
from attendance.subjects import aliases
from attendance.tables import Alias, AliasKind
from audit import trail
from directory import contradictions
from directory.addresses import same_address
from directory.contradiction_tables import Against
from meetings import seeing
from notifications.addresses import found_address
from web.signin import titles_of
from web.viewer import Viewer


@dataclass(frozen=True)
class Learnt:
    """One alias as its page shows it; people by their titles."""

    id: int
    address: str
    alias: str
    kind: AliasKind
    learnt_at: datetime
    learnt_by: str
    forgotten_at: datetime | None
    forgotten_by: str


async def learn(address: str, alias: str, kind: AliasKind, *, by: str, now: datetime) -> None:
    """Answers from `alias` count for `address` from now on; what was learnt before about the two is replaced.

    Learning the same again changes nothing.

    :raises UnusableAlias: when one of them is no address, or both are the same.
    """
    invited, answers = found_address(address), found_address(alias)
    if not invited or not answers or same_address(invited, answers):
        raise errors.UnusableAlias
    async with Alias._meta.db.transaction():
        known = await _in_use(invited, answers)
        if any(one.kind == kind for one in known):
            return
        await _forget([one.id for one in known], by=by, now=now)
        row = Alias(address=invited, alias=answers, kind=kind, learnt_at=now, learnt_by=by)
        await Alias.insert(row)
        await trail.record(by, "alias learnt", f"alias:{row.id}", now=now, detail={"kind": kind.value})
        if kind is AliasKind.SAME:  # a deputy's address says nothing about the one that was invited
            evidence = f"alias {row.id}"
            await contradictions.note_address(invited, Against.ALIAS, evidence=evidence, by=by, now=now)


async def forget(alias_id: int, *, by: str, now: datetime) -> bool:
    """The alias is unused from now on; answers that it let count stand. False when there was nothing to forget."""
    async with Alias._meta.db.transaction():
        row = await Alias.objects().where(Alias.id == alias_id).first()
        if row is None:
            return False
        same = await _in_use(row.address, row.alias)  # two people may have learnt it at the same moment
        await _forget([one.id for one in same], by=by, now=now)
        if same:
            await trail.record(by, "alias forgotten", f"alias:{row.id}", now=now)
    return bool(same)


async def learnt(viewer: Viewer) -> list[Learnt]:
    """The aliases of addresses that a meeting of the viewer's invited.

    Those in use come first, by the invited address, then the forgotten ones, the latest first.
    """
    seen = seeing.where(aliases(viewer))
    rows: Sequence[Alias] = await Alias.objects().where(seen).order_by(Alias.address, Alias.alias, Alias.id)
    titles = await titles_of({row.learnt_by for row in rows} | {row.forgotten_by for row in rows} - {""})
    told = [
        Learnt(
            id=row.id,
            address=row.address,
            alias=row.alias,
            kind=AliasKind(row.kind),
            learnt_at=row.learnt_at,
            learnt_by=titles.get(row.learnt_by, row.learnt_by),
            forgotten_at=row.forgotten_at,
            forgotten_by=titles.get(row.forgotten_by, row.forgotten_by),
        )
        for row in rows
    ]
    forgotten = [(one.forgotten_at, one) for one in told if one.forgotten_at is not None]
    forgotten.sort(key=lambda pair: pair[0], reverse=True)
    return [*(one for one in told if one.forgotten_at is None), *(one for _, one in forgotten)]


async def _in_use(address: str, alias: str) -> list[Alias]:
    return await Alias.objects().where(
        (Alias.address == address) & (Alias.alias == alias) & Alias.forgotten_at.is_null()
    )


async def _forget(rows: Sequence[int], *, by: str, now: datetime) -> None:
    if rows:
        await Alias.update({Alias.forgotten_at: now, Alias.forgotten_by: by}).where(
            Alias.id.is_in(list(rows)) & Alias.forgotten_at.is_null()
        )
