"""Whose answer a reply is: the address that answered beside the one that was invited. No address proves a person."""

from __future__ import annotations

from notifications.addresses import found_address


def is_trusted(address: str, *, answered_by: str, sent_from: tuple[str, ...], by_token: bool) -> bool:
    """Whether the invited address itself answered, as far as mail can tell.

    The reply must name it, and come from exactly one sender: the same address, or, when the invitation's
    token proves possession, another of the same mail domain (a shared mailbox answers so).
    """
    if answered_by != address or len(sent_from) != 1:
        return False
    sender = sent_from[0]
    same_house = "@" in address and sender.rpartition("@")[2] == address.rpartition("@")[2]
    return sender == address or (by_token and same_house)


def who_answered(
    attendees: tuple[tuple[str, str], ...], partstat: str, *, sent_from: tuple[str, ...], invited: str
) -> tuple[str, str]:
    """The address that answered, and its PARTSTAT; ("", "") when the reply names several and none fits.

    No ATTENDEE (some room mailboxes): the sender answered. Several (some clients echo all): the invited
    one, else the sender's own.
    """
    named = tuple(dict.fromkeys((found_address(address), answer.upper()) for address, answer in attendees))
    if not named:
        return (sent_from[0], partstat) if len(sent_from) == 1 else ("", partstat)
    if len(named) == 1:
        return named[0]
    for wanted in (invited, *sent_from[:1]):
        matching = [pair for pair in named if pair[0] == wanted]
        if matching:
            return matching[0] if len(matching) == 1 else ("", "")
    return "", ""
