"""The link in an invitation: answering without a calendar, and without signing in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar

from attendance.answer_link import answer as answer_by_link
from attendance.chasing import plan, remind_due
from attendance.errors import LinkGone, UnknownAnswer
from attendance.tables import Reminder, Response
from audit.tables import Entry
from meetings.calling_off import call_off
from meetings.episode_tables import Child
from meetings.letters import Letterhead
from meetings.scheduling import move, remove_seat
from meetings.tables import MeetingEvent
from meetings.when import When
from notifications.tables import OutboundMail
from tests.attendance.acts import acts
from tests.attendance.clocked import Clock, clocked_app
from tests.attendance.conftest import HOUR, UNITS
from tests.attendance.mailing import from_home, responses, standing_answer
from tests.attendance.reading_pages import words
from tests.browsing import Browser, letters

MINUTE = timedelta(minutes=1)
UNIT = "Central North"
GONE = "This link does not work, or does not work any more"


@pytest.fixture(scope="module")
def app() -> Litestar:
    """Each test sets its clock."""
    return clocked_app()


@pytest.fixture(autouse=True)
def _on_time(now: datetime) -> None:
    Clock.at = now + HOUR


class TestOpening:
    async def test_the_page_shows_the_meeting_the_seat_and_that_nothing_was_answered(
        self, stranger: Browser, coming: Any
    ) -> None:
        text = words(await stranger.get(link(coming)))
        assert f"Meeting {coming.reference} Type Missing strategy meeting" in text
        assert "When Friday 20 November 2026 at 10am, for 60 minutes Join online https://meet.example/room" in text
        assert (
            "Your unit Central North Asked as home police Lead police unit Central North Your answer so far None"
            in text
        )
        assert "Accept Somebody from the unit attends. Tentative" in text

    async def test_abuse_case_38_opening_it_any_number_of_times_changes_nothing(
        self, stranger: Browser, coming: Any
    ) -> None:
        before = [await acts(), *[await table.count() for table in (Response, MeetingEvent, OutboundMail)]]
        for _ in range(2):
            await stranger.get(link(coming), params={"answer": "ACCEPTED", "shown": "0"})
            await stranger.head(link(coming))
        assert [await acts(), *[await table.count() for table in (Response, MeetingEvent, OutboundMail)]] == before

    async def test_it_says_nothing_of_the_child_nor_of_other_units(self, stranger: Browser, coming: Any) -> None:
        child = await Child.objects().first()
        assert child is not None
        text = (await stranger.get(link(coming))).text
        assert not [told for told in (child.reference, str(child.id), child.issuer, "East Area") if told in text]

    async def test_it_is_kept_nowhere_and_tells_no_other_site_where_it_was(
        self, stranger: Browser, coming: Any
    ) -> None:
        headers = (await stranger.get(link(coming))).headers
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")


class TestAnswering:
    @pytest.mark.parametrize(
        ("chosen", "shown"), [("ACCEPTED", "Accepted"), ("TENTATIVE", "Tentative"), ("DECLINED", "Declined")]
    )
    async def test_the_answer_stands_and_is_shown(
        self, stranger: Browser, coming: Any, chosen: str, shown: str
    ) -> None:
        sent = await send(stranger, link(coming), chosen)
        assert sent.status_code == 303
        text = words(await stranger.get(sent.headers["location"]))
        assert "Your answer is recorded." in text
        assert f"Your answer so far {shown}" in text
        assert await standing_answer(coming, UNIT) == chosen

    async def test_it_is_kept_as_the_invited_addresss_answer_by_the_web(self, stranger: Browser, coming: Any) -> None:
        await send(stranger, link(coming), "ACCEPTED")
        (response,) = await responses(coming.invitations[UNIT])
        kept = (response.via, response.row, response.applied, response.mail, response.dtstamp)
        assert kept == ("web", 9, True, None, Clock.at)
        assert response.answered_by == UNITS[0][2]

    async def test_it_has_its_audit_entry_and_stands_on_the_timeline(self, coordinator: Browser, coming: Any) -> None:
        await send(coordinator, link(coming), "DECLINED")
        entry = await Entry.objects().where(Entry.actor == "answer link").first()
        assert entry is not None
        assert (entry.action, entry.subject) == ("answer by link applied", f"meeting:{coming.reference}")
        assert "Central North answered by the web page: declined" in words(
            await coordinator.get(f"/meetings/{coming.reference}")
        )

    async def test_who_answered_is_not_chased_any_more(self, stranger: Browser, coming: Any, now: datetime) -> None:
        await plan(now)
        await send(stranger, link(coming), "ACCEPTED")
        await remind_due(letterhead=coming.letterhead, now=now + 5 * HOUR)
        of_unit = (Reminder.invitation == coming.invitations[UNIT]) & (Reminder.kind == "reply-by")
        assert await Reminder.select(Reminder.outcome).where(of_unit) == [{"outcome": "not needed"}]

    async def test_without_a_choice_the_page_asks_for_one(self, stranger: Browser, coming: Any) -> None:
        sent = await stranger.send_form(link(coming), shown="0")
        assert sent.status_code == 400
        assert "There is a problem Choose accept, tentative or decline" in words(sent)
        assert await Response.count() == 0

    @pytest.mark.parametrize("partstat", ["DELEGATED", "NEEDS-ACTION", "yes"])
    async def test_only_yes_perhaps_and_no_are_answers(self, stranger: Browser, coming: Any, partstat: str) -> None:
        assert (await send(stranger, link(coming), partstat)).status_code == 400
        with pytest.raises(UnknownAnswer):
            await answer_by_link(coming.invitations[UNIT], partstat, shown=0, now=Clock.at)
        assert await Response.count() == 0

    async def test_a_form_from_another_site_is_not_taken(self, stranger: Browser, coming: Any) -> None:
        sent = await stranger.post(link(coming), data={"answer": "ACCEPTED", "shown": "0"})
        assert sent.status_code == 403
        assert await Response.count() == 0

    async def test_a_note_is_kept_and_shown_to_those_who_are_signed_in(
        self, coordinator: Browser, coming: Any
    ) -> None:
        await send(coordinator, link(coming), "TENTATIVE", note="We come\r\nlater than 10am.")
        assert "Your note We come later than 10am." in words(await coordinator.get(link(coming)))
        timeline = words(await coordinator.get(f"/meetings/{coming.reference}"))
        said = "Central North answered by the web page: tentative. Note: “We come later than 10am.”"
        assert said in timeline

    async def test_a_note_that_is_too_long_is_not_cut_unseen(self, stranger: Browser, coming: Any) -> None:
        sent = await send(stranger, link(coming), "ACCEPTED", note="x" * 501)
        text = words(sent)
        assert (sent.status_code, "Write a shorter note, in 500 characters or fewer" in text) == (400, True)
        assert await Response.count() == 0

    async def test_a_note_with_markup_is_shown_as_text(self, stranger: Browser, coming: Any) -> None:
        await send(stranger, link(coming), "ACCEPTED", note="<script>alert(1)</script>")
        assert "&lt;script&gt;alert(1)" in (await stranger.get(link(coming))).text


class TestBesideOtherAnswers:
    async def test_a_later_mail_replaces_it(self, stranger: Browser, coming: Any) -> None:
        await send(stranger, link(coming), "ACCEPTED")
        await from_home(coming, Clock.at + MINUTE, partstat="DECLINED")
        assert await standing_answer(coming, UNIT) == "DECLINED"

    async def test_a_mail_written_earlier_that_arrives_later_does_not(self, stranger: Browser, coming: Any) -> None:
        await send(stranger, link(coming), "ACCEPTED")
        mail = await from_home(coming, Clock.at - MINUTE, partstat="DECLINED")
        assert mail.disposition == "recorded"
        assert await standing_answer(coming, UNIT) == "ACCEPTED"

    async def test_it_replaces_an_earlier_mail(self, stranger: Browser, coming: Any, now: datetime) -> None:
        await from_home(coming, now + MINUTE)
        await send(stranger, link(coming), "DECLINED")
        assert await standing_answer(coming, UNIT) == "DECLINED"

    async def test_the_same_answer_sent_twice_counts_once(self, stranger: Browser, coming: Any) -> None:
        for _ in range(2):
            assert (await send(stranger, link(coming), "ACCEPTED")).status_code == 303
        assert len(await responses(coming.invitations[UNIT])) == 1


class TestAfterAMove:
    async def test_the_first_letters_link_shows_the_present_time_and_answers_for_it(
        self, stranger: Browser, coming: Any, now: datetime
    ) -> None:
        await moved(coming, now + MINUTE)
        assert "When Saturday 21 November 2026 at 10am" in words(await stranger.get(link(coming)))
        assert (await send(stranger, link(coming), "ACCEPTED")).status_code == 303
        assert await standing_answer(coming, UNIT, 1) == "ACCEPTED"

    async def test_an_earlier_answer_is_not_shown_as_one_to_the_new_time(
        self, stranger: Browser, coming: Any
    ) -> None:
        await send(stranger, link(coming), "ACCEPTED")
        await moved(coming, Clock.at)
        assert "Your answer so far None" in words(await stranger.get(link(coming)))

    async def test_a_page_left_open_while_the_meeting_moved_does_not_accept_the_new_time(
        self, stranger: Browser, coming: Any, now: datetime
    ) -> None:
        await moved(coming, now + MINUTE)
        sent = await stranger.send_form(link(coming), answer="ACCEPTED", shown="0")
        assert "There is a problem The meeting has a new time since you opened this page" in words(sent)
        assert await standing_answer(coming, UNIT, 1) == ""
        assert not await OutboundMail.exists().where(OutboundMail.key.like("again:%"))

    async def test_a_page_cannot_answer_a_version_that_was_never_sent(self, stranger: Browser, coming: Any) -> None:
        await stranger.send_form(link(coming), answer="ACCEPTED", shown="2147483647")
        (response,) = await responses(coming.invitations[UNIT])
        assert (response.sequence, response.applied) == (0, True)


class TestAfterTheEnd:
    async def test_for_a_day_the_page_says_that_it_is_over_and_asks_nothing(
        self, stranger: Browser, coming: Any
    ) -> None:
        Clock.at = coming.ends_at + 24 * HOUR
        text = words(await stranger.get(link(coming)))
        assert "This meeting is over." in text
        assert "Send the answer" not in text

    async def test_an_answer_on_its_way_when_it_ended_is_kept_and_does_not_count(
        self, stranger: Browser, coming: Any
    ) -> None:
        token = await form_token(stranger, link(coming))
        Clock.at = coming.ends_at + MINUTE
        form = {"_csrf_token": token, "answer": "ACCEPTED", "shown": "0"}
        assert "The meeting was over when you answered." in words(await stranger.post(link(coming), data=form))
        (response,) = await responses(coming.invitations[UNIT])
        assert (response.row, response.applied) == (5, False)


class TestALinkThatDoesNotWork:
    async def test_every_reason_looks_the_same(self, stranger: Browser, convene: Any, now: datetime) -> None:
        off, removed, over = await convene(), await convene(), await convene(starts_at=now - 30 * HOUR)
        await called_off(off, now)
        await without_home(removed, now)
        alone = await convene()
        paths = [
            link(off),
            link(removed),
            link(over),
            altered(alone),
            unknown(alone),
            by_mail_token(alone),
            "/answer/x",
        ]
        answers = [await stranger.get(path) for path in paths]
        assert [one.status_code for one in answers] == [404] * len(paths)
        assert len({one.text for one in answers}) == 1
        assert GONE in answers[0].text

    async def test_nothing_is_recorded_by_one(self, stranger: Browser, convene: Any, now: datetime) -> None:
        good, off, removed = await convene(), await convene(), await convene()
        token = await form_token(stranger, link(good))
        await called_off(off, now)
        await without_home(removed, now)
        form = {"_csrf_token": token, "answer": "ACCEPTED", "shown": "0"}
        for path in (link(off), link(removed), altered(good), unknown(good), by_mail_token(good)):
            sent = await stranger.post(path, data=form)
            assert (sent.status_code, GONE in sent.text) == (404, True)
        assert await Response.count() == 0

    async def test_it_expires_a_day_after_the_meetings_end(self, coming: Any) -> None:
        late = coming.ends_at + 24 * HOUR + timedelta(seconds=1)
        with pytest.raises(LinkGone):
            await answer_by_link(coming.invitations[UNIT], "ACCEPTED", shown=0, now=late)


class TestTheCode:
    def test_a_link_is_for_its_invitation_and_no_other(self, letterhead: Letterhead) -> None:
        one, other = uuid4(), uuid4()
        mine, others = (last(letterhead.answer_link(each)) for each in (one, other))
        assert letterhead.invitation_of(mine) == one
        assert letterhead.invitation_of(f"{one.hex}.{others.partition('.')[2]}") is None

    def test_the_code_of_the_mail_address_is_not_the_links(self, letterhead: Letterhead) -> None:
        invitation = uuid4()
        assert letterhead.token(invitation) not in letterhead.answer_link(invitation)

    @pytest.mark.parametrize("wrong", ["", ".", "x", "é" * 59, "0" * 32, "0" * 32 + "." + "a" * 26])
    def test_what_convene_never_made_is_nobodys(self, letterhead: Letterhead, wrong: str) -> None:
        assert letterhead.invitation_of(wrong) is None

    def test_a_line_end_behind_it_makes_it_another(self, letterhead: Letterhead) -> None:
        assert letterhead.invitation_of(last(letterhead.answer_link(uuid4())) + "\n") is None


class TestInLetters:
    async def test_the_invitation_and_the_change_carry_it_and_the_cancellation_does_not(
        self, coming: Any, now: datetime
    ) -> None:
        await moved(coming, now + MINUTE)
        await called_off(coming, now + 2 * MINUTE)
        rows = await OutboundMail.select(OutboundMail.kind).order_by(OutboundMail.id)
        told = zip([row["kind"] for row in rows], await letters(), strict=True)
        assert {(kind, "/answer/" in text) for kind, text in told} == {("request", True), ("cancel", False)}

    async def test_the_letter_says_what_the_page_is_for_and_offers_no_other_time_where_it_is_fixed(
        self, coming: Any, now: datetime
    ) -> None:
        await moved(coming, now + MINUTE)
        when = When(coming.starts_at + timedelta(days=2), 60, "", "https://meet.example/room", fixed=True)
        await move(coming.reference, when, by="coordinator", now=now + 2 * MINUTE, letterhead=coming.letterhead)
        free, fixed = (text.replace("\n", " ") for text in (await letters())[-4::3])
        assert "You can also propose another time or name who comes instead." in free
        assert "You can also name who comes instead." in fixed

    async def test_each_invitee_has_their_own(self, coming: Any) -> None:
        found = [re.findall(r"https?://\S+/answer/\S+", text) for text in await letters()]
        theirs = [[coming.letterhead.answer_link(invitation)] for invitation in coming.invitations.values()]
        assert sorted(found) == sorted(theirs)

    async def test_the_reminder_carries_it(self, coming: Any, now: datetime) -> None:
        await plan(now)
        await remind_due(letterhead=coming.letterhead, now=now + 5 * HOUR)
        kinds = await OutboundMail.select(OutboundMail.kind).order_by(OutboundMail.id)
        reminders = [t for row, t in zip(kinds, await letters(), strict=True) if row["kind"] == "reminder"]
        assert reminders
        assert all("/answer/" in text for text in reminders)

    async def test_the_calendar_names_it_in_its_description_only(self, coming: Any) -> None:
        rows = await OutboundMail.select(OutboundMail.calendar)
        for row in rows:
            lines = bytes(row["calendar"]).decode().replace("\r\n ", "").split("\r\n")
            assert {line.partition(":")[0].partition(";")[0] for line in lines if "/answer/" in line} == {
                "DESCRIPTION"
            }


def link(meeting: Any, unit: str = UNIT) -> str:
    """The path of a unit's link."""
    return urlsplit(str(meeting.letterhead.answer_link(meeting.invitations[unit]))).path


