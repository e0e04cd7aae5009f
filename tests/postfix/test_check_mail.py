"""`./run check-mail` with a real Postfix and real doors: a healthy set-up, and broken ones by what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import smtplib
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from uuid import uuid4

import pytest
import pytest_asyncio

import check_mail
import door
from check_mail import Wanted
from notifications import inbox, round_trip
from notifications.findings import Finding, Level
from notifications.lmtp import open_door
from notifications.tables import Disposition, Heartbeat, InboundMail
from settings import Settings, load_settings
from tests.conftest import SECRET
from tests.dovecot.conftest import PASSWORD, Dovecot, free_ports
from tests.dovecot.watching import watched
from tests.notifications.dns_server import a_dns_server
from tests.notifications.test_mail_records import DOMAIN, HEALTHY
from tests.postfix.conftest import Start
from tests.postfix.stations import into_dovecot, officers

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]
ROOT = Path(__file__).parents[2]
NOWHERE = 9  # the discard port: nobody listens


@pytest_asyncio.fixture
async def working() -> None:
    """The worker has just been round."""
    await Heartbeat.insert(Heartbeat(job="deliver", at=datetime.now(UTC)))


def environment(relay: int, doors: list[int], **more: str) -> dict[str, str]:
    return {
        "CONVENE_DEMO": "no",
        "CONVENE_MAIL_DOMAIN": DOMAIN,
        "CONVENE_RELAY": f"127.0.0.1:{relay}",
        "CONVENE_SMTP_DOOR": f"127.0.0.1:{doors[0]}",
        "CONVENE_LMTP_DOOR": f"127.0.0.1:{doors[1]}",
        "CONVENE_AUTHSERV_ID": "mail.council.gov.uk",
        **more,
    }


async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
    """As the door process keeps what comes in."""
    now = datetime.now(UTC)
    if not await round_trip.kept(door, raw, envelope_from, envelope_to, secret=SECRET, now=now):
        await inbox.keep(door, raw, envelope_from, envelope_to, now=now)


@contextlib.asynccontextmanager
async def doors() -> AsyncIterator[list[int]]:
    """Convene's doors as its door process opens them: SMTP, then LMTP."""
    smtp = await open_door("smtp", "127.0.0.1", 0, keep=keep, domain=DOMAIN, hostname="convene")
    lmtp = await open_door("lmtp", "127.0.0.1", 0, keep=keep, domain=DOMAIN, hostname="convene")
    try:
        yield [server.sockets[0].getsockname()[1] for server in (smtp, lmtp)]
    finally:
        for server in (smtp, lmtp):
            server.close()
            await server.wait_closed()


def settings_of(relay: int, open_doors: list[int], **more: str) -> Settings:
    return load_settings(os.environ | environment(relay, open_doors, **more))


async def looked(settings: Settings, *, patience: float = 30, robot: str = "") -> list[Finding]:
    with a_dns_server(HEALTHY) as resolver:
        wanted = Wanted(selector="convene", resolver=resolver, patience=patience, robot=robot)
        findings = [finding async for finding in check_mail.looks(settings, wanted, database=contextlib.nullcontext)]
    assert await InboundMail.count().where(InboundMail.disposition != Disposition.RECORDED) == 0
    return findings


def wrong(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.part, finding.says) for finding in findings if finding.level is Level.WRONG]


