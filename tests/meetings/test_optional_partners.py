"""Partners that are asked where the directory knows them, and not missed where it does not."""

from __future__ import annotations

from datetime import datetime

import pytest

from directory.tables import UnitKind
from meetings.episode_tables import Episode
from meetings.proposal import Proposal
from tests.factories import make_area, make_unit
from tests.meetings.waiting_children import LAMBETH, child_waiting, proposal_for

pytestmark = pytest.mark.usefixtures("rolled_back", "london")


async def flagged(now: datetime) -> Proposal:
    child = await child_waiting(now)
    await Episode.update({Episode.cce: True}).where(Episode.child == child)
    return await proposal_for(child, now)


def asked(proposal: Proposal) -> dict[str, tuple[str, ...]]:
    return {seat.code: seat.capacities for seat in proposal.seats}


async def test_the_boroughs_exploitation_team_has_a_seat_beside_the_home_unit(now: datetime) -> None:
    team = await make_unit(code="AS-EXPLOITATION", kind=UnitKind.POLICE_TEAM)
    await make_area(unit=team, place=LAMBETH)
    seats = asked(await flagged(now))
    assert seats["AS-EXPLOITATION"] == ("exploitation team",)
    assert "home police" in seats["AS"]


async def test_the_reviewing_service_has_a_seat_for_a_looked_after_child(now: datetime) -> None:
    service = await make_unit(code="LAMBETH-REVIEWING", kind=UnitKind.REVIEWING)
    await make_area(unit=service, place=LAMBETH)
    assert asked(await proposal_for(await child_waiting(now), now))["LAMBETH-REVIEWING"] == ("reviewing officer",)


async def test_a_directory_without_them_is_not_said_to_lack_anything(now: datetime) -> None:
    assert not {"exploitation team", "reviewing officer"} & set((await flagged(now)).unfilled)
