"""What is known of calendar clients, as checks of one outgoing message: each breach is named by its fact's number.

Facts 1 to 12 are about the message round the calendar, 13 to 22 about the calendar in it. A feed is a calendar
alone. What a thread of messages must keep from one to the next is checked by `broken_in_thread`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from email.utils import parseaddr
from itertools import pairwise

from tests.notifications.outgoing.sent import Sent, Stream

OFFSETS = {"STANDARD": ("+0100", "+0000", "10"), "DAYLIGHT": ("+0000", "+0100", "3")}
SUPPRESSED = {"DR", "RN", "NRN", "AutoReply"}  # absence notices and non-delivery reports are wanted
ZONED = {"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE"}


def _alternatives(sent: Sent) -> bool:
    calendar = sent.parts.get("text/calendar")
    coded = calendar is not None and calendar["Content-Transfer-Encoding"] in ("8bit", "base64")
    return coded and ["multipart/alternative", "text/plain", "text/html", "text/calendar"] in sent.shape()


def _attached(sent: Sent) -> bool:
    shape = sent.shape()
    return shape[0] == "multipart/mixed" and shape[2:] == ["application/ics"] and same_twice(sent)


def same_twice(sent: Sent) -> bool:
    return sent.content("text/calendar") == sent.content("application/ics") != b""


def _method_twice(sent: Sent) -> bool:
    part = sent.parts.get("text/calendar")
    said = part.get_param("method") if part is not None else None
    return said == sent.stream.method and said in ("REQUEST", "CANCEL", "DECLINECOUNTER")


def _readable(sent: Sent) -> bool:
    return bool(sent.content("text/html").strip()) and b"*~*~*~*" not in sent.raw + sent.content("text/plain")


def _one_recipient(sent: Sent) -> bool:
    return len(sent.addresses("To")) == 1 and not sent.mail.get_all("Cc", []) + sent.mail.get_all("Bcc", [])


def _aligned(sent: Sent) -> bool:
    domain = parseaddr(sent.mail["From"])[1].rpartition("@")[2]
    organizer = sent.stream.address("ORGANIZER")
    return (
        organizer.endswith(f"@{domain}")
        and sent.addresses("Reply-To") == [organizer]
        and len(sent.addresses("From")) == 1
        and "Sender" not in sent.mail
    )


def _silenced(sent: Sent) -> bool:
    suppressed = {word.strip() for word in sent.mail.get("X-Auto-Response-Suppress", "").split(",")}
    return sent.mail["Auto-Submitted"] == "auto-generated" and suppressed == SUPPRESSED


def _bounces_tell(sent: Sent) -> bool:
    token = re.fullmatch(r"[^+]+\+([a-z2-7]{26})@.*", sent.stream.address("ORGANIZER"))
    return token is not None and re.match(rf"bounce\+{token[1]}@", sent.envelope_from) is not None


def _travels(sent: Sent) -> bool:
    coded = all(
        part["Content-Transfer-Encoding"] in ("base64", "quoted-printable")
        for part in sent.mail.walk()
        if not part.is_multipart()
    )
    return coded and _ended_by_crlf(sent.raw) and all(len(line) <= 998 for line in sent.raw.split(b"\r\n"))


def _folded(stream: Stream) -> bool:
    try:
        lines = [line.decode() for line in stream.raw.split(b"\r\n")]  # each by itself: no character is parted
    except UnicodeDecodeError:
        return False
    return _ended_by_crlf(stream.raw) and all(len(line.encode()) <= 75 for line in lines)


def _ended_by_crlf(raw: bytes) -> bool:
    return raw.endswith(b"\r\n") and raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n")


def _uid(stream: Stream) -> bool:
    uids = [line.removeprefix("UID:") for line in stream.of("UID")]
    return len(uids) == len(stream.events) and all(re.fullmatch(r"[!-~]+@[!-~]+", u) and len(u) < 255 for u in uids)


def _sequence(stream: Stream) -> bool:
    numbered = all(len(stream.of(r"SEQUENCE", e)) == 1 for e in stream.events)
    return numbered and all(re.fullmatch(r"SEQUENCE:\d+", line) for line in stream.of("SEQUENCE"))


def _dtstamp(stream: Stream) -> bool:
    stamps = stream.of("DTSTAMP")
    return len(stamps) == len(stream.events) and all(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in stamps)


def _short(stream: Stream) -> bool:
    said = [re.sub(r"^[A-Z]+:", "", line) for line in stream.of("SUMMARY") + stream.of("LOCATION")]
    plain = [text.replace("\\,", ",").replace("\\;", ";") for text in said]
    return all(len(text) <= 255 and not re.search(r"(?<!\\)\\[nN]", text) for text in plain) and _link_is_told(stream)


def _link_is_told(stream: Stream) -> bool:
    for event in stream.events:
        told = "\n".join(stream.of("LOCATION", event) + stream.of("DESCRIPTION", event)).replace("\\,", ",")
        if any(line.partition(":")[2].rpartition('":')[2] not in told for line in stream.of("CONFERENCE", event)):
            return False
    return True


def _zone(stream: Stream) -> bool:
    zones = stream.components("VTIMEZONE")
    named = set(re.findall(r";TZID=([^;:]+)", "\n".join(stream.lines)))
    if not zones:
        return not named
    return len(zones) == 1 and named <= {"Europe/London"} and "TZID:Europe/London" in zones[0] and _observed(stream)


def _observed(stream: Stream) -> bool:
    for name, (before, after, month) in OFFSETS.items():
        observances = stream.components(name)
        wanted = {
            f"TZOFFSETFROM:{before}",
            f"TZOFFSETTO:{after}",
            f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY=-1SU",
        }
        if len(observances) != 1 or not wanted <= set(observances[0]):
            return False
    return _local_where_it_repeats(stream)


def _local_where_it_repeats(stream: Stream) -> bool:
    repeats = bool(stream.of("RRULE", [line for event in stream.events for line in event]))
    zoned = [line for event in stream.events for name in ZONED for line in stream.of(name, event)]
    until = re.findall(r";UNTIL=([^;\n]+)", "\n".join(stream.lines))
    return all(not repeats or ";TZID=Europe/London:" in line for line in zoned) and all(
        re.fullmatch(r"\d{8}T\d{6}Z", end) for end in until
    )


def _attendee(sent: Sent) -> bool:
    attendees = sent.stream.of("ATTENDEE")
    if len(attendees) != 1 or sent.stream.address("ATTENDEE") not in sent.addresses("To"):
        return False
    wanted = ["CUTYPE=(INDIVIDUAL|GROUP)", "ROLE=[A-Z-]+", 'CN="[^"]*"']
    wanted += ["PARTSTAT=NEEDS-ACTION"] if sent.stream.method == "REQUEST" else []
    return all(re.search(rf";{one}[;:]", attendees[0]) for one in wanted)


def _instance(stream: Stream) -> bool:
    if not stream.of("RECURRENCE-ID"):
        return True
    alone = len(stream.events) == 1 and not stream.of("RRULE", stream.events[0])
    raised = int(stream.value("SEQUENCE")) > 0 or stream.method == "DECLINECOUNTER"  # which changes nothing
    return alone and raised and "RECURRENCE-ID;TZID=" in stream.of("RECURRENCE-ID")[0]


def _called_off(stream: Stream) -> bool:
    cancelled = stream.value("STATUS") == "CANCELLED" and len(stream.of("ATTENDEE")) == 1
    return stream.method != "CANCEL" or (cancelled and int(stream.value("SEQUENCE")) > 0)


def _counter(stream: Stream) -> bool:
    asked = stream.of("X-MICROSOFT-DISALLOW-COUNTER")
    return not asked or (asked == ["X-MICROSOFT-DISALLOW-COUNTER:TRUE"] and stream.method == "REQUEST")


def _no(pattern: str) -> Callable[[Stream], bool]:
    return lambda stream: re.search(pattern, "\n".join(stream.lines), re.IGNORECASE | re.MULTILINE) is None


MESSAGE: dict[int, tuple[str, Callable[[Sent], bool]]] = {
    1: ("plain text, HTML and calendar are alternatives", _alternatives),
    2: ("the same calendar is attached as well", _attached),
    3: ("the method stands in the header and in the calendar", _method_twice),
    4: ("there is HTML, and no line that Outlook hides text above", _readable),
    6: ("one message an invitee, with that address in To", _one_recipient),
    7: ("From is of the organizer's domain, and Reply-To the organizer", _aligned),
    9: ("no reply by machines but absence notices is asked for", _silenced),
    10: ("no Content-Class", lambda sent: "Content-Class" not in sent.mail),
    11: ("the envelope sender carries the token", _bounces_tell),
    12: ("encoded for every relay, lines ended by CRLF", _travels),
    16: (
        "an answer is asked for",
        lambda s: s.stream.method != "REQUEST" or ";RSVP=TRUE" in s.stream.of("ATTENDEE")[0],
    ),
    19: ("the invitee alone is named, in full", _attendee),
}
CALENDAR: dict[int, tuple[str, Callable[[Stream], bool]]] = {
    5: ("one calendar in one stream", lambda stream: stream.lines.count("BEGIN:VCALENDAR") == 1),
    8: ("no SENT-BY", _no(r"SENT-BY")),
    12: ("folded at 75 octets, no character parted, CRLF", _folded),
    13: ("a plain UID", _uid),
    14: ("a SEQUENCE, and none of Microsoft's", lambda s: _sequence(s) and _no(r"^X-MICROSOFT-CDO-APPT-SEQUENCE")(s)),
    15: ("DTSTAMP in UTC", _dtstamp),
    17: ("summary and place short, the link readable", _short),
    18: ("the one zone, as Exchange reads it", _zone),
    20: ("one occurrence travels alone", _instance),
    21: ("a cancellation says so", _called_off),
    22: ("propose-new-time hidden only where asked", _counter),
    # Not of sections 2.1 and 2.2, but of what calendars have been abused for: files, sounds, another's method.
    0: ("nothing to open, nothing that rings, no ADD", _no(r"^(ATTACH|METHOD:ADD|BEGIN:VALARM|IMAGE|URL)\b")),
}


def broken(raw: bytes, envelope_from: str) -> dict[int, str]:
    """The facts that this outgoing message does not respect, by their numbers."""
    sent = Sent(raw, envelope_from)
    said = {number: what for number, (what, holds) in MESSAGE.items() if not holds(sent)}
    return dict(sorted((said | broken_in_calendar(sent.stream.raw)).items()))


def broken_in_calendar(calendar: bytes) -> dict[int, str]:
    """The facts that this calendar, a feed for one, does not respect, by their numbers."""
    stream = Stream(calendar)
    return {number: what for number, (what, holds) in CALENDAR.items() if not holds(stream)}


def broken_in_thread(calendars: Sequence[bytes]) -> dict[int, str]:
    """What a thread to one invitee, in the order in which it left, does not keep: it rises and never goes back."""
    streams = [Stream(calendar) for calendar in calendars]
    by_instance: dict[tuple[str, str], list[Stream]] = {}
    for stream in streams:
        if stream.method in ("REQUEST", "CANCEL"):
            by_instance.setdefault((stream.value("UID"), stream.value("RECURRENCE-ID")), []).append(stream)
    said = {}
    for thread in by_instance.values():
        for earlier, later in pairwise(thread):
            if earlier.raw == later.raw:
                continue  # the same again, for one who has not seen it
            if int(later.value("SEQUENCE")) <= int(earlier.value("SEQUENCE")):
                said[14] = "SEQUENCE rises with every change sent"
            if later.value("DTSTAMP") < earlier.value("DTSTAMP"):
                said[15] = "DTSTAMP never goes back"
    return said
