"""Read what a mail server or a reader's client reports about a letter of ours (RFC 3464, RFC 8098); pure.

What the report gives back of our letter is never opened for calendars: it holds our own REQUEST.
"""

import logging
import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message

from flufl.bounce import all_failures

from notifications.addresses import found_address, one_line
from notifications.headers import message_ids_in, plain_text
from notifications.opening import Kind, Opened
from notifications.parts import Part, line_count, messages_in, parts_of

logging.getLogger("flufl.bounce").disabled = True  # its result says enough, and mail is not for logs
LONGEST_SAID = 500  # characters
LARGEST_ODD = 64 * 1024  # octets; the patterns for odd bounces are slow, and bounces without a standard are short
MOST_LINES_OF_AN_ODD = 5_000  # each is looked at by every pattern
LONGEST_LINE_OF_AN_ODD = 500  # octets; some patterns need the square of it, and servers write lines of 80

_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded", "deleted", "displayed")  # the gravest first
_ACTION = re.compile(r"^Action:[ \t]*([A-Za-z]{1,20})", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")
_DISPOSITION = re.compile(r";[ \t]*(?:[a-z-]+/)?(displayed|deleted|dispatched|processed|denied)\b", re.IGNORECASE)
_ROBOTS = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|mdaemon|microsoftexchange[0-9a-f]*)@", re.IGNORECASE)
_UNDELIVERED = re.compile(
    r"undeliver|not delivered|delivery (?:status|failure|has failed|problem|delayed)|failure notice|returned mail"
    r"|mail delivery|could not be delivered|message status",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Delivery:
    """What became of one letter of ours on its way or at its reader.

    `action` is RFC 3464's "failed", "delayed", "delivered", "relayed" or "expanded", RFC 8098's "displayed" or
    "deleted", or "" where the report does not say. `status` is the code of RFC 3463, "" where there is none.
    `permanent` is true where the letter can never arrive; a failure that is not was tried in vain for days.
    """

    action: str
    recipient: str
    status: str
    said: str
    permanent: bool
    original_message_ids: tuple[str, ...]


def delivery(raw: bytes, opened: Opened) -> Delivery | None:
    """The report in this message, which `opened` was opened from; None where it is not one.

    Call it for every message that is not a calendar's: the odd bounces that follow no standard look like text.
    """
    if opened.kind is Kind.CALENDAR:
        return None
    message = message_from_bytes(raw)
    if opened.kind is Kind.REPORT:
        return _reported(message, opened)
    if _looks_returned(opened) and _is_short(raw):
        return _odd(message, opened)
    return None


def _reported(message: Message, opened: Opened) -> Delivery:
    parts = list(parts_of(message))
    blocks = [block for part in parts for block in _blocks(part)]
    recipients = [block for block in blocks if "Action" in block or "Disposition" in block]
    gravest = min(recipients, key=_gravity, default=None)
    if gravest is None:
        return _from_text(parts, opened)
    action = _action(gravest)
    diagnosis = one_line(str(gravest.get("Diagnostic-Code", ""))).partition(";")[2].strip()
    status = _STATUS.search(str(gravest.get("Status", ""))) or _STATUS.search(diagnosis)
    return Delivery(
        action=action,
        recipient=_recipient(gravest),
        status=status[1] if status else "",
        said=(diagnosis or one_line(opened.text))[:LONGEST_SAID],
        permanent=action == "failed" and not (status and status[1].startswith("4")),
        original_message_ids=_originals(blocks, parts, opened),
    )


def _blocks(part: Part) -> list[Message]:
    """The groups of fields in the machine's part of a report."""
    if part.content_type not in ("message/delivery-status", "message/disposition-notification"):
        return []
    groups = messages_in(part.message)
    if any(len(block) for block in groups):
        return groups
    text = "\n".join(str(block.get_payload()) for block in groups) or plain_text(part.message)
    return [message_from_string(group) for group in re.split(r"\r?\n[ \t]*\r?\n", text)]


def _gravity(block: Message) -> int:
    action = _action(block)
    return _ACTIONS.index(action) if action in _ACTIONS else len(_ACTIONS)


def _action(block: Message) -> str:
    """The Action, or the Disposition, by its plain name; "" where it is none of the known ones."""
    disposed = _DISPOSITION.search(str(block.get("Disposition", "")))
    action = disposed[1] if disposed else str(block.get("Action", "")).split("(")[0].strip()
    if action.lower() in ("dispatched", "processed", "denied"):  # of older clients: it came, and was perhaps not read
        return "delivered"
    return action.lower() if action.lower() in _ACTIONS else ""


def _recipient(block: Message) -> str:
    """Whom we wrote to: the original recipient, where a forwarding server tells both."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = found_address(str(block.get(name, "")).rpartition(";")[2])
        if address:
            return address
    return ""


def _originals(blocks: list[Message], parts: list[Part], opened: Opened) -> tuple[str, ...]:
    """The ids by which our letter can be found: in the report, in what came back of it, in the headers."""
    found = [one for block in blocks for one in message_ids_in(block, "Original-Message-ID")]
    for part in parts:
        if part.content_type == "message/rfc822":
            found += [one for inner in messages_in(part.message)[:1] for one in message_ids_in(inner, "Message-ID")]
        elif part.content_type in ("text/rfc822-headers", "message/rfc822-headers"):
            found += message_ids_in(message_from_string(plain_text(part.message)), "Message-ID")
    return tuple(dict.fromkeys([*found, *opened.in_answer_to]))


def _from_text(parts: list[Part], opened: Opened) -> Delivery:
    """A report whose machine part is missing or broken."""
    action = _ACTION.search(opened.text)
    status = _STATUS.search(opened.text)
    plain = action[1].lower() if action and action[1].lower() in _ACTIONS else ""
    permanent = plain == "failed" and not (status and status[1].startswith("4"))
    said = one_line(opened.text)[:LONGEST_SAID]
    return Delivery(plain, "", status[1] if status else "", said, permanent, _originals([], parts, opened))


def _is_short(raw: bytes) -> bool:
    """Whether looking for an odd bounce in it takes no time that matters."""
    if len(raw) > LARGEST_ODD or line_count(raw) > MOST_LINES_OF_AN_ODD:
        return False
    return all(len(line) <= LONGEST_LINE_OF_AN_ODD for line in raw.splitlines())


def _looks_returned(opened: Opened) -> bool:
    """Whether a mail server may have written it; a person's text is never searched for bounces."""
    writers = (*opened.from_addresses, opened.sender)
    robot = opened.return_path == "" or any(_ROBOTS.match(address) for address in writers)
    return robot or (opened.kind is Kind.AUTOMATIC and bool(_UNDELIVERED.search(opened.subject)))


def _odd(message: Message, opened: Opened) -> Delivery | None:
    """A bounce that follows no standard, as the collected experience of mailing lists knows them."""
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # its patterns meet text they were not made for; then it is text for a person
        return None
    failed = sorted(found_address(one.decode(errors="replace")) for one in permanent or temporary)
    if not failed:
        return None
    status = _STATUS.search(opened.text)
    return Delivery(
        action="failed" if permanent else "delayed",
        recipient=failed[0],
        status=status[1] if status else "",
        said=one_line(opened.text)[:LONGEST_SAID],
        permanent=bool(permanent),
        original_message_ids=opened.in_answer_to,
    )
