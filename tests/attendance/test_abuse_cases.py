"""What somebody with bad intent sends, each test named by what is attempted; none of it moves an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attendance import aliases, deputies
from attendance.tables import AliasKind, Deputy, Proposal
from meetings.errors import UnusableAddress
from meetings.tables import Invitation, Meeting
from notifications.tables import InboundMail, OutboundMail
from tests.attendance.asked import BY, names
from tests.attendance.conftest import DESTINATION, HOME
from tests.attendance.mailing import answer, by_a_person, from_home, responses, standing_answer, take_in
from web.viewer import MACHINE

AUTHSERV = "mail.convene.example"
EVIL = "officer@evil.example"
UNIT, OTHER = "Central North", "East Area"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POLICE = HOME.partition("@")[2]
FORGED = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={POLICE}"


@pytest.fixture
def meeting(coming: Any) -> Any:
    return coming


async def sent(meeting: Any, raw: bytes, now: datetime, *, to: str = "", unit: str = UNIT) -> InboundMail:
    """The message came to the unit's token, or to another address of ours, through our own mail server."""
    to = to or meeting.reply_address(unit)
    return await take_in(raw, to, letterhead=meeting.letterhead, now=now, sender=EVIL, authserv_id=AUTHSERV)


def from_header(raw: bytes, *written: str) -> bytes:
    """The answer with these From headers instead of its own."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"from:")]
    return b"\r\n".join([*(f"From: {one}".encode() for one in written), *lines]) + b"\r\n\r\n" + body


async def nothing_moved(meeting: Any, mail: InboundMail) -> bool:
    stands = [await standing_answer(meeting, unit) for unit in meeting.invitations]
    return mail.disposition == "set aside" and stands == [""] * len(stands)


class TestForgingTheSender:
    """Whoever holds the code of an invitation still has to be somebody known."""

    @pytest.mark.parametrize(
        "written",
        [
            (HOME, EVIL),
            (EVIL, HOME),
            (f"{HOME}, {EVIL}",),
            (f"{EVIL}, <{HOME}>",),
            (f"Everybody: {HOME}, {EVIL};",),
            (f"{HOME}.evil.example",),
            (f"missing.team@sub.{POLICE}",),
            (f"missing.team@{POLICE.replace('o', '0')}",),
            (f"{HOME.partition('@')[0]}@xn--{POLICE}",),
            (f'"missing.team@{POLICE}"@evil.example',),
            (f"@{POLICE}:officer@evil.example",),
            ("",),
            (),
        ],
    )
    async def test_abuse_case_03_in_the_from_header(
        self, meeting: Any, now: datetime, written: tuple[str, ...]
    ) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, from_header(raw, *written), now))

    @pytest.mark.parametrize(
        "written",
        [
            f'"{HOME}" <{EVIL}>',
            f"{HOME} <{EVIL}>",
            f"<{HOME}> <{EVIL}>",
            f"({HOME}) {EVIL}",
            f"=?utf-8?q?{HOME.replace('@', '=40')}?= <{EVIL}>",
            f"=?utf-8?q?=3C{HOME.replace('@', '=40')}=3E?=",
        ],
    )
    async def test_abuse_case_04_by_a_name_that_is_the_invited_address(
        self, meeting: Any, now: datetime, written: str
    ) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, from_header(raw, written), now))

    @pytest.mark.parametrize(
        "header", ["Sender", "Resent-From", "Resent-Sender", "Reply-To", "X-Original-From", "Return-Path"]
    )
    async def test_abuse_case_01_in_any_other_header(self, meeting: Any, now: datetime, header: str) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=EVIL, answered_by=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, f"{header}: {HOME}\r\n".encode() + raw, now))

    @pytest.mark.parametrize(
        "headers",
        [
            f"Authentication-Results: evil.example; dmarc=pass header.from={POLICE}",
            f"Authentication-Results: evil.example ({AUTHSERV}); dmarc=pass header.from={POLICE}",
            f"Authentication-Results: ({AUTHSERV};) evil.example; dmarc=pass header.from={POLICE}",
            f"Authentication-Results: {AUTHSERV}.evil.example; dmarc=pass header.from={POLICE}",
            f"Authentication-Results: evil.{AUTHSERV}; dmarc=pass header.from={POLICE}",
            f'Authentication-Results: "{AUTHSERV}"; dmarc=pass header.from={POLICE}',
            f"Authentication-Results: {AUTHSERV}; dmarc=none\r\n{FORGED}",
            f"Authentication-Results: {AUTHSERV}; spf=pass\r\n{FORGED}",
            f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from={POLICE}; dmarc=pass header.from={POLICE}",
            f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=evil.example header.from={POLICE}",
            f"Authentication-Results: {AUTHSERV}; dmarc=pass (header.from={POLICE}) header.from=evil.example",
            f'Authentication-Results: {AUTHSERV}; spf=x smtp.mailfrom="; dmarc=pass header.from={POLICE}"@x.eg',
            f"Authentication-Results: {AUTHSERV}; spf=pass (dmarc=pass header.from={POLICE})",
            f"X-Authentication-Results: {AUTHSERV}; dmarc=pass header.from={POLICE}",
            f"Received-SPF: pass\r\nDKIM-Signature: v=1; d={POLICE}",
        ],
    )
    async def test_abuse_case_05_and_our_own_servers_word_for_it(
        self, meeting: Any, now: datetime, headers: str
    ) -> None:
        """Without the invitation's code, nothing but that word makes an answer count."""
        to = meeting.letterhead.sender_address()
        raw = headers.encode() + b"\r\n" + answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now, to=to))

    @pytest.mark.parametrize(
        "headers",
        [
            f"ARC-Authentication-Results: i=1; {AUTHSERV}; dmarc=pass header.from={POLICE}",
            f"Authentication-Results: {AUTHSERV}; arc=pass; dmarc=none",
            f"Authentication-Results: {AUTHSERV}; arc=pass header.from={POLICE}",
            f"ARC-Seal: i=1; cv=pass; d={POLICE}\r\nARC-Message-Signature: i=1; d={POLICE}",
        ],
    )
    async def test_abuse_case_06_and_only_a_forwarder_vouches_for_it(
        self, meeting: Any, now: datetime, headers: str
    ) -> None:
        to = meeting.letterhead.sender_address()
        raw = headers.encode() + b"\r\n" + answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now, to=to))

    async def test_only_that_word_was_missing(self, meeting: Any, now: datetime) -> None:
        """The same message counts with our own server's word: what was forged above failed by the forging alone."""
        to = meeting.letterhead.sender_address()
        raw = f"{FORGED}\r\n".encode() + answer(uid=meeting.uid, to=to, sender=HOME, at=now)
        assert (await sent(meeting, raw, now, to=to)).disposition == "applied"
        assert await standing_answer(meeting, UNIT) == "ACCEPTED"

    async def test_abuse_case_01_which_its_domain_disowns_stops_no_reminder(
        self, meeting: Any, now: datetime
    ) -> None:
        from attendance import chasing

        disowned = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from={POLICE}\r\n".encode()
        raw = disowned + answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now))
        await chasing.plan(now + 5 * HOUR)
        await chasing.remind_due(letterhead=meeting.letterhead, now=now + 5 * HOUR)
        reminded = await OutboundMail.select(OutboundMail.recipient).where(OutboundMail.kind == "reminder")
        assert HOME in {row["recipient"] for row in reminded}


