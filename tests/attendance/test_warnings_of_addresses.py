"""What mail and silence tell of an address is a warning in the directory, and changes nothing there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from attendance import aliases, silent_units
from attendance.tables import AliasKind
from directory import contacts, contradictions, verification_round
from directory.contradiction_tables import Against, Contradiction
from directory.tables import Contact, Unit
from meetings.tables import Seat
from notifications.tables import OutboundMail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import report, take_in
from tests.factories import DAY, call_off, make_meeting, make_response, make_seat, make_unit
from web.letters import Sender

SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "https://convene.example")
SINCE = date(2025, 1, 1)


@pytest.fixture
async def meeting(rolled_back: None, convene: Any, now: datetime) -> Any:
    convened = await convene()
    seat = await Seat.objects(Seat.unit).where(Seat.unit.name == "Central North").first()
    assert seat is not None
    await contacts.add(seat.unit.id, role="team", email=HOME, active_from=SINCE, by="tests", now=now)
    return convened


async def warnings() -> list[tuple[str, str, str, int]]:
    rows = await Contradiction.objects().where(Contradiction.closed_at.is_null()).order_by(Contradiction.first_at)
    return [(row.kind, row.address, row.evidence, row.times) for row in rows]


async def asked_and_silent(unit: Unit, now: datetime, days: int) -> None:
    """The unit was asked to a meeting so many days ago, and never answered."""
    meeting = await make_meeting(home=unit, starts_at=now - days * DAY)
    await make_seat(meeting=meeting, unit=unit)


async def test_a_letter_that_came_back_is_a_warning_before_anybody_confirmed_it(meeting: Any, now: datetime) -> None:
    to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
    first = await take_in(report("failed"), to, letterhead=meeting.letterhead, now=now)
    assert await warnings() == [(Against.BOUNCE, HOME, f"received message {first.id}", 1)]
    contact = await Contact.objects().where(Contact.email == HOME).first()
    assert contact is not None
    assert contact.failing_since is None  # a forged report takes no address out of use


async def test_a_delay_is_no_warning(meeting: Any, now: datetime) -> None:
    to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
    await take_in(report("delayed"), to, letterhead=meeting.letterhead, now=now)
    assert await warnings() == []


@pytest.mark.parametrize(
    "words",
    [
        "I no longer work for the police.",
        "PC Duty has left the force. Write to the missing unit.",
        "I have now moved to another role.",
        "This mailbox is no longer monitored.",
    ],
)
async def test_an_automatic_reply_that_says_somebody_left_is_a_warning(
    meeting: Any, now: datetime, words: str
) -> None:
    raw = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\n{words}\r\n".encode()
    mail = await take_in(raw, meeting.reply_address("Central North"), letterhead=meeting.letterhead, now=now)
    assert await warnings() == [(Against.LEFT, HOME, f"received message {mail.id}", 1)]


@pytest.mark.parametrize("words", ["I am away until 3 December 2026.", "I left early today.", "On leave. Back soon."])
async def test_an_ordinary_absence_is_no_warning(meeting: Any, now: datetime, words: str) -> None:
    raw = f"From: {HOME}\r\nAuto-Submitted: auto-replied\r\n\r\n{words}\r\n".encode()
    await take_in(raw, meeting.reply_address("Central North"), letterhead=meeting.letterhead, now=now)
    assert await warnings() == []


async def test_answers_from_another_address_are_a_warning_once_somebody_said_they_count(
    meeting: Any, now: datetime
) -> None:
    await aliases.learn(HOME, "pc.duty@police.example", AliasKind.SAME, by="tests", now=now)
    await aliases.learn(HOME, "deputy@police.example", AliasKind.DEPUTY, by="tests", now=now)
    [(kind, address, evidence, times)] = await warnings()
    assert (kind, address, times) == (Against.ALIAS, HOME, 1)
    assert evidence.startswith("alias ")


async def test_a_letter_to_an_owner_that_came_back_is_a_warning(
    rolled_back: None, letterhead: Any, now: datetime
) -> None:
    unit = await make_unit(code="KT")
    await contacts.add(unit.id, role="team", email="team@kent.example", active_from=SINCE, by="tests", now=now)
    await verification_round.ask_now(unit.id, sender=SENDER, by="tests", now=now)
    letter = await OutboundMail.objects().first()
    assert letter is not None
    raw = report("failed", gives_back=f"Message-ID: {letter.message_id}")
    mail = await take_in(raw, letterhead.sender_address(), letterhead=letterhead, now=now)
    assert await warnings() == [(Against.BOUNCE, "team@kent.example", f"received message {mail.id}", 1)]


class TestSilence:
    async def test_three_invitations_unanswered_in_a_row_are_one_warning(
        self, rolled_back: None, now: datetime
    ) -> None:
        unit = await make_unit(code="KT")
        await asked_and_silent(unit, now, 9)
        await asked_and_silent(unit, now, 5)
        assert await silent_units.warn(now) == 0
        await asked_and_silent(unit, now, 1)
        assert await silent_units.warn(now) == 1
        assert await silent_units.warn(now) == 0
        [(kind, _, evidence, times)] = await warnings()
        assert (kind, times) == (Against.SILENCE, 1)
        assert evidence.startswith("meetings ")

    async def test_an_answer_among_them_is_no_silence(self, rolled_back: None, now: datetime) -> None:
        unit = await make_unit(code="KT")
        await asked_and_silent(unit, now, 9)
        await asked_and_silent(unit, now, 5)
        meeting = await make_meeting(home=unit, starts_at=now - DAY)
        await make_response(meeting=meeting, seat=await make_seat(meeting=meeting, unit=unit))
        assert await silent_units.warn(now) == 0

    async def test_a_meeting_called_off_does_not_count(self, rolled_back: None, now: datetime) -> None:
        unit = await make_unit(code="KT")
        await asked_and_silent(unit, now, 9)
        await asked_and_silent(unit, now, 5)
        meeting = await make_meeting(home=unit, starts_at=now - DAY)
        await make_seat(meeting=meeting, unit=unit)
        await call_off(meeting=meeting, at=now - 2 * DAY)
        assert await silent_units.warn(now) == 0

    async def test_once_decided_three_more_are_needed(self, rolled_back: None, now: datetime) -> None:
        unit = await make_unit(code="KT")
        for days in (9, 5, 1):
            await asked_and_silent(unit, now, days)
        await silent_units.warn(now)
        row = await Contradiction.objects().first()
        assert row is not None
        await contradictions.decide(row.id, reason="on an operation", by="tests", now=now)
        assert await silent_units.warn(now) == 0
        later = now + timedelta(days=30)
        for days in (9, 5, 1):
            await asked_and_silent(unit, later, days)
        assert await silent_units.warn(later) == 1
