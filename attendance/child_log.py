"""Everything in the log that concerns one child, whether or not a meeting was ever convened, and who may read it.

A manager reads of the episodes, the moves and what they called for that they may review, as the guard of each has it
(meetings/seeing.py). Another authority's episode of the same child is that authority's, and so are its entries.
What was done about a meeting is in the log of that meeting.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from piccolo.querystring import QueryString

from attendance.in_sight import Entry, Sight, Span, is_of_the_part
from attendance.ladder import Cause
from audit import looking_up
from audit.chain import Row
from meetings import asking, noticing, seeing
from meetings.episode_tables import Child
from meetings.subjects import Case
from meetings.tables import Meeting
from web.roles import Act, Role
from web.viewer import Post, Viewer

_REVIEWED = """
SELECT 'episode' AS kind, episode.id, NULL::uuid AS cause, NULL::timestamptz AS noticed_at, NULL::uuid AS decision
FROM episode WHERE episode.child = {} AND {}
UNION ALL SELECT 'move', placement_move.id, NULL, NULL, NULL
FROM placement_move WHERE placement_move.child = {} AND {}
UNION ALL SELECT 'trigger', trigger.id, trigger.cause, trigger.noticed_at, trigger.not_convened
FROM trigger WHERE trigger.child = {} AND {}
"""
_BESIDES = f"""
SELECT 'handover:' || handover.reference AS subject FROM handover WHERE handover.move = ANY({{}}::uuid[])
UNION ALL SELECT 'ladder:' || escalation.id FROM escalation JOIN handover
    ON starts_with(escalation.key, 'handover:' || handover.id || ':')
    WHERE escalation.cause = '{Cause.HANDOVER}' AND handover.move = ANY({{}}::uuid[])
UNION ALL SELECT 'line:' || briefing_line.id FROM briefing_line JOIN meeting ON meeting.id = briefing_line.meeting
    WHERE briefing_line.child = {{}} AND {{}}
UNION ALL SELECT 'access:' || break_glass.id FROM break_glass WHERE break_glass.child = {{}}
"""
_ABOUT_THE_CHILD = "SELECT id, at, actor, action, detail ->> 'cause' AS cause FROM audit_entry WHERE subject = {}"
_FILES = """
SELECT audit_entry.id FROM episode JOIN audit_entry
    ON audit_entry.subject = 'source:' || episode.source AND audit_entry.at = episode.recorded_at
WHERE episode.id = ANY({}::uuid[]) AND audit_entry.action = 'files imported'
"""
_POSTS = """
SELECT person::text AS person, role, agency_code, unit_code, since, until FROM appointment
WHERE person::text = ANY({}::text[])
"""
_OPENED = "SELECT person::text AS person, since, coalesce(ended_at, until) AS until FROM break_glass WHERE child = {}"
_SEES = """(
    EXISTS (SELECT 1 FROM episode WHERE episode.id = ANY({}::uuid[]) AND {})
    OR EXISTS (SELECT 1 FROM placement_move WHERE placement_move.id = ANY({}::uuid[]) AND {})
    OR EXISTS (SELECT 1 FROM trigger WHERE trigger.id = ANY({}::uuid[]) AND {})
)"""


@dataclass(frozen=True)
class Reviewed:
    """What the reader may review of one child: rows of episodes, moves and triggers."""

    child: UUID
    rows: Sequence[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in self.rows if row["kind"] == kind]

    def ids(self, kind: str) -> list[UUID]:
        return [row["id"] for row in self.of(kind)]


def on_record(viewer: Viewer, act: Act = Act.REVIEW_GLASS, *, of: str = "child.id") -> QueryString:
    """Children of whom an episode or a move is seen, or anything that called for a meeting, answered or not."""
    called = f"EXISTS (SELECT 1 FROM trigger AS its_call WHERE its_call.child = {of} AND {{}})"
    return QueryString(
        f"({{}} OR {called})", seeing.children(viewer, act, of=of), seeing.triggers(viewer, act, of="its_call")
    )


CHILD_LOGGED = Case("child", "child", "FROM child WHERE child.id = {}", on_record, (Act.REVIEW_GLASS,))


async def may_read(child: UUID | None, viewer: Viewer) -> bool:
    """Whether the log of this child is the viewer's to read, so that a page leads to it."""
    return child is not None and viewer.may(Act.REVIEW_GLASS) and bool(await CHILD_LOGGED.acts(viewer, child))


async def reference_of(child: UUID) -> str:
    """What the pages call the child."""
    row = await Child.select(Child.reference).where(Child.id == child).first()
    assert row is not None, "the guard found it"
    return str(row["reference"])