class TestNamingSomebodyElse:
    @pytest.mark.parametrize("who", [HOME, DESTINATION, EVIL])
    async def test_abuse_case_12_from_outside_with_the_code_of_a_forwarded_invitation(
        self, meeting: Any, now: datetime, who: str
    ) -> None:
        letters = await OutboundMail.count()
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=EVIL, answered_by=who, at=now)
        mail = await sent(meeting, raw, now)
        assert await nothing_moved(meeting, mail)
        assert mail.kind == "stranger"
        assert await OutboundMail.count() == letters, "nobody outside is written to"
        assert await Invitation.count() == 3, "nobody is invited by answering"

    async def test_abuse_case_09_as_one_invitee_to_answer_for_another_with_the_others_code(
        self, meeting: Any, now: datetime
    ) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=DESTINATION, answered_by=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now))

    async def test_abuse_case_10_as_both_attendees_of_one_reply(self, meeting: Any, now: datetime) -> None:
        more = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{DESTINATION}\r\nATTENDEE;PARTSTAT=DECLINED:mailto:{EVIL}\r\n"
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=EVIL, at=now, lines=more)
        assert await nothing_moved(meeting, await sent(meeting, raw, now))

    async def test_abuse_case_10_as_others_beside_ones_own_true_answer(self, meeting: Any, now: datetime) -> None:
        """Some clients echo all who were invited: then the sender's own line counts, and no other."""
        more = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{DESTINATION}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{EVIL}\r\n"
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, lines=more)
        await sent(meeting, raw, now)
        assert [await standing_answer(meeting, unit) for unit in (UNIT, OTHER)] == ["ACCEPTED", ""]
        assert await Invitation.count() == 3

    async def test_abuse_case_10_as_oneself_with_two_answers_at_once(self, meeting: Any, now: datetime) -> None:
        both = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{HOME}\r\n"
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, lines=both)
        assert await nothing_moved(meeting, await sent(meeting, raw, now))


