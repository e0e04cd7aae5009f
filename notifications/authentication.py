"""Read what our own mail server found about a message's sender (RFC 8601); pure."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum, auto

from notifications.headers import bare

_RESULT = re.compile(r"dmarc[ \t]*(?:/[ \t]*[0-9]{1,4}[ \t]*)?=[ \t]*([a-z]{1,20})\b", re.IGNORECASE)
_DOMAIN = re.compile(r"\bheader\.from[ \t]*=[ \t]*(?:[^\s\";@]{0,64}@)?([a-z0-9.-]{1,253})", re.IGNORECASE)


class Dmarc(StrEnum):
    """Whether the domain in From vouches for the message (RFC 7489)."""

    PASS = auto()
    FAIL = auto()
    NONE = auto()  # nobody we trust has said


def dmarc(values: Iterable[str], *, authserv_id: str, from_domain: str) -> Dmarc:
    """What the topmost header that bears our server's name says; every other header is anybody's word.

    A pass counts only for the domain that was looked at. ARC is another server's word, and is not asked.

    :param values: the Authentication-Results headers, the topmost first.
    :param authserv_id: the name our server writes there; "" when none is known, and then nothing is believed.
    :param from_domain: the domain of the message's one author.
    """
    for value in values:
        results = list(_results(value))
        if authserv_id and results and _name(results[0]) == authserv_id.lower().rstrip("."):
            return _said(results[1:], from_domain.lower())
    return Dmarc.NONE


def _results(value: str) -> Iterator[str]:
    """The server's name, then each result; not what comments and quotes hold, which may come from the sender."""
    return (piece.strip() for piece in bare(value).split(";"))


def _name(piece: str) -> str:
    """The server's name, without the version that may follow it."""
    return piece.split(" ")[0].lower().rstrip(".")


def _said(results: list[str], from_domain: str) -> Dmarc:
    found = [(said[1].lower(), _DOMAIN.search(result)) for result in results if (said := _RESULT.match(result))]
    if any(said == "fail" for said, _ in found):
        return Dmarc.FAIL
    passed = [looked_at[1].lower() for said, looked_at in found if said == "pass" and looked_at]
    return Dmarc.PASS if from_domain and from_domain in passed else Dmarc.NONE
