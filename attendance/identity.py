"""Whose answer a reply is: the address that answered beside the one that was invited. No address proves a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from notifications.addresses import found_address
from notifications.authentication import Dmarc


class Standing(StrEnum):
    """In what right somebody answered for an invited address."""

    ITSELF = "the invited address"
    ALIAS = "another address of the same people"
    GROUP = "a member of the invited mailbox"
    DEPUTY = "somebody who may answer for them"
    STRANGER = "nobody known"


@dataclass(frozen=True)
class Known:
    """What people confirmed about an invited address. All addresses in lower case.

    `others` were asked to the same meeting themselves: their colleague's invitation is not theirs to answer.
    """

    aliases: frozenset[str] = frozenset()
    deputies: frozenset[str] = frozenset()
    group: bool = False
    others: frozenset[str] = frozenset()


def standing_of(
    address: str,
    known: Known,
    *,
    answered_by: str,
    sent_from: tuple[str, ...],
    by_token: bool,
    dmarc: Dmarc,
) -> Standing:
    """How far a reply may be trusted, by evidence that its writer cannot choose: token, sender and DMARC.

    A sender whose domain disowns the mail is nobody. With the invitation's token, DMARC need not pass: many
    doors do not check it, and the token proves possession. Without it, only the invited address or an alias of
    it counts, proved by DMARC; the caller has made sure that it has exactly one open invitation.
    """
    if len(sent_from) != 1 or not answered_by or dmarc is Dmarc.FAIL:
        return Standing.STRANGER
    sender, own = sent_from[0], known.aliases | {address}
    if not by_token:
        proved = dmarc is Dmarc.PASS and answered_by in own and sender in own
        return _as_itself(address, answered_by) if proved else Standing.STRANGER
    if answered_by in own and (sender in own or _is_colleague(sender, address, known)):
        return _as_itself(address, answered_by)
    if {answered_by, sender} <= own | known.deputies:
        return Standing.DEPUTY
    if known.group and _is_colleague(answered_by, address, known) and sender in (own | {answered_by}):
        return Standing.GROUP
    return Standing.STRANGER


def _as_itself(address: str, answered_by: str) -> Standing:
    return Standing.ITSELF if answered_by == address else Standing.ALIAS


def _is_colleague(other: str, address: str, known: Known) -> bool:
    """Whether it is of the same mail domain, as who sends from a shared mailbox is, and was not asked themselves."""
    domain = address.rpartition("@")[2]
    return bool(domain) and other.rpartition("@")[2] == domain and other not in known.others


def who_answered(
    attendees: tuple[tuple[str, str], ...],
    partstat: str,
    *,
    sent_from: tuple[str, ...],
    invited: str,
    aliases: frozenset[str] = frozenset(),
) -> tuple[str, str]:
    """The address that answered, and its PARTSTAT; ("", "") when the reply names several and none fits.

    No ATTENDEE (some room mailboxes): the sender answered. Several (some clients echo all): the invited
    one, else an alias of it, else the sender's own.
    """
    named = tuple(dict.fromkeys((found_address(address), answer.upper()) for address, answer in attendees))
    if not named:
        return (sent_from[0], partstat) if len(sent_from) == 1 else ("", partstat)
    if len(named) == 1:
        return named[0]
    for wanted in ({invited}, aliases, set(sent_from[:1])):
        matching = [pair for pair in named if pair[0] in wanted]
        if matching:
            return matching[0] if len(matching) == 1 else ("", "")
    return "", ""


def agent_of(answered_by: str, *, sent_by: str, sender: str, sent_from: tuple[str, ...]) -> str:
    """Who pressed the button for the one who answered, as far as the mail says so; "" when it was themselves.

    SENT-BY or Outlook's X-MS-OLK-SENDER first, then From, then the mail's Sender. It is shown, never trusted.
    """
    domain = answered_by.rpartition("@")[2]
    if sender.rpartition("@")[2] != domain:
        sender = ""  # a machine that sends for everybody, as Google's does, is nobody's agent
    candidates = (sent_by, *(sent_from if len(sent_from) == 1 else ()), sender)
    return next((one for one in candidates if one and one != answered_by), "")