def _with_calendar(raw: bytes, old: str, new: str) -> bytes:
    """The answer with a change in its calendar, whichever way that is encoded."""
    from email import message_from_bytes

    for part in message_from_bytes(raw).walk():
        if part.get_content_type() == "text/calendar":
            text = part.get_payload(decode=True).decode().replace("\r\n ", "")  # type: ignore[union-attr]
            assert old in text
            head = raw.partition(b"MIME-Version")[0].strip().split(b"\r\n")
            kept = [line for line in head if line.lower().startswith((b"from:", b"to:", b"date:", b"message-id:"))]
            calendar = text.replace(old, new).encode()
            kind = b"Content-Type: text/calendar; charset=utf-8; method=REPLY"
            return b"\r\n".join([*kept, kind, b"Content-Transfer-Encoding: 8bit", b"", calendar])
    raise AssertionError("it has no calendar")


class TestWhatWasLearnt:
    """Another address of an invitee, and whoever may answer for them, may do that and no more."""

    async def test_for_one_is_used_for_another_invitee(self, meeting: Any, now: datetime) -> None:
        await aliases.learn(HOME, EVIL, AliasKind.SAME, by=BY, now=now)
        to = meeting.reply_address(OTHER)
        for who in (EVIL, DESTINATION, HOME):
            raw = answer(uid=meeting.uid, to=to, sender=EVIL, answered_by=who, at=now)
            assert await nothing_moved(meeting, await sent(meeting, raw, now, unit=OTHER))

    async def test_is_chained(self, meeting: Any, now: datetime) -> None:
        middle = "middle@elsewhere.example"
        await aliases.learn(HOME, middle, AliasKind.SAME, by=BY, now=now)
        await aliases.learn(middle, EVIL, AliasKind.SAME, by=BY, now=now)
        for who in (EVIL, middle, HOME):
            raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=EVIL, answered_by=who, at=now)
            assert await nothing_moved(meeting, await sent(meeting, raw, now))

    async def test_is_used_the_other_way_round(self, meeting: Any, now: datetime) -> None:
        await aliases.learn(EVIL, DESTINATION, AliasKind.SAME, by=BY, now=now)
        raw = answer(uid=meeting.uid, to=meeting.reply_address(OTHER), sender=EVIL, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now, unit=OTHER))

    async def test_was_forgotten(self, meeting: Any, now: datetime) -> None:
        await aliases.learn(HOME, EVIL, AliasKind.DEPUTY, by=BY, now=now)
        (learnt,) = await aliases.learnt(MACHINE)
        await aliases.forget(learnt.id, by=BY, now=now)
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=EVIL, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now))

    async def test_of_a_deputy_counts_without_the_code(self, meeting: Any, now: datetime) -> None:
        await aliases.learn(HOME, EVIL, AliasKind.DEPUTY, by=BY, now=now)
        vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=evil.example\r\n".encode()
        to = meeting.letterhead.sender_address()
        raw = vouched + answer(uid=meeting.uid, to=to, sender=EVIL, answered_by=HOME, at=now)
        assert await nothing_moved(meeting, await sent(meeting, raw, now, to=to))


