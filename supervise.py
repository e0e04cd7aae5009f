"""`./run`: everything at once on one machine, and all of it stopped again, PostgreSQL included."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import postgres
from ports import listen_briefly
from web.acting import SERVICE_ROLE, WEB_ROLE

PARTS = {"mail door": "door", "worker": "worker", "web": "app"}  # started in this order, stopped in the reverse
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36  # <linux/prctl.h>
_PORTS = {"CONVENE_WEB": 8000, "CONVENE_RELAY": 2526, "CONVENE_SMTP_DOOR": 2525, "CONVENE_LMTP_DOOR": 2424}


class AlreadyRunning(RuntimeError):
    """Another `./run` uses this state directory."""


@dataclass(frozen=True)
class Surroundings:
    """The environment of the parts, and the embedded server where DATABASE_URL names no other."""

    env: dict[str, str]
    server: postgres.Server | None


@contextlib.contextmanager
def surroundings(state: Path, *, beside: bool = False) -> Iterator[Surroundings]:
    """The environment in which the parts run: state, secret, ports and a database, which is up within.

    What the caller's environment says stays; the rest is chosen and remembered under `state`. A command that may
    run `beside` a running `./run` shares its database and leaves it up.

    :raises AlreadyRunning: with what to do.
    """
    state.mkdir(parents=True, exist_ok=True)
    with _alone(state, beside) as alone:
        env = {"CONVENE_DEMO": "yes", "CONVENE_TICK": "1", **os.environ, "CONVENE_STATE": str(state)}
        if not env.get("CONVENE_SECRET_FILE"):
            env.setdefault("CONVENE_SECRET", _secret(state / "secret"))
        for name, port in _ports(state / "ports.json", choose=alone).items():
            env.setdefault(name, f"127.0.0.1:{port}")
        env.setdefault("CONVENE_BASE_URL", f"http://{env['CONVENE_WEB']}")
        _be_left_the_server()
        server = None if env.get("DATABASE_URL") else postgres.start(state)
        if server is not None:
            env["DATABASE_URL"] = server.url
            env["CONVENE_WEB_DATABASE_URL"] = server.url_of(WEB_ROLE)
            env["CONVENE_SERVICE_DATABASE_URL"] = server.url_of(SERVICE_ROLE)
        try:
            yield Surroundings(env, server)
        finally:
            if server is not None and alone:
                server.stop()


def _be_left_the_server() -> None:
    """The server that `pg_ctl` starts is left to us, so that its end is seen at once, whoever process 1 is."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


@contextlib.contextmanager
def _alone(state: Path, beside: bool) -> Iterator[bool]:
    """Whether the state directory is ours alone: the kernel gives the lock back however we end."""
    alone = True
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not beside:
                raise AlreadyRunning(
                    f"Convene already runs with its state in {state}. Stop it there with Ctrl-C, "
                    "or set CONVENE_STATE to another directory."
                ) from None
            alone = False
        yield alone


def _secret(file: Path) -> str:
    """The installation's secret, made once and readable by its owner only."""
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
    return file.read_text()


def _ports(file: Path, *, choose: bool) -> dict[str, int]:
    """A free loopback port for each listener: last time's where still free, so that bookmarks keep working."""
    before: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    if not choose:
        return before
    taken: set[int] = set()
    for name, usual in _PORTS.items():
        wanted = [before.get(name, usual), *range(usual, usual + 50), 0]
        taken.add(port := next(p for p in map(_free, wanted) if p and p not in taken))
        before[name] = port
    file.write_text(json.dumps(before))
    return before


def _free(port: int) -> int:
    """The port if it can be listened on (0 asks for any), else 0."""
    try:
        return listen_briefly("127.0.0.1", port)
    except OSError:
        return 0


def _end_with(us: int) -> Callable[[], None] | None:
    """What a new part does first: it asks Linux for SIGTERM when we die, even if we are killed outright.

    Elsewhere there is no such promise, and parts that outlive us must be ended by hand.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != us:  # we died before it could ask
            os._exit(1)

    return ask


@dataclass
class Parts:
    """The running processes: a part or a database that dies is started again, and all parts end with us."""

    env: dict[str, str]
    say: Callable[[str], None]
    server: postgres.Server | None = None
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        for name in PARTS:
            self._start(name)

    def _start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", PARTS[name]],
            env=self.env,
            preexec_fn=_end_with(os.getpid()),  # safe: we have no threads
        )

    def watch(self) -> None:
        """Look after the parts until told to stop; a second between looks is also the pause before a restart."""
        while True:
            time.sleep(1)
            self._look_after_database()
            for name, process in self.running.items():
                if (code := process.poll()) is not None:
                    self.say(f"The {name} ended ({code}); starting it again. Nothing it had accepted is lost.")
                    self._start(name)

    def _look_after_database(self) -> None:
        """The embedded server runs; a start that fails is tried again at the next look, while the parts wait."""
        if self.server is None or self.server.runs():
            return
        self.say("The database ended; starting it again. Every committed row is kept.")
        try:
            self.server.bring_back()
        except postgres.NoEmbeddedPostgres as failure:
            self.say(str(failure))

    def stop(self) -> None:
        """Every part has finished what it had in hand and ended; one that does not within 30 s is killed."""
        for name in reversed(self.running):
            self.running[name].send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class NotUp(RuntimeError):
    """The web process did not answer in time; the message says what to do."""


def wait_until_ready(base_url: str, seconds: float = 180) -> None:
    """The web process answers and reaches its database.

    :raises NotUp: after `seconds`.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base_url}/ready", timeout=2) as answer:  # noqa: S310 - our own address
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise NotUp(f"{base_url} did not answer within {seconds:g} seconds. What was loaded is kept: start it again.")


def stop_on_signals() -> None:
    """SIGTERM and Ctrl-C end us by an exception, so that everything is stopped on the way out.

    Said of Ctrl-C too: who starts us in the background of a script leaves us a SIGINT that is ignored.
    """

    def leave(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
