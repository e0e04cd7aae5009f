"""Whether the relay can be reached, encrypts, and lets us in: said step by step, where sending says only "later".

It speaks SMTP by the standard library: what is looked at is each step on the way to the first letter.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field

from notifications.access_tokens import THIS_MACHINE, AccessTokens, NoToken
from notifications.addresses import one_line
from notifications.findings import Finding, advice, right, why, wrong
from notifications.smtp import Tls

ANSWER_WITHIN = 15  # seconds, for each step
PART = "Relay"


@dataclass(frozen=True)
class Way:
    """The way out, as configured."""

    host: str
    port: int
    tls: Tls = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    tokens: AccessTokens | None = None


async def looked_at(way: Way) -> list[Finding]:
    """What is right and wrong with the relay, up to the first thing that ends the way. Nothing is sent."""
    return await asyncio.to_thread(_looked_at, way)


def _looked_at(way: Way) -> list[Finding]:
    at = f"{way.host}:{way.port}"
    try:
        client = _connected(way)
    except ssl.SSLCertVerificationError as error:
        return [_untrusted(at, error)]
    except (OSError, smtplib.SMTPException) as error:
        return [
            wrong(PART, f"The relay at {at} cannot be reached ({why(error)}). Check CONVENE_RELAY, and that it runs.")
        ]
    try:
        return [right(PART, f"The relay at {at} answers."), *_talked_to(client, way, at)]
    except (OSError, smtplib.SMTPException) as error:
        return [wrong(PART, f"The relay at {at} broke off ({why(error)}). Its log says why.")]
    finally:
        client.close()


def _connected(way: Way) -> smtplib.SMTP:
    if way.tls == "tls":
        return smtplib.SMTP_SSL(way.host, way.port, timeout=ANSWER_WITHIN, context=ssl.create_default_context())
    return smtplib.SMTP(way.host, way.port, timeout=ANSWER_WITHIN)


def _talked_to(client: smtplib.SMTP, way: Way, at: str) -> list[Finding]:
    client.ehlo()
    findings = [_encrypted(client, way, at)]
    if findings[0].level == "wrong" and way.tls != "none":
        return findings
    if way.user:
        findings.append(_let_in(client, way, at))
    return findings


def _encrypted(client: smtplib.SMTP, way: Way, at: str) -> Finding:
    offered = client.has_extn("starttls")
    if way.tls == "tls":
        return right(PART, "The way there is encrypted, and its certificate is good.")
    if way.tls == "none" and way.host in THIS_MACHINE:
        return right(PART, "It is on this machine, so nothing needs to be encrypted on the way there.")
    if way.tls == "none":
        instead = (
            "Set CONVENE_RELAY_TLS=starttls." if offered else "Make it offer STARTTLS, then set CONVENE_RELAY_TLS."
        )
        return wrong(PART, f"Letters cross the network in clear on the way to {at}. {instead}")
    if not offered:
        return wrong(
            PART, f"{at} offers no STARTTLS, so no letter leaves. Make it, or set CONVENE_RELAY_TLS to what it has."
        )
    try:
        client.starttls(context=ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        return _untrusted(at, error)
    client.ehlo()
    return right(PART, "The way there is encrypted, and its certificate is good.")


def _untrusted(at: str, error: ssl.SSLCertVerificationError) -> Finding:
    return wrong(
        PART,
        f"The certificate of {at} is not good ({error.verify_message}), so no letter leaves. Name the relay in "
        "CONVENE_RELAY as its certificate does, or let this machine know the authority that signed it.",
    )


def _let_in(client: smtplib.SMTP, way: Way, at: str) -> Finding:
    offered = client.esmtp_features.get("auth", "").upper().split()
    wanted = ["XOAUTH2"] if way.tokens else ["PLAIN", "LOGIN", "CRAM-MD5"]
    if not set(wanted) & set(offered):
        has = f"only {', '.join(offered)}" if offered else "no signing in"
        return wrong(
            PART, f"{at} offers {has}, and CONVENE_RELAY_USER needs {' or '.join(wanted)}. Is it the right port?"
        )
    try:
        _sign_in(client, way)
    except NoToken as failure:
        return wrong(PART, f"{failure} Check the CONVENE_OAUTH_ settings.")
    except smtplib.SMTPAuthenticationError as refusal:
        said = one_line(_text(refusal.smtp_error))
        what = "the access token" if way.tokens else "CONVENE_RELAY_PASSWORD"
        return wrong(
            PART, f"{at} does not let us in ({refusal.smtp_code} {said}). Check CONVENE_RELAY_USER and {what}."
        )
    except UnicodeEncodeError:
        return advice(PART, "The password has letters that only the sending itself can try: see the round trip.")
    return right(PART, "It lets CONVENE_RELAY_USER in.")


def _sign_in(client: smtplib.SMTP, way: Way) -> None:
    """:raises NoToken, SMTPAuthenticationError: when we are not let in."""
    if way.tokens is None:
        client.login(way.user, way.password)
        return
    told = f"user={way.user}\1auth=Bearer {way.tokens.current()}\1\1"
    first = [told]  # a second question is the refusal in JSON; it wants an empty answer
    client.auth("XOAUTH2", lambda challenge=None: first.pop() if first else "")


def _text(said: bytes | str) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else said