class TestAGroup:
    """Any member may answer for a team's mailbox: those of its own mail domain."""

    @pytest.fixture
    async def team(self, meeting: Any) -> Any:
        await Invitation.update({Invitation.group: True}).where(Invitation.id == meeting.invitations[UNIT])
        return meeting

    @pytest.mark.parametrize(
        "member",
        [
            "pc@evil.example",
            f"pc@sub.{POLICE}",
            f"pc@{POLICE.partition('.')[2]}",
            f"pc@evil-{POLICE}",
            f"pc@{POLICE}.evil.example",
            f"pc@{POLICE.replace('l', '1')}",
        ],
    )
    async def test_is_answered_for_from_a_domain_that_only_looks_like_its_own(
        self, team: Any, now: datetime, member: str
    ) -> None:
        raw = answer(uid=team.uid, to=team.reply_address(UNIT), sender=member, at=now)
        assert await nothing_moved(team, await sent(team, raw, now))

    async def test_is_answered_for_by_a_member_named_by_an_outsider(self, team: Any, now: datetime) -> None:
        raw = answer(uid=team.uid, to=team.reply_address(UNIT), sender=EVIL, answered_by=f"pc@{POLICE}", at=now)
        assert await nothing_moved(team, await sent(team, raw, now))

    async def test_is_answered_for_without_the_code(self, team: Any, now: datetime) -> None:
        vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={POLICE}\r\n".encode()
        to = team.letterhead.sender_address()
        raw = vouched + answer(uid=team.uid, to=to, sender=f"pc@{POLICE}", answered_by=HOME, at=now)
        assert await nothing_moved(team, await sent(team, raw, now, to=to))


class TestAfterAHandOver:
    SERGEANT = f"sergeant@{POLICE}"

    @pytest.fixture
    async def handed_over(self, meeting: Any, now: datetime) -> Any:
        """The home unit's deputy is approved and holds the seat; `deputy` is their reply address."""
        request = await names(meeting, UNIT, self.SERGEANT, at=now)
        await deputies.approve(request.id, by=BY, now=now, letterhead=meeting.letterhead)
        row = await Deputy.objects().get(Deputy.id == request.id)
        assert row is not None
        meeting.invitations["deputy"] = row.invited
        return meeting

    async def test_the_original_answers_with_the_deputys_code(self, handed_over: Any, now: datetime) -> None:
        to = handed_over.reply_address("deputy")
        sequence = (await Meeting.objects().get(Meeting.id == handed_over.id)).sequence  # type: ignore[union-attr]
        raw = answer(uid=handed_over.uid, to=to, sender=HOME, at=now, sequence=sequence, partstat="DECLINED")
        mail = await sent(handed_over, raw, now, to=to)
        assert mail.disposition == "set aside"
        assert await standing_answer(handed_over, "deputy") == ""

    @pytest.mark.parametrize("who", [HOME, SERGEANT])
    async def test_the_originals_code_is_used_again(self, handed_over: Any, now: datetime, who: str) -> None:
        before = await OutboundMail.count()
        raw = answer(uid=handed_over.uid, to=handed_over.reply_address(UNIT), sender=who, at=now)
        assert (await sent(handed_over, raw, now)).disposition == "set aside"
        assert await standing_answer(handed_over, "deputy") == ""
        assert await OutboundMail.count() == before

    async def test_the_deputy_names_another_without_anybodys_word(self, handed_over: Any, now: datetime) -> None:
        to, before = handed_over.reply_address("deputy"), await Invitation.count()
        sequence = (await Meeting.objects().get(Meeting.id == handed_over.id)).sequence  # type: ignore[union-attr]
        raw = answer(
            uid=handed_over.uid,
            to=to,
            sender=self.SERGEANT,
            at=now,
            sequence=sequence,
            partstat="DELEGATED",
            beside=f'DELEGATED-TO="mailto:{EVIL}";',
        )
        await sent(handed_over, raw, now, to=to)
        assert await Invitation.count() == before
        assert EVIL not in {row["recipient"] for row in await OutboundMail.select(OutboundMail.recipient)}


