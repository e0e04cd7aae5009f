"""How mail to a domain is treated: the directory's word before the settings', and encryption that is obeyed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from audit.tables import Entry
from directory import contacts, demanded_tls, mail_domains
from directory.addresses import BadAddress, server_names
from directory.areas import load_directory
from directory.errors import NoSuchAgency
from directory.reach_tables import Answers, MailDomain, Tls
from directory.units import unit_of_code
from directory.wording import NotPlain
from meetings.letterhead import Letterhead
from notifications import troubles
from notifications.tls_promises import as_map
from processes import letterhead_today
from tests.browsing import Browser, application, sign_in_as

BY = "test"
POLICE = "police.example"
SETTING = frozenset({POLICE, "old.example"})


async def treat(now: datetime, domain: str = POLICE, tls: Tls = Tls.ENFORCED, servers: str = "") -> None:
    await mail_domains.treat(domain, agency="", tls=tls, answers=Answers.TOKENS, servers=servers, by=BY, now=now)


@pytest.fixture
async def coordinator(rolled_back: None) -> Browser:
    await load_directory()
    settings = {"CONVENE_PLAIN_DOMAINS": "old.example"}
    return await sign_in_as(Browser(application(settings)), "somebody@council.example", "Missing coordinator")


async def test_where_the_directory_says_nothing_the_settings_do(
    rolled_back: None, now: datetime, letterhead: Letterhead
) -> None:
    assert await mail_domains.plain_domains(SETTING) == SETTING
    await treat(now)
    await mail_domains.treat("@New.Example", agency="", tls=Tls.OPPORTUNISTIC, answers=Answers.PLAIN, by=BY, now=now)
    assert await mail_domains.plain_domains(SETTING) == {"old.example", "new.example"}
    assert (await letterhead_today(letterhead)).plain_domains == {"new.example"}


async def test_letters_are_held_until_the_relay_has_the_map(rolled_back: None, now: datetime, tmp_path: Path) -> None:
    policy = tmp_path / "tls_policy"
    assert await demanded_tls.kept_back(None, now) == frozenset()
    await treat(now, servers="mx.police.example .police.example")
    for file in (None, policy):
        assert await demanded_tls.kept_back(file, now) == {POLICE}
    (trouble,) = await troubles.standing()
    assert trouble.said.startswith(f"Letters to {POLICE} are held back")
    policy.write_text(as_map(await mail_domains.demands()))
    assert await demanded_tls.kept_back(policy, now) == frozenset()
    assert await troubles.standing() == []
    await treat(now, "council.example")
    assert await demanded_tls.kept_back(policy, now) == {"council.example"}


async def test_the_same_again_is_no_act(rolled_back: None, now: datetime) -> None:
    for servers in ("", "", "mx.police.example"):
        await treat(now, servers=servers)
    assert await Entry.count().where(Entry.action == "mail domain treated") == 2
    assert await MailDomain.count() == 1


async def test_what_is_no_domain_server_or_agency_is_refused(rolled_back: None, now: datetime) -> None:
    for domain in ("police", "a@police.example", "police example", "-x.example", "police.example/"):
        with pytest.raises(BadAddress):
            await treat(now, domain)
    for servers in ("mx", "mx.example match=x", "a.example " * 6, "mx..example", "*.example"):
        with pytest.raises(NotPlain):
            await treat(now, servers=servers)
    with pytest.raises(NoSuchAgency):
        await mail_domains.treat(POLICE, agency="nobody", tls=Tls.ENFORCED, answers=Answers.TOKENS, by=BY, now=now)
    assert server_names(" MX.police.example,.outlook.example ") == "mx.police.example:.outlook.example"


async def test_the_page_lists_every_domain_with_contacts_and_changes_one(coordinator: Browser, now: datetime) -> None:
    unit = await unit_of_code("NA")
    since = date(2026, 1, 1)
    await contacts.add(unit.id, role="desk", email="desk@old.example", active_from=since, by=BY, now=now)
    page = (await coordinator.get("/directory/mail-domains")).text
    assert "old.example</a> (1), the plain mailbox" in page
    path = "/directory/mail-domains/old.example"
    answer = await coordinator.send_form(
        path, tls="enforced", answers="tokens", agency="metropolitan-police-service", servers="mx.old.example"
    )
    assert answer.headers["location"] == "/directory/mail-domains?done=treated"
    page = (await coordinator.get("/directory/mail-domains")).text
    assert "Enforced" in page
    assert "plain mailbox" not in page
    assert 'value="mx.old.example"' in (await coordinator.get(path)).text
    assert (await coordinator.get("/directory/mail-domains/unknown.example")).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"), [("domain", "x"), ("servers", "*"), ("tls", ""), ("agency", "nobody"), ("answers", "both")]
)
async def test_a_mistake_is_said_beside_its_field(coordinator: Browser, field: str, value: str) -> None:
    fields = {"domain": POLICE, "tls": "enforced", "answers": "tokens", "agency": "", "servers": ""}
    answer = await coordinator.send_form("/directory/mail-domains/new", **(fields | {field: value}))
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert await MailDomain.count() == 0