async def meetings_about(child: UUID, viewer: Viewer) -> list[str]:
    """The references of the child's meetings whose log the viewer may read, the newest first."""
    rows = (
        await Meeting.select(Meeting.reference)
        .where((Meeting.child == child) & seeing.where(seeing.meetings(viewer, Act.REVIEW_GLASS)))
        .order_by(Meeting.starts_at, ascending=False)
    )
    return [row["reference"] for row in rows]


async def entries_of(child: UUID, viewer: Viewer, *, before: int = looking_up.NEWEST, most: int) -> list[Row]:
    """The entries about the viewer's part of the case, numbered below `before`, the newest first.

    With those of the files that an episode came in with; what such an entry counts is of all children in the file,
    and is left out.
    """
    own = await _reviewed(child, viewer)
    besides = await _about_the_child(own, everything=viewer.may_everywhere(Act.REVIEW_GLASS))
    besides += [row["id"] for row in await Child.raw(_FILES, own.ids("episode"))]
    subjects = await _subjects(own, viewer)
    entries = await looking_up.about(subjects, besides=besides, before=before, most=most)
    return [replace(one, detail="{}") if one.subject.startswith("source:") else one for one in entries]


async def _subjects(own: Reviewed, viewer: Viewer) -> list[str]:
    """What entries about this part have as their subject, but for those about the child as a whole."""
    subjects = [f"{kind}:{one}" for kind in ("episode", "move") for one in own.ids(kind)]
    subjects += [f"decision:{row['decision']}" for row in own.of("trigger") if row["decision"]]
    moves, listed = own.ids("move"), seeing.meetings(viewer, Act.REVIEW_GLASS)
    rows = await Child.raw(_BESIDES, moves, moves, own.child, listed, own.child)
    return list(dict.fromkeys([*subjects, *(row["subject"] for row in rows)]))


async def _reviewed(child: UUID, viewer: Viewer) -> Reviewed:
    act = Act.REVIEW_GLASS
    conditions = (seeing.episodes(viewer, act), seeing.moves(viewer, act), seeing.triggers(viewer, act))
    given = [one for condition in conditions for one in (child, condition)]
    return Reviewed(child, await Child.raw(_REVIEWED, *given))


async def _about_the_child(own: Reviewed, *, everything: bool) -> list[int]:
    rows = await Child.raw(_ABOUT_THE_CHILD, f"child:{own.child}")
    entries = [Entry(row["id"], row["at"], row["actor"], row["action"], row["cause"] or "") for row in rows]
    if everything:
        return [entry.id for entry in entries]
    sight = await _sight(own, {entry.actor for entry in entries})
    return [entry.id for entry in entries if is_of_the_part(entry, sight)]


async def _sight(own: Reviewed, actors: Collection[str]) -> Sight:
    posts: dict[str, list[tuple[Post, Span]]] = {}
    for row in await Child.raw(_POSTS, list(actors)):
        post = Post(Role(row["role"]), row["agency_code"], row["unit_code"])
        posts.setdefault(row["person"], []).append((post, Span(row["since"], row["until"])))
    opened: dict[str, list[Span]] = {}
    for row in await Child.raw(_OPENED, own.child):
        opened.setdefault(row["person"], []).append(Span(row["since"], row["until"]))
    called = own.of("trigger")
    return Sight(
        calls=frozenset({noticing.CALLED, asking.CALLED}),
        causes=frozenset(str(row["cause"]) for row in called),
        noticed=frozenset(row["noticed_at"] for row in called),
        posts=posts,
        opened=opened,
        seeing=await _seeing({post for held in posts.values() for post, _ in held}, own),
    )


async def _seeing(posts: Collection[Post], own: Reviewed) -> set[Post]:
    """The posts of these in which one sees any of what is reviewed."""
    holders = [(post, Viewer(UUID(int=0), (post,))) for post in posts]
    everywhere = {post for post, holder in holders if holder.may_everywhere(Act.SEE_PLACES)}
    asked = [one for one in holders if one[0] not in everywhere and one[1].may(Act.SEE_PLACES)]
    if not asked:
        return everywhere
    told_by_cause = {*own.ids("episode"), *own.ids("move")}
    others = [row["id"] for row in own.of("trigger") if row["cause"] not in told_by_cause]
    columns = [
        QueryString(
            _SEES,
            own.ids("episode"),
            seeing.episodes(holder),
            own.ids("move"),
            seeing.moves(holder),
            others,
            seeing.triggers(holder) if others else seeing.NONE,
        )
        for _, holder in asked
    ]
    named = ", ".join(f"{{}} AS sees_{number}" for number in range(len(columns)))
    (found,) = await Child.raw(f"SELECT {named}", *columns)
    return everywhere | {post for number, (post, _) in enumerate(asked) if found[f"sees_{number}"]}
