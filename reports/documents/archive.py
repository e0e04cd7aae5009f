"""A ZIP archive whose bytes say nothing of when and where it was made."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo


def archive(files: Mapping[str, bytes], at: datetime, *, stored: frozenset[str] = frozenset()) -> bytes:
    """The files in this order, each dated `at`; those `stored` are not compressed.

    The same files and time give the same bytes with the same zlib.
    """
    out = io.BytesIO()
    with ZipFile(out, "w") as made:
        for name, content in files.items():
            one = ZipInfo(name, at.timetuple()[:6])
            one.compress_type = ZIP_STORED if name in stored else ZIP_DEFLATED
            one.external_attr = 0o644 << 16
            one.create_system = 3
            made.writestr(one, content)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of an archive by name, in its order."""
    with ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
