"""Which rows are whose, as conditions of SQL over one table's row; `{t}` stands for the table. Pure.

A case (a meeting, a child as reference, what happened and what was decided) belongs to the agencies and units that
have a seat, or serve its places on the day. All that hangs on a row is scoped as the row.
"""

from __future__ import annotations

from typing import Final

from web.roles import MAY, Act, Role


def roles_that_may(*acts: Act) -> str:
    """The roles that may do one of these, as literals of SQL."""
    return _named(*(role for role in Role if MAY[role] & set(acts)))


def _named(*roles: Role) -> str:
    return ", ".join(f"'{role.value}'" for role in roles)


SEES_CASES: Final = roles_that_may(Act.SEE)
SEES_PLACES: Final = roles_that_may(Act.SEE_PLACES)
CONVENES: Final = _named(Role.COORDINATOR, Role.MANAGER)
ACTING: Final = "(SELECT wall_way()) <> ''"
KNOWN: Final = "(SELECT wall_person()) IS NOT NULL"
ONESELF: Final = "(SELECT wall_person())::text"
SERVING: Final = "ANY ((SELECT wall_serving())::uuid[])"
COLLEAGUES: Final = "ANY ((SELECT wall_colleagues())::text[])"
SEER: Final = f"(SELECT wall_has_role({SEES_CASES}))"
RUNS: Final = f"(SELECT wall_has_role({roles_that_may(Act.RUN)}))"
POST: Final = f"(SELECT wall_has_role({roles_that_may(Act.RUN)}))"
COUNTS: Final = f"(SELECT wall_has_role({roles_that_may(Act.READ_FIGURES, Act.PUBLISH)}))"
APPOINTS: Final = f"(SELECT wall_has_role({roles_that_may(Act.APPOINT)}))"
REVIEWS_GLASS: Final = f"(SELECT wall_has_role({roles_that_may(Act.REVIEW_GLASS)}))"
AUDITS: Final = f"(SELECT wall_has_role({roles_that_may(Act.AUDIT)}))"
RETAINS: Final = f"(SELECT wall_has_role({roles_that_may(Act.RETAIN, Act.DISCLOSE)}))"
KEEPS_DIRECTORY: Final = f"(SELECT wall_has_role({roles_that_may(Act.CHANGE_DIRECTORY)}))"


def _in(view: str, column: str, key: str = "id") -> str:
    return f"EXISTS (SELECT 1 FROM {view} w WHERE w.{key} = {{t}}.{column})"


def _at(places: str, day: str) -> str:
    """One's units serve one of these places on that day in London."""
    return (
        f"EXISTS (SELECT 1 FROM wall_area w WHERE w.place IN ({places}) "
        f"AND (w.effective_from IS NULL OR w.effective_from <= ({day} AT TIME ZONE 'Europe/London')::date) "
        f"AND (w.effective_to IS NULL OR w.effective_to > ({day} AT TIME ZONE 'Europe/London')::date))"
    )


def _any(*conditions: str) -> str:
    return "(" + " OR ".join(conditions) + ")"


EPISODE_HERE: Final = _at("{t}.home_place, {t}.host_place, {t}.incident_place", "{t}.started_at")
MOVE_HERE: Final = _at("{t}.home_place, {t}.from_place, {t}.to_place", "{t}.moved_at")
MEETING: Final = _any(
    *(f"{{t}}.{column} = {SERVING}" for column in ("home_unit", "destination_unit", "incident_unit", "lead_unit")),
    f"{{t}}.set_up_by = {COLLEAGUES}",
    "{t}.id = ANY ((SELECT wall_named_meetings())::uuid[])",
    _in("wall_seat", "id", "meeting"),
    _in("wall_trigger", "id", "meeting"),
    f"({{t}}.about_place <> '' AND {_at('{t}.about_place', '{t}.starts_at')})",
)
CHILD: Final = _any(
    "{t}.id = ANY ((SELECT wall_named_children())::uuid[])",
    _in("wall_episode_here", "id", "child"),
    _in("wall_move_here", "id", "child"),
    _in("wall_meeting", "id", "child"),
    _in("wall_line", "id", "child"),
)
SERIES: Final = _any(
    f"{{t}}.home_unit = {SERVING}",
    f"{{t}}.set_up_by = {COLLEAGUES}",
    "{t}.id = ANY ((SELECT wall_named_series())::uuid[])",
    _in("wall_meeting", "id", "series"),
    _in("wall_series_unit", "id", "series"),
)
OF_MEETING: Final = _in("wall_meeting", "meeting")
OF_CHILD: Final = _in("wall_child", "child")
OF_SERIES: Final = _in("wall_series", "series")
OF_INVITATION: Final = _in("wall_invitation", "invitation")
EPISODE: Final = _any(EPISODE_HERE, OF_CHILD)
MOVE: Final = _any(MOVE_HERE, OF_CHILD)
ESCALATION: Final = _any(
    OF_MEETING,
    f"({{t}}.meeting IS NULL AND ({{t}}.unit = {SERVING} OR {RUNS}))",
    "{t}.id = ANY ((SELECT wall_named_escalations())::uuid[])",
)
HANDOVER: Final = _any(
    "{t}.id = (SELECT wall_subject())",
    f"{{t}}.from_unit = {SERVING}",
    f"{{t}}.to_unit = {SERVING}",
    _in("wall_move", "move"),
)
OF_UID: Final = _any(_in("wall_meeting", "uid", "uid"), _in("wall_series", "uid", "uid"))
LETTER: Final = _any(
    "({t}.kind = 'sign-in' AND (SELECT wall_way()) = 'sign in')",
    "({t}.kind <> 'sign-in' AND (SELECT wall_everywhere()))",
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid <> '' AND {OF_UID})",
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid = '' AND {POST})",
    # whoever writes a letter sees it until the worker takes it: PostgreSQL asks so of a row that is returned
    f"({{t}}.kind <> 'sign-in' AND {{t}}.uid = '' AND {{t}}.state = 'queued' AND {{t}}.tries = 0 AND {ACTING})",
)
ARRIVED: Final = _any(
    f"({{t}}.uid <> '' AND {OF_UID})",
    f"({POST} AND ({{t}}.uid = '' OR NOT wall_known_uid({{t}}.uid)))",
)
PUBLICATION: Final = _any(COUNTS, f"({{t}}.state = 'released' AND {KNOWN})", "(SELECT wall_way()) = 'link'")
OF_PUBLICATION: Final = _in("wall_publication", "publication")
ENTRY: Final = _any(
    AUDITS,
    "{t}.actor = (SELECT wall_person())::text",
    "CASE WHEN {t}.subject ~ '^episode:[0-9a-f-]{36}$' "
    "THEN EXISTS (SELECT 1 FROM wall_episode w WHERE w.id = substr({t}.subject, 9)::uuid) "
    "WHEN {t}.subject LIKE 'series:%' "
    "THEN EXISTS (SELECT 1 FROM wall_series w WHERE w.reference = substr({t}.subject, 8)) "
    f"WHEN {{t}}.subject LIKE 'publication %' THEN {COUNTS} ELSE false END",
)
