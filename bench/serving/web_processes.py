"""Web processes at addresses of their own, as they stand behind a proxy that shares what comes among them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench.scheduling.run import say
from bench.serving.clients import Address
from ports import listen_briefly
from supervise import wait_until_ready


@contextlib.contextmanager
def serving(many: int, module: str = "app") -> Iterator[tuple[Address, ...]]:
    """So many run within."""
    with contextlib.ExitStack() as running:
        yield tuple(running.enter_context(_one(module)) for _ in range(many))


@contextlib.contextmanager
def _one(module: str) -> Iterator[Address]:
    """One runs within, at this address; where a page fails, the end of its log is printed."""
    port = listen_briefly("127.0.0.1", 0)
    own = {"CONVENE_WEB": f"127.0.0.1:{port}", "CONVENE_BASE_URL": f"http://127.0.0.1:{port}"}
    with (
        tempfile.TemporaryFile() as log,
        subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-m", module], env=os.environ | own, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_until_ready(own["CONVENE_BASE_URL"])
            yield "127.0.0.1", port
        except (RuntimeError, OSError):
            log.seek(0)
            say(log.read()[-4000:].decode())
            raise
        finally:
            process.terminate()
