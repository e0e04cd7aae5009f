"""Signing in through one's own organisation: OpenID Connect's authorization code flow with PKCE.

The organisation says who somebody is. Whether they may enter is decided here: by an account of Convene with that
person's address, or one to which that very account of theirs was bound before. Nobody is added by signing in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from audit import trail
from web import sessions
from web.openid_client import ProviderClient, Refused, Unreachable
from web.openid_provider import Provider
from web.openid_tokens import Proof, UnknownKey, Unproven, Wanted, proof_of
from web.sessions import Visitor, Way, is_active
from web.signin_tables import Identity
from web.tables import Person

SCOPE = "openid profile email"


class NotThrough(Exception):
    """Nobody is signed in; `code` is a word for the log and for what the page says."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(reason or code)
        self.code = code


@dataclass(frozen=True)
class Errand:
    """One way to the provider and back: everything is made from a secret that this browser alone keeps."""

    provider: str
    secret: str

    @property
    def state(self) -> str:
        return self._made("state")

    @property
    def nonce(self) -> str:
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """S256 of RFC 7636."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _made(self, what: str) -> str:
        return _text(hmac.digest(self.secret.encode(), f"{what} {self.provider}".encode(), "sha256"))


def new_secret() -> str:
    """For one errand; the browser gets it in a cookie, and nothing of it is stored here."""
    return secrets.token_urlsafe(32)


async def way_there(client: ProviderClient, errand: Errand, redirect: str) -> str:
    """The address at the provider to which the browser goes.

    :raises NotThrough: when the provider cannot be reached.
    """
    try:
        published = await client.published()
    except Unreachable as away:
        raise NotThrough("away", str(away)) from away
    asked = {
        "response_type": "code",
        "client_id": client.provider.client_id,
        "redirect_uri": redirect,
        "scope": SCOPE,
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": errand.challenge,
        "code_challenge_method": "S256",
    }
    return f"{published.authorization}{'&' if '?' in published.authorization else '?'}{urlencode(asked)}"


async def way_out(client: ProviderClient, back: str) -> str:
    """The address at the provider where one signs out there as well; "" where it has none, or is away."""
    try:
        published = await client.published()
    except Unreachable:
        return ""
    told = urlencode({"client_id": client.provider.client_id, "post_logout_redirect_uri": back})
    return f"{published.end_session}?{told}" if published.end_session else ""


async def proven(
    client: ProviderClient, errand: Errand, answer: Mapping[str, str], redirect: str, *, now: datetime
) -> Proof:
    """What the provider's answer proves, as the browser brought it back.

    :raises NotThrough: when it is not the answer to this errand, or proves nothing.
    """
    if not hmac.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
        raise NotThrough("other", "state")
    try:
        published = await client.published()
        if answer.get("iss", client.provider.issuer if not published.names_itself else "") != client.provider.issuer:
            raise NotThrough("other", "iss")
        if answer.get("error") or not answer.get("code"):
            raise NotThrough("refused", answer.get("error", "no code")[:40])
        token = await client.id_token(answer["code"], verifier=errand.verifier, redirect=redirect)
        return await _proof(client, errand, token, now)
    except Unreachable as away:
        raise NotThrough("away", str(away)) from away
    except (Refused, Unproven) as why:
        raise NotThrough("refused", str(why)) from why


async def _proof(client: ProviderClient, errand: Errand, token: str, now: datetime) -> Proof:
    wanted = Wanted(client.provider.issuer, client.provider.client_id, errand.nonce)
    try:
        return proof_of(token, await client.keys(), wanted, now=now)
    except UnknownKey:  # the provider has changed its keys since
        return proof_of(token, await client.newer_keys(), wanted, now=now)


async def enter(provider: Provider, proof: Proof, visitor: Visitor, *, now: datetime) -> str:
    """A session has begun for the person whose account this is: its token.

    :raises NotThrough: "unknown" when no account of Convene is theirs.
    """
    async with Person._meta.db.transaction():
        person = await _bound(proof) or await _bind(provider, proof, now)
        if person is not None and is_active(person, now):
            return await sessions.begin(person.id, Way.OPENID, visitor, provider=provider.name, now=now)
    raise NotThrough("unknown")


async def _bound(proof: Proof) -> Person | None:
    found = (
        await Identity.objects(Identity.person)
        .where((Identity.issuer == proof.issuer) & (Identity.subject == proof.subject))
        .first()
    )
    return found.person if found else None


async def _bind(provider: Provider, proof: Proof, now: datetime) -> Person | None:
    """The account at the provider is bound to the person with its address; None where there is none, or another is.

    The address counts this once, and only one that its own organisation vouches for. From then on it may change
    on either side; and whoever is given it later, in another account, is not taken for the person it was.
    """
    if not proof.email or not provider.speaks_for(proof.email):
        return None
    person = await Person.objects().where(Person.email == proof.email).lock_rows().first()
    if person is None or not is_active(person, now):
        return None
    subject = f"person {person.id}"
    if await Identity.exists().where((Identity.person == person.id) & (Identity.issuer == proof.issuer)):
        await trail.record("web", "refused another account with a person's address", subject, now=now)
        return None
    bound = Identity(id=uuid4(), person=person.id, issuer=proof.issuer, subject=proof.subject, bound_at=now)
    await Identity.insert(bound)
    await trail.record(str(person.id), "bound an account of an organisation", subject, now=now)
    return person


async def forget(person: UUID, *, by: str, now: datetime) -> bool:
    """The person's next sign-in through an organisation binds anew, as after they got a new account there."""
    async with Identity._meta.db.transaction():
        gone = await Identity.delete().where(Identity.person == person).returning(Identity.id)
        if gone:
            await sessions.end_all_of(person, by=by, now=now)
            await trail.record(by, "forgot a person's account of an organisation", f"person {person}", now=now)
    return bool(gone)


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
