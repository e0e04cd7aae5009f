"""A child who is known to two authorities: each sees, and answers, what waits because of its own places alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from directory.units import unit_of_code
from meetings.calling_off import not_convened
from meetings.episode_tables import CareStatus, Child, Episode
from meetings.errors import NothingWaiting
from meetings.letters import Letterhead
from meetings.line_tables import Line
from meetings.proposal import propose
from meetings.setting_up import set_up
from meetings.tables import Rule, Trigger
from meetings.waiting import list_waiting, triggers_waiting
from tests.browsing import Browser, application, sign_in_as
from tests.factories import make_meeting, make_trigger
from tests.meetings.waiting_children import BY, LAMBETH, child_waiting, tomorrow
from web.roles import Act, Role
from web.viewer import MACHINE, Post, Viewer

NEWHAM, CAMDEN = "E09000025", "E09000007"
REASON = "no capacity to convene"


def coordinator_of(agency: str, *opened: UUID) -> Viewer:
    return Viewer(uuid4(), (Post(Role.COORDINATOR, agency),), opened)


LAMBETHS, NEWHAMS, CAMDENS = (coordinator_of(f"{name}-council") for name in ("lambeth", "newham", "camden"))


@pytest.fixture
async def child(rolled_back: None, london: None, now: datetime) -> UUID:
    """Lambeth's, placed in Newham, for whom a meeting waits."""
    return await child_waiting(now, host=NEWHAM)


async def seen_in_camden(child: UUID, now: datetime, *, waits: bool = True) -> UUID:
    """The same child goes missing again, and was last seen in Camden; returns the episode."""
    episode = uuid4()
    await Episode.insert(
        Episode(
            id=episode,
            child=child,
            source="tests",
            source_reference=episode.hex,
            started_at=now - timedelta(hours=1),
            reported_at=now - timedelta(hours=1),
            home_place=LAMBETH,
            incident_place=CAMDEN,
            care_status=CareStatus.LOOKED_AFTER,
            recorded_at=now,
        )
    )
    if waits:
        await waits_because_of(child, episode, now)
    return episode


async def waits_because_of(child: UUID, cause: UUID, now: datetime) -> None:
    rule = await Rule.objects().where(Rule.code == "OPEN72").first()
    assert rule is not None
    trigger = await make_trigger(rule=rule, due_at=now + timedelta(hours=40), fired_at=now, cause=cause)
    await Trigger.update({Trigger.child: child}).where(Trigger.id == trigger.id)


async def codes(child: UUID, viewer: Viewer, act: Act = Act.SEE_PLACES) -> list[str]:
    return [trigger.rule_code for trigger in await triggers_waiting(child, viewer, act)]


@pytest.mark.parametrize("act", [Act.SEE_PLACES, Act.RUN])
async def test_each_authority_sees_what_waits_because_of_its_own_places(child: UUID, now: datetime, act: Act) -> None:
    await seen_in_camden(child, now)
    assert await codes(child, CAMDENS, act) == ["OPEN72"]
    assert await codes(child, NEWHAMS, act) == ["HIGH"]
    assert await codes(child, LAMBETHS, act) == await codes(child, MACHINE, act) == ["HIGH", "OPEN72"]


async def test_the_list_shows_each_authority_its_own_places_and_deadline(child: UUID, now: datetime) -> None:
    await seen_in_camden(child, now)
    (camdens,), (newhams,), (all_of_it,) = [await list_waiting(one) for one in (CAMDENS, NEWHAMS, MACHINE)]
    assert (camdens.due_at, camdens.host, len(camdens.reasons)) == (now + timedelta(hours=40), "", 1)
    assert (newhams.due_at, newhams.host, len(newhams.reasons)) == (now + timedelta(hours=24), "Newham", 1)
    assert (all_of_it.due_at, len(all_of_it.reasons)) == (now + timedelta(hours=24), 2)


async def test_an_authority_for_which_nothing_waits_lists_no_child_of_its_own_episode(
    child: UUID, now: datetime
) -> None:
    await seen_in_camden(child, now, waits=False)
    assert await list_waiting(CAMDENS) == []
    assert await codes(child, CAMDENS) == []


