"""Debian's Dovecot on loopback: any user has a mailbox there, all with the same password or a token of their own."""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from notifications import inbox
from notifications.lmtp import Keep
from notifications.mailbox import Account
from tests.notifications.token_endpoint import SignInService, a_sign_in_service

PROGRAM = Path("/usr/sbin/dovecot")
IMAP = Path("/usr/lib/dovecot/imap")
PASSWORD = "every-mailbox's-password"
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = yes
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={home}/mail/%u allow_all_users=yes
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener for-postfix {{
    address = 127.0.0.1
    port = {auth_port}
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""
OAUTH2 = """\
tokeninfo_url = http://127.0.0.1:{port}/whose?access_token=
username_attribute = username
"""


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: its ports, its directory with the certificate and the log, and whose tokens it believes."""

    port: int
    tls_port: int
    auth_port: int
    home: Path
    sign_in: SignInService

    def log(self) -> str:
        return (self.home / "log").read_text()

    def command(self, user: str, *names: str) -> None:
        """IMAP commands that each take the name of a folder: "create X", "delete X"."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            for verb, folder in (name.split() for name in names):
                assert getattr(client, verb)(folder)[0] == "OK"

    def validity(self, user: str, folder: str) -> bytes:
        """By what number the folder tells its messages' numbers from those of an earlier folder of this name."""
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            return client.status(folder, "(UIDVALIDITY)")[1][0] or b""

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            client.create(folder)
            assert client.append(folder, "", "", raw)[0] == "OK"

    def unread(self, user: str, folder: str = "INBOX") -> int:
        with imaplib.IMAP4("127.0.0.1", self.port) as client:
            client.login(user, PASSWORD)
            assert client.select(folder, readonly=True)[0] == "OK"
            return len(client.search(None, "UNSEEN")[1][0].split())

    def disconnect(self, user: str) -> None:
        """Every connection of the user is cut, and its process has ended: until then it still takes commands."""
        doveadm = ["doveadm", "-c", str(self.home / "dovecot.conf")]
        subprocess.run([*doveadm, "kick", user], check=True, capture_output=True)
        for _ in range(200):
            if user not in subprocess.run([*doveadm, "who", "-1", user], capture_output=True, text=True).stdout:
                return
            time.sleep(0.05)
        raise AssertionError("the connection is still there")


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if not IMAP.exists() or os.geteuid() != 0:
        pytest.skip("Dovecot is not installed, or may not be started by this user")
    home = Path(tempfile.mkdtemp(prefix="convene-dovecot-"))
    home.chmod(0o755)
    (home / "mail").mkdir()
    shutil.chown(home / "mail", "nobody", "nogroup")
    _certify(home)
    with a_sign_in_service() as sign_in:
        port, tls_port, auth_port = free_ports(3)
        running = Dovecot(port, tls_port, auth_port, home, sign_in)
        ports = {"port": running.port, "tls_port": running.tls_port, "auth_port": running.auth_port}
        (home / "dovecot.conf").write_text(CONFIGURATION.format(home=home, password=PASSWORD, **ports))
        (home / "oauth2.conf").write_text(OAUTH2.format(port=sign_in.port))
        with subprocess.Popen([PROGRAM, "-F", "-c", home / "dovecot.conf"]) as process:
            try:
                _await(running)
                yield running
            finally:
                process.terminate()
                process.wait(20)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """A new mailbox, looked at once a second."""
    return Account(
        "localhost",
        dovecot.port,
        f"convene-{uuid4().hex}",
        PASSWORD,
        domain="invites.example",
        address="meetings@invites.example",
        tls="none",
        poll=1,
    )


@pytest.fixture
def keep(now: datetime) -> Keep:
    async def keep(door: str, raw: bytes, envelope_from: str, envelope_to: str) -> None:
        await inbox.keep(door, raw, envelope_from, envelope_to, now=now)

    return keep


def _certify(home: Path) -> None:
    """A certificate for this machine, signed by nobody but itself."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    subprocess.run(
        [
            *command.split(),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", home / "key.pem", "-out", home / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )


def free_ports(many: int = 2) -> list[int]:
    """So many ports of loopback on which nothing listens now."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(many)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _await(dovecot: Dovecot) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", dovecot.port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"Dovecot did not come up: {(dovecot.home / 'log').read_text()}")
