"""Folders for what runs as another user, such as the embedded PostgreSQL where the tests run as root."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def passable() -> Iterator[Path]:
    """A folder that everybody may enter, gone afterwards.

    Those of `tmp_path` will not do: each session of pytest that starts closes the folder above them all to others.
    """
    folder = Path(tempfile.mkdtemp(prefix="convene-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