class TestOneMessage:
    async def test_answers_twenty_meetings_of_which_one_is_its_own(
        self, meeting: Any, convene: Any, now: datetime
    ) -> None:
        others = [await convene() for _ in range(3)]
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        raw = _with_calendar(raw, "END:VEVENT", "END:VEVENT\r\n" + "".join(_events(others, now)).rstrip())
        await sent(meeting, raw, now)
        for other in others:
            assert [await standing_answer(other, unit) for unit in other.invitations] == ["", "", ""]

    @pytest.mark.parametrize("sequence", ["2147483647", "99999999999999999999", "-1", "1e9", "0x7f"])
    async def test_abuse_case_08_freezes_the_answer_by_a_number_of_the_future(
        self, meeting: Any, now: datetime, sequence: str
    ) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, partstat="DECLINED")
        await sent(meeting, _with_calendar(raw, "SEQUENCE:0", f"SEQUENCE:{sequence}"), now)
        await from_home(meeting, now + MINUTE)
        assert await standing_answer(meeting, UNIT) == "ACCEPTED"

    @pytest.mark.parametrize("stamp", ["20990101T000000Z", "99991231T235959Z", "20261119T095900Z"])
    async def test_abuse_case_08_freezes_the_answer_by_a_clock_of_the_future(
        self, meeting: Any, now: datetime, stamp: str
    ) -> None:
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, partstat="DECLINED")
        await sent(meeting, _with_calendar(raw, f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}", f"DTSTAMP:{stamp}"), now)
        later = now + timedelta(hours=25)
        await from_home(meeting, later)
        assert await standing_answer(meeting, UNIT) == "ACCEPTED"

    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH", "ADD", "DECLINECOUNTER", "", "NONSENSE"])
    async def test_abuse_case_11_changes_the_meeting(self, meeting: Any, now: datetime, method: str) -> None:
        before = await Meeting.select().where(Meeting.id == meeting.id).first()
        raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, starts_at=now + 90 * HOUR)
        raw = _with_calendar(raw, "METHOD:REPLY", f"METHOD:{method}" if method else "X-NONE:x")
        raw = raw.replace(b"; method=REPLY", f"; method={method}".encode() if method else b"")
        assert await nothing_moved(meeting, await sent(meeting, raw, now))
        assert await Meeting.select().where(Meeting.id == meeting.id).first() == before

    async def test_abuse_case_11_proposes_a_time_that_has_long_been_or_never_will_be(
        self, meeting: Any, now: datetime
    ) -> None:
        for minute, starts_at in enumerate(
            (datetime(1971, 1, 1, tzinfo=UTC), datetime(8999, 1, 1, tzinfo=UTC), now - HOUR)
        ):
            at = now + minute * MINUTE
            await from_home(meeting, at, method="COUNTER", partstat="TENTATIVE", starts_at=starts_at)
        assert (await Meeting.objects().get(Meeting.id == meeting.id)).starts_at == meeting.starts_at  # type: ignore[union-attr]
        assert await Proposal.count().where(Proposal.state == "open") <= 1

    @pytest.mark.parametrize("unit", ["", UNIT, OTHER])
    async def test_names_convene_itself_as_the_deputy(self, meeting: Any, now: datetime, unit: str) -> None:
        """It would write to itself, and learn from a bounce whose code that was."""
        ours = meeting.reply_address(unit) if unit else meeting.letterhead.sender_address()
        beside = f'DELEGATED-TO="mailto:{ours}";'
        await from_home(meeting, now, partstat="DELEGATED", beside=beside)
        request = await Deputy.objects().first()
        if request is not None:
            with pytest.raises(UnusableAddress, match="Convene itself"):
                await deputies.approve(request.id, by=BY, now=now, letterhead=meeting.letterhead)
        assert await Invitation.count() == 3

    async def test_abuse_case_13_is_an_absence_notice_with_our_own_calendar_quoted(
        self, meeting: Any, now: datetime
    ) -> None:
        for method in ("REQUEST", "REPLY"):
            raw = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now, method=method)
            marks = b"X-Autoreply: yes\r\nAuto-Submitted: auto-replied\r\n"
            mail = await sent(meeting, marks + by_a_person(raw), now)
            assert mail.kind == "absence"
        assert await responses(meeting.invitations[UNIT]) == []

    async def test_abuse_case_14_takes_the_message_id_of_an_answer_that_is_still_to_come(
        self, meeting: Any, now: datetime
    ) -> None:
        real = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        squatted = next(line for line in real.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        await sent(meeting, squatted + b"\r\nFrom: " + EVIL.encode() + b"\r\n\r\nHello.\r\n", now)
        await sent(meeting, real, now + MINUTE)
        assert await standing_answer(meeting, UNIT) == "ACCEPTED"

    async def test_abuse_case_07_replays_a_yes_after_the_no(self, meeting: Any, now: datetime) -> None:
        yes = answer(uid=meeting.uid, to=meeting.reply_address(UNIT), sender=HOME, at=now)
        await sent(meeting, yes, now)
        await from_home(meeting, now + MINUTE, partstat="DECLINED")
        await sent(meeting, b"Received: again\r\n" + yes, now + 2 * MINUTE)
        assert await standing_answer(meeting, UNIT) == "DECLINED"


def _events(meetings: list[Any], now: datetime) -> list[str]:
    return [
        f"BEGIN:VEVENT\r\nUID:{one.uid}\r\nSEQUENCE:0\r\nDTSTAMP:{now:%Y%m%dT%H%M%SZ}\r\n"
        f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}\r\nEND:VEVENT\r\n"
        for one in meetings
        for address in (HOME, DESTINATION)
    ]


