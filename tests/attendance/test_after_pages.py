"""The pages of what comes after a meeting: actions, checklist, interviews, review, and what is to be followed up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from meetings.action_tables import Action
from meetings.checklist import ITEMS
from meetings.checklist_tables import Interview
from meetings.episode_tables import Episode
from meetings.follow_up_lists import LISTS
from meetings.letters import Letterhead
from meetings.review_tables import Review
from meetings.tables import Meeting, Trigger
from tests.attendance.reading_pages import words
from tests.browsing import Browser, letters
from tests.factories import make_episode, make_rule, make_trigger

DAY = timedelta(days=1)
GIVEN = {
    "kind": "referral",
    "title": "Refer to Rescue and Response",
    "owner": "other",
    "role": "Exploitation lead",
    "address": "lead@council.example",
    "due-day": "20",
    "due-month": "11",
    "due-year": "2026",
}


@pytest.fixture
async def episode(held: Any, now: datetime) -> UUID:
    """An ended episode of the child that the meeting held was about."""
    row = await Meeting.select(Meeting.child).where(Meeting.id == held.id).first()
    assert row is not None
    made = await make_episode(home_place="camden")
    known: dict[Any, Any] = {"child": row["child"], "ended_at": now - DAY, "closure": "returned"}
    await Episode.update(known).where(Episode.id == made.id)
    await make_trigger(rule=await make_rule(code="HARM"), cause=made.id)
    await Trigger.update({Trigger.meeting: held.id, Trigger.child: row["child"]}).where(Trigger.cause == made.id)
    found: UUID = made.id
    return found


class TestActions:
    async def test_one_is_given_shown_ended_and_opened_again(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/actions"
        done = await coordinator.send_form(page, **GIVEN)
        assert done.headers["location"] == f"{page}?done=given"
        assert "Refer to Rescue and Response Referral Exploitation lead 20 November 2026 Open" in words(
            await coordinator.get(page)
        )
        assert "1 open" in words(await coordinator.get(f"/meetings/{held.reference}"))

        action = await Action.select(Action.id).first()
        assert action is not None
        one = f"{page}/{action['id']}"
        await coordinator.send_form(one, state="not done", note="no worker was free")
        assert "Not done no worker was free" in words(await coordinator.get(page))
        refused = await coordinator.send_form(one, act="open")
        assert "Enter the day by which it is to be done" in words(refused)
        due = {"due-day": "27", "due-month": "11", "due-year": "2026"}
        await coordinator.send_form(one, act="open", **due)
        assert "27 November 2026 Open" in words(await coordinator.get(page))

    async def test_what_is_missing_is_said_beside_its_field(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/actions"
        refused = words(await coordinator.send_form(page, **(GIVEN | {"owner": "", "title": "x" * 121})))
        assert "Say what is to be done, in 120 characters or fewer" in refused
        assert "Choose whose action it is" in refused
        assert await Action.count() == 0

    async def test_the_page_of_an_action_belongs_to_its_meeting(
        self, coordinator: Browser, held: Any, convene: Any
    ) -> None:
        await coordinator.send_form(f"/meetings/{held.reference}/actions", **GIVEN)
        action = await Action.select(Action.id).first()
        assert action is not None
        other = await convene()
        answer = await coordinator.get(f"/meetings/{other.reference}/actions/{action['id']}")
        assert answer.status_code == 404


class TestTheOwnersPage:
    @pytest.fixture
    async def link(self, coordinator: Browser, held: Any) -> str:
        """The path of the link in the owner's letter."""
        await coordinator.send_form(f"/meetings/{held.reference}/actions", **GIVEN)
        coordinator.cookies.clear()  # the owner has no account
        (line,) = [line for line in (await letters())[-1].splitlines() if "/actions/" in line]
        return line[line.index("/actions/") :]

    async def test_the_owner_ends_it_without_signing_in_and_opening_it_changes_nothing(
        self, stranger: Browser, link: str
    ) -> None:
        for _ in range(3):
            assert "Refer to Rescue and Response" in words(await stranger.get(link))
        row = await Action.select(Action.state).first()
        assert row == {"state": "open"}
        done = await stranger.send_form(link, state="done", note="referred on Monday")
        assert done.headers["location"] == f"{link}?done=ended"
        assert "Done referred on Monday" in words(await stranger.get(link))

    async def test_long_after_the_end_the_link_works_no_more(
        self, stranger: Browser, link: str, now: datetime
    ) -> None:
        await stranger.send_form(link, state="done")
        assert (await stranger.get(link)).status_code == 200
        await Action.update({Action.ended_at: now - timedelta(days=61)}, force=True)
        assert (await stranger.get(link)).status_code == 404

    async def test_without_a_choice_nothing_is_recorded(self, stranger: Browser, link: str) -> None:
        assert "Choose how the action ended" in words(await stranger.send_form(link))

    async def test_a_link_that_convene_did_not_make_says_so(self, stranger: Browser, link: str) -> None:
        wrong = link[:-1] + ("a" if link[-1] != "a" else "b")
        answer = await stranger.get(wrong)
        assert answer.status_code == 404
        assert "This link does not work" in answer.text

    async def test_an_answer_link_opens_no_action(self, stranger: Browser, link: str, letterhead: Letterhead) -> None:
        row = await Action.select(Action.id).first()
        assert row is not None
        other = letterhead.answer_link(row["id"]).rpartition("/")[2]
        assert (await stranger.get(f"/actions/{other}")).status_code == 404


