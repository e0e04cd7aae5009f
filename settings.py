"""Settings: read once from the environment, typed, and refused at start with the variable's name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from mail_settings import Imap, OAuth, WayOut, load_imap, load_oauth, load_relay
from openid_settings import load_openid
from variables import BadSetting as BadSetting
from variables import (
    endpoint,
    flag,
    folder,
    header_text,
    listener,
    mail_address,
    networks,
    parts_of,
    port_fits,
    seconds,
    secret,
    web_address,
)
from web.openid_provider import Provider


@dataclass(frozen=True)
class Settings:
    """Everything an operator may choose. Times are seconds; addresses are `host:port`."""

    state: Path
    database_url: str = field(repr=False)  # the owner's, who migrates
    web_database_url: str = field(repr=False)  # the pages'
    service_database_url: str = field(repr=False)  # the worker's, the doors' and the commands'
    secret: str = field(repr=False)
    base_url: str
    web_listen: tuple[str, int]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    relay: WayOut
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
    oauth = load_oauth(env)
    metrics_token = secret(env, "CONVENE_METRICS_TOKEN")
    return Settings(
        state=Path(env.get("CONVENE_STATE", "var")).absolute(),
        database_url=_database_url(env, "DATABASE_URL"),
        web_database_url=_database_url(env, "CONVENE_WEB_DATABASE_URL", "DATABASE_URL"),
        service_database_url=_database_url(env, "CONVENE_SERVICE_DATABASE_URL", "DATABASE_URL"),
        secret=_sealing(env),
        base_url=_base_url(env),
        web_listen=endpoint(env, "CONVENE_WEB", "127.0.0.1:8000"),
        proxies=networks(env, "CONVENE_PROXIES"),
        relay=load_relay(env, oauth),
        smtp_door=endpoint(env, "CONVENE_SMTP_DOOR", "127.0.0.1:2525"),
        lmtp_door=endpoint(env, "CONVENE_LMTP_DOOR", "127.0.0.1:2424"),
        imap=load_imap(env, oauth),
        oauth=oauth,
        openid=load_openid(env),
        authserv_id=_authserv_id(env),
        mail_domain=_mail_domain(env, demo=demo),
        mailbox=_mailbox(env),
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


def _sealing(env: Mapping[str, str]) -> str:
    sealing = secret(env, "CONVENE_SECRET")
    if len(sealing) < 32:
        raise BadSetting(
            "CONVENE_SECRET must be at least 32 characters: it makes the reply tokens. "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` makes one; keep it for ever."
        )
    return sealing


def _mailbox(env: Mapping[str, str]) -> str:
    mailbox = env.get("CONVENE_MAILBOX", "meetings").lower()
    if not _LOCAL.match(mailbox):
        raise BadSetting(f"CONVENE_MAILBOX must be a short plain local part such as meetings: {mailbox!r}")
    return mailbox


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


def _authserv_id(env: Mapping[str, str]) -> str:
    """Empty for none; else as RFC 8601 has it, usually our mail server's name."""
    value = env.get("CONVENE_AUTHSERV_ID", "").lower()
    if value and not _AUTHSERV_ID.fullmatch(value):
        raise BadSetting(f"CONVENE_AUTHSERV_ID must be a name such as mail.council.gov.uk: {value!r}")
    return value


def _database_url(env: Mapping[str, str], *names: str) -> str:
    """The address in the first of these variables that is set."""
    name = next((name for name in names if env.get(name)), names[0])
    url = env.get(name, "")
    parts = parts_of(url)
    if parts is None or parts.scheme not in ("postgres", "postgresql"):
        raise BadSetting(f"{name} must be postgresql://user:password@host/database (./run sets it by itself)")
    return url


def _base_url(env: Mapping[str, str]) -> str:
    """Scheme and host, with a port where it is unusual: links are made by adding a path."""
    url = env.get("CONVENE_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = parts_of(url)
    fits = parts is not None and parts.scheme in ("http", "https") and parts.hostname and port_fits(parts)
    if parts is None or not fits or parts.path or parts.query:
        raise BadSetting(f"CONVENE_BASE_URL must look like https://convene.council.gov.uk, without a path: {url!r}")
    return url
