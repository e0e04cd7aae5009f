"""Publications as pages show them: by period, with who did what when, and whether their figures still stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.tables import Entry
from reports import corrections_due, periods, sealing
from reports.documents.shown import Shown as ShownDocument
from reports.documents.shown import shown as shown_document
from reports.periods import Period
from reports.publication_tables import Publication, State
from reports.subjects import RELEASED, reads_drafts
from web.signin import titles_of
from web.viewer import Viewer

COLOURS = {State.DRAFTED: "yellow", State.APPROVED: "blue", State.RELEASED: "green", State.WITHDRAWN: "grey"}
_LISTED = (
    Publication.id,
    Publication.period,
    Publication.type,
    Publication.revision,
    Publication.state,
    Publication.sha256,
    Publication.drafted_at,
    Publication.released_at,
    Publication.withdrawn_at,
    Publication.challenge_until,
)


@dataclass(frozen=True)
class Listed:
    """One period and type of meeting: its revisions, the newest first, and how many figures differ now."""

    period: Period
    type: str
    revisions: list[dict[str, Any]]
    differing: int
    since: datetime | None


@dataclass(frozen=True)
class Told:
    """A line of the history."""

    at: datetime
    what: str
    actor: str


@dataclass(frozen=True)
class Shown:
    """One publication, read from its file; `trouble` says what is wrong where the stored file was tampered with."""

    row: Publication
    period: Period
    document: ShownDocument | None
    trouble: str
    history: list[Told]
    revisions: list[dict[str, Any]]
    differing: int
    since: datetime | None

    @property
    def newer(self) -> dict[str, Any] | None:
        """The newest released revision, where it is another one than this."""
        later = [one for one in self.revisions if one["revision"] > self.row.revision]
        return next((one for one in later if one["state"] == State.RELEASED), None)

    @property
    def being_corrected(self) -> dict[str, Any] | None:
        """The revision that is drafted or approved, where it is another one than this."""
        coming = [one for one in self.revisions if one["state"] in (State.DRAFTED, State.APPROVED)]
        return coming[0] if coming and coming[0]["id"] != self.row.id else None


async def listed(viewer: Viewer) -> list[Listed]:
    """Every period and type with what the viewer may read, the latest period first; withdrawn drafts come last."""
    due = await corrections_due.due()
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    drafts = reads_drafts(viewer)
    for row in [row for row in await _rows() if drafts or row["state"] in RELEASED]:
        groups.setdefault((row["period"], row["type"]), []).append(row)
    found = []
    for (code, kind), rows in groups.items():
        figures, since = next((due[row["id"]] for row in rows if row["id"] in due), (0, None))
        found.append(Listed(periods.parse(code), kind, rows, figures, since))
    return sorted(found, key=lambda one: (one.period.last, one.period.first), reverse=True)


async def shown(publication: Publication) -> Shown:
    """The publication with all that is to be known of it."""
    document, trouble = None, ""
    try:
        document = shown_document(sealing.presented(sealing.verify(publication.content)))
    except sealing.NotAsPublished as problem:
        trouble = str(problem)
    same = (Publication.period == publication.period) & (Publication.type == publication.type)
    figures, since = (await corrections_due.due()).get(publication.id, (0, None))
    return Shown(
        publication,
        periods.parse(publication.period),
        document,
        trouble,
        await history(publication.id),
        await _rows(same),
        figures,
        since,
    )


async def history(publication: UUID) -> list[Told]:
    """Who did what when with the publication, the latest first; people by their role."""
    entries = (
        await Entry.select().where(Entry.subject == f"publication {publication}").order_by(Entry.id, ascending=False)
    )
    roles = await titles_of(entry["actor"] for entry in entries)
    return [Told(entry["at"], _in_words(entry), roles.get(entry["actor"], entry["actor"])) for entry in entries]


async def by_hash(sha256: str) -> Publication | None:
    """The publication whose file carries this hash, released or not."""
    return await Publication.objects().where(Publication.sha256 == sha256).first()


async def newest_of(publication: Publication) -> dict[str, Any]:
    """The newest released revision of the publication's period and type."""
    same = (Publication.period == publication.period) & (Publication.type == publication.type)
    return next(row for row in await _rows(same) if row["state"] == State.RELEASED)


async def _rows(only: Any = None) -> list[dict[str, Any]]:
    query = Publication.select(*_LISTED)
    rows: list[dict[str, Any]] = await (query.where(only) if only is not None else query)
    rows.sort(key=lambda row: (row["state"] != State.WITHDRAWN, row["revision"], row["drafted_at"]), reverse=True)
    return rows


def _in_words(entry: dict[str, Any]) -> str:
    detail = json.loads(entry["detail"])
    words = str(entry["action"])
    sentence = words[:1].upper() + words[1:]
    hashed = f", SHA-256 {detail['sha256'][:12]}…" if "sha256" in detail else ""
    return f"{sentence}{hashed}"
