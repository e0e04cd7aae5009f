"""What an ID token proves, once its signature and everything around it are right (OpenID Connect Core 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

# Signatures with keys of which only the provider has the private half; "none" and shared secrets are not among them.
ALGORITHMS = ("RS256", "PS256", "ES256")
CLOCKS_DIFFER = timedelta(minutes=1)
NOT_OLDER = timedelta(minutes=10)  # a token for a sign-in that has just happened
_KINDS: Mapping[str, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
_TRUE = (True, 1, "1", "true", "True")  # Entra ID writes xms_edov in more than one way


class Unproven(Exception):
    """The token proves nothing to us; the message is a short reason for the log, without a value of it."""


class UnknownKey(Unproven):
    """The token is signed with a key that the provider had not published when its keys were read."""


@dataclass(frozen=True)
class Wanted:
    """What a token must say to be the answer to our question."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True)
class Proof:
    """Who the provider says has signed in.

    :param subject: never given to anybody else: Entra ID's tenant and object, else the provider's own.
    :param email: casefolded, and "" unless the provider says that the address is the person's.
    """

    issuer: str
    subject: str
    email: str


def proof_of(token: str, keys: Sequence[Mapping[str, Any]], wanted: Wanted, *, now: datetime) -> Proof:
    """What the token proves.

    :param keys: the provider's published keys, as in its JSON Web Key Set.
    :raises Unproven: when anything about it is not right.
    """
    try:
        key = _key_of(token, keys)
        claims = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError, KeyError) as wrong:
        raise Unproven(f"signature: {type(wrong).__name__}") from None
    _check(claims, wanted, now)
    return Proof(wanted.issuer, _subject(claims), _email(claims))


def _key_of(token: str, keys: Sequence[Mapping[str, Any]]) -> RSAKey | ECKey:
    header = jws.extract_compact(token.encode()).headers()
    if header.get("alg") not in ALGORITHMS:
        raise Unproven("algorithm")
    usable = [key for key in keys if key.get("kty") in _KINDS and key.get("use", "sig") == "sig"]
    named = [key for key in usable if key.get("kid") == header.get("kid")]
    if len(named) != 1:
        raise UnknownKey("key")
    return _KINDS[named[0]["kty"]].import_key(dict(named[0]))


def _check(claims: Mapping[str, Any], wanted: Wanted, now: datetime) -> None:
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    right = {
        "issuer": claims.get("iss") == wanted.issuer,
        "audience": wanted.client_id in audiences,
        "authorized party": claims.get("azp", wanted.client_id) == wanted.client_id,
        "several audiences": len(audiences) == 1 or "azp" in claims,
        "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), wanted.nonce.encode()),
        "expiry": _instant(claims, "exp") > (now - CLOCKS_DIFFER).timestamp(),
        "age": _is_now(_instant(claims, "iat"), now),
        "not yet": _instant(claims, "nbf", default=0.0) < (now + CLOCKS_DIFFER).timestamp(),
    }
    wrong = next((what for what, is_right in right.items() if not is_right), None)
    if wrong:
        raise Unproven(wrong)


def _is_now(issued: float, now: datetime) -> bool:
    return (now - NOT_OLDER).timestamp() < issued < (now + CLOCKS_DIFFER).timestamp()


def _instant(claims: Mapping[str, Any], name: str, default: float = -1.0) -> float:
    value = claims.get(name, default)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0


def _subject(claims: Mapping[str, Any]) -> str:
    tenant, person, plain = claims.get("tid"), claims.get("oid"), claims.get("sub")
    subject = f"{tenant}/{person}" if tenant and person else plain
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Unproven("subject")
    return subject


def _email(claims: Mapping[str, Any]) -> str:
    """Only where the provider vouches for it: anybody may write any address into a profile of their own."""
    vouched = claims.get("email_verified") in _TRUE or claims.get("xms_edov") in _TRUE
    email = claims.get("email")
    return email.strip().casefold() if vouched and isinstance(email, str) else ""
