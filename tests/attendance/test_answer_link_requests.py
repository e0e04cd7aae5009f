"""What else an invitee can ask on the page behind their link: another time, and somebody else in their place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from litestar import Litestar

from attendance.answer_link import name_deputy, propose
from attendance.errors import LinkGone, UnknownAnswer, UnsuitableDeputy, UnsuitableProposal
from attendance.responses import record_by_hand
from attendance.tables import Asked, Deputy, Proposal, Response
from meetings.tables import Invitation, Meeting
from notifications.tables import OutboundMail
from tests.attendance.acts import acts
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.conftest import HOME, HOUR
from tests.attendance.mailing import responses, standing_answer
from tests.attendance.reading_pages import words
from tests.attendance.test_answer_link import UNIT, called_off, link, moved, version
from tests.browsing import Browser

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
STAND_IN = "staff.officer@central-north.police.example"


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


class TestAnotherTime:
    async def test_it_waits_for_a_coordinator_and_the_answer_is_perhaps_until_then(
        self, stranger: Browser, coming: Any
    ) -> None:
        later = coming.starts_at + 3 * HOUR
        sent = await proposed(stranger, coming, later, why="Two of us are in court.")
        assert sent.headers["location"].endswith("?done=proposed")
        (proposal,) = await Proposal.objects()
        kept = (proposal.via, proposal.starts_at, proposal.ends_at, proposal.state, proposal.mail, proposal.sequence)
        assert kept == ("web", later, later + HOUR, Asked.OPEN, None, 0)
        assert (proposal.proposed_by, proposal.comment) == (HOME, "Two of us are in court.")
        assert await standing_answer(coming, UNIT) == "TENTATIVE"

    async def test_the_page_shows_it_and_that_the_meeting_keeps_its_time(
        self, stranger: Browser, coming: Any
    ) -> None:
        sent = await proposed(stranger, coming, coming.starts_at + 3 * HOUR)
        text = words(await stranger.get(sent.headers["location"]))
        assert "Your proposal is recorded. A coordinator decides" in text
        assert "When Friday 20 November 2026 at 10am" in text
        assert "Your answer so far Tentative" in text
        assert "Your proposal Friday 20 November 2026 at 1pm. A coordinator decides." in text

    async def test_the_unit_may_say_what_it_does_if_the_time_stays(self, stranger: Browser, coming: Any) -> None:
        await proposed(stranger, coming, coming.starts_at + 3 * HOUR, meanwhile="DECLINED")
        assert await standing_answer(coming, UNIT) == "DECLINED"

    async def test_it_stands_on_the_timeline_as_said_on_the_page(self, coordinator: Browser, coming: Any) -> None:
        await proposed(coordinator, coming, coming.starts_at + 3 * HOUR, why="Court.")
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        said = "Central North answered by the web page: tentative. It proposes another time. Note: “Court.”"
        assert said in text

    async def test_the_later_proposal_takes_the_place_of_the_earlier(self, stranger: Browser, coming: Any) -> None:
        await proposed(stranger, coming, coming.starts_at + 3 * HOUR)
        Clock.at += MINUTE
        await proposed(stranger, coming, coming.starts_at + 4 * HOUR)
        states = await Proposal.select(Proposal.state).order_by(Proposal.id)
        assert [row["state"] for row in states] == [Asked.SUPERSEDED, Asked.OPEN]

    async def test_pressing_the_button_twice_proposes_once(self, stranger: Browser, coming: Any) -> None:
        for _ in range(2):
            assert (await proposed(stranger, coming, coming.starts_at + 3 * HOUR)).status_code == 303
        assert await Proposal.count() == 1

    async def test_a_move_of_the_meeting_overtakes_it(self, stranger: Browser, coming: Any) -> None:
        await proposed(stranger, coming, coming.starts_at + 3 * HOUR)
        await moved(coming, Clock.at)
        text = words(await stranger.get(link(coming)))
        assert "Your proposal" not in text
        assert "Your answer so far None" in text

    async def test_a_page_left_open_while_the_meeting_moved_proposes_nothing(
        self, stranger: Browser, coming: Any, now: datetime
    ) -> None:
        shown = await version(stranger, link(coming))
        await moved(coming, now + MINUTE)
        fields = {"step": "propose", "shown": shown} | at("starts", coming.starts_at + 3 * HOUR)
        text = words(await stranger.send_form(link(coming), **fields))
        assert "The meeting has a new time since you opened this page, so your proposal does not count." in text
        assert await Proposal.count() == 0
        assert not await OutboundMail.exists().where(OutboundMail.key.like("again:%"))

    @pytest.mark.parametrize(
        ("hours", "sentence"),
        [
            (-72, "The start must be in the future."),
            (24 * 200, "The start must be within the next six months."),
            (0, "This is the time that the meeting has. Enter another."),
        ],
    )
    async def test_a_time_that_cannot_be_one_is_said_beside_its_fields(
        self, stranger: Browser, coming: Any, hours: int, sentence: str
    ) -> None:
        sent = await proposed(stranger, coming, coming.starts_at + hours * HOUR)
        page = sent.text
        assert (sent.status_code, sentence in words(sent)) == (400, True)
        assert 'href="#starts"' in page
        assert '<details class="govuk-details" open>' in page
        assert await Proposal.count() + await Response.count() == 0

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({}, "Enter the day and the time that you propose"),
            ({"starts-day": "20", "starts-month": "11", "starts-year": "2026"}, "Enter a time as well"),
            ({"starts-day": "31", "starts-month": "11", "starts-year": "2026", "starts-time": "10am"}, "31"),
        ],
    )
    async def test_a_time_that_is_not_understood_is_asked_for_again(
        self, stranger: Browser, coming: Any, fields: dict[str, str], sentence: str
    ) -> None:
        sent = await stranger.send_form(link(coming), step="propose", shown="0", **fields)
        assert (sent.status_code, sentence in words(sent)) == (400, True)
        assert await Response.count() == 0

    async def test_where_the_time_is_fixed_none_can_be_proposed(self, stranger: Browser, coming: Any) -> None:
        await Meeting.update({Meeting.fixed: True}).where(Meeting.id == coming.id)
        assert "Propose another time" not in words(await stranger.get(link(coming)))
        sent = await proposed(stranger, coming, coming.starts_at + 3 * HOUR)
        assert "The time of this meeting is fixed" in words(sent)
        assert await Proposal.count() == 0

    async def test_once_the_meeting_has_begun_nothing_is_offered_but_an_answer(
        self, stranger: Browser, coming: Any
    ) -> None:
        Clock.at = coming.starts_at
        text = words(await stranger.get(link(coming)))
        assert "Send the answer" in text
        assert "Propose another time" not in text
        assert "Name who comes instead" not in text
        invitation = coming.invitations[UNIT]
        with pytest.raises(UnsuitableProposal):
            await propose(invitation, coming.starts_at + 3 * HOUR, shown=0, now=Clock.at)
        with pytest.raises(UnsuitableDeputy):
            await name_deputy(invitation, STAND_IN, shown=0, now=Clock.at)

    async def test_only_yes_perhaps_and_no_go_beside_it(self, coming: Any) -> None:
        with pytest.raises(UnknownAnswer):
            await propose(
                coming.invitations[UNIT], coming.starts_at + HOUR, partstat="DELEGATED", shown=0, now=Clock.at
            )
        assert await Proposal.count() == 0


class TestSomebodyElse:
    async def test_they_wait_for_approval_and_nobody_is_invited_yet(self, stranger: Browser, coming: Any) -> None:
        before = (await Invitation.count(), await OutboundMail.count())
        sent = await named(stranger, coming, STAND_IN.upper(), about="On duty that day.")
        assert sent.headers["location"].endswith("?done=named")
        (deputy,) = await Deputy.objects()
        kept = (deputy.via, deputy.address, deputy.named_by, deputy.state, deputy.mail, deputy.comment)
        assert kept == ("web", STAND_IN, HOME, Asked.OPEN, None, "On duty that day.")
        assert (await Invitation.count(), await OutboundMail.count()) == before

    async def test_the_page_shows_who_and_that_a_coordinator_decides(self, stranger: Browser, coming: Any) -> None:
        sent = await named(stranger, coming, STAND_IN)
        text = words(await stranger.get(sent.headers["location"]))
        assert "It is recorded who comes instead. A coordinator decides" in text
        assert f"Who comes instead {STAND_IN}, once a coordinator approves." in text
        assert "Your answer so far Somebody else comes" in text
        (response,) = await responses(coming.invitations[UNIT])
        assert (response.row, response.partstat, response.via) == (11, "DELEGATED", "web")

    @pytest.mark.parametrize(
        "address", ["somebody", "A Person <a@police.example>", "a@police.example, b@police.example", "a@b"]
    )
    async def test_anything_but_one_plain_address_is_refused(
        self, stranger: Browser, coming: Any, address: str
    ) -> None:
        sent = await named(stranger, coming, address)
        assert (sent.status_code, "is not an address Convene can invite" in words(sent)) == (400, True)
        assert 'href="#deputy"' in sent.text
        assert await Deputy.count() + await Response.count() == 0

    async def test_without_an_address_the_page_asks_for_one(self, stranger: Browser, coming: Any) -> None:
        sent = await named(stranger, coming, "")
        assert "Enter the mail address of who comes instead" in words(sent)

    async def test_the_invited_address_is_nobody_else(self, stranger: Browser, coming: Any) -> None:
        sent = await named(stranger, coming, HOME.upper())
        assert "This is the address that was invited. Name another." in words(sent)
        assert await Deputy.count() == 0

    async def test_naming_another_takes_the_place_of_the_first(self, stranger: Browser, coming: Any) -> None:
        await named(stranger, coming, STAND_IN)
        Clock.at += MINUTE
        await named(stranger, coming, "another@central-north.police.example")
        states = await Deputy.select(Deputy.state).order_by(Deputy.id)
        assert [row["state"] for row in states] == [Asked.SUPERSEDED, Asked.OPEN]

    async def test_who_comes_after_all_takes_their_deputy_back(self, stranger: Browser, coming: Any) -> None:
        await named(stranger, coming, STAND_IN)
        Clock.at += MINUTE
        await stranger.send_form(link(coming), step="answer", answer="ACCEPTED", shown="0")
        (deputy,) = await Deputy.objects()
        assert deputy.state == Asked.SUPERSEDED
        assert STAND_IN not in words(await stranger.get(link(coming)))

    async def test_an_answer_by_telephone_takes_the_deputy_back_too(self, stranger: Browser, coming: Any) -> None:
        await named(stranger, coming, STAND_IN)
        later = Clock.at + MINUTE
        await record_by_hand(coming.invitations[UNIT], "ACCEPTED", by="coordinator", now=later)
        (deputy,) = await Deputy.objects()
        assert (deputy.state, deputy.decided_by) == (Asked.SUPERSEDED, "coordinator")

    async def test_after_a_move_the_page_left_open_names_nobody(
        self, stranger: Browser, coming: Any, now: datetime
    ) -> None:
        shown = await version(stranger, link(coming))
        await moved(coming, now + MINUTE)
        sent = await stranger.send_form(link(coming), step="name", deputy=STAND_IN, shown=shown)
        assert "The meeting has a new time since you opened this page" in words(sent)
        assert await Deputy.count() == 0


class TestAnyOfThem:
    async def test_abuse_case_38_opening_the_page_with_the_forms_fields_in_its_address_changes_nothing(
        self, stranger: Browser, coming: Any
    ) -> None:
        before = [await acts(), *[await table.count() for table in (Response, Proposal, Deputy)]]
        fields = {"step": "name", "deputy": STAND_IN, "shown": "0"} | at("starts", coming.starts_at + HOUR)
        for step in ("name", "propose", "answer"):
            await stranger.get(link(coming), params=fields | {"step": step})
        assert [await acts(), *[await table.count() for table in (Response, Proposal, Deputy)]] == before

    async def test_a_link_that_does_not_work_takes_nothing(self, coming: Any, now: datetime) -> None:
        await called_off(coming, now)
        invitation = coming.invitations[UNIT]
        with pytest.raises(LinkGone):
            await propose(invitation, coming.starts_at + HOUR, shown=0, now=Clock.at)
        with pytest.raises(LinkGone):
            await name_deputy(invitation, STAND_IN, shown=0, now=Clock.at)
        assert await Proposal.count() + await Deputy.count() == 0

    async def test_what_was_typed_is_shown_again_beside_its_problem(self, stranger: Browser, coming: Any) -> None:
        sent = await stranger.send_form(link(coming), step="name", deputy="nobody", about="As agreed.", shown="0")
        assert 'value="nobody"' in sent.text
        assert "As agreed." in sent.text


def at(name: str, moment: datetime) -> dict[str, str]:
    """The fields of a day and a time on London's clocks."""
    there = moment.astimezone(LONDON)
    return {
        f"{name}-day": str(there.day),
        f"{name}-month": str(there.month),
        f"{name}-year": str(there.year),
        f"{name}-time": f"{there:%H:%M}",
    }


async def proposed(browser: Browser, meeting: Any, starts: datetime, **more: str) -> httpx.Response:
    path = link(meeting)
    fields = {"step": "propose", "shown": await version(browser, path)} | at("starts", starts)
    return await browser.send_form(path, **fields, **more)


async def named(browser: Browser, meeting: Any, deputy: str, **more: str) -> httpx.Response:
    path = link(meeting)
    return await browser.send_form(path, step="name", deputy=deputy, shown=await version(browser, path), **more)
