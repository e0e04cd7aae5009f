"""One variable of the environment, read as what it stands for or refused with its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_LONGEST_SECRET = 4096
THIS_MACHINE = ("127.0.0.1", "::1", "localhost")


class BadSetting(ValueError):
    """A variable in the environment cannot be used; the message names it and says what it should be."""


def secret(env: Mapping[str, str], name: str) -> str:
    """The secret of this name, or what stands in the file that NAME_FILE names; a last line end is not part of it."""
    file = env.get(f"{name}_FILE", "")
    if not file:
        return env.get(name, "")
    if env.get(name):
        raise BadSetting(f"{name}_FILE and {name} are both set: give one of them")
    try:
        with Path(file).open("rb") as secret:
            return secret.read(_LONGEST_SECRET).decode().rstrip("\r\n")
    except (OSError, ValueError) as why:
        because = getattr(why, "strerror", None) or type(why).__name__
        raise BadSetting(f"{name}_FILE cannot be read: {because}") from None


def flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "no").lower()
    if value not in ("yes", "no"):
        raise BadSetting(f"{name} must be yes or no: {value!r}")
    return value == "yes"


def endpoint(env: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    value = env.get(name, default)
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise BadSetting(f"{name} must be host:port, for example {default}: {value!r}")
    return host.strip("[]"), int(port)


def seconds(env: Mapping[str, str], name: str, default: float, limits: tuple[float, float]) -> float:
    value = env.get(name, str(default))
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not limits[0] <= seconds <= limits[1]:
        raise BadSetting(f"{name} must be a number of seconds from {limits[0]} to {limits[1]}: {value!r}")
    return seconds


def networks(env: Mapping[str, str], name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Of this installation's own, with commas between them; usually none."""
    value = env.get(name, "")
    try:
        return tuple(ip_network(network) for network in value.replace(",", " ").split())
    except ValueError:
        raise BadSetting(f"{name} must be networks such as 10.1.2.0/24 with commas between them: {value!r}") from None


def header_text(env: Mapping[str, str], name: str, default: str) -> str:
    value = env.get(name, default).strip()
    if not value or len(value) > 60 or "=?" in value or any(ord(c) < 32 or ord(c) == 127 for c in value):
        raise BadSetting(f"{name} must be one short line of plain text: {value!r}")
    return value


def mail_address(env: Mapping[str, str], name: str) -> str:
    """One plain address; "" where it is left out."""
    value = env.get(name, "").strip()
    if value and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}", value):
        raise BadSetting(f"{name} must be one mail address such as log@auditor.example: {value!r}")
    return value


def folder(env: Mapping[str, str], name: str, what: str = "folder") -> Path | None:
    """A folder, or another `what`, by its whole path; None where it is left out."""
    value = env.get(name, "")
    if value and not Path(value).is_absolute():
        raise BadSetting(f"{name} must be the whole path of a {what}, from / on: {value!r}")
    return Path(value) if value else None


def web_address(env: Mapping[str, str], name: str) -> str:
    """An address that a link may lead to, without a slash at its end; "" where it is left out."""
    value = env.get(name, "").rstrip("/")
    if value and not re.fullmatch(r"https?://[!-~]{1,200}", value):
        raise BadSetting(f"{name} must be an https address of at most 200 characters: {value!r}")
    return value


def listener(env: Mapping[str, str], name: str, *, token: str) -> tuple[str, int] | None:
    """Where a monitor asks; None where the variable is left out.

    :param token: what a monitor must send; it may be "" only where this machine alone can ask.
    """
    if not env.get(name):
        return None
    host, port = endpoint(env, name, "127.0.0.1:9464")
    if host not in THIS_MACHINE and len(token) < 32:
        raise BadSetting(f"{name} is beyond this machine, so CONVENE_METRICS_TOKEN must be at least 32 characters")
    return host, port


def parts_of(url: str) -> SplitResult | None:
    """The address in its parts; None where it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return None


def port_fits(parts: SplitResult) -> bool:
    """Whether its port, where it names one, can be connected to."""
    try:
        return parts.port != 0
    except ValueError:
        return False
