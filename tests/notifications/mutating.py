"""Bend a message as clients and gateways bend it: its calendar's lines, its transfer encoding, its packing."""

import base64
import quopri
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from zoneinfo import ZoneInfo

from asn1crypto.cms import ContentInfo, SignedData

from notifications.itip import Answer
from tests.notifications.packing import APPOINTMENT, TIME, answered, attached, named, winmail

LONDON = ZoneInfo("Europe/London")
CALENDARS = ("text/calendar", "text/x-vcalendar", "application/ics")
CLASSES = {"ACCEPTED": "Pos", "TENTATIVE": "Tent", "DECLINED": "Neg"}
Change = Callable[[str], str]


def lines_without(*names: str) -> Change:
    """The calendar without these properties."""

    def changed(text: str) -> str:
        pattern = re.compile(rf"^(?:{'|'.join(names)})[;:]", re.IGNORECASE)
        return "\r\n".join(line for line in unfolded(text) if not pattern.match(line)) + "\r\n"

    return changed


def with_windows_zone(text: str) -> str:
    """Every time on the clocks of a Windows zone, and no VTIMEZONE that says what it is."""
    text = "\r\n".join(unfolded(text)) + "\r\n"
    text = re.sub(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE\r\n", "", text, flags=re.DOTALL | re.IGNORECASE)
    text = text.replace("TZID=Europe/London", "TZID=GMT Standard Time")
    return re.sub(r"^((?:DTSTART|DTEND)|RECURRENCE-ID):([0-9]{8}T[0-9]{6})Z", _local, text, flags=re.MULTILINE)


def _local(found: re.Match[str]) -> str:
    instant = datetime.strptime(found[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC).astimezone(LONDON)
    return f"{found[1]};TZID=GMT Standard Time:{instant:%Y%m%dT%H%M%S}"


def in_small_letters(text: str) -> str:
    """Names of properties, parameters and components, methods and answers in small letters, addresses in capitals."""
    text = "\r\n".join(unfolded(text)) + "\r\n"
    text = re.sub(r"^[A-Z-]+(?=[;:])|^(?:BEGIN|END|METHOD):.*$", lambda one: one[0].lower(), text, flags=re.MULTILINE)
    text = re.sub(r";[A-Z-]+=", lambda one: one[0].lower(), text)
    text = re.sub(r"partstat=[A-Z-]+", lambda one: one[0].lower(), text)
    return re.sub(r"mailto:[^\s\"]+$", lambda one: one[0].upper(), text, flags=re.MULTILINE | re.IGNORECASE)


def folded_often(text: str) -> str:
    return "\r\n".join("\r\n ".join(re.findall(".{1,24}", line)) for line in unfolded(text)) + "\r\n"


def with_strangers(text: str) -> str:
    """Properties and components that nobody asked for, within the event."""
    more = 'X-FOO;X-BAR="a:b":ATTENDEE\r\nBEGIN:VALARM\r\nUID:alarm\r\nATTENDEE;PARTSTAT=DECLINED:mailto:x@y.example'
    return re.sub(r"(?i)END:VEVENT", f"{more}\r\nEND:VALARM\r\nEND:VEVENT", text)


def with_banner(text: str) -> str:
    return (
        f"[EXTERNAL] Do not open attachments: police.example\r\n\r\n{text}\r\n--\r\nThis e-mail is confidential.\r\n"
    )


def unfolded(text: str) -> list[str]:
    return re.sub(r"\r?\n[ \t]", "", text).splitlines()


def with_streams(raw: bytes, change: Change, *, encoding: str = "base64") -> bytes:
    """The message with its calendars changed, in this transfer encoding."""
    message = message_from_bytes(raw)
    for part in message.walk():
        if part.get_content_type() in CALENDARS and not _is_bare(part):
            _put(part, change(_text(part)).encode(_charset(part)), encoding)
    return message.as_bytes()


def _is_bare(part: Message) -> bool:
    return "BEGIN:VEVENT" not in _text(part).upper()


def _charset(part: Message) -> str:
    return str(part.get_content_charset("utf-8"))


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode(_charset(part))


def _put(part: Message, content: bytes, encoding: str) -> None:
    del part["Content-Transfer-Encoding"]
    part["Content-Transfer-Encoding"] = encoding
    part.set_payload(_encoded(content, encoding))


def _encoded(content: bytes, encoding: str) -> str:
    if encoding == "base64":
        return base64.encodebytes(content).decode()
    if encoding == "quoted-printable":
        return quopri.encodestring(content.replace(b"\r\n", b"\n")).decode()
    return content.decode("ascii", "surrogateescape")


def heads(raw: bytes) -> tuple[bytes, bytes]:
    """The headers of the mail, and its content with the headers that say what that is."""
    head, _, body = raw.partition(b"\r\n\r\n")
    each = re.split(rb"\r\n(?![ \t])", head)
    about = [one for one in each if re.match(rb"content-|mime-version", one, re.IGNORECASE)]
    rest = [one for one in each if one not in about]
    return b"\r\n".join(rest) + b"\r\n", b"\r\n".join(about) + b"\r\n\r\n" + body


def within_gateway(raw: bytes) -> bytes:
    head, content = heads(raw)
    return (
        head + b'Content-Type: multipart/mixed; boundary="_GW_"\r\n\r\n--_GW_\r\n\r\n[EXTERNAL]\r\n'
        b"--_GW_\r\nContent-Type: message/rfc822\r\n\r\n" + head + content + b"\r\n--_GW_--\r\n"
    )


def beside_signature(raw: bytes) -> bytes:
    head, content = heads(raw)
    return (
        head
        + b'Content-Type: multipart/signed; micalg=sha-256; boundary="_SG_"\r\n\r\n--_SG_\r\n'
        + content
        + b"\r\n--_SG_\r\nContent-Type: application/pkcs7-signature\r\n\r\nMIIB\r\n--_SG_--\r\n"
    )


def within_signature(raw: bytes) -> bytes:
    """As S/MIME packs it; nobody looks at the signature, so there is none."""
    head, content = heads(raw)
    inside = {"content_type": "data", "content": content}
    whole = SignedData({"version": "v1", "digest_algorithms": [], "encap_content_info": inside, "signer_infos": []})
    der = ContentInfo({"content_type": "signed_data", "content": whole}).dump()
    kind = (
        b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head + kind + _encoded(der, "base64").encode()


def within_winmail(raw: bytes, answer: Answer) -> bytes:
    """The same answer as Outlook's own packing has it."""
    ((attendee, partstat),) = answer.attendee_partstats
    assert answer.dtstamp is not None
    assert answer.sequence is not None
    properties = answered(
        answer.uid,
        attendee=attendee,
        sender=answer.sent_by,
        at=answer.dtstamp,
        sequence=answer.sequence,
        day=answer.recurrence_day,
        starts_at=answer.original_starts_at if answer.method == "COUNTER" else answer.starts_at,
        ends_at=None if answer.method == "COUNTER" else answer.ends_at,
        proposed=_span(answer) if answer.method == "COUNTER" else None,
    )
    if answer.recurrence_id:
        properties += (named(APPOINTMENT, 0x8228, TIME, answer.recurrence_id),)
    packed = winmail(*properties, message_class=f"IPM.Schedule.Meeting.Resp.{CLASSES[partstat]}")
    head, _ = heads(raw)
    return attached(head.decode(), packed)


def _span(answer: Answer) -> tuple[datetime, datetime]:
    assert answer.starts_at is not None
    assert answer.ends_at is not None
    return answer.starts_at, answer.ends_at


def with_copies(raw: bytes) -> bytes:
    """The calendar once more as it is, and once more with other line ends."""
    head, content = heads(raw)
    streams = [part for part in message_from_bytes(raw).walk() if part.get_content_type() in CALENDARS]
    stream = next(part for part in streams if not _is_bare(part))
    method = stream.get_param("method") or "REPLY"
    parts = [content]
    for text in (_text(stream), _text(stream).replace("\r\n", "\n")):
        kind = f"Content-Type: text/calendar; charset={_charset(stream)}; method={method}\r\n"
        body = _encoded(text.encode(_charset(stream)), "base64")
        parts.append(f"{kind}Content-Transfer-Encoding: base64\r\n\r\n{body}".encode())
    inside = b"".join(b"--_CP_\r\n" + part + b"\r\n" for part in parts)
    return head + b'Content-Type: multipart/mixed; boundary="_CP_"\r\n\r\n' + inside + b"--_CP_--\r\n"
