"""What DNS says about our mail domain: where its mail goes, and whether others may believe mail from it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import NXDOMAIN, NoAnswer, NoResolverConfiguration

from notifications.findings import Finding, advice, right, wrong

ANSWER_WITHIN = 5.0  # seconds for a question, whatever is tried for it
MOST_LOOKUPS = 10  # that an SPF record may cost whoever evaluates it (RFC 7208 section 4.6.4)
_ASKS = re.compile(r"[+?~-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?:[:/]|$)|exists:)|redirect=", re.IGNORECASE)
_INCLUDED = re.compile(r"(?:[+?~-]?include:|redirect=)(\S+)", re.IGNORECASE)
_GOOGLE = (".google.com", ".googlemail.com")


class NoAnswerFromDns(Exception):
    """DNS did not say whether there is such a record; `str()` says why."""


def resolver_at(address: tuple[str, int] | None = None) -> Resolver:
    """This machine's own resolver, or another one.

    :raises NoAnswerFromDns: when this machine names none.
    """
    try:
        resolver = Resolver(configure=address is None)
    except (NoResolverConfiguration, OSError) as error:
        raise NoAnswerFromDns("this machine names no DNS server") from error
    if address is not None:
        resolver.nameservers, resolver.port = [address[0]], address[1]
    resolver.lifetime = ANSWER_WITHIN
    return resolver


async def looked_at(domain: str, *, selector: str, resolver: Resolver) -> list[Finding]:
    """What is right and wrong with the records of our mail domain, one after another.

    :param selector: of DKIM, as the relay signs with it; "" where it is not known.
    """
    findings: list[Finding] = []
    looks: list[Callable[[], Awaitable[list[Finding]]]] = [
        lambda: _mx(domain, resolver),
        lambda: _spf(domain, resolver),
        lambda: _dkim(domain, selector, resolver),
        lambda: _dmarc(domain, resolver),
        lambda: _transport(domain, resolver),
    ]
    for look in looks:
        try:
            findings += await look()
        except NoAnswerFromDns as failure:
            findings.append(
                wrong("DNS", f"DNS gives no answer ({failure}). Check this machine's resolver and try again.")
            )
            break
    return findings


async def _mx(domain: str, resolver: Resolver) -> list[Finding]:
    """RFC 5321 section 5.1; RFC 7505 for the MX that says "no mail"."""
    records = [record for record in await _asked(domain, "MX", resolver) if isinstance(record, MX)]
    hosts = [str(record.exchange).rstrip(".").lower() for record in sorted(records, key=lambda r: r.preference)]
    if not hosts:
        return [
            wrong("MX", f"{domain} has no MX record: answers cannot come back. Add one that names your mail server.")
        ]
    if hosts == [""]:
        return [wrong("MX", f"{domain} says by its MX record that it takes no mail. Name your mail server instead.")]
    if any(host.endswith(_GOOGLE) for host in hosts):
        return [
            wrong(
                "MX",
                f"{domain} is at Google ({hosts[0]}), where answers of Gmail's users are never mailed. Use another.",
            )
        ]
    lost = [host for host in hosts if not await _found(host, resolver)]
    if lost:
        return [
            wrong(
                "MX", f"{lost[0]}, named by the MX record of {domain}, has no address. Correct the one or the other."
            )
        ]
    return [right("MX", f"Mail for {domain} goes to {', '.join(hosts)}.")]


async def _found(host: str, resolver: Resolver) -> bool:
    return bool(await _asked(host, "A", resolver) or await _asked(host, "AAAA", resolver))


async def _spf(domain: str, resolver: Resolver) -> list[Finding]:
    """RFC 7208: bounces and answers are about our own domain, so it needs a record of its own."""
    records = [text for text in await _texts(domain, resolver) if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
    if not records:
        return [wrong("SPF", f"{domain} has no SPF record. Add a TXT record such as: v=spf1 include:… -all")]
    if len(records) > 1:
        return [wrong("SPF", f"{domain} has {len(records)} SPF records, and so none counts. Make them one.")]
    terms = records[0].split()[1:]
    last = next((term.lower() for term in terms if re.fullmatch(r"[+?~-]?all", term, re.IGNORECASE)), "")
    if last in ("all", "+all"):
        return [wrong("SPF", f"The SPF record of {domain} lets everybody send in its name. End it with -all.")]
    asked = await _look_ups(terms, resolver)
    if asked > MOST_LOOKUPS:
        says = f"The SPF record of {domain} needs more than {MOST_LOOKUPS} look-ups, so it counts for none."
        return [wrong("SPF", f"{says} Take out what no longer sends.")]
    if not asked and not any(term.lower().lstrip("+").startswith(("ip4:", "ip6:")) for term in terms):
        return [wrong("SPF", f"The SPF record of {domain} lets no server send. Name those of your relay in it.")]
    if last not in ("-all", "~all") and not any(term.lower().startswith("redirect=") for term in terms):
        return [advice("SPF", f"The SPF record of {domain} does not say what of other servers. End it with -all.")]
    return [
        right(
            "SPF",
            f"{domain} has an SPF record. See that it names the servers that your relay sends from: {records[0]}",
        )
    ]


async def _look_ups(terms: list[str], resolver: Resolver) -> int:
    """How many questions whoever evaluates these terms must ask at most; counted no further than beyond the limit."""
    asked = sum(bool(_ASKS.match(term)) for term in terms)
    others = [found.group(1) for term in terms if (found := _INCLUDED.match(term))]
    seen: set[str] = set()
    while others and asked <= MOST_LOOKUPS:
        name = others.pop()
        if "%" in name or name.lower() in seen:  # macros are known to the receiver only
            continue
        seen.add(name.lower())
        record = next((text for text in await _texts(name, resolver) if text.lower().startswith("v=spf1")), "")
        asked += sum(bool(_ASKS.match(term)) for term in record.split()[1:])
        others += [found.group(1) for term in record.split()[1:] if (found := _INCLUDED.match(term))]
    return asked


async def _dkim(domain: str, selector: str, resolver: Resolver) -> list[Finding]:
    """RFC 6376 section 3.6: a key with an empty value is revoked."""
    if not selector:
        return [advice("DKIM", "Not looked at. Say with --dkim by which selector your relay signs.")]
    where = f"{selector}._domainkey.{domain}"
    keys = [text for text in await _texts(where, resolver) if re.search(r"(^|;)\s*p\s*=", text)]
    if not keys:
        return [wrong("DKIM", f"There is no key at {where}. Publish the one that your relay signs with.")]
    if not re.search(r"(^|;)\s*p\s*=\s*[A-Za-z0-9+/]", keys[0]):
        return [wrong("DKIM", f"The key at {where} is revoked. Publish the one that your relay signs with.")]
    return [right("DKIM", f"There is a key at {where}.")]


async def _dmarc(domain: str, resolver: Resolver) -> list[Finding]:
    """RFC 7489; where our domain has no record, one of a domain above it may speak for it."""
    labels = domain.split(".")
    for above in (".".join(labels[start:]) for start in range(len(labels) - 1)):
        records = [text for text in await _texts(f"_dmarc.{above}", resolver) if text.lower().startswith("v=dmarc1")]
        if len(records) > 1:
            return [
                wrong("DMARC", f"_dmarc.{above} has {len(records)} DMARC records, and so none counts. Make them one.")
            ]
        if records:
            return [_policy(domain, above, records[0])]
    return [wrong("DMARC", f"{domain} has no DMARC record. Add at _dmarc.{domain}: v=DMARC1; p=reject; rua=mailto:…")]


def _policy(domain: str, above: str, record: str) -> Finding:
    tags = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (t.partition("=") for t in record.split(";"))
    }
    policy = tags.get("p", "") if above == domain else tags.get("sp", tags.get("p", ""))
    if policy in ("quarantine", "reject"):
        return right("DMARC", f"Mail that is not really from {domain} meets the policy {policy}, by _dmarc.{above}.")
    if policy == "none":
        return advice("DMARC", f"The policy of _dmarc.{above} is none. Once its reports are clean, make it reject.")
    return wrong("DMARC", f"The DMARC record at _dmarc.{above} names no policy. Write p=reject into it.")


async def _transport(domain: str, resolver: Resolver) -> list[Finding]:
    """RFC 8461 and RFC 8460: nobody between the servers reads along, and we are told of failures."""
    findings = []
    for part, name, begins, what in (
        ("MTA-STS", f"_mta-sts.{domain}", "v=stsv1", "asks other servers to demand TLS of yours"),
        ("TLS-RPT", f"_smtp._tls.{domain}", "v=tlsrptv1", "asks to be told where TLS fails"),
    ):
        there = any(text.lower().startswith(begins) for text in await _texts(name, resolver))
        says = f"{domain} {what}." if there else f"There is no record at {name}, which {what}. Think of adding it."
        findings.append((right if there else advice)(part, says))
    return findings


async def _texts(name: str, resolver: Resolver) -> list[str]:
    records = await _asked(name, "TXT", resolver)
    return [b"".join(record.strings).decode("ascii", "replace") for record in records if isinstance(record, TXT)]


async def _asked(name: str, kind: str, resolver: Resolver) -> list[object]:
    """The records there are, none where DNS says there are none.

    :raises NoAnswerFromDns: when it says neither.
    """
    try:
        return list(await resolver.resolve(name, kind, raise_on_no_answer=False, search=False))
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError) as error:
        raise NoAnswerFromDns(f"{name}: {type(error).__name__}") from error
