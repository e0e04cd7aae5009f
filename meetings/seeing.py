"""What a viewer may see, said once: the condition of every list, count, export and guard that is about cases.

A meeting is seen by whoever's unit has a seat in it, and by coordinators, managers and police-unit leads whose units
serve, or served on its day, the home, the host or the incident place of what caused it. Partners see by a seat alone:
a charity that works in ten boroughs is not told of every child of theirs. A broken glass shows one case for a time.

Each condition is SQL over a table's name or alias, for Piccolo's queries by `where` and for raw ones as an argument.
The viewer's units stand in it as an array, which PostgreSQL finds once for each statement; as a subquery they would
be joined to every row that is asked about, and planning that takes longer than a page may.

Each EXISTS ends in `offset 0`, so that PostgreSQL looks it up for the row in hand. Without, it may put together all
rows that could be meant, which is to look at every trigger and episode there ever was, each through the wall.
"""

from __future__ import annotations

from collections.abc import Iterable

from piccolo.columns.combination import WhereRaw
from piccolo.querystring import QueryString

from web.roles import Act
from web.viewer import Viewer

ALL, NONE = QueryString("TRUE"), QueryString("FALSE")
_UNITS = """ARRAY(
    SELECT own_unit.id FROM unit AS own_unit JOIN agency AS own_agency ON own_agency.id = own_unit.agency
    WHERE own_agency.code = ANY({}::text[]) OR own_unit.code = ANY({}::text[])
)"""
_SERVED = """EXISTS (
    SELECT 1 FROM area AS own_area WHERE own_area.place IN (PLACES) AND own_area.unit = ANY({})
    AND coalesce(own_area.effective_from, '-infinity') <= (AT AT TIME ZONE 'Europe/London')::date
    AND coalesce(own_area.effective_to, 'infinity') > (AT AT TIME ZONE 'Europe/London')::date
)"""
_BY_COLLEAGUES = """CASE WHEN OF.set_up_by IN (
    SELECT own_post.person::text FROM appointment AS own_post
    WHERE own_post.agency_code = ANY({}::text[]) AND own_post.role IN ('coordinator', 'manager')
) THEN EXISTS (
    SELECT 1 FROM appointment AS own_post
    WHERE own_post.person = OF.set_up_by::uuid AND own_post.agency_code = ANY({}::text[])
    AND own_post.role IN ('coordinator', 'manager') AND own_post.since <= OF.set_up_at
    AND coalesce(own_post.until, 'infinity') > OF.set_up_at
) ELSE FALSE END"""  # whoever set it up held the post then; the names alone are looked at first, which is quick
_SEATED = """EXISTS (
    SELECT 1 FROM seat AS own_seat
    WHERE own_seat.meeting = OF.id AND own_seat.removed_at IS NULL AND own_seat.unit = ANY({}) offset 0
)"""
_CAUSED = """EXISTS (
    SELECT 1 FROM trigger AS own_trigger LEFT JOIN episode AS own_episode ON own_episode.id = own_trigger.cause
    LEFT JOIN placement_move AS own_move ON own_move.id = own_trigger.cause
    WHERE own_trigger.meeting = OF.id AND ({} OR {}) offset 0
)"""


def where(condition: QueryString) -> WhereRaw:
    """The condition for a query of Piccolo's."""
    return WhereRaw("{}", condition)


def episodes(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "episode") -> QueryString:
    """Episodes of which the viewer's units serve the home, the host or the incident place on the day they began."""
    places = f"{of}.home_place, {of}.host_place, {of}.incident_place"
    return _either(
        viewer, act, [_served(viewer, act, places, f"{of}.started_at"), _opened(viewer, act, f"{of}.child")]
    )


def moves(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "placement_move") -> QueryString:
    """Moves of a placement from, to, or by the authority of a place that the viewer's units serve."""
    places = f"{of}.home_place, {of}.from_place, {of}.to_place"
    return _either(viewer, act, [_served(viewer, act, places, f"{of}.moved_at"), _opened(viewer, act, f"{of}.child")])


def children(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "child.id") -> QueryString:
    """Children of whom an episode or a move is seen; `of` is the expression that holds the child's id."""
    known = [
        QueryString(
            f"EXISTS (SELECT 1 FROM episode AS its_episode WHERE its_episode.child = {of} AND {{}} offset 0)",
            episodes(viewer, act, of="its_episode"),
        ),
        QueryString(
            f"EXISTS (SELECT 1 FROM placement_move AS its_move WHERE its_move.child = {of} AND {{}} offset 0)",
            moves(viewer, act, of="its_move"),
        ),
    ]
    return _either(viewer, act, [*known, _opened(viewer, act, of)])


