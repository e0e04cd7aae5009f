"""Owners are asked whether their entries are right, reminded and passed up; the link in a letter is theirs alone."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from audit.tables import Entry
from directory import contacts, contradictions, held, ladder, verification, verification_round
from directory.contradiction_tables import Against, Contradiction
from directory.errors import ChangedMeanwhile, LinkGone
from directory.rungs import Rung
from directory.tables import Contact, Unit
from directory.verification_tables import OwnerLink, Step, Verification
from directory.verification_times import asked_a_day
from notifications.tables import OutboundMail
from tests.browsing import letters
from tests.factories import make_area, make_unit
from web.letters import Sender

SENDER = Sender("meetings@invites.convene.example", "Convene meetings", "https://convene.example")
SINCE = date(2025, 1, 1)
DAY = timedelta(days=1)
_TOKEN = re.compile(r"https://convene\.example/verify/([A-Za-z0-9_-]{43})")


@pytest.fixture
async def unit(rolled_back: None, now: datetime) -> Unit:
    """A unit with a team's mailbox, a duty desk and a supervisor."""
    unit = await make_unit(code="KT", name="Kent police")
    await contacts.add(
        unit.id, role="missing unit", email="missing@kent.example", phone="020 7946 0001", group=True,
        active_from=SINCE, by="tests", now=now,
    )  # fmt: skip
    await contacts.add(
        unit.id, role="duty desk", email="duty@kent.example", rank=2, active_from=SINCE, by="tests", now=now
    )
    await ladder.add(
        unit.id, rung=Rung.SUPERVISOR, role="detective sergeant", email="sergeant@kent.example",
        active_from=SINCE, by="tests", now=now,
    )  # fmt: skip
    await make_area(unit=unit, place="Kent")
    return unit


async def ask(now: datetime) -> int:
    return await verification_round.ask_due(sender=SENDER, now=now)


async def tokens() -> list[str]:
    """The links of all letters, the oldest first."""
    return [found[1] for letter in await letters() if (found := _TOKEN.search(letter))]


async def seen(token: str, now: datetime) -> str:
    return (await verification.question(token, now=now)).fingerprint


async def confirmed(token: str, now: datetime, who: str = "missing coordinator") -> None:
    await verification.confirm(token, who=who, seen=await seen(token, now), now=now)


async def only() -> Verification:
    [row] = await Verification.objects()
    return row


async def recipients() -> list[str]:
    rows = await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id)
    return [row["recipient"] for row in rows]


async def test_the_mailbox_and_one_contact_beside_it_are_asked_once(unit: Unit, now: datetime) -> None:
    assert await ask(now) == 1
    assert await ask(now) == 0
    assert await ask(now + 5 * DAY) == 0
    assert await recipients() == ["missing@kent.example", "duty@kent.example"]


async def test_the_letter_as_its_reader_sees_it(unit: Unit, now: datetime) -> None:
    await ask(now)
    letter, _ = await letters()
    assert letter.replace("\r\n", "\n").replace((await tokens())[0], "TOKEN") == (
        "Is all of this still right for Kent police? By it the unit is invited to meetings about missing children.\n"
        "\n"
        "Kent police: Agency of KT, Met command unit\n"
        "Contact, missing unit: missing@kent.example, 020 7946 0001, tried first, a team’s mailbox, "
        "from 1 January 2025\n"
        "Contact, duty desk: duty@kent.example, tried as number 2, from 1 January 2025\n"
        "Told when it stays silent, detective sergeant: supervisor, sergeant@kent.example, from 1 January 2025\n"
        "Serves: Kent\n"
        "\n"
        "To confirm all of it, or to say what is wrong, open this page. It asks for no password:\n"
        "\n"
        "https://convene.example/verify/TOKEN\n"
        "\n"
        "Please do it by 2 December 2026. The link works once, and until 18 December 2026. "
        "Opening it changes nothing.\n"
        "\n"
        "If you cannot speak for the unit, please pass this letter on to whoever can.\n"
        "\n"
        "-- \n"
        "Sent by Convene meetings every 90 days, so that invitations reach the unit.\n"
    )


