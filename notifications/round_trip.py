"""A letter to ourselves: it leaves by the relay and comes back by the door, or we learn where it did not.

It is a plain letter and no invitation. The door knows it again by the token in its address, or else in its
Message-ID, and files it so that no person is bothered.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifications import imip
from notifications.addresses import one_line
from notifications.check_address import CHANCE, token_found, token_made
from notifications.deliveries import Delivery, delivery
from notifications.errors import Refused, TryLater, Unreadable
from notifications.findings import Finding, right, wrong
from notifications.kinds import InboundKind
from notifications.opening import LARGEST_HEAD, open_message
from notifications.smtp import Relay
from notifications.tables import Disposition, InboundMail

REASON = "A check of the mail set-up:"
PART, ROBOT = "Round trip", "Robot"
_LOOK = 0.3  # seconds between looks
_OURS = re.compile(rb"<check[.][a-z2-7]{26}@")
_TEXT = "This letter checks that mail reaches Convene and comes back. Nobody needs to do anything.\n"
_KEEP = f"""
INSERT INTO inbound_mail (door, received_at, envelope_from, envelope_to, content, sha256, size, disposition, kind,
    reason, handled_at)
VALUES ({{}}, {{}}, {{}}, {{}}, {{}}, {{}}, {{}}, '{Disposition.RECORDED}', '{InboundKind.DELIVERY}', {{}}, {{}})
ON CONFLICT (sha256, envelope_to) DO UPDATE SET copies = inbound_mail.copies + 1
RETURNING id
"""


@dataclass(frozen=True)
class Station:
    """Who sends the letter: Convene's own domain and mailbox, its name, and the secret that seals the token."""

    domain: str
    mailbox: str
    sender_name: str
    secret: str


async def kept(door: str, raw: bytes, envelope_from: str, envelope_to: str, *, secret: str, now: datetime) -> bool:
    """A check of ours is committed and filed. False, and nothing was done, for any other message."""
    token = token_found(envelope_to, secret, now=now)
    if token is None and (named := _OURS.search(raw, 0, LARGEST_HEAD)):
        token = token_found(named.group().decode(), secret, now=now)
    if token is None:
        return False
    sha256 = hashlib.sha256(raw).hexdigest()
    values = (door, now, one_line(envelope_from)[:254], one_line(envelope_to).lower()[:254], raw, sha256, len(raw))
    await InboundMail.raw(_KEEP, *values, f"{REASON} {token}", now)
    return True


async def gone_round(relay: Relay, station: Station, *, clock: Callable[[], datetime], patience: float) -> Finding:
    """What became of a letter to an address as an invitee answers to: sent by the relay, awaited at the doors.

    :param patience: seconds to wait for it.
    """
    token, letter = _letter(station, "", clock())
    if (unsent := await _unsent(relay, letter, PART)) is not None:
        return unsent
    arrived = await _arrival(token, patience)
    if arrived is None:
        return wrong(
            PART,
            f"The relay took a letter to {letter.to}, and within {patience:g} seconds no door had it. Look for "
            f"{letter.message_id} in the relay's log: it is on its way, was refused for its plus-address, or went "
            f"elsewhere. Mail for {station.domain} must end at a door of Convene's, and ./run door must run.",
        )
    mail, report = arrived
    if report is not None:
        return wrong(
            PART, f"The letter to {letter.to} came back ({_said(report)}). Your mail server must take plus-addresses."
        )
    if mail.envelope_to != letter.to:
        return wrong(
            PART,
            f"The letter to {letter.to} arrived for {mail.envelope_to}: its plus-address was lost, and with it whose "
            "answer it is. Hand the whole address to the door; no alias or rule may rewrite it.",
        )
    return right(PART, f"A letter left by the relay and came back by the {mail.door} door, with its plus-address.")


async def answered(
    relay: Relay, station: Station, robot: str, *, clock: Callable[[], datetime], patience: float
) -> Finding:
    """What became of a letter to a mailbox elsewhere that answers by itself.

    :param robot: its address; whoever gives it here lets Convene write there.
    """
    token, letter = _letter(station, robot, clock())
    if (unsent := await _unsent(relay, letter, ROBOT)) is not None:
        return unsent
    arrived = await _arrival(token, patience)
    if arrived is None:
        says = f"The relay took a letter to {robot}, and within {patience:g} seconds no answer came."
        return wrong(
            ROBOT, f"{says} See that it answers by itself, then look for {letter.message_id} in its server's log."
        )
    mail, report = arrived
    if report is not None:
        return wrong(ROBOT, f"The letter to {robot} came back ({_said(report)}).")
    if mail.envelope_to not in (letter.reply_to, letter.envelope_from):
        return wrong(ROBOT, f"{robot} answered, but to {mail.envelope_to}: the plus-address was lost on the way.")
    return right(ROBOT, f"{robot} had the letter and answered to its plus-address, by the {mail.door} door.")


def _letter(station: Station, to: str, now: datetime) -> tuple[str, imip.Letter]:
    token = token_made(station.secret, chance=secrets.token_bytes(CHANCE), now=now)
    own = f"{station.mailbox}+{token}@{station.domain}"
    return token, imip.Letter(
        to=to or own,
        to_name="Convene",
        from_address=f"{station.mailbox}@{station.domain}",
        from_name=station.sender_name,
        reply_to=own,
        envelope_from=f"bounce+{token}@{station.domain}",
        subject="A check of the mail set-up",
        text=_TEXT,
        html=f"<p>{html.escape(_TEXT)}</p>",
        message_id=f"<check.{token}@{station.domain}>",
        date=now,
    )


async def _unsent(relay: Relay, letter: imip.Letter, part: str) -> Finding | None:
    """Why the relay did not take the letter; None when it did."""
    try:
        await relay.send(imip.compose(letter), letter.envelope_from, letter.to)
    except Refused as refusal:
        return wrong(
            part, f"The relay refuses to send from {letter.envelope_from} to {letter.to}: {refusal}. Allow it there."
        )
    except TryLater as delay:
        return wrong(
            part, f"The relay does not take the letter now: {delay}. Invitations wait, and are tried again for a day."
        )
    return None


async def _arrival(token: str, patience: float) -> tuple[Any, Delivery | None] | None:
    """The first message about this token that is more than a delay, and what it reports if it is a report."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience
    while True:
        mails = await InboundMail.objects().where(InboundMail.reason == f"{REASON} {token}").order_by(InboundMail.id)
        for mail in mails:
            report = _report(bytes(mail.content))
            if report is None or report.action in ("", "failed"):
                return mail, report
        if loop.time() > end:
            return None
        await asyncio.sleep(_LOOK)


def _report(raw: bytes) -> Delivery | None:
    try:
        return delivery(raw, open_message(raw))
    except Unreadable:
        return None


def _said(report: Delivery) -> str:
    return one_line(report.said or report.status or "without a reason")[:200]
