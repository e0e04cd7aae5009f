"""A release reaches each address of the list in one letter, with the same PDF for all; what fails is tried again."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import pytest

from attendance.challenges import Claim, raise_challenge
from meetings.letters import Letterhead
from notifications import troubles
from notifications.tables import OutboundMail
from reports import delivering, made_files
from reports.announcing import announce
from reports.calendar_tables import Every
from reports.delivering import Delivery, deliver
from reports.delivery_tables import MadeFile, PublicationStep
from reports.publication_tables import Publication, State
from reports.report_calendars import Terms, add, add_address, change, listed, remove_address
from tests.browsing import letters
from tests.factories import make_meeting, make_seat, make_unit
from tests.reports.calendar.drafts import MISSING, make_publication
from tests.reports.calendar.making import Press
from web.tables import Person

CLERK, CHAIR = "clerk@committee.example", "chair@committee.example"
HERE = Path(__file__).parent


async def a_list(now: datetime, *addresses: str) -> None:
    calendar = await add(Every.QUARTER, MISSING, Terms(), by="tests", now=now)
    for address in addresses or (CLERK, CHAIR):
        await add_address(calendar, address, address.partition("@")[0].capitalize(), by="tests", now=now)


def by(letterhead: Letterhead, press: Press, url: str = "https://data.council.example/reports") -> Delivery:
    return Delivery(letterhead, press.make, url)


async def recipients() -> list[str]:
    return [row["recipient"] for row in await OutboundMail.select(OutboundMail.recipient).order_by(OutboundMail.id)]


async def attached(address: str = CLERK) -> list[bytes]:
    """What is attached to the letters of an address."""
    rows = await OutboundMail.select(OutboundMail.content).where(OutboundMail.recipient == address)
    found = []
    for row in rows:
        message = message_from_bytes(row["content"], policy=policy.default)
        found += [part.get_payload(decode=True) for part in message.iter_attachments()]
    return [bytes(content) for content in found if isinstance(content, bytes)]


@pytest.mark.usefixtures("rolled_back")
class TestTheLetter:
    async def test_the_clerk_reads_the_finding_first(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now)
        row = await make_publication(now=now, state=State.RELEASED)
        await deliver(by(letterhead, Press()), now=now)
        text = (await letters())[1].replace("\r\n", "\n")
        sample = (HERE / "committee_letter.txt").read_text()
        assert text == sample.replace("PUBLICATION", str(row.id)).replace("HASH", row.sha256)

    async def test_everybody_gets_the_same_pdf(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now)
        await make_publication(now=now, state=State.RELEASED)
        press = Press()
        await deliver(by(letterhead, press), now=now)
        made = await MadeFile.objects().where(MadeFile.kind == "pdf").first()
        assert made is not None
        assert await attached(CLERK) == await attached(CHAIR) == [bytes(made.content)]
        assert press.made["pdf"] == 1

    async def test_a_correction_says_why_and_what_it_replaces(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now, CLERK)
        first = await make_publication(now=now, state=State.RELEASED)
        await make_publication(
            now=now, state=State.RELEASED, revision=2, supersedes=first, reason="Two registers were corrected."
        )
        await deliver(by(letterhead, Press()), now=now)
        assert len(await recipients()) == 2
        text = (await letters())[1]
        assert "Why it is corrected: Two registers were corrected. It replaces revision 1." in text
        assert "/2026-Q3/missing-strategy-meeting/r2/" in text

    async def test_a_pdf_that_is_too_large_for_mail_is_linked(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now, CLERK)
        await make_publication(now=now, state=State.RELEASED)
        await deliver(by(letterhead, Press(size=delivering.LARGEST + 1)), now=now)
        assert await attached() == []
        (text,) = await letters()
        link = "https://data.council.example/reports/2026-Q3/missing-strategy-meeting/r1/report.pdf"
        assert f"Read the PDF: {link}" in text
        assert "The PDF is attached" not in text


@pytest.mark.usefixtures("rolled_back")
class TestOnce:
    async def test_however_often_the_round_comes(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now)
        await make_publication(now=now, state=State.RELEASED)
        for _ in range(3):
            await deliver(by(letterhead, Press()), now=now)
        assert await recipients() == [CHAIR, CLERK]

    async def test_who_is_added_later_gets_the_next_one(self, now: datetime, letterhead: Letterhead) -> None:
        calendar = await add(Every.QUARTER, MISSING, Terms(), by="tests", now=now)
        await make_publication(now=now, state=State.RELEASED)
        await deliver(by(letterhead, Press()), now=now)
        await add_address(calendar, CLERK, "Clerk", by="tests", now=now)
        await deliver(by(letterhead, Press()), now=now)
        assert await recipients() == []

    async def test_who_was_taken_off_gets_nothing(self, now: datetime, letterhead: Letterhead) -> None:
        calendar = await add(Every.QUARTER, MISSING, Terms(), by="tests", now=now)
        await add_address(calendar, CLERK, "Clerk", by="tests", now=now)
        (one,) = await listed(calendar)
        for _ in range(2):
            await remove_address(calendar, one.id, by="tests", now=now)
        await make_publication(now=now, state=State.RELEASED)
        await deliver(by(letterhead, Press()), now=now)
        assert await recipients() == []

    @pytest.mark.parametrize("state", [State.DRAFTED, State.APPROVED, State.WITHDRAWN])
    async def test_nothing_is_sent_before_it_is_released(
        self, now: datetime, letterhead: Letterhead, state: State
    ) -> None:
        await a_list(now)
        await make_publication(now=now, state=state)
        assert await deliver(by(letterhead, Press()), now=now) == 0
        assert await recipients() == []

    async def test_a_report_of_other_days_goes_to_no_list(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now)
        await make_publication(now=now, period="2026-07-01..2026-07-05", state=State.RELEASED)
        await make_publication(now=now, period="2026-07", state=State.RELEASED)
        assert await deliver(by(letterhead, Press()), now=now) == 2
        assert await recipients() == []


@pytest.mark.usefixtures("committed")
class TestFaults:
    async def test_two_workers_send_one_letter_to_each(self, now: datetime, letterhead: Letterhead) -> None:
        await a_list(now)
        await make_publication(now=now, state=State.RELEASED)
        await asyncio.gather(*(deliver(by(letterhead, Press()), now=now) for _ in range(4)))
        assert await recipients() == [CHAIR, CLERK]
        assert await attached(CLERK) == await attached(CHAIR)
        assert await MadeFile.count() == 1

    async def test_killed_after_the_pdf_was_made_the_next_round_sends_that_one(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await a_list(now, CLERK)
        row = await make_publication(now=now, state=State.RELEASED)
        first = await made_files.stored(row.id, "pdf", make=Press().make, now=now)
        later = Press()
        await deliver(by(letterhead, later), now=now + timedelta(days=1))
        assert await attached() == [first.content]
        assert later.made.total() == 0

    async def test_killed_while_the_letters_are_written_none_is_left_over(
        self, now: datetime, letterhead: Letterhead, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await a_list(now)
        await make_publication(now=now, state=State.RELEASED)
        with monkeypatch.context() as patched:
            patched.setattr(delivering, "count_letters", _dies)
            assert await deliver(by(letterhead, Press()), now=now) == 0
        assert await recipients() == []
        assert await PublicationStep.count() == 0
        await deliver(by(letterhead, Press()), now=now)
        assert await recipients() == [CHAIR, CLERK]

    async def test_a_pdf_that_cannot_be_made_is_said_and_made_later(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await a_list(now, CLERK)
        await make_publication(now=now, state=State.RELEASED)
        await make_publication(now=now, period="2026-Q2", state=State.RELEASED)
        assert await deliver(by(letterhead, Press("pdf")), now=now) == 0
        (trouble,) = await troubles.standing()
        assert trouble.said == (
            "The PDF of the report for April to June 2026 cannot be made (MemoryError), so nobody was sent it. "
            "It is tried again in every round."
        )
        assert await deliver(by(letterhead, Press()), now=now) == 2
        assert await troubles.standing() == []
        assert await recipients() == [CLERK, CLERK]


async def _dies(*_: object) -> None:
    raise SystemError("the worker was killed")


async def publisher(email: str, until: datetime | None = None) -> None:
    person = Person(id=uuid4(), email=email, title="Head of performance", publishes=True, active_until=until)
    await Person.insert(person)


@pytest.mark.usefixtures("rolled_back")
class TestThoseWhoPublish:
    async def test_they_read_that_a_draft_waits_and_that_the_units_time_is_over(
        self, now: datetime, letterhead: Letterhead
    ) -> None:
        await publisher("head@council.example")
        await publisher("left@council.example", until=now)
        await Person.insert(Person(id=uuid4(), email="other@council.example", title="Coordinator"))
        row = await make_publication(now=now)
        for later in (timedelta(), timedelta(days=9), timedelta(days=10), timedelta(days=11)):
            await announce(letterhead=letterhead, now=now + later)
        samples = (HERE / "publishers_letters.txt").read_text().replace("PUBLICATION", str(row.id))
        texts = [text.replace("\r\n", "\n") for text in await letters()]
        assert f"{'=' * 80}\n".join(texts) == samples
        assert await recipients() == ["head@council.example"] * 2

    async def test_open_registers_and_challenges_are_told(self, now: datetime, letterhead: Letterhead) -> None:
        await publisher("head@council.example")
        row = await make_publication(now=now)
        await Publication.update({Publication.registers_open: 3}).where(Publication.id == row.id)
        unit = await make_unit(code="CN")
        meeting = await make_meeting(home=unit)
        seat = await make_seat(meeting=meeting, unit=unit)
        claim = Claim("attended", "The duty log.", "Inspector", publication=row.id, period=row.period)
        await raise_challenge(seat.id, unit.id, claim, now=now)
        await announce(letterhead=letterhead, now=now + timedelta(days=10))
        first, second = await letters()
        assert "Registers open: 3: have them closed, then draw the figures afresh" in first
        assert "1 challenge waits for an answer before it can be released." in second
        assert "Challenges: 1 raised, 1 without an answer" in second

    @pytest.mark.parametrize("state", [State.RELEASED, State.WITHDRAWN])
    async def test_of_what_is_no_draft_nothing_is_said(
        self, now: datetime, letterhead: Letterhead, state: State
    ) -> None:
        await publisher("head@council.example")
        await make_publication(now=now, state=state)
        assert await announce(letterhead=letterhead, now=now) == 0

    async def test_what_was_approved_can_be_released(self, now: datetime, letterhead: Letterhead) -> None:
        await publisher("head@council.example")
        await make_publication(now=now, state=State.APPROVED, window=timedelta())
        await announce(letterhead=letterhead, now=now)
        assert "It can be released by somebody else than who approved it." in (await letters())[1]


async def test_changing_how_a_report_recurs_takes_nobody_off_its_list(rolled_back: None, now: datetime) -> None:
    calendar = await add(Every.QUARTER, MISSING, Terms(), by="tests", now=now)
    await add_address(calendar, CLERK, "Clerk", by="tests", now=now)
    await change(calendar, Terms(drawn_after=5), by="tests", now=now)
    assert [one.address for one in await listed(calendar)] == [CLERK]
