"""A police-unit lead who is signed in speaks for the unit's own seat, and for no other's."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar

from attendance.challenge_tables import Challenge, ChallengeState
from attendance.register import Mark, close, mark
from attendance.tables import Deputy, Outcome, Response
from audit.tables import Entry
from directory.tables import Unit
from meetings.tables import Seat
from tests.attendance.reading_pages import words
from tests.browsing import Browser, sign_in_as
from web.roles import Role
from web.viewer import Post

UNIT, OTHER = "Central North", "East Area"
DEPUTY = "inspector@central-north.police.example"


async def somebody(app: Litestar, convened: Any, role: Role) -> Browser:
    """Of Central North, which has a seat, in this role: its lead for that unit alone."""
    its = await Seat.select(Seat.unit).where(Seat.id == convened.seats[UNIT]).first()
    assert its is not None
    unit = await Unit.select(Unit.code, Unit.agency._.code.as_alias("agency")).where(Unit.id == its["unit"]).first()
    assert unit is not None
    post = Post(role, unit["agency"], unit["code"] if role is Role.UNIT_LEAD else "")
    return await sign_in_as(Browser(app), f"{role.name.lower()}@police.example", f"The {role.value}", posts=[post])


async def closed(convened: Any, now: datetime) -> Any:
    marks = [Mark(seat, Outcome.ATTENDED) for unit, seat in convened.seats.items() if unit != UNIT]
    await mark(convened.id, [*marks, Mark(convened.seats[UNIT], Outcome.NO_SHOW)], by="coordinator", now=now)
    await close(convened.id, inquorate_reason="urgent", by="coordinator", now=now)
    return convened


async def actors(action: str) -> list[str]:
    return [row["actor"] for row in await Entry.select(Entry.actor).where(Entry.action.like(f"{action}%"))]


async def person_of(email: str) -> str:
    from web.tables import Person

    row = await Person.select(Person.id).where(Person.email == email).first()
    assert row is not None
    return str(row["id"])


async def test_a_lead_names_a_deputy_at_the_units_own_seat_and_stands_in_the_trail(
    app: Litestar, coming: Any
) -> None:
    lead = await somebody(app, coming, Role.UNIT_LEAD)
    page = f"/seats/{coming.seats[UNIT]}/deputy"
    shown = await lead.get(f"/meetings/{coming.reference}")
    assert page in shown.text
    assert f"/seats/{coming.seats[OTHER]}" not in shown.text
    done = await lead.send_form(page, deputy=DEPUTY, shown="0", about="")
    assert done.status_code == 303
    assert "It is recorded who comes instead." in words(await lead.get(done.headers["location"]))
    (deputy,) = await Deputy.objects()
    who = await person_of("unit_lead@police.example")
    assert (deputy.invitation, deputy.address, deputy.named_by) == (coming.invitations[UNIT], DEPUTY, who)
    assert await actors("answer by page") == [who]
    assert f"Named so far {DEPUTY}, once a coordinator approves." in words(await lead.get(page))


async def test_an_address_that_is_none_is_asked_for_again_and_what_was_typed_stays(
    app: Litestar, coming: Any
) -> None:
    lead = await somebody(app, coming, Role.UNIT_LEAD)
    again = await lead.send_form(f"/seats/{coming.seats[UNIT]}/deputy", deputy="nobody", shown="0")
    assert again.status_code == 400
    assert 'value="nobody"' in again.text
    assert not await Deputy.exists()


async def test_after_the_start_nobody_is_named_and_the_page_says_what_to_do(app: Litestar, held: Any) -> None:
    lead = await somebody(app, held, Role.UNIT_LEAD)
    page = f"/seats/{held.seats[UNIT]}/deputy"
    shown = await lead.get(page)
    assert shown.status_code == 200
    assert "This meeting has begun, so nobody can be invited instead." in words(shown)
    assert page not in (await lead.get(f"/meetings/{held.reference}")).text
    late = await lead.post(page, data={"_csrf_token": lead.cookies["convene-csrf"], "deputy": DEPUTY, "shown": "0"})
    assert late.status_code == 400
    assert "tell the coordinator" in words(late)
    assert not await Deputy.exists()
    assert not await Response.exists()


async def test_a_lead_challenges_the_outcome_of_the_units_seat_and_takes_it_back(
    app: Litestar, held: Any, now: datetime
) -> None:
    await closed(held, now)
    lead = await somebody(app, held, Role.UNIT_LEAD)
    page = f"/seats/{held.seats[UNIT]}/challenge"
    shown = await lead.get(f"/meetings/{held.reference}")
    assert page in shown.text
    assert f"/seats/{held.seats[OTHER]}" not in shown.text
    assert "Recorded No-show" in words(await lead.get(page))
    done = await lead.send_form(page, says="attended", reason="Our sergeant was in the call.")
    assert done.status_code == 303
    assert "Your challenge is recorded." in words(await lead.get(done.headers["location"]))
    (challenge,) = await Challenge.objects()
    assert (challenge.seat, challenge.says, challenge.state) == (held.seats[UNIT], "attended", ChallengeState.OPEN)
    assert challenge.raised_by == "The police-unit lead"
    who = await person_of("unit_lead@police.example")
    assert await actors("outcome challenged") == [who]
    assert "You challenged this outcome" in words(await lead.get(page))
    await lead.send_form(page, act="withdraw")
    (challenge,) = await Challenge.objects()
    assert challenge.state == ChallengeState.WITHDRAWN
    assert await actors("challenge withdrawn") == [who]


async def test_a_challenge_without_a_reason_is_asked_for_again(app: Litestar, held: Any, now: datetime) -> None:
    await closed(held, now)
    lead = await somebody(app, held, Role.UNIT_LEAD)
    again = await lead.send_form(f"/seats/{held.seats[UNIT]}/challenge", says="attended", reason="")
    assert again.status_code == 400
    assert "Say why, in 300 characters or fewer" in words(again)
    assert 'value="attended" checked' in again.text


async def test_while_the_register_is_open_the_page_says_when_the_outcome_can_be_challenged(
    app: Litestar, held: Any
) -> None:
    lead = await somebody(app, held, Role.UNIT_LEAD)
    page = f"/seats/{held.seats[UNIT]}/challenge"
    assert "You can challenge the outcome here once it is closed." in words(await lead.get(page))
    data = {"_csrf_token": lead.cookies["convene-csrf"], "says": "attended", "reason": "We came."}
    assert (await lead.post(page, data=data)).status_code == 400
    assert not await Challenge.exists()


async def test_a_seat_taken_off_the_list_before_the_start_has_no_outcome_to_challenge(
    app: Litestar, held: Any, now: datetime
) -> None:
    await closed(held, now)
    lead = await somebody(app, held, Role.UNIT_LEAD)
    before: dict[Any, Any] = {Seat.removed_at: held.starts_at - timedelta(hours=1)}
    await Seat.update(before).where(Seat.id == held.seats[UNIT])
    assert (await lead.get(f"/seats/{held.seats[UNIT]}/challenge")).status_code == 404


@pytest.mark.parametrize("step", ["deputy", "challenge"])
async def test_the_seat_of_another_unit_is_not_found_even_in_a_meeting_that_the_lead_sees(
    app: Litestar, coming: Any, step: str
) -> None:
    lead = await somebody(app, coming, Role.UNIT_LEAD)
    assert (await lead.get(f"/meetings/{coming.reference}")).status_code == 200
    await _is_not_found(lead, coming.seats[OTHER], step)


@pytest.mark.parametrize("role", [Role.PARTNER, Role.COORDINATOR])
@pytest.mark.parametrize("step", ["deputy", "challenge"])
async def test_nobody_but_a_lead_speaks_for_a_seat_not_even_for_one_of_their_agency(
    app: Litestar, coming: Any, role: Role, step: str
) -> None:
    other = await somebody(app, coming, role)
    shown = await other.get(f"/meetings/{coming.reference}")
    assert shown.status_code == 200
    assert "/seats/" not in shown.text.replace(f"/meetings/{coming.reference}/seats", "")
    await _is_not_found(other, coming.seats[UNIT], step)


async def _is_not_found(browser: Browser, seat: UUID, step: str) -> None:
    page = f"/seats/{seat}/{step}"
    assert (await browser.get(page)).status_code == 404
    data = {"_csrf_token": browser.cookies["convene-csrf"], "deputy": DEPUTY, "shown": "0", "says": "attended"}
    assert (await browser.post(page, data=data | {"reason": "We came."})).status_code == 404
    assert not await Deputy.exists()
    assert not await Challenge.exists()
