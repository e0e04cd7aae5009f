"""A child is forgotten and every count stays: by its period, or because it was asked for (docs/decisions/0031).

What facts are made of stays as it is: which seats there were, when, and what became of them. Only who the child is,
whom the invitations went to and what people wrote freely goes. So the recount, the nightly check of facts against
records and `ledger rebuild --records` go on as before, and say the same. The verb itself makes the facts from the
records before and after, and undoes everything where one differs.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from audit import trail
from keeping import NOBODY, STAYS, OfAChild
from meetings import removed
from meetings.episode_tables import Child
from privacy.endings import HELD_CHILDREN, OF_A_CHILD
from privacy.errors import FiguresWouldChange, StillNeeded
from reports.ledgers import FACTS, LEDGERS, run

_WHY: Final = {
    "held": "Somebody holds the case.",
    "episodes": "An episode is still open.",
    "meetings": "A meeting is still to come, or its register is open.",
    "waiting": "A meeting is still called for.",
    "actions": "An action is still open.",
    "challenges": "A unit’s challenge is not answered yet.",
    "requests": "Another request about the child is not answered yet.",
}
_OPEN: Final = """
    with asked as (select {}::uuid as child, {}::timestamptz as now)
    select exists (select from case_hold h where h.child = a.child and h.lifted_at is null) as held,
           exists (select from episode e where e.child = a.child and e.ended_at is null and e.withdrawn_at is null)
               as episodes,
           exists (select from meeting m where m.child = a.child and m.state <> 'called off' and (m.ends_at > a.now
               or m.ends_at > a.now - interval '30 days'
               and not exists (select from register r where r.meeting = m.id))) as meetings,
           exists (select from trigger t join rule r on r.id = t.rule and r.makes_meeting where t.child = a.child
               and t.meeting is null and t.not_convened is null and t.due_at > a.now - interval '30 days') as waiting,
           exists (select from action x join meeting m on m.id = x.meeting where m.child = a.child
               and x.state = 'open') as actions,
           exists (select from challenge c join meeting m on m.id = c.meeting where m.child = a.child
               and c.state = 'open') as challenges,
           exists (select from privacy_request q where q.child = a.child and q.wish = 'access'
               and q.stand not in ('done', 'refused', 'dropped')) as requests
    from asked a
"""


async def open_matters(child: UUID, now: datetime) -> list[str]:
    """Why the child cannot be forgotten yet, a sentence each; empty where it can."""
    rows: list[dict[str, Any]] = await Child.raw(_OPEN, child, now)
    return [sentence for name, sentence in _WHY.items() if rows[0][name]]


async def counted(child: UUID) -> dict[str, int]:
    """How many rows of each table concern the child."""
    found = {}
    for one in OF_A_CHILD:
        rows = await Child.raw(f"select count(*)::int as n from {one.table} where {_of(one)}", *_given(one, child))
        found[one.table] = rows[0]["n"]
    return found


async def forget(child: UUID, *, by: str, why: str, now: datetime) -> dict[str, int]:
    """Nobody can tell any more who the child is, and every figure is what it was; returns the rows by table.

    In one transaction, under the lock on the child's row that every report and meeting about it takes.

    :param why: "period" or the reference of a request; the log has it.
    :raises StillNeeded: where something is open, or somebody holds the case.
    :raises FiguresWouldChange: where a fact would differ; then nothing has changed.
    """
    async with Child._meta.db.transaction():
        row = await Child.select(Child.issuer).where(Child.id == child).lock_rows("UPDATE").first()
        if row is None or row["issuer"] == removed.ISSUER:
            return {}
        if matters := await open_matters(child, now):
            raise StillNeeded(" ".join(matters))
        before = await facts_about(child, now)
        await removed.remove(await _sources(child), now=now)
        await _rename(child)
        rows = {one.table: await _settle(one, child) for one in _in_order()}
        if await facts_about(child, now) != before:
            raise FiguresWouldChange
        detail = {"why": why, "rows": {table: n for table, n in rows.items() if n}}
        await trail.record(by, "forgot a child", f"child:{child}", now=now, detail=detail)
    return rows


async def facts_about(child: UUID, now: datetime) -> Counter[tuple[object, ...]]:
    """Every fact that the records make of the child's meetings, triggers, decisions and disputes."""
    given: dict[str, object] = {"now": now}
    for base, query in (
        ("meetings", "select id from meeting where child = {}"),
        ("triggers", "select id from trigger where child = {}"),
        ("decisions", "select id from not_convened where child = {}"),
        ("disputes", "select d.id from lead_dispute d join meeting m on m.id = d.meeting where m.child = {}"),
    ):
        given[base] = [row["id"] for row in await Child.raw(query, child)]
    found: Counter[tuple[object, ...]] = Counter()
    for kept in LEDGERS:
        rows = await run(FACTS[kept.made], given)
        found.update((kept.facts, *sorted((name, str(value)) for name, value in row.items())) for row in rows)
    return found