def meetings(viewer: Viewer, act: Act = Act.SEE, *, of: str = "meeting") -> QueryString:
    """Meetings of the viewer's units or places; with another act than SEE those in which they may do it."""
    placed = (Act.SEE_PLACES, act)
    own = _units(viewer, *placed)
    leads = ", ".join(f"{of}.{name}_unit" for name in ("home", "destination", "incident", "lead"))
    conditions = [
        QueryString(f"ARRAY[{leads}] && {{}}", own),
        QueryString(
            _CAUSED.replace("OF", of),
            _served_by(
                own,
                "own_episode.home_place, own_episode.host_place, own_episode.incident_place",
                "own_episode.started_at",
            ),
            _served_by(own, "own_move.home_place, own_move.from_place, own_move.to_place", "own_move.moved_at"),
        ),
        _served_by(own, f"{of}.about_place", f"{of}.starts_at"),
        _by_colleagues(sorted(viewer.agencies(*placed)), of),
        _opened(viewer, act, f"{of}.id"),
        _opened(viewer, act, f"{of}.child"),
    ]
    if act is not Act.RUN:  # a seat is reason to know and to speak, not to change the meeting of another authority
        conditions.append(QueryString(_SEATED.replace("OF", of), _units(viewer, act)))
    return _either(viewer, act, conditions)


def series(viewer: Viewer, act: Act = Act.SEE, *, of: str = "series") -> QueryString:
    """Series to which the viewer's units are invited, or that they convene."""
    own = _units(viewer, Act.SEE_PLACES, act)
    conditions = [
        QueryString(f"{of}.home_unit = ANY({{}})", own),
        _by_colleagues(sorted(viewer.agencies(Act.SEE_PLACES, act)), of),
    ]
    if act is not Act.RUN:
        invited = (
            "EXISTS (SELECT 1 FROM series_invitation AS own_invited WHERE own_invited.series = OF.id"
            " AND own_invited.ended_at IS NULL AND own_invited.unit = ANY({}) offset 0)"
        )
        conditions.append(QueryString(invited.replace("OF", of), _units(viewer, act)))
    return _either(viewer, act, conditions)


def triggers(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "trigger") -> QueryString:
    """Triggers of which the cause is seen: an episode, a move, or the meeting that is reviewed or called for one.

    That the child is seen is not enough: another authority's episodes of the same child are that authority's. What
    people called for is also that of the authority whose child it is.
    """
    by_line = f"SELECT called.meeting FROM briefing_line AS called WHERE called.id = {of}.cause"
    causes = [
        f"EXISTS (SELECT 1 FROM episode AS cause_e WHERE cause_e.id = {of}.cause AND {{}} offset 0)",
        f"EXISTS (SELECT 1 FROM placement_move AS cause_p WHERE cause_p.id = {of}.cause AND {{}} offset 0)",
        f"EXISTS (SELECT 1 FROM meeting AS cause_m WHERE cause_m.id IN ({of}.cause, ({by_line})) AND {{}} offset 0)",
    ]
    seen = [
        episodes(viewer, act, of="cause_e"),
        moves(viewer, act, of="cause_p"),
        meetings(viewer, act, of="cause_m"),
    ]
    called_for = (
        f"EXISTS (SELECT 1 FROM child AS its_child WHERE its_child.id = {of}.child AND {{}} offset 0)"
        f" AND NOT EXISTS (SELECT 1 FROM episode AS no_e WHERE no_e.id = {of}.cause offset 0)"
        f" AND NOT EXISTS (SELECT 1 FROM placement_move AS no_p WHERE no_p.id = {of}.cause offset 0)"
    )
    theirs = QueryString(f"({called_for})", _served(viewer, act, "its_child.issuer", f"{of}.fired_at"))
    known = [QueryString(*one) for one in zip(causes, seen, strict=True)]
    return _either(viewer, act, [*known, theirs, _opened(viewer, act, f"{of}.child")])


def handovers(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "handover") -> QueryString:
    """Handovers of a move that is seen, or from or to a unit of the viewer's."""
    own = _units(viewer, Act.SEE_PLACES, act)
    moved = QueryString(
        f"EXISTS (SELECT 1 FROM placement_move AS own_move WHERE own_move.id = {of}.move AND {{}} offset 0)",
        moves(viewer, act, of="own_move"),
    )
    return _either(
        viewer, act, [moved, QueryString(f"{of}.from_unit = ANY({{}}) OR {of}.to_unit = ANY({{}})", own, own)]
    )


