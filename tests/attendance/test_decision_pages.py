"""The pages on which a person decides: what they say, what pressing their button does, and what they refuse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from attendance import aliases
from attendance.tables import Absence, AliasKind, Asked, Deputy, Proposal
from directory import contacts, failing
from directory.tables import Contact
from meetings.tables import Invitation, InviteState, Meeting, Seat
from notifications.kinds import InboundKind
from notifications.tables import Disposition, InboundMail
from tests.attendance.asked import letters_of, names, proposes, waiting_mail
from tests.attendance.conftest import HOME
from tests.attendance.mailing import from_home, report, standing_answer, take_in
from tests.attendance.reading_pages import words
from tests.browsing import Browser
from tests.notifications.outgoing.outbox_checks import check_all_sent
from web.viewer import MACHINE

HOUR = timedelta(hours=1)
DEPUTY = "sergeant@central-north.police.example"
MEMBER = "pc.duty@central-north.police.example"
SCRIPT = "<script>alert(1)</script>"
TEXT = (
    f"From: {HOME}\r\nSubject: Re: meeting\r\n\r\nSorry, we cannot attend.\r\n\r\n"
    "On Wed, 18 Nov 2026 at 09:00, Convene meetings <meetings@invites.convene.example> wrote:\r\n"
    "> Please say whether you can attend.\r\n"
).encode()


@pytest.fixture
async def second(coming: Any, now: datetime) -> Contact:
    """The home unit's second contact; its first is the invited one."""
    unit = (await Seat.select(Seat.unit).where(Seat.id == coming.seats["Central North"]).first() or {})["unit"]
    first = {"role": "missing team", "email": HOME, "phone": "020 7946 0018", "rank": 1}
    other = {"role": "duty desk", "email": "duty@central-north.police.example", "phone": "020 7946 0019", "rank": 2}
    for entry in (first, other):
        await contacts.add(unit, **entry, active_from=date(2026, 1, 1), by="tests", now=now)  # type: ignore[arg-type]  # a test's shorthand
    return (await failing.others(unit, HOME, now.date()))[0]


async def bounced(meeting: Any, now: datetime) -> InboundMail:
    to = meeting.letterhead.bounce_address(meeting.invitations["Central North"])
    return await take_in(report("failed"), to, letterhead=meeting.letterhead, now=now)


async def written(meeting: Any, now: datetime) -> InboundMail:
    return await take_in(TEXT, meeting.reply_address("Central North"), letterhead=meeting.letterhead, now=now)


async def home_addresses(meeting: Any) -> list[str]:
    rows = await Invitation.select(Invitation.address).where(
        (Invitation.seat == meeting.seats["Central North"]) & (Invitation.state == InviteState.ACTIVE)
    )
    return [row["address"] for row in rows]


