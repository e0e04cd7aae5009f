"""The letter that carries a sign-in link, and where people go after signing in; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit
from uuid import UUID

from notifications.imip import Letter
from notifications.wording import Wording


@dataclass(frozen=True)
class Sender:
    """Who writes, and at which address pages are found from outside."""

    address: str
    name: str
    base_url: str

    def link(self, token: str, next_path: str) -> str:
        """The one-use link, leading on to where the person wanted to go."""
        onward = f"?next={quote(next_path, safe='/')}" if next_path != "/" else ""
        return f"{self.base_url}/sign-in/{token}{onward}"


def sign_in_letter(sender: Sender, to: str, link: str, code: str, *, link_id: UUID, sent_at: datetime) -> Letter:
    """Says what link and code do, where and how long, and what to do if nobody asked for them."""
    wording = Wording(
        subject="Sign in to Convene",
        opening="Go back to the page where you asked to sign in to Convene, and enter this code there.",
        facts=[("Code", f"{code[:4]} {code[4:]}"), ("Or open this link", link)],
        steps=[
            "The code and the link work within 15 minutes, once, and only in the browser in which you asked.",
            "If your mail app opens the link in a browser of its own, use the code.",
            "Tell nobody the code, not even people who say that they run Convene.",
            "If you did not ask for it, do nothing: it opens nothing for anybody else.",
        ],
    )
    return _letter(sender, to, wording, link_id, sent_at)


def organisation_letter(sender: Sender, to: str, organisation: str, *, link_id: UUID, sent_at: datetime) -> Letter:
    """Says that this address signs in through its organisation, and where."""
    wording = Wording(
        subject="Sign in to Convene through your organisation",
        opening=f"You sign in to Convene through {organisation}, not by a letter.",
        facts=[("Open this page, and choose your organisation", f"{sender.base_url}/sign-in")],
        steps=["If you did not ask for it, do nothing: this letter opens nothing for anybody."],
    )
    return _letter(sender, to, wording, link_id, sent_at)


def letter_of(
    wording: Wording, sender: Sender, *, to: str, to_role: str = "", message_id: str, now: datetime
) -> Letter:
    """These words as a letter from the role mailbox."""
    return Letter(
        to=to,
        to_name=to_role,
        from_address=sender.address,
        from_name=sender.name,
        reply_to=sender.address,
        envelope_from=sender.address,
        subject=wording.subject,
        text=wording.text(),
        html=wording.html(),
        message_id=message_id,
        date=now,
    )


def _letter(sender: Sender, to: str, wording: Wording, link_id: UUID, sent_at: datetime) -> Letter:
    message_id = f"<sign-in.{link_id}@{sender.address.rpartition('@')[2]}>"
    return letter_of(wording, sender, to=to, message_id=message_id, now=sent_at)


def safe_path(text: str) -> str:
    """A path of ours to go on to after signing in, or "/" for anything else.

    `//evil.example`, `/\\evil.example` and control characters lead browsers to other hosts (open redirect);
    the sign-in pages themselves lead nowhere.
    """
    plain = text.isascii() and text.isprintable() and len(text) <= 300 and not {"\\", " "} & set(text)
    if not plain or not text.startswith("/") or text.startswith("//"):
        return "/"
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out", "/api/")):
        return "/"
    return text