def threads(viewer: Viewer, act: Act = Act.SEE, *, of: str) -> QueryString:
    """Mail about a meeting or a series that is seen, by its UID in `of`; about none, for all agencies' desk."""
    about_meeting = f"EXISTS (SELECT 1 FROM meeting AS of_thread WHERE of_thread.uid = {of} AND {{}} offset 0)"
    about_series = f"EXISTS (SELECT 1 FROM series AS of_thread WHERE of_thread.uid = {of} AND {{}} offset 0)"
    conditions = [
        QueryString(about_meeting, meetings(viewer, act, of="of_thread")),
        QueryString(about_series, series(viewer, act, of="of_thread")),
    ]
    return _either(viewer, act, conditions)


def units(viewer: Viewer, *acts: Act, of: str = "unit.id") -> QueryString:
    """The viewer's own units; `of` is the expression that holds a unit's id."""
    return ALL if viewer.may_everywhere(*acts) else QueryString(f"{of} = ANY({{}})", _units(viewer, *acts))


def waiting(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "child.id") -> QueryString:
    """Children who are seen, or for whom something waits that is; `of` is the expression with the child's id."""
    waits = (
        f"EXISTS (SELECT 1 FROM trigger AS waits WHERE waits.child = {of} AND waits.meeting IS NULL"
        " AND waits.not_convened IS NULL AND {} offset 0)"
    )
    return _either(viewer, act, [children(viewer, act, of=of), QueryString(waits, triggers(viewer, act, of="waits"))])


def decisions(viewer: Viewer, act: Act = Act.SEE_PLACES, *, of: str = "not_convened") -> QueryString:
    """Decisions to hold no meeting about a trigger that is seen, or of a unit of the viewer's."""
    own = _units(viewer, Act.SEE_PLACES, act)
    answered = f"EXISTS (SELECT 1 FROM trigger AS answered WHERE answered.not_convened = {of}.id AND {{}} offset 0)"
    return _either(
        viewer,
        act,
        [
            QueryString(answered, triggers(viewer, act, of="answered")),
            QueryString(f"ARRAY[{of}.home_unit, {of}.destination_unit] && {{}}", own),
        ],
    )


def plans(viewer: Viewer, act: Act = Act.RUN, *, of: str = "kept_plan") -> QueryString:
    """The viewer's own plans: what is in one was seen by whoever made it."""
    return _either(viewer, act, [QueryString(f"{of}.made_by = {{}}", str(viewer.person))])


def feeds(viewer: Viewer, act: Act = Act.SEE, *, of: str = "feed") -> QueryString:
    """Calendars that the viewer made."""
    return _either(viewer, act, [QueryString(f"{of}.made_by = {{}}", str(viewer.person))])


def _either(viewer: Viewer, act: Act, conditions: Iterable[QueryString]) -> QueryString:
    """Everything for an appointment at every agency that includes the act; else what one of the conditions says."""
    if viewer.may_everywhere(act):
        return ALL
    known = [one for one in conditions if one is not NONE]
    if not known or not (viewer.may(act) or viewer.opened):
        return NONE
    return QueryString(f"({' OR '.join(['({})'] * len(known))})", *known)


def _units(viewer: Viewer, *acts: Act) -> QueryString:
    return QueryString(_UNITS, sorted(viewer.agencies(*acts)), sorted(viewer.units(*acts)))


def _by_colleagues(agencies: list[str], of: str) -> QueryString:
    return QueryString(_BY_COLLEAGUES.replace("OF", of), agencies, agencies)


def _served(viewer: Viewer, act: Act, places: str, at: str) -> QueryString:
    return _served_by(_units(viewer, Act.SEE_PLACES, act), places, at)


def _served_by(own: QueryString, places: str, at: str) -> QueryString:
    return QueryString(_SERVED.replace("PLACES", places).replace("AT AT", f"{at} AT"), own)


def _opened(viewer: Viewer, act: Act, case: str) -> QueryString:
    """A broken glass shows; it changes nothing."""
    if not viewer.opened or act not in (Act.SEE, Act.SEE_PLACES):
        return NONE
    return QueryString(f"{case} = ANY({{}}::uuid[])", list(viewer.opened))
