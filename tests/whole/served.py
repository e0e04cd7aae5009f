"""The web process as an operator starts it, on the tests' own database, for whoever must reach it by a socket."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import supervise
from ports import listen_briefly

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def served(log: Path) -> Iterator[str]:
    """Its address, while it answers. What it logs goes to the file."""
    address = f"127.0.0.1:{listen_briefly('127.0.0.1', 0)}"
    told = {"CONVENE_WEB": address, "CONVENE_BASE_URL": f"http://{address}", "CONVENE_STATE": str(log.parent)}
    with log.open("w") as written:
        process = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=os.environ | told, stderr=written)
        try:
            supervise.wait_until_ready(f"http://{address}")
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(30)
