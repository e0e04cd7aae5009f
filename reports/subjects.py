"""What a route of the reports is about: a publication, which all may read once it is released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reports.drawing_up import NOT_FOR_PUBLICATION
from reports.making_tables import AskedFile
from reports.publication_tables import Publication, State
from web.roles import Act
from web.viewer import Viewer

RELEASED = (State.RELEASED,)


def reads_drafts(viewer: Viewer) -> bool:
    """Whether they read what is not released, or was withdrawn: figures before anybody approved them."""
    return viewer.may_everywhere(Act.READ_FIGURES) or viewer.may(Act.PUBLISH)


@dataclass(frozen=True)
class ThePublication:
    """The publication of this id."""

    parameter: str = "publication"
    kind: str = "publication"

    async def acts(self, viewer: Viewer, named: Any) -> frozenset[Act]:
        """Reading and publishing, as the appointment allows; nothing where it is not released and not for them."""
        row = await Publication.select(Publication.state).where(Publication.id == named).first()
        if row is None or not (row["state"] in RELEASED or reads_drafts(viewer)):
            return frozenset()
        return frozenset(act for act in (Act.READ_PUBLICATIONS, Act.PUBLISH) if viewer.may(act))


@dataclass(frozen=True)
class AFile:
    """The file of this id: of a released report, or of one with every count."""

    parameter: str = "asked"
    kind: str = "file"

    async def acts(self, viewer: Viewer, named: Any) -> frozenset[Act]:
        """Reading it, for everybody where it is as released, else for who reads figures."""
        row = await AskedFile.select(AskedFile.title).where(AskedFile.id == named).first()
        if row is None or not viewer.may(Act.READ_PUBLICATIONS):
            return frozenset()
        whole = NOT_FOR_PUBLICATION in row["title"]
        return (
            frozenset()
            if whole and not viewer.may_everywhere(Act.READ_FIGURES)
            else frozenset({Act.READ_PUBLICATIONS})
        )


PUBLICATION, FILE = ThePublication(), AFile()
