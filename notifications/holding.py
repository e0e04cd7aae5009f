"""Keep back letters to domains that demand encryption while the relay has not promised it."""

from __future__ import annotations

from collections.abc import Collection

from notifications.errors import Held
from notifications.sending import Send


def holding(send: Send, kept_back: Collection[str]) -> Send:
    """As `send`, but a letter to one of these mail domains waits: the relay is not given it at all.

    It is tried again as any delayed letter is, and after a day goes to a person.
    """

    async def guarded(raw: bytes, envelope_from: str, recipient: str) -> None:
        domain = recipient.rpartition("@")[2].lower()
        if domain in kept_back:
            raise Held(
                f"Held back: letters to {domain} must travel encrypted to a verified server, "
                "and the relay has not promised that."
            )
        await send(raw, envelope_from, recipient)

    return guarded if kept_back else send
