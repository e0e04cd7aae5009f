"""Settings: read once from the environment, typed, and refused at start with the variable's name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from openid_settings import load_openid
from variables import (
    THIS_MACHINE,
    endpoint,
    flag,
    folder,
    header_text,
    listener,
    mail_address,
    networks,
    seconds,
    secret,
    web_address,
)
from variables import BadSetting as BadSetting
from web.openid_provider import Provider


@dataclass(frozen=True)
class Imap:
    """The mailbox that the door reads, where there is one; without a password, it signs in by OAuth 2."""

    server: tuple[str, int]
    tls: Literal["none", "starttls", "tls"]
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


@dataclass(frozen=True)
class Settings:
    """Everything an operator may choose. Times are seconds; addresses are `host:port`."""

    state: Path
    database_url: str = field(repr=False)
    secret: str = field(repr=False)
    base_url: str
    web_listen: tuple[str, int]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    relay: tuple[str, int]
    relay_user: str
    relay_password: str = field(repr=False)
    relay_tls: Literal["none", "starttls", "tls"]
    relay_connections: int
    relay_tls_policy: Path | None
    smtp_door: tuple[str, int]
    lmtp_door: tuple[str, int]
    imap: Imap | None
    oauth: OAuth | None
    openid: tuple[Provider, ...]
    authserv_id: str
    mail_domain: str
    mailbox: str
    plain_domains: frozenset[str]
    calendar_networks: tuple[IPv4Network | IPv6Network, ...]
    sender_name: str
    marking: str
    join_link: str
    audit_heads: Path | None
    audit_letters: str
    open_data: Path | None
    open_data_url: str
    tick: float
    web_metrics: tuple[str, int] | None
    worker_metrics: tuple[str, int] | None
    metrics_token: str = field(repr=False)
    demo: bool


_DOMAIN = re.compile(r"^(?=.{4,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
_LOCAL = re.compile(r"^[a-z0-9][a-z0-9._-]{0,30}$")
_AUTHSERV_ID = re.compile(r"[a-z0-9]([a-z0-9._-]{0,250}[a-z0-9])?")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    :raises BadSetting: naming the first variable that cannot be used.
    """
    env = os.environ if environ is None else environ
    demo = flag(env, "CONVENE_DEMO")
    sealing = secret(env, "CONVENE_SECRET")
    if len(sealing) < 32:
        raise BadSetting(
            "CONVENE_SECRET must be at least 32 characters: it makes the reply tokens. "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` makes one; keep it for ever."
        )
    mailbox = env.get("CONVENE_MAILBOX", "meetings").lower()
    if not _LOCAL.match(mailbox):
        raise BadSetting(f"CONVENE_MAILBOX must be a short plain local part such as meetings: {mailbox!r}")
    oauth = _oauth(env) if env.get("CONVENE_OAUTH_TOKEN_URL") else None
    metrics_token = secret(env, "CONVENE_METRICS_TOKEN")
    return Settings(
        state=Path(env.get("CONVENE_STATE", "var")).absolute(),
        database_url=_database_url(env),
        secret=sealing,
        base_url=_base_url(env),
        web_listen=endpoint(env, "CONVENE_WEB", "127.0.0.1:8000"),
        proxies=networks(env, "CONVENE_PROXIES"),
        relay=endpoint(env, "CONVENE_RELAY", "127.0.0.1:25"),
        relay_user=env.get("CONVENE_RELAY_USER", ""),
        relay_password=secret(env, "CONVENE_RELAY_PASSWORD"),
        relay_tls=_relay_tls(env, oauth),
        relay_connections=_connections(env),
        relay_tls_policy=Path(env["CONVENE_RELAY_TLS_POLICY"]) if env.get("CONVENE_RELAY_TLS_POLICY") else None,
        smtp_door=endpoint(env, "CONVENE_SMTP_DOOR", "127.0.0.1:2525"),
        lmtp_door=endpoint(env, "CONVENE_LMTP_DOOR", "127.0.0.1:2424"),
        imap=_imap(env, oauth) if env.get("CONVENE_IMAP") else None,
        oauth=oauth,
        openid=load_openid(env),
        authserv_id=_authserv_id(env),
        mail_domain=_mail_domain(env, demo=demo),
        mailbox=mailbox,
        plain_domains=_plain_domains(env),
        calendar_networks=networks(env, "CONVENE_CALENDAR_NETWORKS"),
        sender_name=header_text(env, "CONVENE_SENDER_NAME", "Convene meetings"),
        marking=header_text(env, "CONVENE_MARKING", "OFFICIAL-SENSITIVE"),
        join_link=_join_link(env, demo=demo),
        audit_heads=folder(env, "CONVENE_AUDIT_HEADS", "file"),
        audit_letters=mail_address(env, "CONVENE_AUDIT_LETTERS"),
        open_data=folder(env, "CONVENE_OPEN_DATA"),
        open_data_url=web_address(env, "CONVENE_OPEN_DATA_URL"),
        tick=seconds(env, "CONVENE_TICK", 10.0, (0.05, 15)),
        web_metrics=listener(env, "CONVENE_WEB_METRICS", token=metrics_token),
        worker_metrics=listener(env, "CONVENE_WORKER_METRICS", token=metrics_token),
        metrics_token=metrics_token,
        demo=demo,
    )


def _mail_domain(env: Mapping[str, str], *, demo: bool) -> str:
    domain = env.get("CONVENE_MAIL_DOMAIN", "invites.convene.example").lower()
    if not _DOMAIN.match(domain):
        raise BadSetting(f"CONVENE_MAIL_DOMAIN is not a mail domain: {domain!r}")
    if domain.endswith(".example") and not demo:
        raise BadSetting("CONVENE_MAIL_DOMAIN must be set to your own domain, for example invites.council.gov.uk")
    return domain


def _join_link(env: Mapping[str, str], *, demo: bool) -> str:
    """Offered to a coordinator who has used no link yet; "" for none."""
    link = env.get("CONVENE_JOIN_LINK", "https://meet.convene.example/strategy" if demo else "")
    if link and not re.fullmatch(r"https://[!-~]{1,247}", link):
        raise BadSetting(f"CONVENE_JOIN_LINK must be an https address of at most 255 characters: {link!r}")
    return link


def _plain_domains(env: Mapping[str, str]) -> frozenset[str]:
    """Of the invitees whose calendars cannot answer to an address with a token; usually none."""
    domains = frozenset(env.get("CONVENE_PLAIN_DOMAINS", "").lower().replace(",", " ").split())
    if not all(_DOMAIN.match(domain) for domain in domains):
        raise BadSetting(f"CONVENE_PLAIN_DOMAINS must be mail domains with commas between them: {sorted(domains)}")
    return domains


def _tls(env: Mapping[str, str], name: str, default: str) -> Literal["none", "starttls", "tls"]:
    match value := env.get(name, default):
        case "none" | "starttls" | "tls":
            return value
    raise BadSetting(f"{name} must be none, starttls or tls: {value!r}")


def _connections(env: Mapping[str, str]) -> int:
    value = env.get("CONVENE_RELAY_CONNECTIONS", "4")
    if not re.fullmatch("[0-9]{1,2}", value) or not 1 <= int(value) <= 20:
        raise BadSetting(f"CONVENE_RELAY_CONNECTIONS must be a whole number from 1 to 20: {value!r}")
    return int(value)


def _relay_tls(env: Mapping[str, str], oauth: OAuth | None) -> Literal["none", "starttls", "tls"]:
    """Who signs in does so under TLS, or on this machine."""
    tls = _tls(env, "CONVENE_RELAY_TLS", "none")
    if not env.get("CONVENE_RELAY_USER"):
        return tls
    if tls == "none" and endpoint(env, "CONVENE_RELAY", "127.0.0.1:25")[0] not in THIS_MACHINE:
        raise BadSetting(
            "CONVENE_RELAY_TLS must be starttls or tls where CONVENE_RELAY_USER signs in to another machine: "
            "what signs in must not cross a network in clear"
        )
    if not oauth and not secret(env, "CONVENE_RELAY_PASSWORD"):
        raise BadSetting("CONVENE_RELAY_PASSWORD must be given with CONVENE_RELAY_USER, or CONVENE_OAUTH_TOKEN_URL")
    return tls


def _imap(env: Mapping[str, str], oauth: OAuth | None) -> Imap:
    """The password goes in clear text to this machine only. IDLE must be renewed within 29 minutes (RFC 2177)."""
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


def _oauth(env: Mapping[str, str]) -> OAuth:
    """Client credentials; the secret crosses a network under TLS only."""
    url = env["CONVENE_OAUTH_TOKEN_URL"]
    parts = _parts(url)
    here = parts is not None and parts.scheme == "http" and parts.hostname in THIS_MACHINE
    fits = parts is not None and parts.hostname and _port_fits(parts) and (here or parts.scheme == "https")
    if not fits or not url.isprintable() or " " in url:
        raise BadSetting(f"CONVENE_OAUTH_TOKEN_URL must be an https:// address (http:// on this machine): {url!r}")
    given = "with CONVENE_OAUTH_TOKEN_URL"
    return OAuth(
        url,
        _credential("CONVENE_OAUTH_CLIENT_ID", env.get("CONVENE_OAUTH_CLIENT_ID", ""), given),
        _credential("CONVENE_OAUTH_CLIENT_SECRET", secret(env, "CONVENE_OAUTH_CLIENT_SECRET"), given),
        _credential("CONVENE_OAUTH_SCOPE", env.get("CONVENE_OAUTH_SCOPE", ""), given),
    )


def _credential(name: str, value: str, given: str) -> str:
    """IMAP's LOGIN takes ASCII. The value is not repeated: logs are no place for it."""
    if not value or not (value.isascii() and value.isprintable()):
        raise BadSetting(f"{name} must be given {given}, in printable ASCII characters")
    return value


def _authserv_id(env: Mapping[str, str]) -> str:
    """Empty for none; else as RFC 8601 has it, usually our mail server's name."""
    value = env.get("CONVENE_AUTHSERV_ID", "").lower()
    if value and not _AUTHSERV_ID.fullmatch(value):
        raise BadSetting(f"CONVENE_AUTHSERV_ID must be a name such as mail.council.gov.uk: {value!r}")
    return value


def _folders(env: Mapping[str, str]) -> tuple[str, ...]:
    value = env.get("CONVENE_IMAP_FOLDERS", "INBOX")
    folders = tuple(name.strip() for name in value.split(","))
    if not all(name and name.isprintable() for name in folders):
        raise BadSetting(f"CONVENE_IMAP_FOLDERS must be names of folders with commas between them: {value!r}")
    return folders


def _database_url(env: Mapping[str, str]) -> str:
    url = env.get("DATABASE_URL", "")
    parts = _parts(url)
    if parts is None or parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting("DATABASE_URL must be postgresql://user:password@host/database (./run sets it by itself)")
    return url


def _base_url(env: Mapping[str, str]) -> str:
    """Scheme and host, with a port where it is unusual: links are made by adding a path."""
    url = env.get("CONVENE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = _parts(url)
    fits = parts is not None and parts.scheme in ("http", "https") and parts.hostname and _port_fits(parts)
    if parts is None or not fits or parts.path or parts.query:
        raise BadSetting(f"CONVENE_BASE_URL must look like https://convene.council.gov.uk, without a path: {url!r}")
    return url


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _port_fits(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False
