"""Addresses by which Convene knows a message of its own again that tests the way of the mail; pure.

They look like an invitee's, `meetings+<token>@` or `bounce+<token>@`, so that whatever is done to those is done to
them; but the token is sealed with the installation's secret and belongs to nobody. It is good for a day.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import UTC, datetime, timedelta

GOOD_FOR = timedelta(days=1)
CHANCE = 4  # octets
_MARK = 8  # octets of the seal: guessing one gets a message filed unread, no more
_TOKEN = re.compile(r"[+.]([a-z2-7]{26})@", re.IGNORECASE)


def token_made(secret: str, *, chance: bytes, now: datetime) -> str:
    """A new token, made of `chance` (4 octets, at random) and the second it is made in."""
    told = chance[:CHANCE] + int(now.timestamp()).to_bytes(4, "big")
    return base64.b32encode(told + _seal(told, secret)).decode().rstrip("=").lower()


def token_found(text: str, secret: str, *, now: datetime) -> str | None:
    """The token of a check in an address or a message id, when it is ours and was made within the last day."""
    found = _TOKEN.search(text)
    if found is None:
        return None
    token = found.group(1).lower()
    octets = base64.b32decode(token.upper() + "======")
    told, seal = octets[: CHANCE + 4], octets[CHANCE + 4 :]
    made = datetime.fromtimestamp(int.from_bytes(told[CHANCE:], "big"), UTC)
    if not hmac.compare_digest(seal, _seal(told, secret)) or abs(now - made) > GOOD_FOR:
        return None
    return token


def _seal(told: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"check of the mail:" + told, "sha256")[:_MARK]
