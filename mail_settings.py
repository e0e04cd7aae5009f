"""The settings of mail: the way out by a relay, the mailbox that is read, and the tokens that open both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from variables import THIS_MACHINE, BadSetting, endpoint, parts_of, port_fits, seconds, secret

Tls = Literal["none", "starttls", "tls"]


@dataclass(frozen=True)
class WayOut:
    """The relay that takes our letters; without a user nobody signs in, without a password it is by OAuth 2.

    :param tls_policy: where the domains are written for which the relay must encrypt.
    """

    server: tuple[str, int]
    user: str
    password: str = field(repr=False)
    tls: Tls
    connections: int
    tls_policy: Path | None


@dataclass(frozen=True)
class Imap:
    """The mailbox that the door reads, where there is one; without a password, it signs in by OAuth 2."""

    server: tuple[str, int]
    tls: Tls
    user: str
    password: str = field(repr=False)
    folders: tuple[str, ...]
    poll: float


@dataclass(frozen=True)
class OAuth:
    """Where the access tokens come from that stand in for the passwords of relay and mailbox."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str


def load_relay(env: Mapping[str, str], oauth: OAuth | None) -> WayOut:
    """Who signs in does so under TLS, or on this machine.

    :raises BadSetting: naming the first variable that cannot be used.
    """
    server, tls = endpoint(env, "CONVENE_RELAY", "127.0.0.1:25"), _tls(env, "CONVENE_RELAY_TLS", "none")
    user, password = env.get("CONVENE_RELAY_USER", ""), secret(env, "CONVENE_RELAY_PASSWORD")
    if user and tls == "none" and server[0] not in THIS_MACHINE:
        raise BadSetting(
            "CONVENE_RELAY_TLS must be starttls or tls where CONVENE_RELAY_USER signs in to another machine: "
            "what signs in must not cross a network in clear"
        )
    if user and not oauth and not password:
        raise BadSetting("CONVENE_RELAY_PASSWORD must be given with CONVENE_RELAY_USER, or CONVENE_OAUTH_TOKEN_URL")
    policy = env.get("CONVENE_RELAY_TLS_POLICY", "")
    return WayOut(server, user, password, tls, _connections(env), Path(policy) if policy else None)


def load_imap(env: Mapping[str, str], oauth: OAuth | None) -> Imap | None:
    """The password goes in clear text to this machine only. IDLE must be renewed within 29 minutes (RFC 2177).

    :raises BadSetting: naming the first variable that cannot be used.
    """
    if not env.get("CONVENE_IMAP"):
        return None
    server = endpoint(env, "CONVENE_IMAP", "127.0.0.1:143")
    tls = _tls(env, "CONVENE_IMAP_TLS", "tls")
    if tls == "none" and server[0] not in THIS_MACHINE:
        raise BadSetting("CONVENE_IMAP_TLS may be none only where CONVENE_IMAP is 127.0.0.1, [::1] or localhost")
    password, given = secret(env, "CONVENE_IMAP_PASSWORD"), "with CONVENE_IMAP, or CONVENE_OAUTH_TOKEN_URL"
    return Imap(
        server,
        tls,
        user=_credential("CONVENE_IMAP_USER", env.get("CONVENE_IMAP_USER", ""), "with CONVENE_IMAP"),
        password=password if oauth and not password else _credential("CONVENE_IMAP_PASSWORD", password, given),
        folders=_folders(env),
        poll=seconds(env, "CONVENE_IMAP_POLL", 60.0, (5, 1500)),
    )


def load_oauth(env: Mapping[str, str]) -> OAuth | None:
    """Client credentials; the secret crosses a network under TLS only.

    :raises BadSetting: naming the first variable that cannot be used.
    """
    url = env.get("CONVENE_OAUTH_TOKEN_URL", "")
    if not url:
        return None
    parts = parts_of(url)
    here = parts is not None and parts.scheme == "http" and parts.hostname in THIS_MACHINE
    fits = parts is not None and parts.hostname and port_fits(parts) and (here or parts.scheme == "https")
    if not fits or not url.isprintable() or " " in url:
        raise BadSetting(f"CONVENE_OAUTH_TOKEN_URL must be an https:// address (http:// on this machine): {url!r}")
    given = "with CONVENE_OAUTH_TOKEN_URL"
    return OAuth(
        url,
        _credential("CONVENE_OAUTH_CLIENT_ID", env.get("CONVENE_OAUTH_CLIENT_ID", ""), given),
        _credential("CONVENE_OAUTH_CLIENT_SECRET", secret(env, "CONVENE_OAUTH_CLIENT_SECRET"), given),
        _credential("CONVENE_OAUTH_SCOPE", env.get("CONVENE_OAUTH_SCOPE", ""), given),
    )


def _tls(env: Mapping[str, str], name: str, default: str) -> Tls:
    match value := env.get(name, default):
        case "none" | "starttls" | "tls":
            return value
    raise BadSetting(f"{name} must be none, starttls or tls: {value!r}")


def _connections(env: Mapping[str, str]) -> int:
    value = env.get("CONVENE_RELAY_CONNECTIONS", "4")
    if not re.fullmatch("[0-9]{1,2}", value) or not 1 <= int(value) <= 20:
        raise BadSetting(f"CONVENE_RELAY_CONNECTIONS must be a whole number from 1 to 20: {value!r}")
    return int(value)


def _credential(name: str, value: str, given: str) -> str:
    """IMAP's LOGIN takes ASCII. The value is not repeated: logs are no place for it."""
    if not value or not (value.isascii() and value.isprintable()):
        raise BadSetting(f"{name} must be given {given}, in printable ASCII characters")
    return value


def _folders(env: Mapping[str, str]) -> tuple[str, ...]:
    value = env.get("CONVENE_IMAP_FOLDERS", "INBOX")
    folders = tuple(name.strip() for name in value.split(","))
    if not all(name and name.isprintable() for name in folders):
        raise BadSetting(f"CONVENE_IMAP_FOLDERS must be names of folders with commas between them: {value!r}")
    return folders
