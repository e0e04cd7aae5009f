"""Answers that mail systems packed: Outlook's winmail.dat, S/MIME signatures, a gateway's banner."""

import struct
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from asn1crypto.cms import ContentInfo, SignedData
from hypothesis import given
from hypothesis import strategies as st

from notifications import itip, signed, tnef
from notifications.errors import Unreadable
from notifications.imip import Kind, open_message
from notifications.itip import Answer
from tests.notifications.packing import (
    APPOINTMENT,
    BINARY,
    LONG,
    MEETING,
    TEXT,
    answered,
    attached,
    attribute,
    global_object,
    named,
    tagged,
    winmail,
)

UID = "meeting-7f3k2m@invites.example"
HOME = "home.unit@police.example"
HEADERS = f"From: Home unit <{HOME}>\r\nTo: meetings+abc@invites.example\r\nSubject: Accepted\r\n"
AT = datetime(2026, 11, 18, 10, 12, 5, tzinfo=UTC)
STARTS, ENDS = datetime(2026, 12, 1, 11, tzinfo=UTC), datetime(2026, 12, 1, 12, tzinfo=UTC)
ACCEPTED = Answer(
    method="REPLY",
    uid=UID,
    sequence=1,
    dtstamp=AT,
    partstat="ACCEPTED",
    attendees=(HOME,),
    attendee_partstats=((HOME, "ACCEPTED"),),
    sent_by="",
    recurrence=False,
    starts_at=STARTS,
    ends_at=ENDS,
)
WHOLE = answered(UID, at=AT, starts_at=STARTS, ends_at=ENDS)


def said(packed: bytes) -> Answer:
    found = tnef.calendar(packed)
    assert found is not None
    (answer,) = itip.read(found[1], method=found[0])
    return answer


@pytest.mark.parametrize(
    ("message_class", "partstat"),
    [
        ("IPM.Schedule.Meeting.Resp.Pos", "ACCEPTED"),
        ("IPM.Schedule.Meeting.Resp.Tent", "TENTATIVE"),
        ("IPM.Schedule.Meeting.Resp.Neg", "DECLINED"),
        ("IPM.Microsoft Schedule.MtgRespP", "ACCEPTED"),
        ("IPM.Microsoft Schedule.MtgRespA", "TENTATIVE"),
        ("IPM.Microsoft Schedule.MtgRespN", "DECLINED"),
    ],
)
def test_the_class_of_the_message_is_the_answer(message_class: str, partstat: str) -> None:
    packed = winmail(*WHOLE, message_class=message_class)

    assert said(packed) == replace(ACCEPTED, partstat=partstat, attendee_partstats=((HOME, partstat),))


@pytest.mark.parametrize(
    ("message_class", "method"),
    [("IPM.Schedule.Meeting.Request", "REQUEST"), ("IPM.Microsoft Schedule.MtgCncl", "CANCEL")],
)
def test_invitations_and_cancellations_are_seen_to_be_such(message_class: str, method: str) -> None:
    answer = said(winmail(*WHOLE, message_class=message_class))

    assert (answer.method, answer.uid, answer.attendees) == (method, UID, ())


def test_another_time_that_is_proposed_is_a_counter() -> None:
    new = (datetime(2026, 12, 1, 14, tzinfo=UTC), datetime(2026, 12, 1, 15, tzinfo=UTC))
    packed = winmail(*answered(UID, at=AT, starts_at=STARTS, ends_at=ENDS, proposed=new))

    assert said(packed) == replace(
        ACCEPTED, method="COUNTER", starts_at=new[0], ends_at=new[1], original_starts_at=STARTS
    )


def test_an_answer_for_one_date_of_a_series_says_which() -> None:
    by_day = winmail(*answered(UID, at=AT, day=date(2026, 12, 1)))
    by_instant = winmail(*answered(UID, at=AT, day=date(2026, 12, 1)), *_named_time(0x8228, STARTS))

    assert (said(by_day).recurrence, said(by_day).recurrence_day) == (True, date(2026, 12, 1))
    assert said(by_instant).recurrence_id == STARTS


def _named_time(number: int, instant: datetime) -> tuple[bytes, ...]:
    return (named(APPOINTMENT, number, 0x40, instant),)


def test_a_day_that_is_none_is_still_an_occurrence() -> None:
    broken = bytearray(global_object(UID, date(2026, 12, 1)))
    broken[18] = 13
    answer = said(winmail(named(MEETING, 3, BINARY, bytes(broken))))

    assert (answer.recurrence, answer.recurrence_id, answer.recurrence_day) == (True, None, None)


def test_the_delegate_is_named_beside_whom_they_answer_for() -> None:
    assert said(winmail(*answered(UID, sender="staff.officer@police.example", at=AT))).sent_by == (
        "staff.officer@police.example"
    )


