"""Which rows are whose, as conditions of SQL over one table's row; `{t}` stands for the table. Pure.

A case (a meeting, a child as reference, what happened and what was decided) belongs to the agencies and units that
have a seat, or serve its places on the day. All that hangs on a row is scoped as the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from web.roles import MAY, Act, Role


def roles_that_may(*acts: Act) -> str:
    """The roles that may do one of these, as literals of SQL."""
    return _named(*(role for role in Role if MAY[role] & set(acts)))


def _named(*roles: Role) -> str:
    return ", ".join(f"'{role.value}'" for role in roles)


SEES_CASES: Final = roles_that_may(Act.SEE)
SEES_PLACES: Final = roles_that_may(Act.SEE_PLACES)
WHOLE_FILE: Final = ": not for publication"  # in the title of a file with every count
CONVENES: Final = _named(Role.COORDINATOR, Role.MANAGER)
ACTING: Final = "(SELECT current_setting('convene.way', true) <> '')"
KNOWN: Final = "(SELECT current_setting('convene.person', true) <> '')"
ONESELF: Final = "(SELECT current_setting('convene.person', true))"
MYSELF: Final = "(SELECT nullif(current_setting('convene.person', true), '')::uuid)"
SUBJECT: Final = "(SELECT nullif(current_setting('convene.subject', true), '')::uuid)"
SERVING: Final = "(SELECT wall_ids('convene.serving'))"
PLACES: Final = "(SELECT wall_set('convene.places'))"
STANDING: Final = "(SELECT wall_set('convene.standing'))"
SINCE: Final = "(SELECT wall_since())"
BY_COLLEAGUES: Final = (  # the names alone are looked at first, which is quick
    "({t}.set_up_by = ANY ((SELECT wall_set('convene.colleagues'))::text[]) "
    "AND wall_convened({t}.set_up_by, {t}.set_up_at))"
)


def may(*acts: Act) -> str:
    """Whoever acts has a role that may do one of these."""
    return f"nullif(current_setting('convene.roles', true), '')::pg_catalog.text[] && ARRAY[{roles_that_may(*acts)}]"


def _once(condition: str) -> str:
    """Evaluated once a statement, whatever it reads."""
    return f"(SELECT {condition})"


RUNS: Final = _once(may(Act.RUN))
POST: Final = RUNS
COUNTS: Final = _once(may(Act.READ_FIGURES, Act.PUBLISH))
PUBLISHES: Final = _once(may(Act.PUBLISH))
APPOINTS: Final = _once(may(Act.APPOINT))
REVIEWS_GLASS: Final = _once(may(Act.REVIEW_GLASS))
AUDITS: Final = _once(may(Act.AUDIT))
RETAINS: Final = _once(may(Act.RETAIN, Act.DISCLOSE))
SETS_PERIODS: Final = _once(may(Act.RETAIN))
KEEPS_DIRECTORY: Final = _once(may(Act.CHANGE_DIRECTORY))
HOLDS: Final = (  # {t} is an appointment, p its person; one is never given for a day to come
    "({t}.until IS NULL OR {t}.until > statement_timestamp()) "
    "AND (p.active_until IS NULL OR p.active_until > statement_timestamp())"
)
HELD: Final = (  # {t} is an appointment that held when something was set up
    "({t}.since <= set_up_at AND ({t}.until IS NULL OR {t}.until > set_up_at))"
)


def _any(*conditions: str) -> str:
    return "(" + " OR ".join(conditions) + ")"


def _at(places: str, day: str) -> str:
    """One's units serve one of these places on that day in London; what they serve without end is looked at first."""
    asked = f"ARRAY[{places}]::text[]"
    return f"({day} >= {SINCE} AND {asked} && {STANDING} OR {asked} && {PLACES} AND wall_serves({asked}, {day}))"


def _here(table: str, what: str, at: str, *columns: str) -> str:
    """Of all rows of the table that are at one's places on their day; for the functions that put a set together.

    What one's units serve without end needs no look at the directory, but for what was before.
    """
    day = f"({at} AT TIME ZONE 'Europe/London')::date"
    at_the_time = (
        f"SELECT {what} FROM area a JOIN {table} e ON e.{{column}} = a.place WHERE a.unit = ANY (serving) "
        f"AND (a.effective_from IS NULL OR a.effective_from <= {day}) "
        f"AND (a.effective_to IS NULL OR a.effective_to > {day}) "
    )
    standing = f"SELECT {what} FROM {table} e WHERE e.{{column}} = ANY (standing) AND {at} >= since"
    before = f"{at_the_time} AND e.{{column}} = ANY (places) AND {at} < since"
    others = f"{at_the_time} AND a.place = ANY (lapsed)"
    return " UNION ALL ".join(part.format(column=column) for column in columns for part in (standing, before, others))


_EPISODES_PLACES: Final = ("home_place", "host_place", "incident_place")
_MOVES_PLACES: Final = ("home_place", "from_place", "to_place")
CAUSES_HERE: Final = (
    _here("episode", "e.id", "e.started_at", *_EPISODES_PLACES)
    + " UNION ALL "
    + _here("placement_move", "e.id", "e.moved_at", *_MOVES_PLACES)
)
CHILDREN_HERE: Final = CAUSES_HERE.replace("SELECT e.id", "SELECT e.child")
ABOUT_HERE: Final = _here("meeting", "e.id", "e.starts_at", "about_place")


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f"{{t}}.{column}" for column in columns)


