"""What DNS should say of our mail domain, and the sentence where it does not."""

from __future__ import annotations

import dns.rcode
import pytest

from notifications import mail_records
from notifications.findings import Finding, Level
from tests.notifications.dns_server import Zone, a_dns_server

DOMAIN = "invites.council.gov.uk"
HEALTHY = {
    (DOMAIN, "MX"): ["10 mail.council.gov.uk.", "20 backup.council.gov.uk."],
    ("mail.council.gov.uk", "A"): ["192.0.2.1"],
    ("backup.council.gov.uk", "AAAA"): ["2001:db8::1"],
    (DOMAIN, "TXT"): ['"something else"', '"v=spf1 mx include:spf.council.gov.uk " "-all"'],
    (f"convene._domainkey.{DOMAIN}", "TXT"): ['"v=DKIM1; k=rsa; p=MIIB"'],
    (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:dmarc@council.gov.uk"'],
    (f"_mta-sts.{DOMAIN}", "TXT"): ['"v=STSv1; id=20261118"'],
    (f"_smtp._tls.{DOMAIN}", "TXT"): ['"v=TLSRPTv1; rua=mailto:tls@council.gov.uk"'],
}


async def found(zone: Zone, *, selector: str = "convene") -> dict[str, Finding]:
    with a_dns_server(zone) as address:
        findings = await mail_records.looked_at(DOMAIN, selector=selector, resolver=mail_records.resolver_at(address))
    assert len({finding.part for finding in findings}) == len(findings)
    return {finding.part: finding for finding in findings}


async def test_a_domain_that_is_as_it_should_be_has_nothing_wrong() -> None:
    findings = await found(HEALTHY)
    assert {part: finding.level for part, finding in findings.items()} == dict.fromkeys(
        ("MX", "SPF", "DKIM", "DMARC", "MTA-STS", "TLS-RPT"), Level.RIGHT
    )
    assert findings["MX"].says == f"Mail for {DOMAIN} goes to mail.council.gov.uk, backup.council.gov.uk."


async def test_a_domain_of_which_dns_knows_nothing_lacks_each_record_by_name() -> None:
    findings = await found({})
    assert {part: str(finding.level) for part, finding in findings.items()} == {
        "MX": "wrong",
        "SPF": "wrong",
        "DKIM": "wrong",
        "DMARC": "wrong",
        "MTA-STS": "advice",
        "TLS-RPT": "advice",
    }


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (["0 ."], "takes no mail"),
        (["10 gone.council.gov.uk."], "has no address"),
        (["1 aspmx.l.google.com."], "at Google"),
    ],
)
async def test_an_mx_that_brings_no_answers_is_wrong(records: list[str], says: str) -> None:
    finding = (await found({**HEALTHY, (DOMAIN, "MX"): records}))["MX"]
    assert finding.level is Level.WRONG
    assert says in finding.says


@pytest.mark.parametrize(
    ("records", "level", "says"),
    [
        (['"v=spf1 mx -all"', '"v=spf1 a -all"'], Level.WRONG, "2 SPF records"),
        (['"v=spf1 mx +all"'], Level.WRONG, "lets everybody send"),
        (['"v=spf1 -all"'], Level.WRONG, "lets no server send"),
        (['"v=spf1 ' + " ".join(f"include:{n}.example" for n in range(11)) + ' -all"'], Level.WRONG, "10 look-ups"),
        (['"v=spf1 ip4:192.0.2.1 ?all"'], Level.ADVICE, "End it with -all"),
        (['"v=spf1 ip4:192.0.2.1 ~all"'], Level.RIGHT, "ip4:192.0.2.1"),
        (['"v=spf1 redirect=_spf.council.gov.uk"'], Level.RIGHT, "redirect="),
        (['"v=spf10 mx -all"'], Level.WRONG, "no SPF record"),
    ],
)
async def test_an_spf_record_is_judged_as_those_who_get_our_letters_do(
    records: list[str], level: Level, says: str
) -> None:
    finding = (await found({**HEALTHY, (DOMAIN, "TXT"): records}))["SPF"]
    assert finding.level is level
    assert says in finding.says


async def test_what_an_spf_record_includes_counts_towards_its_limit_and_a_circle_ends() -> None:
    included = {("one.example", "TXT"): ['"v=spf1 mx a exists:x.example include:two.example -all"']}
    included |= {("two.example", "TXT"): ['"v=spf1 a mx a:b.example include:one.example redirect=three.example"']}
    own = {**HEALTHY, (DOMAIN, "TXT"): ['"v=spf1 include:one.example -all"']}
    assert (await found({**own, **included}))["SPF"].level is Level.RIGHT
    included |= {("three.example", "TXT"): ['"v=spf1 a -all"']}
    assert "10 look-ups" in (await found({**own, **included}))["SPF"].says


async def test_a_key_that_is_revoked_or_elsewhere_is_wrong_and_without_a_selector_it_is_asked_for() -> None:
    where = f"convene._domainkey.{DOMAIN}"
    assert "revoked" in (await found({**HEALTHY, (where, "TXT"): ['"v=DKIM1; p="']}))["DKIM"].says
    assert f"no key at other._domainkey.{DOMAIN}" in (await found(HEALTHY, selector="other"))["DKIM"].says
    assert (await found(HEALTHY, selector=""))["DKIM"].level is Level.ADVICE


@pytest.mark.parametrize(
    ("where", "record", "level"),
    [
        (DOMAIN, "v=DMARC1; p=none", Level.ADVICE),
        (DOMAIN, "v=DMARC1; rua=mailto:x@council.gov.uk", Level.WRONG),
        ("council.gov.uk", "v=DMARC1; p=reject; sp=none", Level.ADVICE),
        ("council.gov.uk", "v=DMARC1; p=quarantine", Level.RIGHT),
        ("gov.uk", "v=DMARC1; p=reject; sp=reject", Level.RIGHT),
    ],
)
async def test_the_policy_may_stand_at_a_domain_above_ours(where: str, record: str, level: Level) -> None:
    zone = {key: value for key, value in HEALTHY.items() if not key[0].startswith("_dmarc.")}
    finding = (await found({**zone, (f"_dmarc.{where}", "TXT"): [f'"{record}"']}))["DMARC"]
    assert finding.level is level


async def test_a_resolver_that_fails_is_one_sentence_and_nothing_is_said_of_the_records() -> None:
    with a_dns_server(HEALTHY, rcode=dns.rcode.SERVFAIL) as address:
        resolver = mail_records.resolver_at(address)
        (finding,) = await mail_records.looked_at(DOMAIN, selector="", resolver=resolver)
    assert finding.level is Level.WRONG
    assert finding.says.startswith(f"DNS gives no answer ({DOMAIN}: ")
