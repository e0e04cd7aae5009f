"""What a route of the directory is about: a unit, whose agency's people keep it true; everybody at work reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from directory.tables import Unit
from web.roles import Act
from web.viewer import Viewer

EVERYBODYS = "london"  # in the place of a unit's code: the steps of the ladder that are for all units


def keeps(viewer: Viewer, unit: str, agency: str) -> bool:
    """Whether they keep the entry of this unit of this agency: at the unit itself, its agency or everywhere."""
    own = agency in viewer.agencies(Act.CHANGE_DIRECTORY) or unit in viewer.units(Act.CHANGE_DIRECTORY)
    return own or viewer.may_everywhere(Act.CHANGE_DIRECTORY)


@dataclass(frozen=True)
class UnitOf:
    """The unit of this code."""

    parameter: str
    kind: str = "unit"

    async def acts(self, viewer: Viewer, named: Any) -> frozenset[Act]:
        """Reading, for who may read the directory; changing, at the unit itself, its agency or everywhere."""
        if not viewer.may(Act.READ_DIRECTORY):
            return frozenset()
        reads, changes = frozenset({Act.READ_DIRECTORY}), frozenset({Act.READ_DIRECTORY, Act.CHANGE_DIRECTORY})
        if named == EVERYBODYS:
            return changes if viewer.may_everywhere(Act.CHANGE_DIRECTORY) else reads
        agency = await Unit.select(Unit.agency.code.as_alias("code")).where(Unit.code == named).first()
        if agency is None:
            return frozenset()
        return changes if keeps(viewer, named, agency["code"]) else reads


UNIT, LADDER_OF = UnitOf("unit_code"), UnitOf("whose")
