"""The shape in which letters travel: buttons in every client, the same bytes twice, no header that was not meant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import UnsafeHeader
from notifications.imip import Letter, compose

CALENDAR = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
LETTER = Letter(
    to="missing.ce@police.example",
    to_name="Met: Central East",
    from_address="meetings@invites.example",
    from_name="Convene meetings",
    reply_to="meetings+token@invites.example",
    envelope_from="bounce+token@invites.example",
    subject="Say whether you can attend: missing strategy meeting 7f3k2m, Tuesday 1 December 2026 at 11am",
    text="Please say whether you can attend – by Monday.\n\n-- \nOFFICIAL-SENSITIVE\n",
    html="<p>Please say whether you can attend – by Monday.</p>\n",
    message_id="<invite-2@invites.example>",
    date=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    references="<invite-1@invites.example>",
    calendar=CALENDAR,
    method="REQUEST",
)
INVITATION = """\
MIME-Version: 1.0
Date: Wed, 18 Nov 2026 10:00:00 +0000
Message-ID: <invite-2@invites.example>
From: "Convene meetings" <meetings@invites.example>
To: "Met: Central East" <missing.ce@police.example>
Reply-To: meetings+token@invites.example
Subject: Say whether you can attend: missing strategy meeting 7f3k2m,
 Tuesday 1 December 2026 at 11am
References: <invite-1@invites.example>
Auto-Submitted: auto-generated
X-Auto-Response-Suppress: DR, RN, NRN, AutoReply
Content-Type: multipart/mixed; boundary="=_mail_MARK"

--=_mail_MARK
Content-Type: multipart/alternative; boundary="=_letter_MARK"

--=_letter_MARK
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Please say whether you can attend =E2=80=93 by Monday.

--=20
OFFICIAL-SENSITIVE

--=_letter_MARK
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Please say whether you can attend =E2=80=93 by Monday.</p>

--=_letter_MARK
Content-Type: text/calendar; charset=utf-8; method=REQUEST
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVRVUVTVA0KRU5EOlZDQUxFTkRBUg0K

--=_letter_MARK--

--=_mail_MARK
Content-Type: application/ics; name=invite.ics
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename=invite.ics

QkVHSU46VkNBTEVOREFSDQpNRVRIT0Q6UkVRVUVTVA0KRU5EOlZDQUxFTkRBUg0K