class TestChecklist:
    async def test_some_questions_are_answered_and_the_rest_left(self, coordinator: Browser, held: Any) -> None:
        page = f"/meetings/{held.reference}/checklist"
        await coordinator.send_form(page, **{"textsafe": "yes", "grab pack": "no"})
        assert "2 of 7 answered" in words(await coordinator.get(page))
        assert "2 of 7 answered" in words(await coordinator.get(f"/meetings/{held.reference}"))

    async def test_lead_agency_and_minutes_are_recorded_on_the_same_page(
        self, coordinator: Browser, held: Any
    ) -> None:
        page = f"/meetings/{held.reference}/checklist"
        fields = {"lead_agency": "Central North", "minutes": "LCS 4711"}
        done = await coordinator.send_form(page, f"/meetings/{held.reference}/record", **fields)
        assert done.headers["location"] == f"{page}?done=recorded"
        text = words(await coordinator.get(f"/meetings/{held.reference}"))
        assert "Lead agency Central North" in text
        assert "Minutes held in LCS 4711" in text


class TestInterviews:
    async def test_what_is_known_of_one_is_recorded(self, coordinator: Browser, episode: UUID) -> None:
        page = f"/episodes/{episode}/interviews"
        assert "Prevention interview (PPI) Running" in words(await coordinator.get(page))
        fields = {"PPI-answer": "yes", "PPI-done-day": "17", "PPI-done-month": "11", "PPI-done-year": "2026"}
        more = {"PPI-done-time": "2pm", "PPI-by": "response officer", "PPI-mode": "in person"}
        await coordinator.send_form(page, kind="PPI", **fields, **more)
        assert "Done in time Tuesday 17 November 2026 at 2pm, response officer" in words(await coordinator.get(page))
        assert await Interview.count() == 1

    async def test_a_time_that_is_none_is_said_beside_it(self, coordinator: Browser, episode: UUID) -> None:
        page = f"/episodes/{episode}/interviews"
        refused = await coordinator.send_form(page, kind="PPI", **{"PPI-answer": "yes", "PPI-done-day": "17"})
        assert refused.status_code == 400
        assert "Enter a time as well" in words(refused)


class TestReview:
    async def test_the_chairs_day_is_recorded_and_shown(self, coordinator: Browser, held: Any, episode: UUID) -> None:
        page = f"/meetings/{held.reference}/review"
        day = {"due-day": "2", "due-month": "12", "due-year": "2026", "due-time": "10am"}
        done = await coordinator.send_form(page, review="on", **day)
        assert done.headers["location"] == f"/meetings/{held.reference}?done=review"
        assert "Due by Wednesday 2 December 2026 at 10am" in words(
            await coordinator.get(f"/meetings/{held.reference}")
        )
        assert "Review: HARM" in words(await coordinator.get("/"))

    async def test_a_day_is_asked_for_where_there_is_to_be_a_review(
        self, coordinator: Browser, held: Any, episode: UUID
    ) -> None:
        refused = await coordinator.send_form(f"/meetings/{held.reference}/review", review="on")
        assert "Enter the day and the time" in words(refused)
        assert await Review.count() == 0


class TestFollowUp:
    async def test_what_is_to_be_followed_up_is_on_one_page(
        self, coordinator: Browser, held: Any, episode: UUID
    ) -> None:
        text = words(await coordinator.get("/follow-up"))
        assert "Interviews running or missed : 2" in text
        assert "What meetings asked about" in text

    async def test_what_meetings_asked_about_is_counted_on_a_page_of_its_own(
        self, coordinator: Browser, held: Any, episode: UUID
    ) -> None:
        await coordinator.send_form(f"/meetings/{held.reference}/checklist", **{ITEMS[0].code: "yes"})
        text = words(await coordinator.get("/follow-up/checklist"))
        assert f"{ITEMS[0].asks} 1 0 0 0 1" in text
        assert f"{ITEMS[1].asks} 0 0 0 1 1" in text

    @pytest.mark.parametrize("listing", LISTS, ids=lambda listing: listing.code)
    async def test_every_list_has_a_page(self, coordinator: Browser, listing: Any) -> None:
        text = words(await coordinator.get(f"/follow-up/{listing.code}"))
        assert listing.heading in text
        assert listing.empty in text

    async def test_the_register_of_decisions_says_what_is_wrong_with_a_day(self, coordinator: Browser) -> None:
        answer = await coordinator.get("/follow-up/not-convened?from-day=31&from-month=2&from-year=2026")
        assert "There is no such day" in words(answer)
        assert "No such decision is on record" in words(await coordinator.get("/follow-up/not-convened"))

    async def test_there_is_no_other_list(self, coordinator: Browser) -> None:
        assert (await coordinator.get("/follow-up/everything")).status_code == 404

    async def test_nobody_sees_it_without_signing_in(self, stranger: Browser) -> None:
        assert (await stranger.get("/follow-up")).status_code in (302, 303, 307)