async def test_whoever_stays_silent_is_reminded_passed_up_and_then_listed(unit: Unit, now: datetime) -> None:
    await ask(now)
    assert await ask(now + 13 * DAY) == 0
    assert await ask(now + 14 * DAY) == 1
    assert (await recipients())[2:] == ["missing@kent.example", "duty@kent.example"]
    assert "We asked on 18 November 2026 whether this is still right for Kent police." in (await letters())[2]
    assert await ask(now + 28 * DAY) == 1
    assert (await recipients())[4:] == ["sergeant@kent.example"]
    assert (await letters())[4].startswith(
        "Kent police was asked twice since 18 November 2026 whether this is still right, and has not answered. "
        "Please check it yourself, or see that the unit does."
    )
    assert await ask(now + 42 * DAY) == 1
    assert len(await recipients()) == 5
    assert (await verification.standings([unit.id]))[unit.id].unanswered


async def test_a_unit_that_nobody_stands_above_is_listed_right_after_the_reminder(unit: Unit, now: datetime) -> None:
    [sergeant] = await ladder.ladder_of(unit.id)
    await ladder.end(sergeant.id, on=now.date(), by="tests", now=now)
    await ask(now)
    await ask(now + 14 * DAY)
    await ask(now + 28 * DAY)
    assert (await only()).step == Step.UNANSWERED
    assert len(await recipients()) == 4


async def test_a_confirmation_says_when_and_by_whom_and_holds_for_90_days(unit: Unit, now: datetime) -> None:
    await ask(now)
    await confirmed((await tokens())[0], now + DAY)
    standing = (await verification.standings([unit.id]))[unit.id]
    assert standing.confirmed_at == now + DAY
    assert (standing.confirmed_by, standing.confirmed_from) == ("missing coordinator", "missing@kent.example")
    assert standing.step is None
    assert await ask(now + 90 * DAY) == 0  # 90 days after the confirmation, not after the asking
    assert await ask(now + 91 * DAY) == 1
    assert await Entry.exists().where((Entry.action == "confirmed a directory entry") & (Entry.subject == "unit KT"))


async def test_nothing_is_written_at_night_or_at_the_weekend_or_at_christmas(unit: Unit, now: datetime) -> None:
    for quiet in (
        now.replace(hour=8),
        now.replace(hour=17),
        datetime(2026, 11, 21, 10, tzinfo=UTC),
        datetime(2026, 12, 25, 10, tzinfo=UTC),
    ):
        assert await ask(quiet) == 0


async def test_two_hundred_units_are_spread_over_nine_weeks_of_working_days(rolled_back: None, now: datetime) -> None:
    for number in range(20):
        unit = await make_unit(code=f"U{number}")
        email = f"team{number}@unit.example"
        await contacts.add(unit.id, role="team", email=email, active_from=SINCE, by="tests", now=now)
    assert await ask(now) == 1
    assert await ask(now + timedelta(hours=3)) == 0
    assert await ask(now + DAY) == 1
    assert asked_a_day(200) == 5
    assert 200 / asked_a_day(200) * 7 / 5 < 90  # every unit has its turn before the next one is due


async def test_an_address_whose_letters_come_back_is_not_asked(unit: Unit, now: datetime) -> None:
    await Contact.update({Contact.failing_since: now}).where(Contact.email == "missing@kent.example")
    await ask(now)
    assert await recipients() == ["duty@kent.example"]


async def test_a_unit_none_of_whose_addresses_works_is_passed_up_at_once(unit: Unit, now: datetime) -> None:
    await Contact.update({Contact.failing_since: now}).where(Contact.unit == unit.id)
    await ask(now)
    assert await recipients() == ["sergeant@kent.example"]
    assert (await only()).step == Step.PASSED_UP
    assert (await letters())[0].startswith(
        "Letters to every address of Kent police come back, so that the unit itself cannot be asked."
    )


async def test_abuse_case_38_opening_the_link_of_an_owner_confirms_nothing(unit: Unit, now: datetime) -> None:
    await ask(now)
    token = (await tokens())[0]
    for _ in range(3):
        await verification.question(token, now=now)
    assert (await verification.standings([unit.id]))[unit.id].confirmed_at is None
    await confirmed(token, now)


async def test_a_link_confirms_once_and_ends_the_others_of_the_same_asking(unit: Unit, now: datetime) -> None:
    await ask(now)
    first, second = await tokens()
    before = await seen(first, now)
    await confirmed(first, now)
    with pytest.raises(LinkGone):
        await verification.confirm(first, who="somebody", seen=before, now=now)
    with pytest.raises(LinkGone):
        await verification.question(second, now=now)
    assert (await verification.question(first, now=now)).used == "confirmed"


