"""Open an incoming message: what kind of mail it is, whose, and the calendars inside; pure."""

from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import StrEnum

from notifications.errors import Unreadable
from notifications.headers import addresses_in, decoded_words, message_ids_in, return_path, values_of, written_at
from notifications.parts import LARGEST_HEAD, human_text, is_report, parsed, parts_of
from notifications.unwrapping import Contents, contents

__all__ = ["LARGEST_HEAD", "Kind", "Opened", "open_message"]


class Kind(StrEnum):
    """What an incoming message is, the first that fits in this order."""

    REPORT = "report"  # a machine speaks about our mail: bounced, delayed, displayed
    CALENDAR = "calendar"  # it carries iCalendar with a METHOD; Google's answers are also automatic
    AUTOMATIC = "automatic"  # an absence notice or another robot
    SEALED = "sealed"  # encrypted, or packed by Outlook for Outlook: nobody here can read what it says
    DAMAGED = "damaged"  # its parts do not hold together and no calendar was found
    TEXT = "text"  # a person wrote it


@dataclass(frozen=True)
class Opened:
    """An incoming message as facts. Addresses are in lower case, without names.

    `from_addresses` holds every author that the From headers name: trust it only when there is exactly one.
    `delivered_to` runs from the strongest evidence (Delivered-To) to the weakest (To). `calendars` are pairs
    of METHOD and stream. `in_answer_to` are the message ids this mail refers to, the nearest first.
    """

    kind: Kind
    message_id: str
    from_addresses: tuple[str, ...]
    sender: str
    delivered_to: tuple[str, ...]
    calendars: tuple[tuple[str, bytes], ...]
    subject: str
    text: str
    in_answer_to: tuple[str, ...] = ()
    authentication_results: tuple[str, ...] = ()  # whole values; only those of our own server mean anything
    return_path: str | None = None  # "" for a null sender; None where no header says
    automatic: bool = False  # a robot wrote it, or its sender wants no automatic answer; Google's answers are such
    written_at: datetime | None = None  # by its sender's clock
    wrapped: str = ""  # how it was packed: "tnef", "signed", "gateway", "encrypted", "" for plainly


# A calendar beside these is what a robot quotes, unless the robot is a room's or a calendar's own.
_ANSWERS = ("REPLY", "COUNTER", "REFRESH")
_UNANSWERED = ("X-Auto-Response-Suppress", "List-Id", "List-Unsubscribe", "List-Post")


def open_message(raw: bytes) -> Opened:
    """The message's kind and facts. What a bounce gives back of our own mail stays closed.

    :raises Unreadable: when it is larger, wider or deeper than a real answer, or cannot be parsed.
    """
    try:
        message = parsed(raw)
        parts = list(parts_of(message))
        return _opened(message, contents(message, parts))
    except Unreadable:
        raise
    except Exception as error:  # whatever the email module trips over, these bytes are for a person
        raise Unreadable(f"not a mail message: {type(error).__name__}") from error


def _opened(message: Message, inside: Contents) -> Opened:
    return Opened(
        kind=_kind(message, inside),
        message_id=next(iter(message_ids_in(message, "Message-ID")), ""),
        from_addresses=addresses_in(message, "From"),
        sender=next(iter(addresses_in(message, "Sender")), ""),
        delivered_to=addresses_in(message, "Delivered-To", "X-Original-To", "To"),
        calendars=inside.calendars,
        subject=decoded_words(str(message.get("Subject", ""))),
        text=human_text(inside.parts),
        in_answer_to=message_ids_in(message, "X-MS-Exchange-Parent-Message-Id", "In-Reply-To", "References"),
        authentication_results=values_of(message, "Authentication-Results"),
        return_path=return_path(message),
        automatic=_is_automatic(message) or any(name in message for name in _UNANSWERED),
        written_at=written_at(message),
        wrapped=inside.wrapped,
    )


def _kind(message: Message, inside: Contents) -> Kind:
    if is_report(inside.parts):
        return Kind.REPORT
    if inside.calendars and not _only_quotes_them(message, inside):
        return Kind.CALENDAR
    if _is_automatic(message):
        return Kind.AUTOMATIC
    if inside.sealed:
        return Kind.SEALED
    damaged = any(part.message.defects and part.content_type.startswith("multipart/") for part in inside.parts)
    return Kind.DAMAGED if damaged else Kind.TEXT


def _only_quotes_them(message: Message, inside: Contents) -> bool:
    """Whether an absence notice gives back the calendar of the mail that it answers. It is never an answer itself.

    Rooms and Google's calendar answer by machine too: those are answers, and no rule of a mailbox wrote them.
    """
    if _is_rule_of_a_mailbox(message):
        return True
    replied = str(message.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied")
    return replied and not any(method in _ANSWERS for method, _ in inside.calendars)


def _is_rule_of_a_mailbox(message: Message) -> bool:
    robot = "mailbox rules agent" in str(message.get("X-MS-Exchange-Generated-Message-Source", "")).lower()
    marks = ("X-MS-Exchange-Inbox-Rules-Loop", "X-Autoreply", "X-Autorespond")
    return robot or _precedence(message) == "auto_reply" or any(name in message for name in marks)


def _is_automatic(message: Message) -> bool:
    """RFC 3834, and what Exchange and older robots write instead."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].split("(")[0].strip().lower()
    listed = _precedence(message) in ("bulk", "junk", "list")
    return submitted not in ("", "no") or listed or _is_rule_of_a_mailbox(message)


def _precedence(message: Message) -> str:
    return str(message.get("Precedence", "")).strip().lower()