@pytest.mark.usefixtures("working")
async def test_a_healthy_set_up_is_said_to_be_one_and_the_letter_to_itself_bothers_nobody(
    start_postfix: Start, tmp_path: Path
) -> None:
    ports = free_ports(2)
    postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
    own = {"CONVENE_STATE": str(tmp_path), "CONVENE_SECRET": token_urlsafe(32)}
    env = os.environ | environment(postfix.port, ports, **own)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "door", cwd=ROOT, env=env)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", ports[1]))[1].close()
                break
            await asyncio.sleep(0.1)
        with a_dns_server(HEALTHY) as (host, port):
            options = ("--dkim", "convene", "--resolver", f"{host}:{port}", "--wait", "30", "--json")
            command = (sys.executable, "-m", "commands", "check-mail", *options)
            check = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE)
            said = json.loads((await check.communicate())[0])
    finally:
        process.terminate()
        await process.wait()

    assert [finding for finding in said["findings"] if finding["level"] != "right"] == []
    assert (said["works"], check.returncode) == (True, 0)
    (mail,) = await InboundMail.objects()
    assert (mail.disposition, mail.door, mail.envelope_from.partition("+")[0]) == ("recorded", "lmtp", "bounce")


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("headers", ["DRhu", "Rhu"])
async def test_a_mailbox_brings_the_letter_back_by_delivered_to_or_else_by_to(
    start_postfix: Start, dovecot: Dovecot, headers: str
) -> None:
    """With D, Postfix writes Delivered-To with the whole address; without, there is only what the sender wrote."""
    user = f"convene-{uuid4().hex}"
    imap = {"CONVENE_IMAP": f"127.0.0.1:{dovecot.port}", "CONVENE_IMAP_TLS": "none", "CONVENE_IMAP_USER": user}
    main, master = into_dovecot(DOMAIN, dovecot, user)
    master = master.replace("flags=DRhu", f"flags={headers}")
    async with doors() as ports:
        postfix = await asyncio.to_thread(start_postfix, DOMAIN, NOWHERE, NOWHERE, main=main, master=master)
        settings = settings_of(postfix.port, ports, CONVENE_IMAP_PASSWORD=PASSWORD, CONVENE_IMAP_POLL="5", **imap)
        account = door.account_of(settings)
        assert account is not None
        async with watched(account, keep):
            findings = await looked(settings)

    assert wrong(findings) == []
    assert findings[-1].says == "A letter left by the relay and came back by the imap door, with its plus-address."


@pytest.mark.usefixtures("working")
class TestOfABrokenSetUp:
    """One thing is wrong, and the one sentence is about that."""

    async def test_plus_addresses_are_refused(self, start_postfix: Start) -> None:
        refuse = f"relay_recipient_maps = inline:{{ {{ meetings@{DOMAIN} = OK }}, {{ bounce@{DOMAIN} = OK }} }}\n"
        async with doors() as ports:
            postfix = await asyncio.to_thread(
                start_postfix, DOMAIN, ports[1], NOWHERE, main=refuse + "recipient_delimiter =\n"
            )
            ((part, says),) = wrong(await looked(settings_of(postfix.port, ports)))
        assert part == "Round trip"
        assert "The relay refuses to send" in says
        assert "550 5.1.1" in says

    async def test_plus_addresses_are_cut_off_on_the_way(self, start_postfix: Start) -> None:
        cut = f"virtual_alias_maps = regexp:{{ {{ /^meetings.*@{DOMAIN}/ meetings@{DOMAIN} }} }}\n"
        async with doors() as ports:
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE, main=cut)
            ((part, says),) = wrong(await looked(settings_of(postfix.port, ports)))
        assert part == "Round trip"
        assert f"arrived for meetings@{DOMAIN}: its plus-address was lost" in says

    async def test_the_server_behind_the_relay_refuses_plus_addresses_and_the_letter_comes_back(
        self, start_postfix: Start
    ) -> None:
        """The bounce itself finds its way, as it has where the refusing server is another."""
        async with doors() as ports, officers(domain="elsewhere.example") as refusing:
            ways = f"transport_maps = regexp:{{ {{ /^meetings[+]/ smtp:[127.0.0.1]:{refusing.port} }}, "
            ways += f"{{ /@{DOMAIN}/ lmtp:[127.0.0.1]:{ports[1]} }} }}\n"
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE, main=ways)
            ((part, says),) = wrong(await looked(settings_of(postfix.port, ports)))
        assert part == "Round trip"
        assert "came back (" in says
        assert "550 5.7.1 This door takes mail for its own domain only" in says

    async def test_the_mail_of_the_domain_goes_elsewhere(self, start_postfix: Start) -> None:
        async with doors() as ports, officers() as elsewhere:
            postfix = await asyncio.to_thread(start_postfix, "other.gov.uk", ports[1], elsewhere.port)
            ((part, says),) = wrong(await looked(settings_of(postfix.port, ports), patience=3))
        assert part == "Round trip"
        assert "within 3 seconds no door had it" in says

    async def test_the_relay_is_down(self) -> None:
        async with doors() as ports:
            (port,) = free_ports(1)
            found = wrong(await looked(settings_of(port, ports)))
        assert [part for part, _ in found] == ["Relay", "Round trip"]
        assert "Check CONVENE_RELAY" in found[0][1]

    async def test_the_relay_has_no_tls_where_it_must(self, start_postfix: Start) -> None:
        async with doors() as ports:
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
            found = wrong(await looked(settings_of(postfix.port, ports, CONVENE_RELAY_TLS="starttls")))
        assert [part for part, _ in found] == ["Relay", "Round trip"]
        assert "offers no STARTTLS" in found[0][1]

    async def test_the_relays_certificate_is_nobodys(self, start_postfix: Start) -> None:
        async with doors() as ports:
            encrypt = "smtpd_tls_security_level = may\n"
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE, main=encrypt)
            found = wrong(await looked(settings_of(postfix.port, ports, CONVENE_RELAY_TLS="starttls")))
        assert [part for part, _ in found] == ["Relay", "Round trip"]
        assert "let this machine know the authority that signed it" in found[0][1]

    async def test_no_door_is_open(self, start_postfix: Start) -> None:
        ports = free_ports(2)
        postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
        found = wrong(await looked(settings_of(postfix.port, ports), patience=1))
        assert [part for part, _ in found] == ["Door", "Door", "Round trip"]
        assert "Start ./run door" in found[0][1]

    async def test_something_else_listens_at_a_door(self, start_postfix: Start) -> None:
        async with doors() as ports:
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
            ((part, says),) = wrong(await looked(settings_of(postfix.port, [postfix.port, ports[1]])))
        assert (part, "something else listens" in says) == ("Door", True)

    @pytest.mark.parametrize(
        ("mailbox", "says"),
        [
            (
                {"CONVENE_IMAP_PASSWORD": "wrong"},
                "does not let us in. Check CONVENE_IMAP_USER and CONVENE_IMAP_PASSWORD",
            ),
            ({"CONVENE_IMAP_FOLDERS": "INBOX,Nowhere"}, "There is no folder Nowhere"),
            ({"CONVENE_IMAP_TLS": "starttls"}, "cannot be used"),
        ],
    )
    async def test_the_mailbox_cannot_be_used(
        self, start_postfix: Start, dovecot: Dovecot, mailbox: dict[str, str], says: str
    ) -> None:
        imap = {
            "CONVENE_IMAP": f"127.0.0.1:{dovecot.port}",
            "CONVENE_IMAP_TLS": "none",
            "CONVENE_IMAP_USER": "convene",
            "CONVENE_IMAP_PASSWORD": PASSWORD,
        }
        async with doors() as ports:
            postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
            ((part, said),) = wrong(await looked(settings_of(postfix.port, ports, **imap | mailbox)))
        assert part == "Mailbox"
        assert says in said