async def test_a_later_link_takes_the_place_of_the_one_before_it(unit: Unit, now: datetime) -> None:
    await ask(now)
    await ask(now + 14 * DAY)
    first, _, reminder, _ = await tokens()
    with pytest.raises(LinkGone):
        await verification.question(first, now=now + 14 * DAY)
    await confirmed(reminder, now + 14 * DAY)


async def test_a_link_is_over_after_30_days(unit: Unit, now: datetime) -> None:
    await ask(now)
    token = (await tokens())[0]
    await verification.question(token, now=now + 30 * DAY - timedelta(seconds=1))
    with pytest.raises(LinkGone):
        await verification.question(token, now=now + 30 * DAY)
    with pytest.raises(LinkGone):
        await verification.confirm(token, who="somebody", seen="", now=now + 30 * DAY)


async def test_abuse_case_15_a_guessed_link_of_an_owner_is_as_gone_as_any(unit: Unit, now: datetime) -> None:
    await ask(now)
    token = (await tokens())[0]
    for guess in (
        "",
        "A" * 43,
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.swapcase(),
        str(uuid4()),
        "\ud800",
    ):
        with pytest.raises(LinkGone):
            await verification.question(guess, now=now)
    assert not await OwnerLink.exists().where(OwnerLink.token_sha256 == token)  # it is nowhere kept but as a hash


async def test_the_link_of_one_unit_confirms_nothing_of_another(unit: Unit, now: datetime) -> None:
    other = await make_unit(code="SY", name="Surrey police")
    await contacts.add(other.id, role="team", email="team@surrey.example", active_from=SINCE, by="tests", now=now)
    await verification_round.ask_now(other.id, sender=SENDER, by="tests", now=now)
    await verification_round.ask_now(unit.id, sender=SENDER, by="tests", now=now)
    surrey, kent, _ = await tokens()
    with pytest.raises(ChangedMeanwhile):
        await verification.confirm(surrey, who="somebody", seen=await seen(kent, now), now=now)
    await confirmed(surrey, now)
    standings = await verification.standings([unit.id, other.id])
    assert standings[unit.id].confirmed_at is None
    assert standings[other.id].confirmed_at == now


async def test_what_was_changed_meanwhile_is_not_confirmed(unit: Unit, now: datetime) -> None:
    await ask(now)
    token = (await tokens())[0]
    before = await seen(token, now)
    await contacts.add(unit.id, role="new desk", email="new@kent.example", active_from=SINCE, by="tests", now=now)
    with pytest.raises(ChangedMeanwhile):
        await verification.confirm(token, who="somebody", seen=before, now=now)
    await confirmed(token, now)  # the link is good for another look


async def test_a_confirmation_answers_what_spoke_against_the_entry(unit: Unit, now: datetime) -> None:
    await contradictions.note(
        unit.id, Against.SILENCE, address="missing@kent.example", evidence="meeting 7f3k2m", by="tests", now=now
    )
    await ask(now)
    await confirmed((await tokens())[0], now)
    [row] = await Contradiction.objects()
    assert (row.closed_at, row.closed_how) == (now, "the entry was confirmed afterwards")


async def test_somebody_signed_in_confirms_for_the_unit_and_says_how_they_know(unit: Unit, now: datetime) -> None:
    await ask(now)
    lines = held.current(await held.lines_of(await _with_agency(unit)), now.date())
    how = "the duty sergeant went through it with me on the telephone"
    await verification.confirm_signed_in(unit.id, how=how, seen=held.fingerprint(lines), by="somebody", now=now)
    standing = (await verification.standings([unit.id]))[unit.id]
    assert (standing.confirmed_by, standing.how, standing.step) == ("somebody", how, None)
    with pytest.raises(LinkGone):  # nobody needs to answer the letters any more
        await verification.question((await tokens())[0], now=now)


async def test_two_workers_at_once_ask_each_unit_once_and_no_more_than_the_days_share(
    committed: None, now: datetime
) -> None:
    for number in range(3):
        unit = await make_unit(code=f"U{number}")
        email = f"team{number}@unit.example"
        await contacts.add(unit.id, role="team", email=email, active_from=SINCE, by="tests", now=now)
    await asyncio.gather(*(ask(now) for _ in range(4)))
    assert await Verification.count() == 1
    await asyncio.gather(*(ask(now + 14 * DAY) for _ in range(4)))
    assert sorted(await recipients()).count((await recipients())[0]) == 2  # asked once, reminded once


async def _with_agency(unit: Unit) -> Unit:
    row = await Unit.objects(Unit.agency).where(Unit.id == unit.id).first()
    assert row is not None
    return row
