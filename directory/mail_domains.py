"""How mail to a domain is treated: whether it must travel encrypted, and by which address its people are asked.

A domain is what stands behind the @; a subdomain is one of its own. What the directory does not say, the settings say
(CONVENE_PLAIN_DOMAINS), and else the defaults: encrypted where the other side can, and answers to a token.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from audit import trail
from directory.addresses import mail_domain, server_names
from directory.contacts import holds_on
from directory.errors import NoSuchAgency
from directory.reach_tables import Answers, MailDomain, Tls
from directory.tables import Agency, Contact
from notifications import tls_promises
from notifications.tls_promises import Policy


@dataclass(frozen=True)
class Treated:
    """How one domain is treated, and how many contacts of today are behind it. `told` where the directory says so."""

    domain: str
    agency_code: str
    agency: str
    tls: str
    answers: str
    servers: str
    contacts: int
    told: bool


async def treated(today: date, configured: frozenset[str]) -> list[Treated]:
    """Every domain that the directory speaks of or has contacts at, by name.

    :param configured: the domains that the settings name as plain.
    """
    used = Counter(_domain(row["email"]) for row in await Contact.select(Contact.email).where(holds_on(today)))
    rows = {row["domain"]: row for row in await _rows()}
    return [_treated(domain, rows.get(domain), used[domain], configured) for domain in sorted(rows.keys() | used)]


def _treated(domain: str, row: dict[str, str] | None, contacts: int, configured: frozenset[str]) -> Treated:
    if row is None:
        answers = Answers.PLAIN if domain in configured else Answers.TOKENS
        return Treated(domain, "", "", Tls.OPPORTUNISTIC.value, answers.value, "", contacts, told=False)
    agency = row["agency_code"] or "", row["agency"] or ""
    return Treated(domain, *agency, row["tls"], row["answers"], row["servers"], contacts, told=True)


async def _rows() -> list[dict[str, str]]:
    agency = (MailDomain.agency.code.as_alias("agency_code"), MailDomain.agency.name.as_alias("agency"))
    return await MailDomain.select(MailDomain.domain, MailDomain.tls, MailDomain.answers, MailDomain.servers, *agency)


async def plain_domains(configured: frozenset[str]) -> frozenset[str]:
    """The domains whose people are asked by the role mailbox: the directory's word, and else the settings'."""
    told = {row["domain"]: row["answers"] for row in await MailDomain.select(MailDomain.domain, MailDomain.answers)}
    return frozenset(
        domain for domain in configured | told.keys() if told.get(domain, Answers.PLAIN.value) == Answers.PLAIN.value
    )


async def demands() -> dict[str, Policy]:
    """What must be true of how mail travels on to the domains for which encryption is enforced."""
    rows = await MailDomain.select(MailDomain.domain, MailDomain.servers).where(MailDomain.tls == Tls.ENFORCED.value)
    return {row["domain"]: tls_promises.demanded(filter(None, row["servers"].split(":"))) for row in rows}


async def treat(
    domain: str, *, agency: str, tls: Tls, answers: Answers, servers: str = "", by: str, now: datetime
) -> None:
    """Mail to this domain is treated so from now on; the same again changes nothing.

    :param agency: the code of the agency whose domain it is, or "".
    :param servers: names of its mail servers with colons or spaces between, of which a certificate must bear one.
    :raises BadAddress: when it is no mail domain.
    :raises NotPlain: when the servers' names cannot be used.
    :raises NoSuchAgency: when there is none of this code.
    """
    told: dict[str, Any] = {
        "domain": mail_domain(domain),
        "tls": tls.value,
        "answers": answers.value,
        "servers": server_names(servers),
    }
    async with MailDomain._meta.db.transaction():
        of = await Agency.select(Agency.id).where(Agency.code == agency).first() if agency else None
        if agency and of is None:
            raise NoSuchAgency(agency)
        row = MailDomain(agency=of["id"] if of else None, **told)
        known = await MailDomain.objects().where(MailDomain.domain == told["domain"]).lock_rows().first()
        if known is not None and known.to_dict() == row.to_dict():
            return
        await MailDomain.insert(row).on_conflict(
            target=MailDomain.domain,
            action="DO UPDATE",
            values=[MailDomain.agency, MailDomain.tls, MailDomain.answers, MailDomain.servers],
        )
        detail = {name: told[name] for name in ("tls", "answers", "servers")}
        await trail.record(by, "mail domain treated", f"mail domain {told['domain']}"[:120], now=now, detail=detail)


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()
