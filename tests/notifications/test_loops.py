"""Which mail a machine may answer: none that another machine wrote."""

from dataclasses import replace

import pytest

from notifications.imip import Kind, Opened, open_message
from notifications.loops import may_be_answered

PERSON = "home.unit@police.example"
ASKED = Opened(Kind.CALENDAR, "<a@b>", (PERSON,), "", (), (("REFRESH", b""),), "", "")


def may(opened: Opened, envelope_from: str = PERSON) -> bool:
    return may_be_answered(opened, envelope_from=envelope_from, our_domain="invites.example")


def test_a_persons_mail_may_be_answered() -> None:
    assert may(ASKED)
    assert may(replace(ASKED, return_path=PERSON), f"<{PERSON}>")


@pytest.mark.parametrize(
    "opened",
    [
        replace(ASKED, return_path=""),
        replace(ASKED, automatic=True),
        replace(ASKED, kind=Kind.REPORT),
        replace(ASKED, kind=Kind.AUTOMATIC),
        replace(ASKED, from_addresses=()),
        replace(ASKED, from_addresses=(PERSON, "second@police.example")),
        replace(ASKED, from_addresses=("meetings@invites.example",)),
        replace(ASKED, from_addresses=("meetings@eu.Invites.example",)),
        replace(ASKED, sender="meetings@invites.example"),
        replace(ASKED, from_addresses=("no-reply@police.example",)),
        replace(ASKED, from_addresses=("MAILER-DAEMON@police.example",)),
    ],
)
def test_what_a_machine_wrote_or_nobody_did_is_never_answered(opened: Opened) -> None:
    assert not may(opened)


@pytest.mark.parametrize("envelope_from", ["", "<>", "bounce+x@invites.example"])
def test_mail_with_a_null_sender_or_our_own_is_never_answered(envelope_from: str) -> None:
    assert not may(ASKED, envelope_from)


@pytest.mark.parametrize(
    ("header", "answered"),
    [
        ("Auto-Submitted: no", True),
        ("Auto-Submitted: auto-replied", False),
        ("Precedence: bulk", False),
        ("Precedence: list", False),
        ("X-Auto-Response-Suppress: OOF", False),
        ("X-Auto-Response-Suppress: All", False),
        ("List-Id: <all.police.example>", False),
        ("List-Unsubscribe: <mailto:leave@police.example>", False),
        ("X-Autoreply: yes", False),
        ("Return-Path: <>", False),
        (f"Return-Path: <{PERSON}>", True),
        ("X-Mailer: Outlook", True),
    ],
)
def test_the_headers_by_which_machines_are_known(header: str, answered: bool) -> None:
    opened = open_message(f"From: {PERSON}\r\n{header}\r\n\r\nWhich meeting is this?\r\n".encode())

    assert may(opened) is answered
