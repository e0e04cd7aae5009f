"""Debian's Postfix on loopback, as an installation has it: the relay out, and the way in to the LMTP door."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

POSTFIX = Path("/usr/sbin/postfix")
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
mynetworks = 127.0.0.0/8
smtpd_forbid_bare_newline = yes
smtpd_recipient_restrictions = permit_mynetworks, reject
recipient_delimiter = +
transport_maps = inline:{{ {{ {domain} = lmtp:[127.0.0.1]:{door} }}, {{ * = smtp:[127.0.0.1]:{officers} }} }}
smtp_tls_security_level = none
smtpd_tls_security_level = none
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
    """A running Postfix: its SMTP port and its log."""

    port: int
    home: Path

    def log(self) -> str:
        return (self.home / "maillog").read_text()


@pytest.fixture
def start_postfix() -> Iterator[Callable[[str, int, int], Postfix]]:
    """Start Postfix: mail for `domain` goes to the LMTP door at `door`, all other mail to the server `officers`."""
    if not POSTFIX.exists() or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or may not be started by this user")
    home = Path(tempfile.mkdtemp(prefix="convene-postfix-"))
    home.chmod(0o755)

    def start(domain: str, door: int, officers: int) -> Postfix:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        for folder in ("etc", "spool", "lib"):
            (home / folder).mkdir()
        shutil.chown(home / "lib", "postfix")
        (home / "etc/main.cf").write_text(MAIN.format(home=home, domain=domain, door=door, officers=officers))
        (home / "etc/master.cf").write_text(MASTER.format(port=port))
        subprocess.run([POSTFIX, "-c", home / "etc", "start"], check=True, capture_output=True)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return Postfix(port, home)
            time.sleep(0.1)
        raise AssertionError(f"Postfix did not come up: {(home / 'maillog').read_text()}")

    yield start
    subprocess.run([POSTFIX, "-c", home / "etc", "stop"], check=False, capture_output=True)
    shutil.rmtree(home, ignore_errors=True)