async def test_a_decision_closes_only_what_waits_at_ones_own_places(child: UUID, now: datetime) -> None:
    await seen_in_camden(child, now)
    await not_convened(child, reason=REASON, by=BY, now=now, viewer=CAMDENS)
    assert await codes(child, MACHINE) == ["HIGH"]
    with pytest.raises(NothingWaiting):
        await not_convened(child, reason=REASON, by=BY, now=now, viewer=CAMDENS)


async def test_a_meeting_takes_only_what_waits_at_ones_own_places(
    child: UUID, now: datetime, letterhead: Letterhead
) -> None:
    await seen_in_camden(child, now)
    when = tomorrow(now)
    with pytest.raises(NothingWaiting):
        await set_up(
            child, when, [], by=BY, now=now, letterhead=letterhead, viewer=coordinator_of("southwark-council")
        )
    waiting = await codes(child, CAMDENS)
    proposed = await proposed_units(child, CAMDENS, now)
    await set_up(child, when, proposed, by=BY, now=now, letterhead=letterhead, viewer=CAMDENS)
    assert (waiting, await codes(child, CAMDENS), await codes(child, MACHINE)) == (["OPEN72"], [], ["HIGH"])


async def proposed_units(child: UUID, viewer: Viewer, now: datetime) -> list[UUID]:
    return [seat.unit for seat in (await propose(await triggers_waiting(child, viewer), now.date())).seats]


async def test_what_people_called_for_is_the_home_authoritys_and_not_that_of_another_episode(
    child: UUID, now: datetime
) -> None:
    """Its cause is a line of a list: neither an episode nor a move."""
    await waits_because_of(child, uuid4(), now)
    await seen_in_camden(child, now, waits=False)
    assert await codes(child, CAMDENS) == []
    assert await codes(child, LAMBETHS) == ["HIGH", "OPEN72"]


async def test_what_a_panel_called_for_is_also_of_the_authority_that_held_it(child: UUID, now: datetime) -> None:
    panel = await make_meeting(home=await unit_of_code("CN"))
    line = Line(id=uuid4(), meeting=panel.id, child=child, added_at=now, added_by=BY)
    await Line.insert(line)
    await waits_because_of(child, line.id, now)
    assert await codes(child, CAMDENS) == []  # its police unit convened it
    camdens_police = Viewer(uuid4(), (Post(Role.COORDINATOR, "metropolitan-police-service", "CN"),))
    assert await codes(child, camdens_police) == await codes(child, camdens_police, Act.RUN) == ["OPEN72"]


async def test_broken_glass_shows_all_that_waits_for_the_child_and_answers_none(child: UUID, now: datetime) -> None:
    opened = coordinator_of("camden-council", child)
    assert await codes(child, opened) == ["HIGH"]
    assert await codes(child, opened, Act.RUN) == []


async def test_an_episode_that_one_reports_opens_nothing_of_another_authority(child: UUID, now: datetime) -> None:
    """Camden's coordinator names the child by Lambeth's reference, and Camden as the place of the incident."""
    known = await Child.select(Child.reference).where(Child.id == child).first()
    assert known is not None
    day = {"started-day": "18", "started-month": "11", "started-year": "2026", "started-time": "8:30am"}
    report = {"reference": "F0-0123456789abcdef", "kind": "M", "accepted": "yes", "home_place": LAMBETH}
    post = [Post(Role.COORDINATOR, "camden-council")]
    async with Browser(application()) as browser:
        await sign_in_as(browser, "c@camden.example", "Coordinator, Camden", posts=post)
        saved = await browser.send_form(
            "/episodes/new", **day, **report, child=known["reference"], incident_place=CAMDEN
        )
        assert saved.status_code == 303
        assert await Episode.count().where(Episode.child == child) == 2
        shown = [await browser.get(path) for path in ("/", f"/waiting/{child}", "/plan")]
        await browser.send_form("/episodes/new", action=f"/waiting/{child}/not-convened", reason=REASON)
    assert "graded high" not in " ".join(page.text for page in shown).lower()
    assert "Newham" not in " ".join(page.text for page in shown)
    assert "HIGH" in await codes(child, LAMBETHS)
    assert await codes(child, CAMDENS) == []