--=_mail_MARK--
"""


def opened(letter: Letter) -> EmailMessage:
    return message_from_bytes(compose(letter), policy=policy.default)


def shape(message: Any) -> Any:
    """The types of the parts, as nested lists."""
    kind = message.get_content_type()
    return [kind, *map(shape, message.iter_parts())] if message.is_multipart() else kind


def test_an_invitation_travels_in_this_shape_and_no_other() -> None:
    raw = compose(LETTER).decode("ascii")

    mark = raw.partition("=_mail_")[2][:24]
    assert raw == INVITATION.replace("MARK", mark).replace("\n", "\r\n")


def test_the_same_letter_is_always_the_same_bytes() -> None:
    assert compose(LETTER) == compose(replace(LETTER))


def test_another_letter_has_other_boundaries() -> None:
    assert compose(LETTER).count(b"=_mail_") == 4
    marks = {compose(replace(LETTER, message_id=f"<{n}@i.example>")).partition(b"=_mail_")[2][:24] for n in range(9)}
    assert len(marks) == 9


def test_a_cancellation_says_cancel_in_its_header_as_in_its_calendar() -> None:
    calendar = CALENDAR.replace(b"REQUEST", b"CANCEL")

    message = opened(replace(LETTER, calendar=calendar, method="CANCEL"))

    (part,) = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert part["Content-Type"].params["method"] == "CANCEL"


def test_the_attachment_holds_the_very_bytes_of_the_calendar_part() -> None:
    message = opened(LETTER)

    assert shape(message) == [
        "multipart/mixed",
        ["multipart/alternative", "text/plain", "text/html", "text/calendar"],
        "application/ics",
    ]
    calendars = [part for part in message.walk() if part.get_content_type() in ("text/calendar", "application/ics")]
    assert [part.get_payload(decode=True) for part in calendars] == [CALENDAR, CALENDAR]


def test_a_letter_without_a_calendar_has_text_and_html_alone() -> None:
    assert shape(opened(replace(LETTER, calendar=None, method=""))) == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_a_first_letter_refers_to_none() -> None:
    assert opened(replace(LETTER, references=""))["References"] is None


@pytest.mark.parametrize(
    ("method", "calendar"),
    [
        ("CANCEL", CALENDAR),
        ("REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        ("", CALENDAR),
        ("PUBLISH", CALENDAR),
    ],
)
def test_a_header_that_would_contradict_its_calendar_is_never_written(method: str, calendar: bytes) -> None:
    with pytest.raises(ValueError, match=r"(?i)method"):
        compose(replace(LETTER, method=method, calendar=calendar))


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Zoë, Home unit", "=?utf-8?b?Wm/DqywgSG9tZSB1bml0?= <missing.ce@police.example>"),
        ('The "Home" \\ unit', '"The \\"Home\\" \\\\ unit" <missing.ce@police.example>'),
        ("", "missing.ce@police.example"),
        ("stranger@elsewhere.example", '"stranger@elsewhere.example" <missing.ce@police.example>'),
    ],
)
def test_a_name_is_quoted_or_encoded_and_the_address_is_always_ours(name: str, header: str) -> None:
    raw = compose(replace(LETTER, to_name=name)).decode()

    assert f"\r\nTo: {header}\r\n" in raw
    (address,) = opened(replace(LETTER, to_name=name))["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "missing.ce@police.example")


HARMFUL = [
    "x\r\nBcc: stranger@elsewhere.example",
    "x\nBcc: stranger@elsewhere.example",
    "x\rBcc: stranger@elsewhere.example",
    "x\x00y",
    "x\x0by",
    "x\x85y",
    "x\u2028Bcc: y",
    "=?utf-8?q?a=0ABcc=3A_stranger=40elsewhere.example?=",
    "x =?utf-8?b?YQpCY2M6IHg=?=",
    "x\u202ey",
    "x\ud800y",
]


@pytest.mark.parametrize("harmful", HARMFUL)
@pytest.mark.parametrize(
    "place",
    [
        "to",
        "to_name",
        "from_address",
        "from_name",
        "reply_to",
        "envelope_from",
        "subject",
        "message_id",
        "references",
    ],
)
def test_no_header_takes_what_could_become_another_header(place: str, harmful: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(replace(LETTER, **cast(dict[str, Any], {place: harmful})))


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "@b.example", "a@", "a b@c.example", "a@b.example, c@d.example", "<a@b.example>", "zoë@b.example"),
        *('"a b"@c.example', "a@b@c.example", "a@b_c.example", "a@[127.0.0.1]", f"{'x' * 65}@b.example"),
        f"a@{'b' * 253}",
    ],
)
@pytest.mark.parametrize("place", ["to", "from_address", "reply_to", "envelope_from"])
def test_only_plain_addresses_are_written(place: str, address: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(replace(LETTER, **cast(dict[str, Any], {place: address})))


@pytest.mark.parametrize(
    "message_id", ["", "a@b.example", "<a>", "<a@b.example", "<a@b.example> x", "<a b@c.example>"]
)
def test_only_plain_message_ids_are_written(message_id: str) -> None:
    with pytest.raises(UnsafeHeader):
        compose(replace(LETTER, message_id=message_id))


def test_a_date_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        compose(replace(LETTER, date=datetime(2026, 11, 18)))  # noqa: DTZ001 - the fault under test


PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=200)


@given(name=PRINTABLE, subject=PRINTABLE, text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_whatever_is_written_the_headers_and_parts_are_the_same(name: str, subject: str, text: str) -> None:
    try:
        raw = compose(replace(LETTER, to_name=name, subject=subject, text=text, html=text))
    except UnsafeHeader:
        assert "=?" in name + "\n" + subject
        return

    message = message_from_bytes(raw)
    assert message.keys() == message_from_bytes(compose(LETTER)).keys()
    assert shape(message_from_bytes(raw, policy=policy.default)) == shape(opened(LETTER))
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400))
def test_the_text_is_read_as_it_was_written(text: str) -> None:
    message = message_from_bytes(compose(replace(LETTER, calendar=None, text=text, html="")))

    part = cast(Any, message.get_payload())[0]
    assert part.get_payload(decode=True).decode().replace("\r\n", "\n") == text