class TestTheList:
    async def test_each_kind_stands_under_the_step_that_it_needs(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        await names(coming, "Central North", DEPUTY, at=now)
        await bounced(coming, now)
        await written(coming, now)
        await from_home(coming, now, sender=MEMBER)
        text = words(await coordinator.get("/post"))
        order = [
            "Our letters came back",
            "Another time is proposed",
            "East Area proposes Friday 20 November 2026 at 11am",
            "Somebody else is to come",
            f"Central North names {DEPUTY}",
            "Not sure who answered",
            "Written in words",
        ]
        places = [text.index(said) for said in order]
        assert places == sorted(places)

    async def test_a_proposal_from_the_answer_page_is_listed_without_any_message(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now, mail=False)
        assert f"/proposals/{proposal.id}" in (await coordinator.get("/post")).text

    async def test_the_oldest_of_a_kind_stands_first(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        await proposes(coming, "Central North", coming.starts_at + HOUR, at=now - HOUR)
        text = words(await coordinator.get("/post"))
        assert text.index("Central North proposes") < text.index("East Area proposes")

    async def test_mail_to_guessed_addresses_hides_no_answer_and_the_list_has_an_end(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        guess: dict[str, Any] = {
            "door": "lmtp",
            "sha256": "0",
            "size": 0,
            "disposition": Disposition.SET_ASIDE,
            "reason": "A guess.",
        }
        guesses = [
            InboundMail(
                **guess, envelope_to=f"meetings+{n}@invites.convene.example", received_at=now - HOUR, kind="answer"
            )
            for n in range(150)
        ]
        await InboundMail.insert(*guesses)
        await from_home(coming, now, uid=coming.uid, sequence=7)
        text = words(await coordinator.get("/post"))
        assert text.index("It answers a version of the invitation that was never sent.") < text.index("A guess.")
        assert text.count("A guess. Meeting: not known") == 99
        assert "51 more are not shown." in text

    async def test_an_overtaken_proposal_says_so_and_waits_only_to_be_put_away(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        await Meeting.update({Meeting.sequence: 1, Meeting.last_major_sequence: 1}).where(Meeting.id == coming.id)
        text = words(await coordinator.get("/post"))
        assert "The meeting has another time since." in text
        assert "Accept or decline" not in text
        await coordinator.send_form("/post", f"/post/{proposal.mail}/dealt-with")
        assert "East Area proposes" not in words(await coordinator.get("/post"))

    async def test_what_is_overtaken_stands_behind_what_can_still_be_decided(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        await Meeting.update({Meeting.sequence: 1, Meeting.last_major_sequence: 1}).where(Meeting.id == coming.id)
        await Invitation.update({Invitation.sent_sequence: 1}).where(Invitation.meeting == coming.id)
        later = coming.starts_at + 2 * HOUR
        await proposes(coming, "Central North", later, at=now + HOUR, sequence=1)
        text = words(await coordinator.get("/post"))
        assert text.index("Central North proposes") < text.index("East Area proposes")

    async def test_an_empty_post_says_what_will_appear(self, coordinator: Browser) -> None:
        assert "Nothing waits." in words(await coordinator.get("/post"))


class TestAProposal:
    async def test_the_page_sets_both_times_side_by_side_and_invents_nothing(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        note = f"Court {SCRIPT}"
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now, comment=note)
        response = await coordinator.get(f"/proposals/{proposal.id}")
        text = words(response)
        assert "East Area proposes another time" in text
        assert "Planned Friday 20 November 2026 at 10am, for 60 minutes" in text
        assert "Proposed Friday 20 November 2026 at 11am , for 60 minutes" in text
        assert "In time the proposed time is before it" in text
        assert text.count("Unknown") >= 2
        assert SCRIPT not in response.text

    async def test_accepting_moves_the_meeting_and_says_so(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        page = f"/proposals/{proposal.id}"
        response = await coordinator.send_form(page, decision="accept")
        assert response.headers["location"] == f"/meetings/{coming.reference}?done=moved"
        assert "This proposal was accepted." in words(await coordinator.get(page))

    async def test_declining_writes_to_the_proposer(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        response = await coordinator.send_form(f"/proposals/{proposal.id}", decision="decline", reason="")
        assert response.headers["location"] == f"/meetings/{coming.reference}?done=time-stays"
        assert len(await letters_of(coming, "declined")) == 1

    async def test_a_form_without_a_decision_changes_nothing(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        response = await coordinator.send_form(f"/proposals/{proposal.id}")
        assert response.status_code == 400
        assert "Choose whether the meeting moves" in words(response)

    async def test_a_second_coordinator_reads_that_it_is_decided(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        page = f"/proposals/{proposal.id}"
        await coordinator.send_form(page, decision="accept")
        response = await coordinator.send_form("/meetings", page, decision="decline")
        assert response.status_code == 400
        assert "Somebody has accepted this proposal, and the meeting was moved. Nothing was changed." in words(
            response
        )

    async def test_a_time_that_has_passed_can_only_be_declined(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        proposal = await proposes(coming, "East Area", now - HOUR, at=now - 2 * HOUR)
        text = words(await coordinator.get(f"/proposals/{proposal.id}"))
        assert "This time cannot be accepted. The start must be in the future." in text
        assert "Decline the proposal" in text
        assert "Move the meeting" not in text

    async def test_the_meetings_page_leads_to_it(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
        response = await coordinator.get(f"/meetings/{coming.reference}")
        assert f'href="/proposals/{proposal.id}"' in response.text
        assert "Proposes a time" in words(response)


class TestADeputy:
    async def test_the_page_says_what_is_known_of_them(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        assert "Same domain as the invited address" in words(await coordinator.get(f"/deputies/{deputy.id}"))
        other = await names(coming, "East Area", "x@elsewhere.example", at=now)
        assert "Another domain" in words(await coordinator.get(f"/deputies/{other.id}"))

    @pytest.mark.parametrize(
        ("decision", "done", "state"),
        [("approve", "deputy-invited", Asked.ACCEPTED), ("refuse", "deputy-refused", Asked.REFUSED)],
    )
    async def test_a_decision_is_made_by_its_button(
        self, coordinator: Browser, coming: Any, now: datetime, decision: str, done: str, state: Asked
    ) -> None:
        deputy = await names(coming, "Central North", DEPUTY, at=now)
        response = await coordinator.send_form(f"/deputies/{deputy.id}", decision=decision, reason="")
        assert response.headers["location"] == f"/meetings/{coming.reference}?done={done}"
        assert await Deputy.exists().where((Deputy.id == deputy.id) & (Deputy.state == state))
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        assert (f"{DEPUTY} for {HOME}" in text) == (decision == "approve")

    async def test_who_is_invited_already_can_only_be_refused(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        deputy = await names(coming, "East Area", HOME, at=now)
        text = words(await coordinator.get(f"/deputies/{deputy.id}"))
        assert "already has the invitation of Central North" in text
        assert "Yes, invite them" not in text


class TestWhoAnswered:
    async def test_the_page_says_the_likely_reading_and_neither_chooses_nor_sends_anything(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await from_home(coming, now, sender=MEMBER)
        before = len(await letters_of(coming))
        response = await coordinator.get(f"/post/{mail.id}/who")
        text = words(response)
        assert "Who answered for Central North?" in text
        assert "Probably a member of the same team" in text
        assert 'value="deputy"' in response.text
        assert " checked" not in response.text
        assert await standing_answer(coming, "Central North") == ""
        assert len(await letters_of(coming)) == before

    async def test_saying_it_is_the_same_makes_the_answer_count(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await from_home(coming, now, sender=MEMBER)
        response = await coordinator.send_form(f"/post/{mail.id}/who", who="same")
        assert response.headers["location"] == "/post?done=alias-learnt"
        assert await standing_answer(coming, "Central North") == "ACCEPTED"

    @pytest.mark.parametrize(("who", "done"), [("once", "deputy-invited"), ("nobody", "not-invited")])
    async def test_the_other_steps_lead_back_to_the_post(
        self, coordinator: Browser, coming: Any, now: datetime, who: str, done: str
    ) -> None:
        mail = await from_home(coming, now, sender=MEMBER)
        page = f"/post/{mail.id}/who"
        assert (await coordinator.send_form(page, who=who)).headers["location"] == f"/post?done={done}"
        again = await coordinator.send_form("/meetings", page, who=who)
        assert again.headers["location"] == "/post?done=not-waiting"

    async def test_nothing_chosen_changes_nothing(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        mail = await from_home(coming, now, sender=MEMBER)
        response = await coordinator.send_form(f"/post/{mail.id}/who")
        assert response.status_code == 400
        assert "Choose who answered" in words(response)

    async def test_an_answer_that_counted_has_no_such_page(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await from_home(coming, now)
        assert (await coordinator.get(f"/post/{mail.id}/who")).status_code == 404


class TestALetterThatCameBack:
    async def test_the_page_tells_why_whom_to_telephone_and_who_is_next(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        mail = await bounced(coming, now)
        text = words(await coordinator.get(f"/post/{mail.id}/returned"))
        assert "There is no such mailbox, or it has moved." in text
        assert "020 7946 0018 (missing team)" in text
        assert "Nothing arrived: invite the duty desk instead" in text

    async def test_confirming_flags_the_address_in_the_directory(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        mail = await bounced(coming, now)
        response = await coordinator.send_form(f"/post/{mail.id}/returned", decision="not-reached")
        assert response.headers["location"] == "/post?done=not-reached"
        (flagged,) = [contact for contact in await failing.at(HOME) if contact.failing_since]
        assert flagged.failing_why == "There is no such mailbox, or it has moved."
        assert await home_addresses(coming) == [HOME]

    async def test_one_action_invites_the_next_contact_instead(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        mail = await bounced(coming, now)
        response = await coordinator.send_form(f"/post/{mail.id}/returned", decision=str(second.id))
        assert response.headers["location"] == "/post?done=next-invited"
        assert await home_addresses(coming) == [second.email]
        after = [(letter.kind, letter.recipient) for letter in await letters_of(coming) if letter.sequence == 1]
        assert after == [("cancel", HOME), ("request", second.email)]
        await check_all_sent()

    async def test_a_contact_of_another_unit_is_not_invited(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        mail = await bounced(coming, now)
        response = await coordinator.send_form(f"/post/{mail.id}/returned", decision=str(coming.id))
        assert response.status_code == 400
        assert "Choose one of the unit's other contacts. Nothing was changed." in words(response).replace("’", "'")
        assert await home_addresses(coming) == [HOME]

    async def test_other_mail_has_no_such_page(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        mail = await written(coming, now)
        assert (await coordinator.get(f"/post/{mail.id}/returned")).status_code == 404


class TestAnAbsence:
    async def away(self, meeting: Any, now: datetime, last_day: date | None = date(2026, 11, 27)) -> None:
        mail = await waiting_mail(meeting, "Central North", InboundKind.ABSENCE, now)
        await InboundMail.update({InboundMail.disposition: "recorded"}).where(InboundMail.id == mail)
        await Absence.insert(
            Absence(
                invitation=meeting.invitations["Central North"],
                mail=mail,
                received_at=now,
                first_day=date(2026, 11, 16) if last_day else None,
                last_day=last_day,
            )
        )

    async def test_it_stands_beside_the_seat_with_the_next_contact_and_is_no_answer(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        await self.away(coming, now)
        text = words(await coordinator.get(f"/meetings/{coming.reference}"))
        assert "Automatic reply: away 16 November 2026 to 27 November 2026" in text
        assert f"Next contact: duty desk, {second.email}" in text
        assert await standing_answer(coming, "Central North") == ""

    async def test_the_next_contact_can_be_invited_instead(
        self, coordinator: Browser, coming: Any, second: Contact, now: datetime
    ) -> None:
        await self.away(coming, now)
        page = f"/invitations/{coming.invitations['Central North']}/next-contact"
        assert "duty desk" in words(await coordinator.get(page)).lower()
        response = await coordinator.send_form(page, decision=str(second.id))
        assert response.headers["location"] == f"/meetings/{coming.reference}?done=next-invited"
        assert await home_addresses(coming) == [second.email]

    async def test_one_that_is_over_is_no_news(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        await self.away(coming, now, last_day=date(2026, 11, 17))
        assert "Automatic reply" not in words(await coordinator.get(f"/meetings/{coming.reference}"))

    async def test_one_without_dates_is_shown_plainly(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        await self.away(coming, now, last_day=None)
        assert "Automatic reply: away" in words(await coordinator.get(f"/meetings/{coming.reference}"))


class TestAnAnswerInWords:
    async def test_the_quotation_is_folded_and_the_reading_chosen_beforehand(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await written(coming, now)
        response = await coordinator.get(f"/post/{mail.id}")
        before, _, quoted = response.text.partition("<main")[2].partition("<details")
        assert "Sorry, we cannot attend." in before
        assert "Please say whether you can attend." not in before
        assert "Please say whether you can attend." in quoted
        assert 'value="DECLINED" checked' in response.text
        assert "Record as: Declined" in words(response)
        assert await standing_answer(coming, "Central North") == ""

    async def test_recording_it_makes_the_answer_stand_and_puts_the_message_away(
        self, coordinator: Browser, coming: Any, now: datetime
    ) -> None:
        mail = await written(coming, now)
        page = f"/post/{mail.id}"
        response = await coordinator.send_form(page, f"{page}/answer", answer="DECLINED")
        assert response.headers["location"] == "/post?done=recorded"
        assert await standing_answer(coming, "Central North") == "DECLINED"
        again = await coordinator.send_form("/meetings", f"{page}/answer", answer="ACCEPTED")
        assert again.headers["location"] == "/post?done=not-waiting"
        assert await standing_answer(coming, "Central North") == "DECLINED"

    async def test_nothing_chosen_records_nothing(self, coordinator: Browser, coming: Any, now: datetime) -> None:
        mail = await written(coming, now)
        response = await coordinator.send_form(f"/post/{mail.id}", f"/post/{mail.id}/answer")
        assert response.status_code == 400
        assert await standing_answer(coming, "Central North") == ""


class TestAliases:
    async def test_they_are_listed_and_forgotten_by_a_button(self, coordinator: Browser, now: datetime) -> None:
        await aliases.learn(HOME, MEMBER, AliasKind.SAME, by="tests", now=now)
        assert MEMBER in words(await coordinator.get("/aliases"))
        (one,) = await aliases.learnt(MACHINE)
        response = await coordinator.send_form("/aliases", f"/aliases/{one.id}/forgotten")
        assert response.headers["location"] == "/aliases?done=forgotten"
        (one,) = await aliases.learnt(MACHINE)
        assert one.forgotten_at == now
        again = await coordinator.send_form("/meetings", f"/aliases/{one.id}/forgotten")
        assert again.headers["location"] == "/aliases?done=not-known"


@pytest.mark.parametrize(
    "address",
    ["/proposals/404", "/deputies/404", "/post/404/who", "/post/404/returned", f"/proposals/{10**30}", "/post/0/who"],
)
async def test_what_does_not_exist_is_not_found(coordinator: Browser, address: str) -> None:
    assert (await coordinator.get(address)).status_code == 404


@pytest.mark.parametrize(
    "page", ["/aliases", "/post", "/proposals/1", "/deputies/1", "/post/1/who", "/post/1/returned"]
)
async def test_nobody_sees_them_without_signing_in(stranger: Browser, page: str) -> None:
    assert (await stranger.get(page)).status_code == 303


async def test_opening_a_proposal_changes_nothing(coordinator: Browser, coming: Any, now: datetime) -> None:
    proposal = await proposes(coming, "East Area", coming.starts_at + HOUR, at=now)
    await coordinator.get(f"/proposals/{proposal.id}?decision=accept")
    assert await Proposal.exists().where((Proposal.id == proposal.id) & (Proposal.state == Asked.OPEN))


async def test_of_two_proposals_of_one_unit_only_the_newer_waits(
    coordinator: Browser, coming: Any, now: datetime
) -> None:
    for hours in (1, 2):
        starts_at = coming.starts_at + hours * HOUR
        await counter(coming, starts_at, now + hours * HOUR)
    text = words(await coordinator.get("/post"))
    assert "Central North proposes Friday 20 November 2026 at midday" in text
    assert text.count("Accept or decline") == 1
    assert "11am" not in text


async def counter(meeting: Any, starts_at: datetime, at: datetime) -> InboundMail:
    """The home unit's Outlook proposes another time."""
    from demo import asking
    from demo.programs import Asked

    stamp = f"{meeting.starts_at:%Y%m%dT%H%M%S}"
    ends = f"{meeting.ends_at:%Y%m%dT%H%M%S}"
    to = meeting.reply_address("Central North")
    asked = Asked("REQUEST", meeting.uid, "0", "Strategy meeting", stamp, ends, to, HOME, "Central North")
    posted = asking.proposal(asked, starts_at, at=at)
    return await take_in(posted.raw, to, letterhead=meeting.letterhead, now=at)
