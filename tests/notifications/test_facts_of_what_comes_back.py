"""What is known of the mail that clients, servers and gateways send back: each fact by a sample that shows it.

The numbers are those of calendar-mail.md, sections 2.3 to 2.6. The oddity itself is looked for in the sample, so
that none loses what it is here for; then what is read of it. What its sender may do is tested with the rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from attendance.reading import Reading, read
from notifications.answer import Answer
from notifications.kinds import InboundKind
from notifications.opening import Opened, open_message
from tests.notifications.outcomes import SAMPLES

HOME = "home.unit@police.example"
JUNE = datetime(2027, 6, 1, 8, 0, tzinfo=UTC)
AT_TWO = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """One fact: its number, what is known, the sample, what the sample has and lacks, and what is read of it."""

    number: int
    known: str
    sample: str
    says: Callable[[Reading], object]
    expected: object
    has: str = ""
    lacks: str = ""


def answer(reading: Reading) -> Answer:
    (one,) = reading.answers
    return one


def mail(reading: Reading) -> Opened:
    assert reading.opened is not None
    return reading.opened


def partstats(reading: Reading) -> list[str]:
    return [one.partstat for one in reading.answers]


def packed(reading: Reading) -> tuple[str, list[str]]:
    return mail(reading).wrapped, partstats(reading)


def kind(reading: Reading) -> InboundKind:
    return reading.kind


def met(reading: Reading) -> tuple[str, bool]:
    assert reading.delivery is not None
    return reading.delivery.action, reading.delivery.permanent


def proposal(reading: Reading) -> tuple[str, str, datetime | None]:
    one = answer(reading)
    return one.method, one.partstat, one.starts_at


def away(reading: Reading) -> tuple[InboundKind, tuple[str, ...], date | None]:
    assert reading.away is not None
    return reading.kind, mail(reading).in_answer_to, reading.away.last_day


FACTS = [
    Fact(
        23,
        "the answer goes to the ORGANIZER with its token",
        "accept-single.eml",
        lambda reading: mail(reading).delivered_to,
        ("meetings+tok123@sched.example",),
        has="mailto:meetings+tok123@sched.example",
    ),
    Fact(24, "Exchange names no ORGANIZER", "exchange-accept.eml", partstats, ["ACCEPTED"], lacks="ORGANIZER"),
    Fact(
        24,
        "Exchange may leave DTSTAMP out",
        "exchange-accept-no-dtstamp.eml",
        lambda reading: (answer(reading).partstat, answer(reading).dtstamp),
        ("ACCEPTED", None),
        lacks="DTSTAMP:",
    ),
    Fact(
        24,
        "Exchange may give its own SEQUENCE alone",
        "exchange-accept-no-sequence.eml",
        lambda reading: answer(reading).sequence,
        1,
        has="X-MICROSOFT-CDO-APPT-SEQUENCE:1",
        lacks="\nSEQUENCE:",
    ),
    Fact(
        24,
        "Windows zones come without VTIMEZONE",
        "exchange-decline-no-vtimezone.eml",
        lambda reading: answer(reading).starts_at,
        datetime(2026, 12, 1, 11, 0, tzinfo=UTC),
        has="TZID=GMT STANDARD TIME",
        lacks="VTIMEZONE",
    ),
    Fact(
        25,
        "Outlook may echo all attendees",
        "exchange-echoes-all-attendees.eml",
        lambda reading: (len(answer(reading).attendees), answer(reading).partstat_of(HOME)),
        (3, "ACCEPTED"),
    ),
    Fact(
        25,
        "a room names no ATTENDEE",
        "room-accept-no-attendee.eml",
        lambda reading: (answer(reading).attendees, len(mail(reading).from_addresses)),
        ((), 1),
        lacks="ATTENDEE",
    ),
    Fact(
        26,
        "Google's answers are automatic",
        "google-accept.eml",
        partstats,
        ["ACCEPTED"],
        has="AUTO-SUBMITTED: AUTO-GENERATED",
    ),
    Fact(
        26,
        "Google's note is a parameter",
        "google-decline-note.eml",
        lambda reading: answer(reading).comment,
        "On leave; ask the duty sergeant",
        has="X-RESPONSE-COMMENT=",
        lacks="\nCOMMENT",
    ),
    Fact(
        27, "Google proposes", "google-counter.eml", proposal, ("COUNTER", "TENTATIVE", AT_TWO), lacks="ORIGINALSTART"
    ),
    Fact(
        27,
        "Outlook proposes with a no",
        "exchange-counter-declined.eml",
        proposal,
        ("COUNTER", "DECLINED", AT_TWO),
        has="X-MS-OLK-ORIGINALSTART",
    ),
    Fact(
        27,
        "Exchange 2003 proposed in a REPLY, whose times are no proposal",
        "exchange-2003-proposal-as-reply.eml",
        lambda reading: answer(reading).method,
        "REPLY",
        has="DTSTART;TZID=GMT STANDARD TIME:20261201T140000",
    ),
    Fact(
        28,
        "Apple attaches its calendar without a method, and may give no SEQUENCE",
        "apple-accept.eml",
        lambda reading: (answer(reading).method, answer(reading).partstat, answer(reading).sequence),
        ("REPLY", "ACCEPTED", None),
        lacks="METHOD=",
    ),
    Fact(
        29,
        "Thunderbird attaches the same as a file",
        "thunderbird-series.eml",
        partstats,
        ["ACCEPTED"],
        has="APPLICATION/ICS",
    ),
    Fact(
        34,
        "the delegate stands in SENT-BY",
        "exchange-delegate-sent-by.eml",
        lambda reading: (answer(reading).attendees, answer(reading).sent_by),
        (("duty.inspector@police.example",), "staff.officer@police.example"),
        has="SENT-BY=",
    ),
    Fact(
        39,
        "Google writes RECURRENCE-ID in UTC",
        "google-occurrence.eml",
        lambda reading: answer(reading).recurrence_id,
        JUNE,
        has="RECURRENCE-ID:20270601T080000Z",
    ),
    Fact(
        39,
        "Exchange writes it in a Windows zone",
        "exchange-occurrence.eml",
        lambda reading: answer(reading).recurrence_id,
        JUNE,
        has="RECURRENCE-ID;TZID=GMT STANDARD TIME:20270601T090000",
    ),
    Fact(
        39,
        "Exchange may write midnight",
        "exchange-occurrence-midnight.eml",
        lambda reading: (answer(reading).recurrence_id, answer(reading).recurrence_day),
        (None, date(2026, 12, 1)),
        has=":20261201T000000",
    ),
    Fact(
        39,
        "some write a bare date",
        "occurrence-bare-day.eml",
        lambda reading: (answer(reading).recurrence_id, answer(reading).recurrence_day),
        (None, date(2026, 12, 1)),
        has="RECURRENCE-ID;VALUE=DATE:20261201",
    ),
    Fact(
        40,
        "a reply may hold several VEVENTs",
        "thunderbird-series-and-occurrences.eml",
        lambda reading: [(one.partstat, one.recurrence) for one in reading.answers],
        [("ACCEPTED", False), ("DECLINED", True), ("TENTATIVE", True)],
    ),
    Fact(
        42,
        "Exchange names the letter that an absence notice answers",
        "absence-exchange-until.eml",
        away,
        (InboundKind.ABSENCE, ("<invite-1@invites.example>",), date(2026, 12, 7)),
        has="X-MS-EXCHANGE-PARENT-MESSAGE-ID",
    ),
    Fact(
        42,
        "an absence notice that quotes our invitation is no answer",
        "absence-quoting-our-invitation.eml",
        lambda reading: (reading.kind, reading.answers),
        (InboundKind.ABSENCE, ()),
        has="BEGIN:VCALENDAR",
    ),
    Fact(43, "a bounce says for good", "bounce.eml", met, ("failed", True), has="STATUS: 5."),
    Fact(43, "or after trying too long", "bounce-tried-in-vain.eml", met, ("failed", False), has="STATUS: 4.4.7"),
    Fact(43, "some follow no standard", "bounce-qmail.eml", met, ("failed", True), lacks="DELIVERY-STATUS"),
    Fact(44, "a read receipt says at most displayed", "read-receipt.eml", met, ("displayed", False)),
    Fact(45, "winmail.dat holds an answer", "tnef-accept.eml", packed, ("tnef", ["ACCEPTED"]), has="MS-TNEF"),
    Fact(45, "or what nobody can read", "tnef-unreadable.eml", kind, InboundKind.UNREADABLE, has="MS-TNEF"),
    Fact(
        46, "a signature stands beside", "smime-signed.eml", packed, ("signed", ["ACCEPTED"]), has="MULTIPART/SIGNED"
    ),
    Fact(46, "or around the answer", "smime-opaque.eml", packed, ("signed", ["ACCEPTED"]), has="PKCS7-MIME"),
    Fact(46, "what is encrypted stays closed", "smime-encrypted.eml", kind, InboundKind.UNREADABLE, has="PKCS7-MIME"),
    Fact(46, "PGP the same", "pgp-encrypted.eml", kind, InboundKind.UNREADABLE, has="MULTIPART/ENCRYPTED"),
    Fact(47, "a gateway marks the summary", "google-accept.eml", partstats, ["ACCEPTED"], has="SUMMARY:[EXTERNAL]"),
    Fact(47, "a gateway wraps the mail", "gateway-wrapped.eml", packed, ("gateway", ["ACCEPTED"]), has="RFC822"),
    Fact(
        47, "another's mail inside stays closed", "gateway-wrapped-another.eml", kind, InboundKind.TEXT, has="RFC822"
    ),
    Fact(48, "text stands around the calendar", "banner-and-disclaimer.eml", partstats, ["ACCEPTED"]),
    Fact(48, "a byte order mark stands before it", "byte-order-mark.eml", partstats, ["ACCEPTED"], has="\ufeff"),
    Fact(
        48, "two calendars in one stream are not guessed at", "two-calendars-in-one.eml", kind, InboundKind.UNREADABLE
    ),
    Fact(50, "too much is for a person", "too-many-events.eml", kind, InboundKind.UNREADABLE),
    Fact(
        52,
        "From is not proof: what our server found comes with it",
        "authentication-failed.eml",
        lambda reading: any("dmarc=fail" in one for one in mail(reading).authentication_results),
        True,
        has="AUTHENTICATION-RESULTS",
    ),
]


def everything(raw: bytes) -> str:
    """The mail's own bytes and its calendars decoded, unfolded, in capitals."""
    streams = b"\n".join(stream for _, stream in open_message(raw).calendars)
    return (raw + b"\n" + streams).replace(b"\r\n ", b"").decode(errors="replace").upper()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"fact {fact.number}, {fact.known}")
def test_a_fact_is_in_its_sample_and_understood(fact: Fact) -> None:
    raw = (SAMPLES / fact.sample).read_bytes()

    assert fact.has.upper() in everything(raw)
    assert not fact.lacks or fact.lacks.upper() not in everything(raw)
    assert fact.says(read(raw, date(2026, 11, 18))) == fact.expected
