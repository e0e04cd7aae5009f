"""Whether the doors stand open, and whether the mailbox lets us in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from notifications import mailbox
from notifications.access_tokens import NoToken
from notifications.findings import Finding, advice, right, why, wrong

ANSWER_WITHIN = 5  # seconds


async def doors_looked_at(doors: Mapping[str, tuple[str, int]]) -> list[Finding]:
    """Each door, by the name of its setting, greets us as Convene does."""
    return [await _door(name, host, port) for name, (host, port) in doors.items()]


async def _door(name: str, host: str, port: int) -> Finding:
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            reader, writer = await asyncio.open_connection(host, port)
            greeting = await reader.readline()
            writer.close()
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        return wrong("Door", f"Nothing answers at {name}, {host}:{port} ({why(error)}). Start ./run door.")
    if not greeting.startswith(b"220 ") or b"Convene" not in greeting:
        return wrong("Door", f"At {name}, {host}:{port}, something else listens than Convene. Choose another port.")
    return right("Door", f"{name} is open at {host}:{port}.")


async def mailbox_looked_at(account: mailbox.Account) -> list[Finding]:
    """The mailbox lets us in and has its folders. Nothing in it is read or marked."""
    at = f"{account.host}:{account.port}"
    try:
        found = await asyncio.to_thread(mailbox.looked_into, account)
    except NoToken as failure:
        return [wrong("Mailbox", f"{failure} Check the CONVENE_OAUTH_ settings.")]
    except mailbox.NotLetIn:
        what = "the access token" if account.tokens else "CONVENE_IMAP_PASSWORD"
        return [wrong("Mailbox", f"{at} does not let us in. Check CONVENE_IMAP_USER and {what}.")]
    except Exception as error:  # whatever the server does, the operator reads a sentence
        return [wrong("Mailbox", f"{at} cannot be used ({why(error)}). Check CONVENE_IMAP and its TLS.")]
    if found.missing:
        return [
            wrong("Mailbox", f"There is no folder {name} in the mailbox. Make it, or correct CONVENE_IMAP_FOLDERS.")
            for name in found.missing
        ]
    if not found.idle:
        says = f"The mailbox at {at} is open. Its server has no IDLE, so answers wait up to {account.poll:g} seconds."
        return [advice("Mailbox", says)]
    return [right("Mailbox", f"The mailbox at {at} is open, and its server tells of new mail at once.")]
