"""The rules are applied to what is known: triggers are written down once, and reach a meeting that already stands.

What is decided here:

* A trigger is written once for a rule and its cause (an episode or a move), by a unique key, and stays whatever
  becomes of its cause. A rule that makes no meeting (REFUSED) writes none: its alert is the episode itself.
* A correction may bring a deadline forward, never push it back: while a trigger still waits, or its meeting is
  still to come, an earlier moment or deadline replaces the later one. What a meeting or a decision has answered
  is not rewritten. Nor does a change of a rule rewrite what it called for before, not even on the same day.
* A trigger of a child with a coming meeting of the same type joins the soonest of those, whose deadline becomes
  the earlier one. It may then stand too late, which its page and the list of what waits say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from audit import trail
from meetings.episode_tables import Child, Episode, PlacementMove
from meetings.in_force import RuleBook
from meetings.known_facts import EPISODE_COLUMNS, MOVE_COLUMNS, episode_facts, move_facts, rule_facts
from meetings.rule_facts import EpisodeFacts, Fired
from meetings.scheduling import happened
from meetings.tables import Meeting, MeetingState, Rule, Trigger
from meetings.triggers import fired, fired_by_move
from web.moments import london_date

ACTOR = "convene"
CALLED = "rules called for a meeting"  # in the log, once for each cause: two can be of two authorities
RECENTLY = timedelta(days=7)  # how far back a round looks, so that nothing is missed by a worker that stood still


@dataclass(frozen=True)
class _Found:
    """One thing to write about a child: a new trigger, or an earlier moment for one that waits."""

    child: UUID
    trigger: Fired
    known: UUID | None  # the row that is to be brought forward; None for a new one


async def notice(now: datetime) -> int:
    """Every open or recent episode and move has its triggers; returns how many were new.

    Looks at episodes that are open, or ended or were recorded within the last seven days, and at moves recorded
    within them. Each child is written in a transaction of its own, under the lock on its row that `set_up` takes
    too, so that a trigger either is there for the meeting being set up or joins it.
    """
    return await _notice(await _in_view(now), now)


async def notice_children(children: Collection[UUID], now: datetime) -> int:
    """The same for all that is known of these children; returns how many triggers were new.

    In the caller's transaction, if there is one: the intake calls it with the change that may fire.
    """
    return await _notice(set(children), now) if children else 0


async def _in_view(now: datetime) -> set[UUID]:
    since = now - RECENTLY
    episodes = (
        await Episode.select(Episode.child)
        .where(Episode.history_only.eq(False), Episode.withdrawn_at.is_null())
        .where(Episode.ended_at.is_null() | (Episode.ended_at >= since) | (Episode.recorded_at >= since))
    )
    moves = await PlacementMove.select(PlacementMove.child).where(PlacementMove.recorded_at >= since)
    return {row["child"] for row in (*episodes, *moves)}


async def _notice(children: set[UUID], now: datetime) -> int:
    if not children:
        return 0
    rules = {row["id"]: row for row in await Rule.select()}
    by_child: dict[UUID, list[_Found]] = {}
    for found in await _unwritten(children, RuleBook(map(rule_facts, rules.values())), now):
        by_child.setdefault(found.child, []).append(found)
    types = {rule_id: str(row["meeting_type"]) for rule_id, row in rules.items()}
    return sum([await _write(child, by_child[child], types, now) for child in sorted(by_child)])


async def _unwritten(children: set[UUID], book: RuleBook, now: datetime) -> list[_Found]:
    """What has fired and is not written, or is written with a later moment or deadline: four selects in all."""
    wanted = list(children)
    rows = await Episode.select(*EPISODE_COLUMNS).where(Episode.child.is_in(wanted))
    moves = await PlacementMove.select(*MOVE_COLUMNS).where(PlacementMove.child.is_in(wanted))
    known = {
        (row["rule_code"], row["cause"]): row for row in await Trigger.select().where(Trigger.child.is_in(wanted))
    }
    history: dict[UUID, list[EpisodeFacts]] = {}
    for row in rows:
        history.setdefault(row["child"], []).append(episode_facts(row))
    found = [
        (child, one)
        for child, episodes in history.items()
        for episode in episodes
        for one in fired(episode, episodes, book, now)
    ]
    for row in moves:
        found += [
            (row["child"], one) for one in fired_by_move(move_facts(row), history.get(row["child"], []), book, now)
        ]
    return list(_changes(found, known))


def _changes(found: Iterable[tuple[UUID, Fired]], known: dict[tuple[str, UUID], dict[str, Any]]) -> Iterable[_Found]:
    for child, one in found:
        row = known.get((one.rule_code, one.cause))
        if not one.makes_meeting:
            continue
        if row is None:
            yield _Found(child, one, None)
        elif row["not_convened"] is None and _is_corrected(row, one):
            yield _Found(child, one, row["id"])


def _is_corrected(row: dict[str, Any], one: Fired) -> bool:
    """Whether the source put it earlier. A rule that changed meanwhile does not: versions begin at midnights."""
    if row["rule"] != one.rule and london_date(one.fired_at) >= london_date(row["fired_at"]):
        return False
    return bool(one.due_at < row["due_at"] or one.fired_at < row["fired_at"])


async def _write(child: UUID, found: Sequence[_Found], types: dict[UUID, str], now: datetime) -> int:
    """The child's new triggers are there and its waiting ones brought forward; returns how many are new.

    1. The child's row is locked, as `set_up` locks it: a meeting is either not yet there or already committed.
    2. New triggers are inserted; one that another worker has just written is skipped by the unique key.
    3. What was known is brought forward only where no meeting that has begun, and no decision, has answered it.
    """
    async with Trigger._meta.db.transaction():
        await Child.select(Child.id).where(Child.id == child).lock_rows("UPDATE")
        coming = await _coming_meetings(child, now)
        added: dict[UUID, list[str]] = {}
        for one in found:
            if one.known is not None:
                await _bring_forward(one.known, one.trigger, coming, now)
            elif await write_trigger(child, one.trigger, coming.get(types[one.trigger.rule]), now):
                added.setdefault(one.trigger.cause, []).append(one.trigger.rule_code)
        calls = [
            trail.Act(CALLED, f"child:{child}", {"rules": rules, "cause": cause}) for cause, rules in added.items()
        ]
        await trail.record_all(ACTOR, calls, now=now)
    return sum(map(len, added.values()))


async def _coming_meetings(child: UUID, now: datetime) -> dict[str, Meeting]:
    """The soonest meeting to come of each type, locked so that none is called off or moved meanwhile."""
    rows = (
        await Meeting.objects()
        .where(Meeting.child == child, Meeting.state == MeetingState.SCHEDULED, Meeting.starts_at > now)
        .order_by(Meeting.starts_at, ascending=False)
        .lock_rows("UPDATE")
    )
    return {meeting.type: meeting for meeting in rows}


async def write_trigger(child: UUID, one: Fired, meeting: Meeting | None, now: datetime) -> bool:
    """The trigger is there, and has joined the meeting if one is given; False where rule and cause had one."""
    row = Trigger(
        id=uuid4(),
        child=child,
        rule=one.rule,
        rule_code=one.rule_code,
        cause=one.cause,
        fired_at=one.fired_at,
        due_at=one.due_at,
        noticed_at=now,
        meeting=meeting.id if meeting else None,
    )
    added = (
        await Trigger.insert(row)
        .on_conflict(target=(Trigger.rule_code, Trigger.cause), action="DO NOTHING")
        .returning(Trigger.id)
    )
    if added and meeting is not None:
        await _hold_earlier(meeting, one, "also calls for this meeting", now)
    return bool(added)


async def _bring_forward(trigger: UUID, one: Fired, coming: dict[str, Meeting], now: datetime) -> None:
    row = await Trigger.select().where(Trigger.id == trigger).first()
    meetings = {meeting.id: meeting for meeting in coming.values()}
    if row is None or row["not_convened"] is not None or row["meeting"] not in (None, *meetings):
        return
    await Trigger.update(
        {"fired_at": min(one.fired_at, row["fired_at"]), "due_at": min(one.due_at, row["due_at"])}
    ).where(Trigger.id == trigger)
    if row["meeting"] is not None and one.due_at < row["due_at"]:
        await _hold_earlier(meetings[row["meeting"]], one, "was corrected at its source", now)


async def _hold_earlier(meeting: Meeting, one: Fired, why: str, now: datetime) -> None:
    """The meeting's timeline and the log tell of the trigger, and its deadline is the earlier of the two."""
    earlier = one.due_at < meeting.due_at
    if earlier:
        await Meeting.update({Meeting.due_at: one.due_at}).where(Meeting.id == meeting.id)
        meeting.due_at = one.due_at
    what = f"{one.rule_code} {why}" + (": it is to be held earlier" if earlier else "")
    await happened(meeting, ACTOR, what, now)
