"""What mail servers and readers' clients report about our letters."""

import time
from pathlib import Path

import pytest

from notifications.deliveries import Delivery, delivery
from notifications.imip import open_message

SAMPLES = Path(__file__).parents[1] / "samples"
RETURNED = "From: meetings@invites.example\r\nMessage-ID: <invite-1@invites.example>\r\n\r\nMETHOD:REQUEST\r\n"


def read(raw: bytes) -> Delivery | None:
    return delivery(raw, open_message(raw))


def report(fields: str, *, returned: str = "", kind: str = "delivery-status", text: str = "See below.") -> bytes:
    last = f"--B\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n" if returned else ""
    return (
        f"From: MAILER-DAEMON@mx.police.example\r\nContent-Type: multipart/report; report-type={kind}; boundary=B\r\n"
        f"\r\n--B\r\n\r\n{text}\r\n--B\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n{last}--B--\r\n"
    ).encode()


def of_recipient(fields: str, *, returned: str = "") -> Delivery | None:
    return read(report(f"Reporting-MTA: dns; mx.police.example\r\n\r\n{fields}\r\n", returned=returned))


@pytest.mark.parametrize(
    ("fields", "action", "status", "permanent"),
    [
        ("Action: failed\r\nStatus: 5.1.1", "failed", "5.1.1", True),
        ("action: FAILED (really)\r\nstatus: 5.2.2 (full)", "failed", "5.2.2", True),
        ("Action: failed\r\nStatus: 4.4.7", "failed", "4.4.7", False),
        ("Action: failed", "failed", "", True),
        ("Action: failed\r\nDiagnostic-Code: smtp; 550 5.7.1 no", "failed", "5.7.1", True),
        ("Action: delayed\r\nStatus: 4.4.1", "delayed", "4.4.1", False),
        ("Action: delivered\r\nStatus: 2.0.0", "delivered", "2.0.0", False),
        ("Action: relayed\r\nStatus: 2.0.0", "relayed", "2.0.0", False),
        ("Action: expanded\r\nStatus: 2.0.0", "expanded", "2.0.0", False),
        ("Action: lost", "", "", False),
        ("Action: delivered\r\n\r\nAction: failed\r\nStatus: 5.0.0", "failed", "5.0.0", True),
    ],
)
def test_what_became_of_a_letter(fields: str, action: str, status: str, permanent: bool) -> None:
    told = of_recipient(fields)

    assert told is not None
    assert (told.action, told.status, told.permanent) == (action, status, permanent)


@pytest.mark.parametrize(
    ("fields", "recipient"),
    [
        ("Final-Recipient: rfc822; Nobody@police.example", "nobody@police.example"),
        (
            "Final-Recipient: rfc822;<b@police.example>\r\nOriginal-Recipient: rfc822;a@police.example",
            "a@police.example",
        ),
        ("Final-Recipient: X400; /c=gb\r\nOriginal-Recipient: rfc822; not an address", ""),
        ("X-Other: a@police.example", ""),
    ],
)
def test_whom_it_was_for(fields: str, recipient: str) -> None:
    told = of_recipient(f"Action: failed\r\n{fields}")

    assert told is not None
    assert told.recipient == recipient


def test_what_the_server_said_and_which_letter_it_was() -> None:
    told = of_recipient("Action: failed\r\nDiagnostic-Code: smtp; 550 5.1.1 no such\r\n user here", returned=RETURNED)

    assert told is not None
    assert told.said == "550 5.1.1 no such user here"
    assert told.original_message_ids == ("<invite-1@invites.example>",)


def test_without_a_diagnosis_the_readable_part_is_what_was_said() -> None:
    told = of_recipient("Action: failed")

    assert told is not None
    assert (told.said, told.original_message_ids) == ("See below.", ())


def test_a_report_whose_fields_are_not_where_they_should_be_is_read_from_its_text() -> None:
    told = read(report("nothing", text="Action: failed\r\nStatus: 5.1.1\r\n"))

    assert told == Delivery("failed", "", "5.1.1", "Action: failed Status: 5.1.1", True, ())


def test_a_report_that_says_nothing_plain_says_no_action() -> None:
    assert read(report("nothing")) == Delivery("", "", "", "See below.", False, ())


@pytest.mark.parametrize(
    ("disposition", "action"),
    [
        ("manual-action/MDN-sent-manually; displayed", "displayed"),
        ("automatic-action/MDN-sent-automatically; deleted", "deleted"),
        ("manual-action/MDN-sent-manually;displayed/error", "displayed"),
        ("manual-action/MDN-sent-manually; denied", "delivered"),
        ("manual-action/MDN-sent-manually; eaten", ""),
    ],
)
def test_a_read_receipt_says_at_most_that_it_was_displayed(disposition: str, action: str) -> None:
    fields = (
        f"Final-Recipient: rfc822; a@police.example\r\nOriginal-Message-ID: <i@x>\r\nDisposition: {disposition}\r\n"
    )

    told = read(report(fields, kind="disposition-notification"))

    assert told == Delivery(action, "a@police.example", "", "See below.", False, ("<i@x>",))


def test_a_bounce_in_the_manner_of_qmail_is_recognised() -> None:
    raw = (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.police.example\r\nTo: bounce@invites.example\r\n"
        b"Subject: failure notice\r\n\r\nHi. This is the qmail-send program at mx.police.example.\r\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n"
        b"This is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n"
        b"<nobody@police.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n"
        b"--- Below this line is a copy of the message.\r\n\r\nFrom: meetings@invites.example\r\n"
    )

    told = read(raw)

    assert told is not None
    assert (told.action, told.recipient, told.status, told.permanent) == (
        "failed",
        "nobody@police.example",
        "5.1.1",
        True,
    )


def test_a_person_who_quotes_a_bounce_has_not_bounced() -> None:
    raw = (
        b"From: home.unit@police.example\r\nSubject: failure notice\r\n\r\nI got this, what is it?\r\n"
        b"Hi. This is the qmail-send program at mx.police.example.\r\n<nobody@police.example>:\r\nSorry\r\n"
    )

    assert read(raw) is None


@pytest.mark.parametrize("hostile", [b"\r\n" * 49_000, b"<" * 125_000, b"<a@b.example>\r\n" * 8_000, b"On " * 40_000])
def test_hostile_bounces_cost_less_than_two_seconds(hostile: bytes) -> None:
    began = time.process_time()

    read(b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure notice\r\n\r\n" + hostile)

    assert time.process_time() - began < 2


@pytest.mark.parametrize("sample", ["exchange-accept.eml", "google-accept.eml", "absence-notice.eml"])
def test_what_is_no_report_is_none(sample: str) -> None:
    assert read((SAMPLES / sample).read_bytes()) is None
