"""The open-data folder holds every release in every format, as a website can serve it: a round of the worker.

A release is written beside the others under a hidden name, and then given its own name at once; the lists of all
releases come last. What has its name is never written again. Killed anywhere, or run by two workers, the next round
finds what is missing.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from directory.one_by_one import one_by_one
from notifications import troubles
from reports import periods
from reports.delivery_tables import MadeFile
from reports.made_files import Make, stored
from reports.open_data_layout import FILES, Release, folder_of, index_html, index_json
from reports.publication_tables import Publication, State
from reports.sealing import verify

JOB: Final = "open data"
HIDDEN: Final = ".coming-"
LEFT_BEHIND: Final = 86_400.0  # seconds after which a half-written release is that of a worker that was killed


async def write_open_data(folder: Path | None, *, make: Make, now: datetime) -> int:
    """Every release is in the folder, and the lists lead to it; returns how many were new. None: no folder is set."""
    if folder is None:
        return 0
    rows: list[dict[str, Any]] = (
        await Publication.select(Publication.id, Publication.period, Publication.type, Publication.revision)
        .where(Publication.state == State.RELEASED)
        .order_by(Publication.released_at, Publication.id)
    )
    try:
        missing = await asyncio.to_thread(_missing, folder, rows)
        written = await one_by_one(
            "release in the open-data folder", missing, lambda one: _add(folder, one, make, now)
        )
        await _list(folder, rows)
    except OSError as failure:
        await _say(_unwritable(failure), now)
        raise
    if written == len(missing):
        await troubles.over(JOB)
    return written


def _missing(folder: Path, rows: list[dict[str, Any]]) -> list[UUID]:
    """The releases that have no folder yet, the first released first. What a killed worker left is cleared away."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{HIDDEN}*"):
        if time.time() - left.stat().st_mtime > LEFT_BEHIND:
            shutil.rmtree(left, ignore_errors=True)
    return [row["id"] for row in rows if not _place(folder, row).is_dir()]


def _place(folder: Path, row: Mapping[str, Any]) -> Path:
    return folder / folder_of(row["period"], row["type"], row["revision"])


async def _add(folder: Path, publication: UUID, make: Make, now: datetime) -> bool:
    """The release has its folder; the trouble is said where it cannot be made or written."""
    row = await Publication.objects().where(Publication.id == publication).first()
    assert row is not None
    files = {"report.json": bytes(row.content)}
    try:
        for name, kind, _ in FILES:
            if kind:
                files[name] = (await stored(publication, kind, make=make, now=now)).content
    except Exception as failure:
        name = periods.parse(row.period).name
        await _say(f"A file of the report for {name} cannot be made ({type(failure).__name__}).", now)
        raise
    try:
        await asyncio.to_thread(_write, folder, folder / folder_of(row.period, row.type, row.revision), files)
    except OSError as failure:
        await _say(_unwritable(failure), now)
        raise
    return True


def _write(folder: Path, place: Path, files: Mapping[str, bytes]) -> None:
    """All the files are there at once, or none; a folder that another worker gave its name stays as it is."""
    coming = folder / f"{HIDDEN}{uuid4().hex}"
    coming.mkdir()
    coming.chmod(0o755)  # whatever the umask: a website reads it
    try:
        for name, content in files.items():
            _write_file(coming / name, content)
        place.parent.mkdir(parents=True, exist_ok=True)
        coming.rename(place)
    except OSError:
        shutil.rmtree(coming, ignore_errors=True)
        if not place.is_dir():
            raise


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)


async def _list(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Both lists name each release that is in the folder; they are written again only where one is not in them."""
    there = [row for row in rows if await asyncio.to_thread(_place(folder, row).is_dir)]
    if await asyncio.to_thread(_named, folder) == {str(row["id"]) for row in there}:
        return
    releases = await _releases(there)
    await asyncio.to_thread(_replace, folder / "index.json", index_json(releases))
    await asyncio.to_thread(_replace, folder / "index.html", index_html(releases))


def _named(folder: Path) -> set[str] | None:
    """The publications that the lists name; None where a list is missing or cannot be read."""
    try:
        listed = msgspec.json.decode((folder / "index.json").read_bytes())
        return {one["publication"] for one in listed["releases"]} if (folder / "index.html").is_file() else None
    except (FileNotFoundError, msgspec.DecodeError, KeyError, TypeError):
        return None


def _replace(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    coming = path.with_name(f"{HIDDEN}{uuid4().hex}-{path.name}")
    _write_file(coming, content)
    coming.replace(path)


async def _releases(rows: list[dict[str, Any]]) -> list[Release]:
    """The latest period first, and of each the newest revision first."""
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        of = (row["period"], row["type"])
        newest[of] = max(newest.get(of, 0), row["revision"])
    found = [await _release(row, newest[row["period"], row["type"]]) for row in rows]
    found.sort(key=lambda one: (periods.parse(one.period).last, one.period, one.type, one.revision), reverse=True)
    return found


async def _release(row: dict[str, Any], newest: int) -> Release:
    publication = await Publication.objects().where(Publication.id == row["id"]).first()
    assert publication is not None
    made = await MadeFile.select(MadeFile.kind, MadeFile.sha256).where(MadeFile.publication == row["id"])
    hashes = {one["kind"]: one["sha256"] for one in made} | {"": hashlib.sha256(publication.content).hexdigest()}
    document = verify(publication.content).published.document
    assert publication.released_at is not None
    return Release(
        publication=str(publication.id),
        period=publication.period,
        period_name=document.period_name,
        type=publication.type,
        revision=publication.revision,
        title=document.title,
        finding=document.finding,
        released_at=publication.released_at,
        sha256=publication.sha256,
        reason=publication.reason,
        files={name: hashes[kind] for name, kind, _ in FILES},
        superseded=newest if newest > publication.revision else 0,
    )


def _unwritable(failure: OSError) -> str:
    return f"The open-data folder cannot be written: {failure.strerror or type(failure).__name__}."


async def _say(said: str, now: datetime) -> None:
    await troubles.met(JOB, f"{said} Nothing that was there was changed. It is tried again in every round.", now=now)
