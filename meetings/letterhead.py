"""Convene's own side of every letter: its addresses, and the secrets that it derives and stores as hashes only. Pure.

The reply token (docs/decisions/0003) is 128 bits in the local part of ORGANIZER, Reply-To and the envelope
sender, the same for an invitation through all its updates. The answer link and a calendar feed have tokens of
their own: each is sealed for its purpose, so that who knows one cannot make another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifications.imip import Letter
from notifications.wording import Wording

_TOKEN = re.compile(r"^[a-z2-7]{26}$")
_LINK = re.compile(r"^([0-9a-f]{32})\.[a-z2-7]{26}$", re.ASCII)


@dataclass(frozen=True)
class Letterhead:
    """Convene's own side of every letter, and the secret from which reply tokens are made."""

    domain: str
    mailbox: str
    sender_name: str
    marking: str
    base_url: str
    secret: str
    plain_domains: frozenset[str] = frozenset()  # of invitees whose calendars cannot answer to a token

    def token(self, invitation: UUID) -> str:
        """The reply token of an invitation: 26 lower-case base32 characters, 128 bits, not to be guessed."""
        return self._sealed(b"invitation:", invitation)

    def reply_address(self, invitation: UUID) -> str:
        """The address of ours that only this invitation has."""
        return f"{self.mailbox}+{self.token(invitation)}@{self.domain}"

    def organizer_address(self, invitation: UUID, invited: str) -> str:
        """Where the answers of this invitation go: ORGANIZER and Reply-To.

        In a plain domain it is the role mailbox. An answer is then known by its UID and sender, and needs DMARC.
        """
        plain = invited.rpartition("@")[2].lower() in self.plain_domains
        return self.sender_address() if plain else self.reply_address(invitation)

    def bounce_address(self, invitation: UUID) -> str:
        """The envelope sender, so that a bounce tells which invitation it is about."""
        return f"bounce+{self.token(invitation)}@{self.domain}"

    def answer_link(self, invitation: UUID) -> str:
        """The page that answers this invitation. Who knows the reply token cannot make it, nor the reverse."""
        return f"{self.base_url.rstrip('/')}/answer/{invitation.hex}.{self._sealed(b'answer link:', invitation)}"

    def series_link(self, series_invitation: UUID) -> str:
        """The page that answers an invitation to a series, for every date or for one."""
        return self.answer_link(series_invitation).replace("/answer/", "/answer/series/")

    def invitation_of(self, link: str) -> UUID | None:
        """The invitation that the last part of an answer link is for; None where Convene never made it."""
        return _subject_of(link, self.answer_link)

    def acknowledge_link(self, letter: UUID) -> str:
        """The page on which whoever is on the ladder acknowledges this letter."""
        return f"{self.base_url.rstrip('/')}/acknowledge/{letter.hex}.{self._sealed(b'acknowledge link:', letter)}"

    def letter_of(self, link: str) -> UUID | None:
        """The letter that the last part of an acknowledge link is for; None where Convene never made it."""
        return _subject_of(link, self.acknowledge_link)

    def handover_link(self, handover: UUID) -> str:
        """The page on which the receiving unit acknowledges a move."""
        return f"{self.base_url.rstrip('/')}/handover/{handover.hex}.{self._sealed(b'handover:', handover)}"

    def handover_of(self, link: str) -> UUID | None:
        """The handover that the last part of such a link is for; None where Convene never made it."""
        return _subject_of(link, self.handover_link)

    def action_link(self, action: UUID, owner: str) -> str:
        """The page on which the owner of an action says that it has ended; for that action and that address alone."""
        seal = self._sealed(b"action of " + owner.encode() + b":", action)
        return f"{self.base_url.rstrip('/')}/actions/{action.hex}.{seal}"

    def is_link_of(self, link: str, action: UUID, owner: str) -> bool:
        """Whether the last part of a link is the one that this owner was sent about this action."""
        return _subject_of(link, lambda subject: self.action_link(subject, owner)) == action

    def outcomes_link(self, told: UUID) -> str:
        """The page on which a unit sees and challenges its own outcomes in a draft that it was told of."""
        return f"{self.base_url.rstrip('/')}/outcomes/{told.hex}.{self._sealed(b'outcomes:', told)}"

    def told_of(self, link: str) -> UUID | None:
        """The telling that the last part of such a link is for; None where Convene never made it."""
        return _subject_of(link, self.outcomes_link)

    def feed_token(self, feed: UUID) -> str:
        """The secret part of a calendar feed's address."""
        return self._sealed(b"feed:", feed)

    def feed_link(self, feed: UUID) -> str:
        """Where the calendar feed is read, by whoever knows the address."""
        return f"{self.base_url.rstrip('/')}/feeds/{self.feed_token(feed)}.ics"

    def sender_address(self) -> str:
        """The role mailbox that letters come from."""
        return f"{self.mailbox}@{self.domain}"

    def _sealed(self, purpose: bytes, subject: UUID) -> str:
        digest = hmac.digest(self.secret.encode(), purpose + subject.bytes, "sha256")
        return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def named_in(link: str) -> UUID | None:
    """What the last part of a link is about by its own word, which nobody has checked yet."""
    found = _LINK.match(link)
    return UUID(hex=found[1]) if found else None


def _subject_of(link: str, made: Callable[[UUID], str]) -> UUID | None:
    """Whom a link is about, if this is how we make it."""
    subject = named_in(link)
    if subject is None:
        return None
    return subject if hmac.compare_digest(made(subject).rpartition("/")[2], link) else None


def from_mailbox(
    wording: Wording, letterhead: Letterhead, *, to: str, to_name: str, message_id: str, now: datetime
) -> Letter:
    """These words as a letter that belongs to no invitation: from the role mailbox, and answered to it."""
    mailbox = letterhead.sender_address()
    return Letter(
        to=to,
        to_name=to_name,
        from_address=mailbox,
        from_name=letterhead.sender_name,
        reply_to=mailbox,
        envelope_from=mailbox,
        subject=wording.subject,
        text=wording.text(),
        html=wording.html(),
        message_id=message_id,
        date=now,
    )


def token_hash(token: str) -> str:
    """What is stored of a token: its SHA-256, letter case aside."""
    return hashlib.sha256(token.lower().encode()).hexdigest()


def token_in(address: str, letterhead: Letterhead) -> str | None:
    """The token that an address of ours carries, whatever its letter case, or None."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    box, plus, token = local.partition("+")
    ours = domain == letterhead.domain and plus and box in (letterhead.mailbox, "bounce")
    return token if ours and _TOKEN.match(token) else None
