"""Debian's Dovecot on loopback: any user has a mailbox there, all with the same password."""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

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
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={home}/mail/%u
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
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


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: its ports, and its directory with the certificate and the log."""

    port: int
    tls_port: int
    home: Path

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
        """Every connection of the user is cut."""
        subprocess.run(["doveadm", "-c", self.home / "dovecot.conf", "kick", user], check=True, capture_output=True)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if not IMAP.exists() or os.geteuid() != 0:
        pytest.skip("Dovecot is not installed, or may not be started by this user")
    home = Path(tempfile.mkdtemp(prefix="convene-dovecot-"))
    home.chmod(0o755)
    (home / "mail").mkdir()
    shutil.chown(home / "mail", "nobody", "nogroup")
    _certify(home)
    running = Dovecot(*free_ports(), home)
    (home / "dovecot.conf").write_text(
        CONFIGURATION.format(home=home, password=PASSWORD, port=running.port, tls_port=running.tls_port)
    )
    with subprocess.Popen([PROGRAM, "-F", "-c", home / "dovecot.conf"]) as process:
        try:
            _await(running)
            yield running
        finally:
            process.terminate()
            process.wait(20)
    shutil.rmtree(home, ignore_errors=True)


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


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _await(dovecot: Dovecot) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", dovecot.port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"Dovecot did not come up: {(dovecot.home / 'log').read_text()}")
