"""People call for a strategy meeting by their own judgement, at a briefing or panel: rule ASKED, no condition."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from audit import trail
from meetings import errors
from meetings.clocks import deadline
from meetings.episode_tables import Child
from meetings.in_force import RuleBook
from meetings.known_facts import rule_facts
from meetings.noticing import write_trigger
from meetings.proposal import circumstances
from meetings.rule_facts import Fired, RuleFacts
from meetings.tables import Rule
from web.moments import london_date

ASKED = "ASKED"
CALLED = "called for a meeting"  # in the log


async def call_for_meeting(child: UUID, *, cause: UUID, by: str, now: datetime) -> bool:
    """A strategy meeting about the child waits to be set up, due by the clock of rule ASKED; False if it did already.

    In the caller's transaction, under the lock on the child's row that `set_up` takes.

    :param cause: what called for it (a line of a briefing): the same cause calls once.
    :raises MeetingError: NotAskedHere, where the rule is switched off or not in force.
    """
    await Child.select(Child.id).where(Child.id == child).lock_rows()
    home = (await circumstances(child, [cause])).home
    rule = await _in_force(home, now)
    due_at = deadline(now, rule.clock_amount or 0, rule.clock_unit or "hours")
    added = await write_trigger(child, Fired(rule.code, cause, now, due_at, rule.id), None, now)
    if added:
        detail = {"rules": [rule.code], "cause": cause}
        await trail.record(by, CALLED, f"child:{child}", now=now, detail=detail)
    return added


async def _in_force(home_place: str, now: datetime) -> RuleFacts:
    """The version that decides today for children of this place.

    :raises NotAskedHere: where there is none, or it is switched off.
    """
    day = london_date(now)
    book = RuleBook([rule_facts(row) for row in await Rule.select().where(Rule.code == ASKED)])
    for rule in book.of(home_place).get(ASKED, ()):
        if rule.in_force(day) and rule.enabled:
            return rule
    raise errors.NotAskedHere
