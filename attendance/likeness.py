"""Who probably answered an invitation that was sent to somebody else, for a person to confirm; pure.

It reads addresses, the token and DMARC. Names prove nothing, so it is a suggestion and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum

from notifications.authentication import Dmarc

_CARRIERS = ("pnn", "mail", "email", "secure", "gcsx")  # .pnn.police.uk beside .police.uk, and their like


class Likely(StrEnum):
    """The likely reading, as it is told to the person who decides."""

    DISOWNED = "The domain in its From says that it did not send this. It is forged, or badly set up."
    OTHER_SEAT = "It was answered by somebody who is invited to this meeting for another seat."
    SAME = "Probably the same person or mailbox under another address."
    COLLEAGUE = "Probably a member of the same team, or somebody standing in: the mail domain is the same."
    FORWARDED = "Probably a forwarded copy: whoever answered holds the invitation, and is of another organisation."
    UNPROVED = "Nothing proves that whoever answered ever held the invitation."


def likely(
    invited: str,
    answered_by: str,
    sent_from: tuple[str, ...],
    *,
    by_token: bool,
    dmarc: Dmarc,
    others: Collection[str] = (),
) -> Likely:
    """The likely reading. Addresses are in lower case; `others` are those invited to the meeting for other seats."""
    who = {address for address in (answered_by, *sent_from) if address and address != invited}
    if dmarc is Dmarc.FAIL:
        return Likely.DISOWNED
    if who & set(others):
        return Likely.OTHER_SEAT
    if who and all(_same(invited, address) for address in who):
        return Likely.SAME
    if who and all(house(invited) == house(address) for address in who):
        return Likely.COLLEAGUE
    return Likely.FORWARDED if by_token else Likely.UNPROVED


def _same(one: str, other: str) -> bool:
    """Whether both may name one person: the same organisation, and local parts that differ in initials or titles."""
    return house(one) == house(other) and alike(words_of(one), words_of(other))


def house(address: str) -> str:
    """The mail domain, without what only says how mail is carried."""
    return ".".join(label for label in address.rpartition("@")[2].split(".") if label not in _CARRIERS)


def words_of(address: str) -> list[str]:
    """The words of what stands before the @."""
    return [word for word in re.split(r"[^a-z]+", address.rpartition("@")[0].partition("+")[0]) if word]


def alike(one: list[str], other: list[str]) -> bool:
    """Whether both may be one name: every word of the shorter begins one of the other, and a whole one is shared."""
    shorter, longer = sorted((one, other), key=len)
    initials = all(any(word.startswith(short) or short.startswith(word) for word in longer) for short in shorter)
    return initials and any(len(word) >= 3 for word in set(one) & set(other))
