"""What a route can be about: a meeting, a child that waits, an episode, … found by its path, asked of seeing.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from piccolo.querystring import QueryString

from meetings import seeing
from meetings.tables import Meeting
from web.roles import Act
from web.viewer import Viewer

ABOUT_MEETINGS = (Act.SEE, Act.RUN, Act.SPEAK)
ABOUT_PLACES = (Act.SEE_PLACES, Act.RUN)
WITH_A_LOG = (*ABOUT_PLACES, Act.REVIEW_GLASS)  # whoever may review it is led to the log of the child


@dataclass(frozen=True)
class Case:
    """A kind of thing that a route is about. `found` finds it; its `{}` is the name in the path.

    Of `asked` the first is the act of seeing it at all.
    """

    kind: str
    parameter: str
    found: str
    seen: Callable[[Viewer, Act], QueryString]
    asked: Sequence[Act] = ABOUT_MEETINGS

    async def acts(self, viewer: Viewer, named: Any) -> frozenset[Act]:
        """What the viewer may do with the one of this name: nothing where there is none, or it is not theirs."""
        conditions = [self.seen(viewer, act) for act in self.asked]
        columns = ", ".join(f"{{}} AS may_{number}" for number in range(len(conditions)))
        rows: list[dict[str, Any]] = await Meeting.raw(f"SELECT {columns} {self.found}", *conditions, named)
        if not rows or not rows[0]["may_0"]:
            return frozenset()
        return frozenset(act for number, act in enumerate(self.asked) if rows[0][f"may_{number}"])


MEETING = Case("meeting", "reference", "FROM meeting WHERE meeting.reference = {}", seeing.meetings)
CHILD = Case("child", "child", "FROM child WHERE child.id = {}", seeing.waiting, WITH_A_LOG)
EPISODE = Case("episode", "episode", "FROM episode WHERE episode.id = {}", seeing.episodes, WITH_A_LOG)
SERIES = Case("series", "reference", "FROM series WHERE series.reference = {}", seeing.series)
FEED = Case("feed", "feed", "FROM feed WHERE feed.id = {}", seeing.feeds, (Act.SEE,))
PLAN = Case("plan", "plan", "FROM kept_plan WHERE kept_plan.id = {}", seeing.plans, (Act.RUN,))
HANDOVER = Case(
    "handover", "reference", "FROM handover WHERE handover.reference = {}", seeing.handovers, ABOUT_PLACES
)
