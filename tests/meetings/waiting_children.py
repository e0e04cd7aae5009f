"""A child for whom a meeting waits, as the tests of meetings begin."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from meetings.episode_tables import CareStatus, Child, Episode
from meetings.proposal import Proposal, propose
from meetings.tables import Rule, Trigger
from meetings.waiting import triggers_waiting
from meetings.when import When
from web.viewer import MACHINE

BY = "the coordinator"
LAMBETH = "E09000022"


async def child_waiting(
    now: datetime, *, home: str = LAMBETH, host: str = "", rules: tuple[str, ...] = ("HIGH",), due_in: float = 24
) -> UUID:
    """A child with an open episode, looked after, for whom these rules fired just now."""
    child, episode = uuid4(), uuid4()
    await Child.insert(Child(id=child, issuer=home, reference=f"REF-{child.hex[:8]}"))
    await Episode.insert(
        Episode(
            id=episode,
            child=child,
            source="tests",
            source_reference=episode.hex,
            started_at=now - timedelta(hours=3),
            reported_at=now - timedelta(hours=2),
            home_place=home,
            host_place=host,
            care_status=CareStatus.LOOKED_AFTER,
            recorded_at=now,
        )
    )
    for after, code in enumerate(rules):
        rule = await Rule.objects().where(Rule.code == code).first()
        assert rule is not None
        due = now + timedelta(hours=due_in + 10 * after)
        await Trigger.insert(
            Trigger(
                child=child, rule=rule.id, rule_code=code, cause=episode, fired_at=now, due_at=due, noticed_at=now
            )
        )
    return child


async def proposal_for(child: UUID, now: datetime) -> Proposal:
    return await propose(await triggers_waiting(child, MACHINE), now.date())


def tomorrow(now: datetime, **change: object) -> When:
    given: dict[str, object] = {
        "starts_at": now + timedelta(hours=20),
        "minutes": 60,
        "place": "",
        "link": "https://meet.example/r/42",
    }
    return When(**(given | change))  # type: ignore[arg-type]  # each test changes one field


async def units_of(child: UUID, now: datetime) -> list[UUID]:
    """Every unit that the rules propose for the child."""
    return [seat.unit for seat in (await proposal_for(child, now)).seats]
