"""Opening what comes in: what kind of mail it is, whose, and the limits no message passes."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import Unreadable
from notifications.headers import addresses_in, decoded_words
from notifications.imip import Kind, open_message

SAMPLES = Path(__file__).parents[1] / "samples"
TOKEN = "meetings+abcdefghijklmnopqrstuvwxyz@invites.example"
REPLY = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def mail(body: str = "Yes.\r\n", **headers: str) -> bytes:
    written = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{written}\r\n{body}".encode("utf-8", "surrogateescape")


def parts(*each: tuple[str, str], kind: str = "mixed", **headers: str) -> bytes:
    inside = "".join(f"--B\r\nContent-Type: {content_type}\r\n\r\n{body}\r\n" for content_type, body in each)
    return mail(f"{inside}--B--\r\n", Content_Type=f'multipart/{kind}; boundary="B"', **headers)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("accept-single.eml", Kind.CALENDAR),
        ("decline-single.eml", Kind.CALENDAR),
        ("reply-from-uninvited-member-of-team.eml", Kind.CALENDAR),
        ("exchange-accept.eml", Kind.CALENDAR),
        ("exchange-delegate-tentative.eml", Kind.CALENDAR),
        ("google-accept.eml", Kind.CALENDAR),
        ("apple-decline.eml", Kind.CALENDAR),
        ("room-accept-no-attendee.eml", Kind.CALENDAR),
        ("absence-notice.eml", Kind.AUTOMATIC),
        ("bounce.eml", Kind.REPORT),
        ("read-receipt.eml", Kind.REPORT),
    ],
)
def test_each_sample_is_known_for_what_it_is(sample: str, kind: Kind) -> None:
    opened = open_message((SAMPLES / sample).read_bytes())

    assert opened.kind is kind
    assert [method for method, _ in opened.calendars] == (["REPLY"] if kind is Kind.CALENDAR else [])


def test_the_facts_of_an_answer_by_a_team_member_are_found() -> None:
    opened = open_message((SAMPLES / "reply-from-uninvited-member-of-team.eml").read_bytes())

    assert opened.from_addresses == ("pc.smith@police.example",)
    assert opened.delivered_to == ("meetings+tok0@sched.example",)
    assert opened.message_id == "<927cf903-03e0-4318-9d58-47136957ee6a@police.example>"
    assert opened.subject == "Accepted: Strategy meeting team0002"
    assert opened.text == "PC Smith <pc.smith@police.example> has accepted your event invitation."


def test_an_absence_notice_tells_which_of_our_letters_it_answers() -> None:
    opened = open_message((SAMPLES / "absence-notice.eml").read_bytes())

    assert opened.in_answer_to == ("<invite-2@invites.example>", "<invite-1@invites.example>")
    assert opened.subject == "Automatic reply: Missing strategy meeting"
    assert opened.text.startswith("I am away until 30 November.")


def test_the_letter_of_ours_inside_a_bounce_is_never_taken_for_an_answer() -> None:
    assert open_message((SAMPLES / "bounce.eml").read_bytes()).calendars == ()


def test_an_answer_inside_a_forwarded_message_is_not_opened() -> None:
    forwarded = f"Content-Type: text/calendar; method=REPLY\r\n\r\n{REPLY}"

    opened = open_message(parts(("text/plain", "see below"), ("message/rfc822", forwarded)))

    assert (opened.kind, opened.calendars) == (Kind.TEXT, ())


def test_a_bounce_wrapped_by_a_gateway_is_still_a_bounce() -> None:
    raw = parts(("text/plain", "[EXTERNAL]"), ("message/delivery-status", "Action: failed"), ("text/calendar", REPLY))

    assert open_message(raw).kind is Kind.REPORT


@pytest.mark.parametrize(
    ("content_type", "calendar", "method"),
    [
        ("text/calendar; method=REPLY", REPLY, "REPLY"),
        ("text/calendar", REPLY, "REPLY"),
        ("TEXT/Calendar; METHOD=reply", REPLY.replace("METHOD:REPLY\r\n", ""), "REPLY"),
        ("text/calendar; method=REQUEST", REPLY.replace("METHOD:REPLY", "method: counter "), "COUNTER"),
        ("application/ics; name=invite.ics", REPLY, "REPLY"),
        ("text/x-vcalendar", REPLY, "REPLY"),
        ("text/calendar; charset=no-such", REPLY, "REPLY"),
        ("text/calendar; charset=unicode_escape", REPLY, "REPLY"),
        ("text/calendar", "\ufeff" + REPLY, "REPLY"),
        ("text/calendar", REPLY.replace("\r\n", "\r"), "REPLY"),
    ],
)
def test_a_calendar_is_found_by_its_type_and_a_method_anywhere(content_type: str, calendar: str, method: str) -> None:
    opened = open_message(parts(("text/plain", ""), (content_type, calendar)))

    assert opened.kind is Kind.CALENDAR
    assert [said for said, _ in opened.calendars] == [method]


def test_a_calendar_without_any_method_is_a_matter_for_a_person() -> None:
    raw = parts(("text/plain", "my diary"), ("text/calendar", REPLY.replace("METHOD:REPLY\r\n", "")))

    assert (open_message(raw).kind, open_message(raw).calendars) == (Kind.TEXT, ())


def test_the_same_calendar_twice_is_one_and_an_attached_copy_is_none() -> None:
    raw = parts(
        ("text/calendar; method=REPLY", REPLY),
        ("text/calendar; method=REPLY", REPLY),
        ("application/ics", REPLY.replace("UID:x", "UID:y")),
    )

    assert open_message(raw).calendars == (("REPLY", REPLY.encode()),)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>I can&#39;t attend.</p><p>A &amp; B</p>", "I can't attend.\n\nA & B"),
        ("<div>One<br>two</div>\n<div>three\nfour</div>", "One\ntwo\n\nthree four"),
        ("<head><title>x</title><style><!-- p {color: red} --></style></head><body>Yes&nbsp;.</body>", "Yes ."),
        ("<script>if (1 < 2) alert('<b>')</script>Yes", "Yes"),
        ("Yes <!-- hidden --> and <b>no</b>", "Yes and no"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("a&#8238;b&#0;c&#7;d", "a b\ufffdcd"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo"),
    ],
)
def test_of_html_the_lines_that_people_see_are_shown(markup: str, text: str) -> None:
    assert open_message(mail(markup, Content_Type="text/html")).text == text


def test_two_different_calendars_are_both_shown() -> None:
    other = REPLY.replace("UID:x", "UID:y")

    assert len(open_message(parts(("text/calendar", REPLY), ("text/calendar", other))).calendars) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "Auto-Generated; owner=x"},
        {"Precedence": "bulk"},
    ],
)
def test_a_robot_is_known_by_its_headers_unless_it_carries_an_answer(headers: dict[str, str]) -> None:
    assert open_message(mail(**headers)).kind is Kind.AUTOMATIC
    assert open_message(parts(("text/calendar", REPLY), **headers)).kind is Kind.CALENDAR


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "yes"},
        {"Precedence": "auto_reply"},
        {"X_MS_Exchange_Inbox_Rules_Loop": "a@b.example"},
        {"X_MS_Exchange_Generated_Message_Source": "Mailbox Rules Agent"},
    ],
)
def test_an_absence_notice_is_no_answer_whatever_calendar_it_quotes(headers: dict[str, str]) -> None:
    assert open_message(mail(**headers)).kind is Kind.AUTOMATIC
    assert open_message(parts(("text/calendar", REPLY), **headers)).kind is Kind.AUTOMATIC


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_our_own_calendar_in_an_automatic_reply_makes_it_no_calendar_message(method: str) -> None:
    quoted = parts(("text/calendar", REPLY.replace("REPLY", method)), Auto_Submitted="auto-replied")

    assert open_message(quoted).kind is Kind.AUTOMATIC


@pytest.mark.parametrize("headers", [{}, {"Auto_Submitted": "no"}, {"Precedence": "first-class"}])
def test_a_person_is_nobody_else(headers: dict[str, str]) -> None:
    assert open_message(mail(**headers)).kind is Kind.TEXT


def test_parts_that_do_not_hold_together_are_damaged() -> None:
    raw = mail("no boundary here\r\n", Content_Type='multipart/mixed; boundary="B"')

    assert open_message(raw).kind is Kind.DAMAGED


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("a@b.example", ("a@b.example",)),
        ("Home Unit <A@B.example>", ("a@b.example",)),
        ('"anna@police.example" <evil@x.example>', ("evil@x.example",)),
        ("anna@police.example <evil@x.example>", ("evil@x.example",)),
        ("evil@x.example (anna@police.example)", ("evil@x.example",)),
        ("(comment (nested)) a@b.example", ("a@b.example",)),
        ("a@b.example, c@d.example", ("a@b.example", "c@d.example")),
        ("Unit, Home <a@b.example>", ("a@b.example",)),
        ('"Unit, \\"Home\\" <x@y.example>" <a@b.example>', ("a@b.example",)),
        ("<a@b.example><c@d.example>", ("a@b.example", "c@d.example")),
        ("undisclosed-recipients:;", ()),
        ("Team: a@b.example, c@d.example;", ("a@b.example", "c@d.example")),
        ("alice@b.example)evil@x.example", ()),
        ('"unclosed <a@b.example>', ()),
        ('"\\\\" <a@b.example>', ("a@b.example",)),
        ("=?utf-8?q?a=40police.example?= <evil@x.example>", ("evil@x.example",)),
        ("no address at all", ()),
        ("", ()),
    ],
)
def test_an_author_is_the_address_and_never_the_name(header: str, addresses: tuple[str, ...]) -> None:
    assert open_message(mail(From=header)).from_addresses == addresses


def test_two_from_headers_show_both_authors() -> None:
    raw = b"From: a@b.example\r\n" + mail(From="c@d.example")

    assert open_message(raw).from_addresses == ("a@b.example", "c@d.example")


def test_the_envelope_as_the_mail_server_noted_it_goes_before_the_to_header() -> None:
    raw = mail(To="someone@elsewhere.example", X_Original_To=TOKEN.upper(), Delivered_To="intake@invites.example")

    assert open_message(raw).delivered_to == ("intake@invites.example", TOKEN, "someone@elsewhere.example")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Accept=C3=A9?=", "Accepté"),
        ("=?iso-8859-1?Q?Accept=E9_:?= meeting", "Accepté : meeting"),
        ("=?utf-8?q?a=0ABcc=3A_x?=", "a Bcc: x"),
        ("=?no-such?q?a=C3=A9?=", "aé"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?b?a?=", "=?utf-8?b?a?="),
        ("=?utf-8?b?YWJj", "=?utf-8?b?YWJj"),
        ("x\r\n folded", "x folded"),
        ("x" * 5000, "x" * 1000),
    ],
)
def test_a_subject_is_shown_as_one_readable_line(written: str, text: str) -> None:
    assert decoded_words(written) == text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"x" * (2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (mail(Subject="x" * 17_000), "a header is larger than 16 KB"),
        (mail(**{f"X{n}": "x" * 15_000 for n in range(5)}), "headers are larger than 64 KB"),
        (parts(*[("text/plain", "x")] * 25), "more than 20 parts"),
        (parts(*[("text/plain", "x")] * 5_000), "more than 20 parts"),
        (mail("--B\r\n\r\nx\r\n" * 5_000, Content_Type="multipart/digest; boundary=B"), "more than 20 parts"),
        (parts(("text/plain\r\n" + f"X: {'y' * 70}\r\n" * 1_000, "x")), "a part's headers are larger than 64 KB"),
        (parts(("text/plain; x=" + "y" * 17_000, "x")), "a header is larger than 16 KB"),
    ],
)
def test_what_is_larger_than_an_answer_is_unreadable(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        open_message(raw)


@pytest.mark.parametrize("codec", ["undefined", "\x00"])
def test_what_the_email_module_trips_over_is_unreadable(codec: str) -> None:
    with pytest.raises(Unreadable, match="not a mail message"):
        open_message(mail(Content_Type=f"application/octet-stream; name*={codec}''a"))


def nested(levels: int) -> bytes:
    heads = [f"Content-Type: multipart/mixed; boundary=B{n}\r\n\r\n--B{n}\r\n" for n in range(levels)]
    return "".join(heads).encode() + b"Content-Type: text/plain\r\n\r\nx\r\n"


@pytest.mark.parametrize("levels", [6, 30, 1_000, 20_000])
def test_what_is_deeper_than_an_answer_is_unreadable(levels: int) -> None:
    with pytest.raises(Unreadable, match=r"levels|parts"):
        open_message(nested(levels))


@pytest.mark.parametrize("levels", [50, 1_000, 20_000])
def test_messages_within_messages_without_end_are_unreadable(levels: int) -> None:
    with pytest.raises(Unreadable, match="parts"):
        open_message(b"Content-Type: message/rfc822\r\n\r\n" * levels + b"x")


def test_four_levels_are_read() -> None:
    assert open_message(nested(4)).kind is Kind.DAMAGED


@pytest.mark.parametrize(
    "hostile",
    [
        mail(To="," * 16_000, From="<" * 16_000, Cc="(" * 16_000),
        mail(To='"\\' * 8_000, From="(" * 8_000 + ")" * 8_000),
        mail(Subject="=?utf-8?q?" * 1_600, References="<" * 16_000, Message_ID="<a@" * 5_000),
        mail(Content_Type="text/plain; " + "a*0*=x;" * 2_000),
        mail("<" * 1_900_000, Content_Type="text/html"),
        mail("x" * 1_900_000, Content_Type="text/plain; charset=punycode"),
        parts(("text/calendar", "METHOD:" * 200_000)),
        mail("--B\n" * 400_000, Content_Type="multipart/mixed; boundary=B"),
    ],
)
def test_hostile_mail_costs_less_than_two_seconds(hostile: bytes) -> None:
    began = time.process_time()

    with suppress(Unreadable):
        open_message(hostile)

    assert time.process_time() - began < 2


HEADS = st.sampled_from([b"From: ", b"To: ", b"Subject: ", b"Content-Type: ", b"Content-Transfer-Encoding: ", b"--B"])


@given(st.lists(st.tuples(HEADS, st.binary(max_size=60)), max_size=12), st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_but_unreadable(heads: list[tuple[bytes, bytes]], body: bytes) -> None:
    raw = b"".join(name + value + b"\r\n" for name, value in heads) + b"\r\n" + body
    try:
        opened = open_message(raw)
    except Unreadable:
        return
    for text in (opened.subject, opened.text, opened.message_id, *opened.from_addresses, *opened.in_answer_to):
        text.encode()
        assert "\x00" not in text


def test_addresses_of_several_headers_come_in_the_order_asked_for() -> None:
    message = message_from_bytes(b"To: b@x.example\r\nDelivered-To: a@x.example\r\n\r\n")

    assert addresses_in(message, "Delivered-To", "To") == ("a@x.example", "b@x.example")


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("Wed, 18 Nov 2026 10:30:00 +0100", datetime(2026, 11, 18, 9, 30, tzinfo=UTC)),
        ("18 Nov 2026 10:30 GMT", datetime(2026, 11, 18, 10, 30, tzinfo=UTC)),
        ("Wed, 18 Nov 2026 10:30:00 -0000", None),
        ("yesterday", None),
        ("Mon, 01 Jan 1900 00:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("9" * 5000, None),
    ],
)
def test_when_it_was_written_is_what_its_date_says_where_that_is_an_instant(
    said: str, instant: datetime | None
) -> None:
    assert open_message(f"Date: {said}\r\n\r\n".encode()).written_at == instant