def test_without_an_internet_address_nobody_is_named() -> None:
    answer = said(winmail(tagged(0x0065, TEXT, "/O=POLICE/CN=X"), named(MEETING, 3, BINARY, global_object(UID))))

    assert (answer.attendees, answer.partstat, answer.sequence, answer.dtstamp) == ((), "ACCEPTED", None, None)


def test_a_meeting_of_exchanges_own_has_a_uid_of_its_own() -> None:
    own = bytes.fromhex("040000008200E00074C5B7101A82E008") + bytes(20) + struct.pack("<I", 16) + bytes(range(16))

    assert said(winmail(named(MEETING, 3, BINARY, own))).uid == own.hex().upper()


def test_an_absurd_instant_is_absent() -> None:
    absurd = struct.pack("<HH", 0x40, 0x8001) + MEETING.bytes_le + struct.pack("<II", 0, 1) + b"\xff" * 8

    assert said(winmail(absurd, named(MEETING, 3, BINARY, global_object(UID)))).dtstamp is None


def test_a_letter_that_is_no_meeting_is_none() -> None:
    assert tnef.calendar(winmail(tagged(0x1000, TEXT, "Dear all"), message_class="IPM.Note")) is None


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (b"", "not Outlook's packing"),
        (b"winmail", "not Outlook's packing"),
        (winmail(*WHOLE)[:300], "cut short"),
        (winmail(), "which meeting"),
        (winmail(*WHOLE[:6]), "which meeting"),
        (winmail(named(MEETING, 3, BINARY, b"vCal-Uid")), "which meeting"),
        (winmail(*WHOLE, *(tagged(0x3000 + n, LONG, n) for n in range(400))), "more than 400 properties"),
        (winmail(struct.pack("<HH", 0x1, 0x3001)), "unknown type"),
        (winmail(struct.pack("<HHI", 0x1002, 0x3001, 2**32 - 1)), "cut short"),
        (winmail(struct.pack("<HHI", 0x101E, 0x3001, 2**32 - 1)), "not Outlook's packing: error"),
        (winmail(struct.pack("<HHII", 0x1E, 0x3001, 1, 2**32 - 1)), "cut short"),
        (winmail(more=attribute(0x00069003, struct.pack("<I", 2**32 - 1))), "more than 400 properties"),
        (winmail(b"x" * tnef.LARGEST), "larger than 512 KB"),
    ],
)
def test_broken_and_hostile_packings_are_unreadable(packed: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        tnef.calendar(packed)


@given(st.data())
def test_no_bytes_of_a_packing_make_it_fail_or_take_long(data: st.DataObject) -> None:
    packed = bytearray(winmail(*WHOLE))
    for _ in range(data.draw(st.integers(1, 6))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    began = time.process_time()

    with suppress(Unreadable):
        tnef.calendar(bytes(packed))

    assert time.process_time() - began < 1


def test_a_packed_answer_is_opened_as_a_calendar() -> None:
    opened = open_message(attached(HEADERS, winmail(*WHOLE)))

    assert (opened.kind, opened.wrapped, opened.from_addresses) == (Kind.CALENDAR, "tnef", (HOME,))
    assert itip.read(opened.calendars[0][1]) == (ACCEPTED,)


@pytest.mark.parametrize("content_type", ["application/octet-stream; name=WINMAIL.DAT", "application/vnd.ms-tnef"])
def test_a_packing_is_known_by_its_name_too(content_type: str) -> None:
    assert open_message(attached(HEADERS, winmail(*WHOLE), content_type)).wrapped == "tnef"


def test_a_packing_that_nobody_here_can_read_is_sealed() -> None:
    opened = open_message(attached(HEADERS, winmail(*WHOLE)[:300]))

    assert (opened.kind, opened.wrapped, opened.calendars) == (Kind.SEALED, "tnef", ())


def test_a_text_with_its_fonts_packed_beside_it_is_a_text() -> None:
    whole = attached(HEADERS, winmail(message_class="IPM.Note", more=b""))
    opened = open_message(whole.replace(b"us-ascii\r\n\r\n\r\n", b"us-ascii\r\n\r\nI will come.\r\n"))

    assert (opened.kind, opened.text) == (Kind.TEXT, "I will come.")


REPLY = (
    "Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
    f"UID:{UID}\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{HOME}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a key and a certificate that nobody trusts, and the answer in a file."""
    place = tmp_path_factory.mktemp("smime")
    (place / "answer").write_bytes(REPLY.encode())
    made = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=home.unit",
        "-keyout",
        "key",
        "-out",
        "cert",
    ]
    _run(place, made)
    return place


def _run(place: Path, arguments: list[str]) -> bytes:
    return subprocess.run(["openssl", *arguments], cwd=place, check=True, capture_output=True, timeout=60).stdout


SIGN = ["cms", "-sign", "-signer", "cert", "-inkey", "key", "-in", "answer", "-binary"]


@pytest.mark.parametrize("more", [["-nodetach"], ["-nodetach", "-stream"]])
def test_an_answer_inside_its_signature_is_taken_out(openssl: Path, more: list[str]) -> None:
    opened = open_message(HEADERS.encode() + _run(openssl, [*SIGN, *more]))

    assert (opened.kind, opened.wrapped, opened.from_addresses) == (Kind.CALENDAR, "signed", (HOME,))
    assert itip.read(opened.calendars[0][1])[0].partstat == "ACCEPTED"


def test_an_answer_beside_its_signature_is_read() -> None:
    raw = (
        f"{HEADERS}Content-Type: multipart/signed; boundary=S; micalg=sha-256\r\n\r\n--S\r\n{REPLY}"
        "--S\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nxx\r\n--S--\r\n"
    )

    opened = open_message(raw.encode())

    assert (opened.kind, opened.wrapped) == (Kind.CALENDAR, "signed")


def test_an_encrypted_answer_is_sealed(openssl: Path) -> None:
    opened = open_message(HEADERS.encode() + _run(openssl, ["cms", "-encrypt", "-in", "answer", "cert"]))

    assert (opened.kind, opened.wrapped, opened.calendars) == (Kind.SEALED, "encrypted", ())


@pytest.mark.parametrize(
    "body",
    [
        "Content-Type: multipart/encrypted; boundary=E\r\n\r\n--E\r\n\r\nVersion: 1\r\n--E--\r\n",
        "\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n",
        "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nnot DER\r\n",
        "Content-Type: application/octet-stream; name=smime.p7m\r\n\r\n\r\n",
    ],
)
def test_what_is_encrypted_or_broken_is_sealed(body: str) -> None:
    opened = open_message(f"{HEADERS}{body}".encode())

    assert (opened.kind, opened.wrapped) == (Kind.SEALED, "encrypted")


def test_a_signature_within_a_signature_stays_closed(openssl: Path) -> None:
    (openssl / "signed").write_bytes(_run(openssl, [*SIGN, "-nodetach"]))
    twice = _run(openssl, [*SIGN[:-3], "-in", "signed", "-binary", "-nodetach"])

    assert open_message(HEADERS.encode() + twice).calendars == ()


def test_a_signature_that_holds_nothing_is_unreadable() -> None:
    nothing = {"version": "v1", "digest_algorithms": [], "encap_content_info": {"content_type": "data"}}
    der = ContentInfo({"content_type": "signed_data", "content": SignedData(nothing | {"signer_infos": []})}).dump()

    with pytest.raises(Unreadable, match="holds no message"):
        signed.content(der)


@pytest.mark.parametrize("hostile", [b"", b"\x30" * 100_000, b"\x30\x80" * 100_000, b"\x00" * 600_000])
def test_hostile_signatures_are_unreadable(hostile: bytes) -> None:
    began = time.process_time()

    with pytest.raises(Unreadable):
        signed.content(hostile)

    assert time.process_time() - began < 2


def wrapped(inner: str, *, kind: str = "mixed", beside: str = "") -> bytes:
    return (
        f"{HEADERS}Content-Type: multipart/{kind}; boundary=W\r\n\r\n--W\r\n\r\n[EXTERNAL] Be careful.\r\n{beside}"
        f"--W\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--W--\r\n"
    ).encode()


def test_an_answer_that_a_gateway_wrapped_is_read_one_level_down() -> None:
    opened = open_message(wrapped(f"{HEADERS}{REPLY}"))

    assert (opened.kind, opened.wrapped) == (Kind.CALENDAR, "gateway")
    assert itip.read(opened.calendars[0][1])[0].partstat == "ACCEPTED"


@pytest.mark.parametrize(
    "raw",
    [
        wrapped(f"From: other@police.example\r\n{REPLY}"),
        wrapped(f"From: {HOME}, other@police.example\r\n{REPLY}"),
        wrapped(f"{HEADERS}{REPLY}", kind="report"),
        wrapped(wrapped(f"{HEADERS}{REPLY}").decode()),
        wrapped(f"{HEADERS}{REPLY}", beside=f"--W\r\nContent-Type: message/rfc822\r\n\r\n{HEADERS}{REPLY}\r\n"),
        wrapped(wrapped(f"{HEADERS}{REPLY}", kind="report").decode()),
    ],
    ids=["another author", "two authors", "a report", "two levels", "two messages", "a report inside"],
)
def test_no_other_message_inside_is_opened(raw: bytes) -> None:
    assert open_message(raw).calendars == ()


def test_beside_a_calendar_of_its_own_the_message_inside_stays_closed() -> None:
    own = f"--W\r\n{REPLY.replace(UID, 'own')}"

    ((_, stream),) = open_message(wrapped(f"{HEADERS}{REPLY}", beside=own)).calendars

    assert b"UID:own" in stream


@pytest.mark.parametrize("kind", ["zip", "gzip", "x-7z-compressed"])
def test_archives_are_never_unpacked(kind: str) -> None:
    opened = open_message(attached(HEADERS, b"PK\x03\x04" + REPLY.encode(), f"application/{kind}; name=reply.ics"))

    assert opened.calendars == ()
