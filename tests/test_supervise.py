"""`./run` as a whole: it starts, keeps its parts up, lets nobody else in, and stops everything."""

from __future__ import annotations

import json
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import postgres
import supervise
from tests.folders import passable

ROOT = Path(__file__).parents[1]
REAL = {"CONVENE_DEMO": "no", "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk", "CONVENE_RELAY": "127.0.0.1:9"}
pytestmark = pytest.mark.faults


class Up:
    """A running `./run up` without the demonstration, which these tests do not need."""

    def __init__(self, state: Path) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("CONVENE_", "DATABASE_URL"))}
        with (state / "stderr").open("a") as stderr:
            self.process = subprocess.Popen(
                ["./run", "up"],
                cwd=ROOT,
                env=env | {"CONVENE_STATE": str(state)} | REAL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a script's background leaves it
            )
        self.said = ""
        self.read_until("Sign in once")
        self.base_url = re.findall(r"is at\s+(\S+)", self.said)[-1]

    def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line

    def children(self) -> dict[str, int]:
        """Process ids of the parts, by module."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in listed}
        return {line[2].decode(): pid for pid, line in lines.items() if b"-m" in line}

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def state() -> Iterator[Path]:
    with passable() as folder:
        yield folder
        postgres.start(folder).stop()


def is_kept(state: Path, message: bytes) -> bool:
    """Whether the mail door says that it has the message; it says 451 while it cannot keep one."""
    port = json.loads((state / "ports.json").read_text())["CONVENE_SMTP_DOOR"]
    with smtplib.SMTP("127.0.0.1", port, local_hostname="police.example") as client:
        client.ehlo()
        client.mail("officer@police.example")
        client.rcpt(f"meetings@{REAL['CONVENE_MAIL_DOMAIN']}")
        code, _ = client.data(message)
    assert code in (250, 451)
    return code == 250


def answers(base_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base_url}/ready", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_is_stopped_whole_and_continues_where_it_stopped(state: Path, number: int) -> None:
    first = Up(state)
    assert answers(first.base_url)
    parts = first.children()
    assert set(parts) == {"door", "worker", "app"}
    assert first.stop(number) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts.values())
    assert postgres.pid_of(state / "postgres" / "data") is None
    began = time.monotonic()
    second = Up(state)
    assert second.base_url == first.base_url
    assert "Making" not in second.said
    assert time.monotonic() - began < 60
    assert second.stop() == 0


def test_a_part_that_is_killed_is_started_again_and_a_second_run_on_the_same_state_is_refused(state: Path) -> None:
    up = Up(state)
    for module, name in (("worker", "worker"), ("app", "web")):
        os.kill(up.children()[module], signal.SIGKILL)
        up.read_until(f"The {name} ended")
    end = time.monotonic() + 30
    while not answers(up.base_url) and time.monotonic() < end:
        time.sleep(0.2)
    assert answers(up.base_url)
    other = subprocess.run(
        ["./run", "up"], cwd=ROOT, env=os.environ | {"CONVENE_STATE": str(state)}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert other.returncode != 0
    assert "already runs" in other.stderr
    assert up.stop() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_a_run_that_is_killed_outright_leaves_no_part_behind_and_the_next_has_its_ports(state: Path) -> None:
    first = Up(state)
    parts = first.children()
    first.stop(signal.SIGKILL)
    end = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in parts.values()) and time.monotonic() < end:
        time.sleep(0.1)
    assert not [module for module, pid in parts.items() if Path(f"/proc/{pid}").exists()]
    second = Up(state)
    assert second.base_url == first.base_url
    assert second.stop() == 0


def test_a_database_that_is_killed_comes_back_and_every_part_finds_it_again(state: Path) -> None:
    up = Up(state)
    parts = up.children()
    pid = postgres.pid_of(state / "postgres" / "data")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    up.read_until("The database ended")
    end = time.monotonic() + 30
    message = b"Subject: after the crash\r\n\r\nIs anybody there?\r\n"
    while not (answers(up.base_url) and is_kept(state, message)):
        assert time.monotonic() < end
        time.sleep(0.2)
    assert up.children() == parts, "no part had to be started again"
    assert up.stop() == 0


def test_a_port_that_is_taken_is_left_alone(state: Path) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        taken = squatter.getsockname()[1]
        (state / "ports.json").write_text(f'{{"CONVENE_WEB": {taken}}}')
        assert taken not in supervise._ports(state / "ports.json", choose=True).values()


def test_a_web_process_that_does_not_answer_is_told_in_a_sentence() -> None:
    with pytest.raises(supervise.NotUp, match="What was loaded is kept"):
        supervise.wait_until_ready("http://127.0.0.7:9", seconds=0.3)