def last(address: str) -> str:
    return address.rpartition("/")[2]


def altered(meeting: Any) -> str:
    """A link with one character of its code changed."""
    path = link(meeting)
    return path[:-3] + ("b" if path[-3] == "a" else "a") + path[-2:]


def unknown(meeting: Any) -> str:
    """A link that is rightly made, for an invitation that is not there."""
    return urlsplit(str(meeting.letterhead.answer_link(uuid4()))).path


def by_mail_token(meeting: Any) -> str:
    """A link with the code that stands in the mail's reply address."""
    invitation = meeting.invitations[UNIT]
    return f"/answer/{invitation.hex}.{meeting.letterhead.token(invitation)}"


async def form_token(browser: Browser, path: str) -> str:
    found = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get(path)).text)
    assert found
    return found[1]


async def send(browser: Browser, path: str, chosen: str, **more: str) -> httpx.Response:
    """The page's form, as the page gave it, with this choice."""
    return await browser.send_form(path, answer=chosen, shown=await version(browser, path), **more)


async def version(browser: Browser, path: str) -> str:
    """The SEQUENCE that the page shows."""
    found = re.search(r'name="shown" value="(\d+)"', (await browser.get(path)).text)
    assert found
    return found[1]


async def moved(meeting: Any, now: datetime) -> None:
    """The meeting is a day later: a major change."""
    when = When(meeting.starts_at + timedelta(days=1), 60, "", "https://meet.example/room")
    await move(meeting.reference, when, by="coordinator", now=now, letterhead=meeting.letterhead)


async def called_off(meeting: Any, now: datetime) -> None:
    why = {"asked_by": "police", "reason": "set up in error", "by": "coordinator"}
    await call_off(meeting.reference, **why, now=now, letterhead=meeting.letterhead)


async def without_home(meeting: Any, now: datetime) -> None:
    seat = meeting.seats[UNIT]
    await remove_seat(meeting.reference, seat, by="coordinator", now=now, letterhead=meeting.letterhead)
