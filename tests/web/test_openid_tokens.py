"""What an ID token must be to prove anything: each of these is refused, whoever signed it."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from web.openid_tokens import Proof, UnknownKey, Unproven, Wanted, proof_of

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
WANTED = Wanted("https://login.example/tenant/v2.0", "convene", "the nonce")
RSA, OTHER, EC = RSAKey.generate_key(2048), RSAKey.generate_key(2048), ECKey.generate_key("P-256")
PUBLISHED: list[dict[str, Any]] = [
    {**RSA.as_dict(private=False), "kid": "rsa", "use": "sig", "alg": "RS256", "x5t": "one", "issuer": WANTED.issuer},
    {**EC.as_dict(private=False), "kid": "ec"},
    {**OTHER.as_dict(private=False), "kid": "secrets", "use": "enc"},
    {"kty": "OKP", "crv": "X448", "kid": "unheard of", "x": "AA"},
]


def claims(**changed: Any) -> dict[str, Any]:
    second = int(NOW.timestamp())
    right = {
        "iss": WANTED.issuer,
        "aud": WANTED.client_id,
        "sub": "pairwise",
        "nonce": WANTED.nonce,
        "iat": second,
        "exp": second + 3600,
        "email": "Coordinator@Council.example",
        "email_verified": True,
    }
    return {name: value for name, value in (right | changed).items() if value is not None}


def token(key: Any = RSA, *, kid: str = "rsa", alg: str = "RS256", **changed: Any) -> str:
    return jwt.encode({"alg": alg, "kid": kid}, claims(**changed), key, algorithms=[alg])


def without_signature(alg: str) -> str:
    parts = ({"alg": alg, "kid": "rsa"}, claims())
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def test_a_right_token_proves_who_it_is() -> None:
    assert proof_of(token(), PUBLISHED, WANTED, now=NOW) == Proof(
        WANTED.issuer, "pairwise", "coordinator@council.example"
    )
    assert proof_of(token(EC, kid="ec", alg="ES256"), PUBLISHED, WANTED, now=NOW).subject == "pairwise"


def test_an_account_of_entra_id_is_known_by_its_tenant_and_object() -> None:
    assert proof_of(token(tid="tenant", oid="object"), PUBLISHED, WANTED, now=NOW).subject == "tenant/object"


@pytest.mark.parametrize(
    ("changed", "email"),
    [
        ({"email_verified": None}, ""),
        ({"email_verified": False}, ""),
        ({"email_verified": "false"}, ""),
        ({"email_verified": None, "xms_edov": "1"}, "coordinator@council.example"),
        ({"email_verified": None, "xms_edov": True}, "coordinator@council.example"),
        ({"email_verified": None, "xms_edov": 0}, ""),
        ({"email": None, "preferred_username": "coordinator@council.example"}, ""),
        ({"email": ["coordinator@council.example"]}, ""),
    ],
)
def test_an_address_counts_only_where_the_provider_vouches_for_it(changed: dict[str, Any], email: str) -> None:
    assert proof_of(token(**changed), PUBLISHED, WANTED, now=NOW).email == email


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["the nonce"]}, "nonce"),
        ({"aud": "another"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": ["convene", "another"]}, "several audiences"),
        ({"aud": ["convene", "another"], "azp": "another"}, "authorized party"),
        ({"azp": "another"}, "authorized party"),
        ({"iss": "https://login.example/other/v2.0"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"exp": int((NOW - timedelta(minutes=2)).timestamp())}, "expiry"),
        ({"exp": None}, "expiry"),
        ({"exp": "tomorrow"}, "expiry"),
        ({"exp": True}, "expiry"),
        ({"iat": int((NOW - timedelta(hours=1)).timestamp())}, "age"),
        ({"iat": int((NOW + timedelta(hours=1)).timestamp())}, "age"),
        ({"iat": None}, "age"),
        ({"nbf": int((NOW + timedelta(hours=1)).timestamp())}, "not yet"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": {"is": "an object"}}, "subject"),
    ],
)
def test_a_token_that_is_wrong_in_one_thing_proves_nothing(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(Unproven, match=why):
        proof_of(token(**changed), PUBLISHED, WANTED, now=NOW)


def test_two_audiences_are_right_where_we_are_the_authorized_party() -> None:
    right = token(aud=["convene", "another"], azp="convene")
    assert proof_of(right, PUBLISHED, WANTED, now=NOW).subject == "pairwise"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS1"])
def test_a_token_without_a_signature_proves_nothing(alg: str) -> None:
    with pytest.raises(Unproven, match="algorithm"):
        proof_of(without_signature(alg), PUBLISHED, WANTED, now=NOW)


def test_a_public_key_is_no_shared_secret() -> None:
    """The confusion of keys: a token sealed with the published key as though it were a secret."""
    unsigned = without_signature("HS256").rstrip(".")
    seal = hmac.digest(RSA.as_pem(private=False), unsigned.encode(), "sha256")
    forged = f"{unsigned}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"
    with pytest.raises(Unproven, match="algorithm"):
        proof_of(forged, PUBLISHED, WANTED, now=NOW)


@pytest.mark.parametrize(
    "forged",
    [
        token(OTHER),  # somebody else's key under a name that is published
        token(EC, alg="ES256"),  # a key of another kind than the published one
        token()[:-6] + "AAAAAA",
        token(OTHER, kid="secrets"),  # published, but not for signatures
        token(kid="unheard of"),
        token(kid="nowhere"),
        "",
        "a.b",
        "a.b.c",
        "eyJhbGciOiJSUzI1NiJ9..",
        "é" * 50,
        "." * 5000,
    ],
)
def test_a_token_that_no_published_key_signed_proves_nothing(forged: str) -> None:
    with pytest.raises(Unproven):
        proof_of(forged, PUBLISHED, WANTED, now=NOW)


def test_a_key_that_is_not_published_yet_is_told_apart_so_that_keys_are_read_again() -> None:
    with pytest.raises(UnknownKey):
        proof_of(token(kid="new"), PUBLISHED, WANTED, now=NOW)
    with pytest.raises(UnknownKey):
        proof_of(token(), [*PUBLISHED, PUBLISHED[0]], WANTED, now=NOW)  # two keys of one name: neither is meant
