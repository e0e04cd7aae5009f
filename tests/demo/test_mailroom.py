"""In the mailroom somebody answers as the officer, and the answer arrives at Convene's door as calendar mail."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from attendance.reading import read
from demo.tables import Delivered
from meetings import letters
from meetings.letters import Invited, Letterhead
from notifications import imip
from notifications.kinds import InboundKind
from notifications.lmtp import open_door
from tests.browsing import CITY_DESK, COORDINATOR, Browser, application, path_of
from web import signin

NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
TO = Invited(
    invitation=UUID(int=7),
    address="missing-na@met-police.example",
    cn="North Area",
    capacities=["home police"],
    required=True,
    reference="SM-TEST42",
    type="missing strategy meeting",
    uid="0a1b2c@invites.convene.example",
    sequence=0,
    starts_at=NOW + timedelta(days=2),
    ends_at=NOW + timedelta(days=2, hours=1),
    place="Town hall",
    link="",
    reply_by=NOW + timedelta(days=1),
    first_message_id="<first@invites.convene.example>",
)


class Mailroom:
    """The mailroom with one invitation in it, and what came to Convene's door."""

    def __init__(self, browser: Browser, message: int, arrived: list[tuple[bytes, str]]) -> None:
        self.browser, self.message, self.arrived = browser, f"/mailroom/{message}", arrived


@pytest_asyncio.fixture
async def mailroom(rolled_back: None, letterhead: Letterhead) -> AsyncIterator[Mailroom]:
    letter = imip.compose(letters.invitation(TO, letterhead, message_id=TO.first_message_id, now=NOW))
    (row,) = await Delivered.insert(Delivered(received_at=NOW, recipient=TO.address, content=letter)).returning(
        Delivered.id
    )
    arrived: list[tuple[bytes, str]] = []

    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        arrived.append((raw, envelope_to))

    server = await open_door("smtp", "127.0.0.1", 0, keep=keep, domain=letterhead.domain, hostname="convene.example")
    port = server.sockets[0].getsockname()[1]
    person = await signin.add_person(COORDINATOR, "Coordinator", appointments=CITY_DESK, now=datetime.now(UTC))
    async with Browser(application({"CONVENE_SMTP_DOOR": f"127.0.0.1:{port}"})) as browser:
        link = await signin.make_link(person, "http://convene.example", now=datetime.now(UTC))
        await browser.sign_in(path_of(link))
        yield Mailroom(browser, row["id"], arrived)
    server.close()
    await server.wait_closed()


async def test_a_button_answers_as_the_invited_mailbox(mailroom: Mailroom, letterhead: Letterhead) -> None:
    answered = await mailroom.browser.send_form(mailroom.message, partstat="ACCEPTED")
    assert answered.status_code == 303
    ((raw, to),) = mailroom.arrived
    (answer,) = read(raw).answers
    assert to == letterhead.reply_address(TO.invitation)
    assert (answer.uid, answer.partstat, answer.attendees) == (TO.uid, "ACCEPTED", (TO.address,))
    assert "accepted" in (await mailroom.browser.get("/mailroom")).text


async def test_a_colleague_may_answer_from_an_address_of_their_own(mailroom: Mailroom) -> None:
    colleague = "duty-officer@met-police.example"
    await mailroom.browser.send_form(mailroom.message, partstat="DECLINED", answered_by=colleague)
    ((raw, _),) = mailroom.arrived
    message = read(raw)
    assert [answer.attendees for answer in message.answers] == [(colleague,)]
    assert message.opened is not None
    assert message.opened.from_addresses == (colleague,)


async def test_what_is_no_address_is_asked_for_again_and_nothing_is_sent(mailroom: Mailroom) -> None:
    answered = await mailroom.browser.send_form(
        mailroom.message, partstat="DECLINED", answered_by="a@met-police.example\nBcc: b@elsewhere.example"
    )
    assert answered.status_code == 400
    assert "Enter one email address" in answered.text
    assert mailroom.arrived == []


PROPOSED = {"proposed-day": "20", "proposed-month": "11", "proposed-year": "2026", "proposed-time": "2pm"}


async def test_an_officer_may_propose_another_time_of_the_same_length(mailroom: Mailroom) -> None:
    await mailroom.browser.send_form(mailroom.message, partstat="COUNTER", note="In court; until 1pm", **PROPOSED)
    ((raw, _),) = mailroom.arrived
    (answer,) = read(raw).answers
    assert (answer.method, answer.partstat, answer.comment) == ("COUNTER", "TENTATIVE", "In court; until 1pm")
    assert (answer.starts_at, answer.ends_at) == (
        datetime(2026, 11, 20, 14, tzinfo=UTC),
        datetime(2026, 11, 20, 15, tzinfo=UTC),
    )
    assert answer.original_starts_at == TO.starts_at


async def test_an_officer_may_name_a_deputy(mailroom: Mailroom) -> None:
    await mailroom.browser.send_form(mailroom.message, partstat="DELEGATED", deputy="sergeant@met-police.example")
    ((raw, _),) = mailroom.arrived
    (answer,) = read(raw).answers
    assert (answer.partstat, answer.delegated_to) == ("DELEGATED", ("sergeant@met-police.example",))


@pytest.mark.parametrize(
    ("act", "kind"),
    [("WORDS", InboundKind.TEXT), ("AWAY", InboundKind.ABSENCE), ("RETURNED", InboundKind.BOUNCE)],
)
async def test_an_officer_may_answer_in_words_be_away_or_not_exist(
    mailroom: Mailroom, act: str, kind: InboundKind
) -> None:
    answered = await mailroom.browser.send_form(mailroom.message, partstat=act)
    assert answered.status_code == 303
    ((raw, _),) = mailroom.arrived
    assert read(raw).kind is kind


@pytest.mark.parametrize(
    ("act", "said"),
    [("COUNTER", "Enter when you could come"), ("DELEGATED", "Enter one email address"), ("", "Choose")],
)
async def test_what_is_not_filled_in_is_asked_for(mailroom: Mailroom, act: str, said: str) -> None:
    answered = await mailroom.browser.send_form(mailroom.message, partstat=act)
    assert answered.status_code == 400
    assert said in answered.text
    assert mailroom.arrived == []