ONE_BY_ONE: Final = "64"  # rows a transaction that are looked at closely, before the set of all that is seen is made
FEW_UNITS: Final = "4"  # whose set is so small that it is quicker than any look at a row


def _of(what: str, everything: str, column: str) -> str:
    """The row's case is seen: looked up among all that are, once these are put together; until then judged alone."""
    apart = _once(f"coalesce(current_setting('convene.all_{everything}', true), '') = ''")
    judged = f"CASE WHEN {apart} THEN wall_judge_{what}({column}) END"
    return f"coalesce({judged}, {column} IN (SELECT wall_{everything}()))"


_MEETING: Final = ("meeting", "meetings")
_CHILD: Final = ("child", "children")
OF_MEETING: Final = _of(*_MEETING, "{t}.meeting")
OF_CHILD: Final = _of(*_CHILD, "{t}.child")
OF_EPISODE: Final = "wall_sees_episode({t}.episode)"
OF_SERIES: Final = "wall_sees_series({t}.series)"
OF_INVITATION: Final = "wall_sees_invitation({t}.invitation)"
OF_DISPUTE: Final = "wall_sees_dispute({t}.dispute)"
OF_TEAMS_REPORT: Final = "wall_sees_teams_report({t}.report)"
OF_ESCALATION: Final = "wall_sees_escalation({t}.escalation)"
OF_STEP: Final = "wall_sees_step({t}.step)"
OF_UID: Final = "wall_sees_uid({t}.uid)"
# A row is looked at by itself first: the functions do not find one that is being added.
MEETING: Final = _any(
    f"ARRAY[{{t}}.home_unit, {{t}}.destination_unit, {{t}}.incident_unit, {{t}}.lead_unit] && {SERVING}",
    BY_COLLEAGUES,
    _of(*_MEETING, "{t}.id"),
)
SERIES: Final = _any(f"{{t}}.home_unit = ANY ({SERVING}::uuid[])", BY_COLLEAGUES, "wall_sees_series({t}.id)")
CHILD: Final = _of(*_CHILD, "{t}.id")
EPISODE: Final = _any(_at(_listed(_EPISODES_PLACES), "{t}.started_at"), OF_CHILD)
MOVE: Final = _any(_at(_listed(_MOVES_PLACES), "{t}.moved_at"), OF_CHILD)
NOT_CONVENED: Final = _any(f"ARRAY[{{t}}.home_unit, {{t}}.destination_unit] && {SERVING}", OF_CHILD)
ESCALATION: Final = _any(
    f"({{t}}.meeting IS NULL AND {{t}}.unit = ANY ({SERVING}::uuid[]))",
    f"({{t}}.meeting IS NULL AND {RUNS})",
    OF_MEETING,
    "{t}.id = ANY ((SELECT wall_ids('convene.escalations'))::uuid[])",
)
LETTER_OF_ESCALATION: Final = _any(f"{{t}}.id = {SUBJECT}", "wall_sees_letter({t}.id)")
HANDOVER: Final = _any(
    f"{{t}}.id = {SUBJECT}", f"ARRAY[{{t}}.from_unit, {{t}}.to_unit] && {SERVING}", "wall_sees_move({t}.move)"
)
HANDS_OVER: Final = _once(f"current_setting('convene.way', true) = 'handing' AND {may(Act.CHANGE_DIRECTORY)}")
EVERYWHERE: Final = "current_setting('convene.everywhere', true) = 'true'"
LETTER: Final = _any(
    "({t}.kind = 'sign-in' AND (SELECT current_setting('convene.way', true) = 'sign in'))",
    f"({{t}}.kind <> 'sign-in' AND (SELECT {EVERYWHERE}))",
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid = '' AND {POST})",
    # whoever writes a letter sees it until the worker takes it: PostgreSQL asks so of a row that is returned
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid = '' AND {{t}}.state = 'queued' AND {{t}}.tries = 0 AND {ACTING})",
    f"({{t}}.kind <> 'sign-in' AND {{t}}.state = 'queued' AND {{t}}.tries = 0 AND {HANDS_OVER})",
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid <> '' AND {OF_UID})",
)
ARRIVED: Final = _any(
    f"({POST} AND ({{t}}.uid = '' OR NOT wall_known_uid({{t}}.uid)))",
    f"({{t}}.uid <> '' AND {OF_UID})",
)
PUBLICATION: Final = _any(
    COUNTS,
    f"({{t}}.state = 'released' AND {KNOWN})",
    f"{{t}}.id = (SELECT w.publication FROM told_unit w WHERE w.id = {SUBJECT})",
)
OF_PUBLICATION: Final = "EXISTS (SELECT 1 FROM publication w WHERE w.id = {t}.publication)"
# A file of what was released is everybody's; one with every count says so in its title (reports/drawing_up.py).
ASKED_FILE: Final = _any(COUNTS, f"(strpos({{t}}.title, '{WHOLE_FILE}') = 0 AND {KNOWN})")
ENTRY: Final = _any(
    AUDITS,
    f"{{t}}.actor = {ONESELF}",
    f"({{t}}.subject LIKE 'publication %' AND {COUNTS})",
    "wall_sees_subject({t}.subject)",
)