async def idle_since(before: datetime, most: int, after: UUID) -> list[UUID]:
    """Children of whom nothing happened since then and nothing is open or held, by their ids from `after` on."""
    rows = await Child.raw(
        f"select id from ({_LAST}) c where id > {{}} and last < {{}} and not open and not held "
        "order by id limit {}",
        after,
        before,
        most,
    )
    return [row["id"] for row in rows]


async def idle_by_month(before: datetime) -> list[dict[str, Any]]:
    """How many children by the month in which the last happened: `rows` will go, `held` are held or still open."""
    rows: list[dict[str, Any]] = await Child.raw(
        "select date_trunc('month', last at time zone 'Europe/London')::date as month, "
        "(count(*) filter (where not open and not held))::int as rows, "
        f"(count(*) filter (where open or held))::int as held from ({_LAST}) c where last < {{}} group by 1",
        before,
    )
    return rows


_LAST: Final = f"""
    select c.id, c.id in ({HELD_CHILDREN}) as held,
           exists (select from episode e where e.child = c.id and e.ended_at is null and e.withdrawn_at is null)
               as open,
           (select max(at) from (
               select max(greatest(e.recorded_at, e.ended_at, e.started_at)) as at from episode e where e.child = c.id
               union all select max(m.ends_at) from meeting m where m.child = c.id
               union all select max(t.due_at) from trigger t where t.child = c.id
               union all select max(greatest(p.recorded_at, p.moved_at)) from placement_move p where p.child = c.id
               union all select max(n.decided_at) from not_convened n where n.child = c.id
               union all select max(l.added_at) from briefing_line l where l.child = c.id
           ) happened) as last
    from child c where c.issuer <> '{removed.ISSUER}'
"""


async def _sources(child: UUID) -> list[tuple[str, str]]:
    rows = await Child.raw(
        "select source, source_reference from episode where child = {} "
        "union select source, source_reference from placement_move where child = {}",
        child,
        child,
    )
    return [(row["source"], row["source_reference"]) for row in rows]


async def _rename(child: UUID) -> None:
    """Each address that was invited is a number; letters keep the number of whoever they went to.

    Whether a letter arrived is counted for its seat by the address, so invitation and letter keep one in common.
    """
    rows = await Child.raw(
        "select distinct address from invitation where meeting in (select id from meeting where child = {})", child
    )
    old = sorted(row["address"] for row in rows)
    new = [f"{number}@{NOBODY}" for number, _ in enumerate(old, start=1)]
    named = "unnest({}::varchar[], {}::varchar[]) as named (old, new)"
    await Child.raw(
        f"update invitation set address = named.new from {named} where address = named.old "
        "and meeting in (select id from meeting where child = {})",
        *(old, new, child),
    )
    await Child.raw(
        "update outbound_mail set recipient = coalesce(named.new, {}), "
        "thread = left(mail.uid, 250) || '|' || mail.id "
        "from outbound_mail mail left join "
        f"{named} on mail.recipient = named.old "
        "where outbound_mail.id = mail.id and mail.state not in ('queued', 'sending') "
        "and mail.uid in (select uid from meeting where child = {})",
        *(f"others@{NOBODY}", old, new, child),
    )


def _in_order() -> list[OfAChild]:
    """What is found by another row comes before that row, which may go: the last declared first."""
    return list(reversed(OF_A_CHILD))


async def _settle(one: OfAChild, child: UUID) -> int:
    if one.sets == STAYS:
        return 0
    what = f"update {one.table} set {one.sets}" if one.sets else f"delete from {one.table}"
    return len(await Child.raw(f"{what} where {_of(one)} returning 1", *_given(one, child)))


def _of(one: OfAChild) -> str:
    return one.of.replace(":child", "{}")


def _given(one: OfAChild, child: UUID) -> list[UUID]:
    return [child] * one.of.count(":child")
