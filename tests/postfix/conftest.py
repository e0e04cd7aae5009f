"""Debian's Postfix on loopback, as an installation has it: the relay out, and the way in to the LMTP door."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from tests.dovecot.conftest import dovecot as dovecot  # who signs in here is a user there
from tests.dovecot.conftest import free_ports

POSTFIX = Path("/usr/sbin/postfix")
RECIPES = Path(__file__).parents[2] / "deploy/postfix"
MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/spool
data_directory = {home}/lib
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
local_recipient_maps =
relayhost = [127.0.0.1]:{officers}
smtp_tls_security_level = none
smtpd_tls_cert_file = {home}/certificate.pem
smtpd_tls_key_file = {home}/key.pem
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
maillog_file = {home}/maillog
maillog_file_prefixes = /tmp
disable_dns_lookups = yes
smtp_host_lookup = native
alias_maps =
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""
MASTER = """\
127.0.0.1:{port} inet  n - n - - smtpd
pickup    unix  - n n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
smtp      unix  - - n - - smtp
lmtp      unix  - - n - - lmtp
error     unix  - - n - - error
retry     unix  - - n - - error
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
proxymap  unix  - - n - - proxymap
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running Postfix: its ports for mail in clear, for STARTTLS with a user, and for TLS at once with a user."""

    port: int
    submission: int
    submissions: int
    home: Path

    def log(self) -> str:
        return (self.home / "maillog").read_text()

    @property
    def authority(self) -> str:
        """The file of the authority that signed its certificate for `localhost`."""
        return str(self.home / "authority.pem")


class Start(Protocol):
    """As the fixture `start_postfix` does."""

    def __call__(
        self, domain: str, door: int, officers: int, *, auth: int = 0, main: str = "", master: str = ""
    ) -> Postfix: ...


def recipe(file: str) -> str:
    """What an operator writes into this file, and the container of Postfix has in it."""
    return (RECIPES / file).read_text()


def fitted(text: str, *, domain: str, door: str, home: str) -> str:
    """The recipe with this test's domain, door and folder in it."""
    text = text.replace("invites.council.gov.uk", domain).replace("/etc/postfix/", f"{home}/etc/")
    return text.replace(r"invites\.council\.gov\.uk", domain.replace(".", r"\.")).replace(":2424", f":{door}")


@pytest.fixture
def start_postfix() -> Iterator[Start]:
    """Start Postfix: mail for `domain` goes to the LMTP door at `door`, all other mail to the server `officers`.

    `auth` is the port at which Dovecot says who may sign in; `main` and `master` are lines that replace or follow.
    """
    if not POSTFIX.exists() or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or may not be started by this user")
    home = Path(tempfile.mkdtemp(prefix="convene-postfix-"))
    home.chmod(0o755)

    def start(domain: str, door: int, officers: int, *, auth: int = 0, main: str = "", master: str = "") -> Postfix:
        port, submission, submissions = free_ports(3)
        for folder in ("etc", "spool", "lib"):
            (home / folder).mkdir()
        shutil.chown(home / "lib", "postfix")
        _certify(home)
        fit = {"domain": domain, "door": str(door), "home": str(home)}
        recipes = {name: fitted(recipe(name), **fit) for name in FILES}
        lines = MAIN.format(home=home, officers=officers, auth=auth) + recipes.pop("main.cf") + main
        services = recipes.pop("master.cf").replace("submissions inet", f"127.0.0.1:{submissions} inet")
        services = services.replace("submission inet", f"127.0.0.1:{submission} inet")
        (home / "etc/main.cf").write_text(_last_of_each(lines))
        (home / "etc/master.cf").write_text(MASTER.format(port=port) + services + master)
        for name, text in recipes.items():
            (home / "etc" / name).write_text(text)
        subprocess.run([POSTFIX, "-c", home / "etc", "start"], check=True, capture_output=True)
        return _up(Postfix(port, submission, submissions, home))

    yield start
    subprocess.run([POSTFIX, "-c", home / "etc", "stop"], check=False, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)


FILES = ("main.cf", "master.cf", "recipients", "header_checks")


def _last_of_each(lines: str) -> str:
    """main.cf with each setting once: the last one counts, as it does for Postfix, which warns of the others."""
    settings = dict(line.split(" =", 1) for line in lines.splitlines())
    return "".join(f"{name} ={value}\n" for name, value in settings.items())


def _up(postfix: Postfix) -> Postfix:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", postfix.port)) == 0:
                return postfix
        time.sleep(0.1)
    raise AssertionError(f"Postfix did not come up: {postfix.log()}")


def _certify(home: Path) -> None:
    """An authority of the test's own, and a certificate for `localhost` that it signed."""
    new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    authority = (*("-keyout", home / "authority.key", "-out", home / "authority.pem"), "-subj", "/CN=An authority")
    subprocess.run([*new.split(), *authority], check=True, capture_output=True)
    signed = ("-CA", home / "authority.pem", "-CAkey", home / "authority.key", "-subj", "/CN=localhost")
    named = ("-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:false")
    own = ("-keyout", home / "key.pem", "-out", home / "certificate.pem")
    subprocess.run([*new.split(), *signed, *named, *own], check=True, capture_output=True)
