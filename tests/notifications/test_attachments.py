"""A file that travels with a letter arrives as the very bytes that it was, under a name that can do no harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import UnsafeHeader
from notifications.imip import Attachment, Letter, compose

REPORT = Attachment("report-2026-Q3.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff" + b"figures " * 20)
LETTER = Letter(
    to="clerk@committee.example",
    to_name="Clerk to the committee",
    from_address="meetings@invites.example",
    from_name="Convene meetings",
    reply_to="meetings@invites.example",
    envelope_from="meetings@invites.example",
    subject="Attendance report: July to September 2026",
    text="The report is attached.\n",
    html="<p>The report is attached.</p>\n",
    message_id="<report-1@invites.example>",
    date=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    attachments=(REPORT,),
)
SHAPE = """\
MIME-Version: 1.0
Date: Wed, 18 Nov 2026 10:00:00 +0000
Message-ID: <report-1@invites.example>
From: "Convene meetings" <meetings@invites.example>
To: "Clerk to the committee" <clerk@committee.example>
Reply-To: meetings@invites.example
Subject: Attendance report: July to September 2026
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: DR, RN, NRN, AutoReply
Content-Type: multipart/mixed; boundary="=_mail_MARK"

--=_mail_MARK
Content-Type: multipart/alternative; boundary="=_letter_MARK"

--=_letter_MARK
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The report is attached.

--=_letter_MARK
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>The report is attached.</p>

--=_letter_MARK--

--=_mail_MARK
Content-Type: application/pdf; name=report-2026-Q3.pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=report-2026-Q3.pdf

JVBERi0xLjcKAP9maWd1cmVzIGZpZ3VyZXMgZmlndXJlcyBmaWd1cmVzIGZpZ3VyZXMgZmlndXJl
cyBmaWd1cmVzIGZpZ3VyZXMgZmlndXJlcyBmaWd1cmVzIGZpZ3VyZXMgZmlndXJlcyBmaWd1cmVz
IGZpZ3VyZXMgZmlndXJlcyBmaWd1cmVzIGZpZ3VyZXMgZmlndXJlcyBmaWd1cmVzIGZpZ3VyZXMg

--=_mail_MARK--
"""


def _parsed(letter: Letter) -> EmailMessage:
    return message_from_bytes(compose(letter), policy=policy.default)


def test_a_letter_with_a_file_travels_in_this_shape_and_no_other() -> None:
    raw = compose(LETTER).decode("ascii")
    mark = raw.partition("=_mail_")[2].partition('"')[0]
    assert raw.replace("\r\n", "\n").replace(mark, "MARK") == SHAPE


@given(st.binary(max_size=2000), st.binary(max_size=200))
def test_whatever_the_file_holds_it_arrives_byte_for_byte(first: bytes, second: bytes) -> None:
    files = (replace(REPORT, content=first), Attachment("data.zip", "application/zip", second))
    attached = list(_parsed(replace(LETTER, attachments=files)).iter_attachments())
    assert [one.get_payload(decode=True) for one in attached] == [first, second]
    assert [one.get_filename() for one in attached] == ["report-2026-Q3.pdf", "data.zip"]
    assert [one.get_content_type() for one in attached] == ["application/pdf", "application/zip"]


def test_beside_an_invitation_the_file_follows_its_calendar() -> None:
    calendar = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    names = [
        one.get_filename() for one in _parsed(replace(LETTER, calendar=calendar, method="REQUEST")).iter_attachments()
    ]
    assert names == ["invite.ics", "report-2026-Q3.pdf"]


@pytest.mark.parametrize(
    "name", ["", ".pdf", "a b.pdf", "report\r\nBcc: x@y.example", 'a".pdf', "a;b", "../a.pdf", "é.pdf", "a" * 81]
)
def test_a_name_that_could_be_more_than_a_name_is_never_written(name: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(replace(LETTER, attachments=(replace(REPORT, name=name),)))


@pytest.mark.parametrize("kind", ["", "pdf", "application/pdf; charset=x", "application/\r\npdf", "a/b/c"])
def test_a_kind_that_is_no_kind_of_file_is_never_written(kind: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(replace(LETTER, attachments=(replace(REPORT, content_type=kind),)))