async def test_a_worker_that_does_not_run_is_missed(start_postfix: Start) -> None:
    async with doors() as ports:
        postfix = await asyncio.to_thread(start_postfix, DOMAIN, ports[1], NOWHERE)
        assert [part for part, _ in wrong(await looked(settings_of(postfix.port, ports)))] == ["Worker"]
        await Heartbeat.insert(Heartbeat(job="deliver", at=datetime.now(UTC) - timedelta(hours=1)))
        ((part, says),) = wrong(await looked(settings_of(postfix.port, ports)))
    assert (part, "last looked for letters" in says) == ("Worker", True)


async def test_in_the_demonstration_nothing_is_sent_and_no_dns_is_asked() -> None:
    async with doors() as ports:
        settings = settings_of(ports[0], ports, CONVENE_DEMO="yes", CONVENE_MAIL_DOMAIN="invites.convene.example")
        looks = check_mail.looks(settings, Wanted(), database=contextlib.nullcontext)
        findings = [finding async for finding in looks]
    assert wrong(findings) == []
    assert [finding.part for finding in findings if finding.level is Level.ADVICE] == ["DNS", "Round trip"]
    assert await InboundMail.count() == 0


def by_lmtp(port: int, recipient: str, raw: str) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("", [recipient], raw)


@pytest.mark.usefixtures("working")
async def test_a_robot_elsewhere_answers_to_its_plus_address(start_postfix: Start) -> None:
    """As a colleague's mailbox with an automatic reply does: to the envelope's sender, in words."""
    async with doors() as ports:
        lmtp = ports[1]

        async def answer(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
            note = "From: robot@police.example\r\nAuto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nI am away.\r\n"
            await asyncio.to_thread(by_lmtp, lmtp, envelope_from, note)

        robot = await open_door("smtp", "127.0.0.1", 0, keep=answer, domain=None, hostname="police.example")
        postfix = await asyncio.to_thread(start_postfix, DOMAIN, lmtp, robot.sockets[0].getsockname()[1])
        findings = await looked(settings_of(postfix.port, ports), robot="robot@police.example")
        robot.close()
        await robot.wait_closed()

    assert wrong(findings) == []
    assert findings[-1].says == (
        "robot@police.example had the letter and answered to its plus-address, by the lmtp door."
    )