async def test_abuse_case_02_a_genuine_sender_guesses_the_uid_and_learns_nothing(
    meeting: Any, convene: Any, now: datetime
) -> None:
    """To an address without a code: the right UID of a meeting that is not theirs, and one that there is not."""
    other = await convene(units=[("Harrow", "social care", DESTINATION, ("chair",))])
    letters, told = await OutboundMail.count(), set()
    vouched = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={POLICE}\r\n".encode()
    to = meeting.letterhead.sender_address()
    for uid in (other.uid, other.uid.upper(), "nothing@invites.convene.example"):
        mail = await sent(meeting, vouched + answer(uid=uid, to=to, sender=HOME, at=now), now, to=to)
        told.add((mail.disposition, mail.kind))
    assert told == {("set aside", "answer")}
    assert await standing_answer(other, "Harrow") == ""
    assert await OutboundMail.count() == letters


async def test_abuse_case_02_codes_are_guessed_and_what_happens_is_the_same_for_every_meeting(
    meeting: Any, now: datetime
) -> None:
    """A guess causes no letter, and tells nothing about which meetings there are."""
    letters, told = await OutboundMail.count(), set()
    for number, uid in enumerate((meeting.uid, "nothing@convene.example", meeting.uid.upper())):
        to = f"meetings+{'abcdefgh'[number] * 26}@invites.convene.example"
        mail = await sent(meeting, answer(uid=uid, to=to, sender=HOME, at=now), now, to=to)
        told.add((mail.disposition, mail.kind, mail.reason))
    assert len(told) == 1
    assert await OutboundMail.count() == letters
