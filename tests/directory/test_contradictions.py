"""What speaks against an entry is one row however often it is seen, and is closed by a change or a decision."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from directory import contacts, contradictions, failing, ladder, refused_letters
from directory.contradiction_tables import Against, Closed, Contradiction
from directory.rungs import Rung
from directory.tables import Contact, Unit
from notifications.tables import OutboundMail, OutState
from tests.factories import make_unit

SINCE, TEAM = date(2025, 1, 1), "team@kent.example"
HOUR = timedelta(hours=1)


@pytest.fixture
async def unit(rolled_back: None, now: datetime) -> Unit:
    unit = await make_unit(code="KT")
    await contacts.add(unit.id, role="team", email=TEAM, active_from=SINCE, by="tests", now=now)
    return unit


async def note(unit: UUID, now: datetime, evidence: str = "mail 1") -> None:
    await contradictions.note(unit, Against.BOUNCE, address=TEAM, evidence=evidence, by="tests", now=now)


async def only() -> Contradiction:
    [row] = await Contradiction.objects()
    return row


async def refused(now: datetime, code: int = 550, to: str = TEAM.upper()) -> None:
    number = await OutboundMail.count() + 1
    await OutboundMail.insert(
        OutboundMail(
            key=f"k{number}", kind="request", thread=f"t{number}", recipient=to, envelope_from="m@x.example",
            message_id=f"<{uuid4()}@x.example>", sha256="", state=OutState.REFUSED, created_at=now, due_at=now,
            settled_at=now, last_code=code,
        )
    )  # fmt: skip


async def test_the_same_seen_again_is_counted_with_the_latest_evidence_in_front(unit: Unit, now: datetime) -> None:
    await note(unit.id, now)
    await note(unit.id, now + HOUR, "mail 2")
    row = await only()
    assert (row.times, row.evidence, row.first_at, row.last_at) == (2, "mail 2, mail 1", now, now + HOUR)


async def test_two_at_once_make_one_row(committed: None, now: datetime) -> None:
    unit = await make_unit(code="KT")
    await asyncio.gather(*(note(unit.id, now, f"mail {number}") for number in range(4)))
    assert (await only()).times == 4


async def test_an_address_that_is_ended_takes_its_warnings_with_it(unit: Unit, now: datetime) -> None:
    await note(unit.id, now)
    [contact] = await contacts.contacts_of(unit.id)
    await contacts.end(contact.id, on=now.date(), by="tests", now=now)
    assert (await only()).closed_how == Closed.CHANGED
    await note(unit.id, now + HOUR)  # what is seen after that is a new warning
    assert await Contradiction.count() == 2


async def test_an_address_that_works_again_closes_its_warning(unit: Unit, now: datetime) -> None:
    await failing.flag(TEAM, "No such user", by="tests", now=now)
    await note(unit.id, now)
    [contact] = await contacts.contacts_of(unit.id)
    await failing.clear(contact.id, by="tests", now=now)
    assert (await only()).closed_how == Closed.CHANGED


async def test_an_address_of_the_ladder_is_warned_of_and_closed_like_any(unit: Unit, now: datetime) -> None:
    above = await ladder.add(
        unit.id, rung=Rung.HEAD, role="head", email="head@kent.example", active_from=SINCE, by="tests", now=now
    )
    await ladder.mark_failing(above, "No such user", by="tests", now=now)
    assert (await only()).address == "head@kent.example"
    await ladder.clear(above, by="tests", now=now)
    assert (await only()).closed_at == now


async def test_somebody_decides_once_and_says_why(unit: Unit, now: datetime) -> None:
    await note(unit.id, now)
    row = await only()
    assert await contradictions.decide(row.id, reason="the mailbox was full", by="somebody", now=now)
    assert not await contradictions.decide(row.id, reason="again", by="somebody else", now=now)
    assert ((await only()).closed_by, (await only()).reason) == ("somebody", "the mailbox was full")


async def test_a_letter_refused_for_want_of_a_mailbox_is_one_warning(unit: Unit, now: datetime) -> None:
    await refused(now)
    assert await refused_letters.warn(now + HOUR) == 1
    assert await refused_letters.warn(now + HOUR) == 0
    row = await only()
    assert (row.kind, row.address) == (Against.BOUNCE, TEAM)
    await contradictions.decide(row.id, reason="a fault of theirs", by="tests", now=now + 2 * HOUR)
    assert await refused_letters.warn(now + 3 * HOUR) == 0  # the same letter warns no second time
    await refused(now + 4 * HOUR)
    assert await refused_letters.warn(now + 5 * HOUR) == 1


async def test_a_relay_that_is_away_or_refuses_everything_is_no_warning(unit: Unit, now: datetime) -> None:
    await refused(now, code=421)
    await refused(now, code=554)
    await refused(now, to="stranger@elsewhere.example")
    assert await refused_letters.warn(now + HOUR) == 0


async def test_an_address_that_went_by_a_file_or_on_a_day_to_come_takes_its_warnings_with_it(
    unit: Unit, now: datetime
) -> None:
    await note(unit.id, now)
    assert await contradictions.close_gone(now) == 0
    await Contact.update({Contact.active_to: now.date() + timedelta(days=1)}, force=True)
    assert await contradictions.close_gone(now) == 0
    assert await contradictions.close_gone(now + timedelta(days=1)) == 1
    assert (await only()).closed_how == Closed.CHANGED
