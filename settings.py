"""Settings: read once from the environment, typed, and refused at start with the variable's name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit


class BadSetting(ValueError):
    """A variable in the environment cannot be used; the message names it and says what it should be."""


@dataclass(frozen=True)
class Imap:
    """The mailbox that the door reads, where there is one."""

    server: tuple[str, int]
    tls: Literal["none", "starttls", "tls"]
    user: str
    password: str
    folders: tuple[str, ...]
    poll: float


@dataclass(frozen=True)
class Settings:
    """Everything an operator may choose. Times are seconds; addresses are `host:port`."""

    state: Path
    database_url: str
    secret: str
    base_url: str
    web_listen: tuple[str, int]
    relay: tuple[str, int]
    relay_user: str
    relay_password: str
    relay_tls: Literal["none", "starttls", "tls"]
    smtp_door: tuple[str, int]
    lmtp_door: tuple[str, int]
    imap: Imap | None
    mail_domain: str
    mailbox: str
    sender_name: str
    marking: str
    tick: float
    demo: bool


_DOMAIN = re.compile(r"^(?=.{4,200}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$")
_LOCAL = re.compile(r"^[a-z0-9][a-z0-9._-]{0,30}$")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    :raises BadSetting: naming the first variable that cannot be used.
    """
    env = os.environ if environ is None else environ
    demo = _flag(env, "CONVENE_DEMO")
    secret = env.get("CONVENE_SECRET", "")
    if len(secret) < 32:
        raise BadSetting(
            "CONVENE_SECRET must be at least 32 characters: it makes the reply tokens. "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` makes one; keep it for ever."
        )
    domain = env.get("CONVENE_MAIL_DOMAIN", "invites.convene.example").lower()
    if not _DOMAIN.match(domain):
        raise BadSetting(f"CONVENE_MAIL_DOMAIN is not a mail domain: {domain!r}")
    if domain.endswith(".example") and not demo:
        raise BadSetting("CONVENE_MAIL_DOMAIN must be set to your own domain, for example invites.council.gov.uk")
    mailbox = env.get("CONVENE_MAILBOX", "meetings").lower()
    if not _LOCAL.match(mailbox):
        raise BadSetting(f"CONVENE_MAILBOX must be a short plain local part such as meetings: {mailbox!r}")
    return Settings(
        state=Path(env.get("CONVENE_STATE", "var")).absolute(),
        database_url=_database_url(env),
        secret=secret,
        base_url=_base_url(env),
        web_listen=_endpoint(env, "CONVENE_WEB", "127.0.0.1:8000"),
        relay=_endpoint(env, "CONVENE_RELAY", "127.0.0.1:25"),
        relay_user=env.get("CONVENE_RELAY_USER", ""),
        relay_password=env.get("CONVENE_RELAY_PASSWORD", ""),
        relay_tls=_tls(env, "CONVENE_RELAY_TLS", "none"),
        smtp_door=_endpoint(env, "CONVENE_SMTP_DOOR", "127.0.0.1:2525"),
        lmtp_door=_endpoint(env, "CONVENE_LMTP_DOOR", "127.0.0.1:2424"),
        imap=_imap(env) if env.get("CONVENE_IMAP") else None,
        mail_domain=domain,
        mailbox=mailbox,
        sender_name=_header_text(env, "CONVENE_SENDER_NAME", "Convene meetings"),
        marking=_header_text(env, "CONVENE_MARKING", "OFFICIAL-SENSITIVE"),
        tick=_seconds(env, "CONVENE_TICK", 10.0, (0.05, 15)),
        demo=demo,
    )


def _tls(env: Mapping[str, str], name: str, default: str) -> Literal["none", "starttls", "tls"]:
    match value := env.get(name, default):
        case "none" | "starttls" | "tls":
            return value
    raise BadSetting(f"{name} must be none, starttls or tls: {value!r}")


def _imap(env: Mapping[str, str]) -> Imap:
    """The password goes in clear text to this machine only. IDLE must be renewed within 29 minutes (RFC 2177)."""
    server = _endpoint(env, "CONVENE_IMAP", "127.0.0.1:143")
    tls = _tls(env, "CONVENE_IMAP_TLS", "tls")
    if tls == "none" and server[0] not in ("127.0.0.1", "::1", "localhost"):
        raise BadSetting("CONVENE_IMAP_TLS may be none only where CONVENE_IMAP is 127.0.0.1, [::1] or localhost")
    return Imap(
        server,
        tls,
        user=_credential(env, "CONVENE_IMAP_USER"),
        password=_credential(env, "CONVENE_IMAP_PASSWORD"),
        folders=_folders(env),
        poll=_seconds(env, "CONVENE_IMAP_POLL", 60.0, (5, 1500)),
    )


def _credential(env: Mapping[str, str], name: str) -> str:
    """IMAP's LOGIN takes ASCII. The value is not repeated: logs are no place for it."""
    value = env.get(name, "")
    if not value or not (value.isascii() and value.isprintable()):
        raise BadSetting(f"{name} must be given with CONVENE_IMAP, in printable ASCII characters")
    return value


def _folders(env: Mapping[str, str]) -> tuple[str, ...]:
    value = env.get("CONVENE_IMAP_FOLDERS", "INBOX")
    folders = tuple(name.strip() for name in value.split(","))
    if not all(name and name.isprintable() for name in folders):
        raise BadSetting(f"CONVENE_IMAP_FOLDERS must be names of folders with commas between them: {value!r}")
    return folders


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "no").lower()
    if value not in ("yes", "no"):
        raise BadSetting(f"{name} must be yes or no: {value!r}")
    return value == "yes"


def _endpoint(env: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    value = env.get(name, default)
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise BadSetting(f"{name} must be host:port, for example {default}: {value!r}")
    return host.strip("[]"), int(port)


def _seconds(env: Mapping[str, str], name: str, default: float, limits: tuple[float, float]) -> float:
    value = env.get(name, str(default))
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not limits[0] <= seconds <= limits[1]:
        raise BadSetting(f"{name} must be a number of seconds from {limits[0]} to {limits[1]}: {value!r}")
    return seconds


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


def _header_text(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, default).strip()
    if not value or len(value) > 60 or "=?" in value or any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise BadSetting(f"{name} must be one short line of plain text: {value!r}")
    return value
