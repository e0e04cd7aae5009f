"""The settings of organisations through which people sign in: CONVENE_OPENID names them, the rest follows from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from variables import THIS_MACHINE, BadSetting, flag, header_text, secret
from web.openid_provider import Provider

_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
_DOMAIN = re.compile(r"(?=.{4,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
_FOR_ANY_TENANT = ("/common/", "/organizations/", "/consumers/")


def load_openid(env: Mapping[str, str]) -> tuple[Provider, ...]:
    """The organisations, in the order in which CONVENE_OPENID names them; usually none or one.

    :raises BadSetting: naming the first variable that cannot be used.
    """
    names = env.get("CONVENE_OPENID", "").lower().replace(",", " ").split()
    if not all(_NAME.fullmatch(name) for name in names) or len(set(names)) < len(names):
        raise BadSetting(f"CONVENE_OPENID must be short words, each once, such as lambeth: {' '.join(names)!r}")
    organisations = tuple(_one(env, name) for name in names)
    domains = [domain for organisation in organisations for domain in organisation.domains]
    if len(set(domains)) < len(domains):
        raise BadSetting("CONVENE_OPENID: two organisations have the same mail domain; each speaks for its own only")
    return organisations


def _one(env: Mapping[str, str], name: str) -> Provider:
    prefix = f"CONVENE_OPENID_{name.upper()}"
    return Provider(
        name=name,
        title=header_text(env, f"{prefix}_TITLE", name.capitalize()),
        issuer=_issuer(env, f"{prefix}_ISSUER"),
        client_id=_given(f"{prefix}_CLIENT_ID", env.get(f"{prefix}_CLIENT_ID", "")),
        client_secret=_given(f"{prefix}_CLIENT_SECRET", secret(env, f"{prefix}_CLIENT_SECRET")),
        domains=_domains(env, f"{prefix}_DOMAINS"),
        only=flag(env, f"{prefix}_ONLY"),
    )


def _issuer(env: Mapping[str, str], name: str) -> str:
    """As the provider writes it in its tokens, to the letter; https, or http on this machine."""
    issuer = env.get(name, "")
    if not re.fullmatch(r"https?://[!-~]{1,240}", issuer):
        raise BadSetting(f"{name} must be an https:// address: {issuer!r}")
    parts = urlsplit(issuer)
    if (parts.scheme == "http" and parts.hostname not in THIS_MACHINE) or parts.query or parts.fragment:
        raise BadSetting(f"{name} must be an https:// address without a query (http:// on this machine): {issuer!r}")
    if any(any_tenant in f"{issuer}/" for any_tenant in _FOR_ANY_TENANT):
        raise BadSetting(f"{name} must be your own tenant's, with its id in it: {issuer!r} is for anybody's accounts")
    return issuer


def _domains(env: Mapping[str, str], name: str) -> frozenset[str]:
    domains = env.get(name, "").lower().replace(",", " ").split()
    if not domains or not all(_DOMAIN.fullmatch(domain) for domain in domains):
        raise BadSetting(f"{name} must be the mail domains of its people, such as lambeth.gov.uk: {domains}")
    return frozenset(domains)


def _given(name: str, value: str) -> str:
    """The value is not repeated: logs are no place for it."""
    if not value or not (value.isascii() and value.isprintable()):
        raise BadSetting(f"{name} must be given, in printable ASCII characters")
    return value
