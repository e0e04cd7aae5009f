"""The second wall in SQL: functions, grants and policies, as `scopes.py` says. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from walls import rows
from walls.scopes import APPEND_ONLY, READING_ONLY, SCOPES, WITH_A_ROLE, Scope
from web.acting import SERVICE_ROLE, WEB_ROLE, Way

_SEEN: Final = (Path(__file__).parent / "seen.sql").read_text(encoding="utf-8")
_CONDITION = re.compile(r"\{([A-Z_]+)(?::(\w+))?\}")


def fingerprint(statements: Iterable[str], stands: str) -> str:
    """What was raised, and how the database stood when it was."""
    return hashlib.sha256("\n".join([*statements, stands]).encode()).hexdigest()


def statements(owners: Mapping[str, str], schema: str) -> list[str]:
    """The wall around these tables, whose owners are given by their names, to be run in one transaction."""
    walls = [_filled(_SEEN, schema)]
    for role in (WEB_ROLE, SERVICE_ROLE):
        walls.append(f"GRANT USAGE ON SCHEMA {_name(schema)} TO {role}")
        walls.append(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {_name(schema)} TO {role}")
    for table, owner in sorted(owners.items()):
        walls += _around(table, owner, SCOPES.get(table, Scope(verbs="")))
    functions = ", ".join(re.findall(r"CREATE OR REPLACE FUNCTION (\w+\([^)]*\))", _SEEN))
    return [
        *walls,
        f"REVOKE ALL ON FUNCTION {functions} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {functions} TO {WEB_ROLE}",
    ]


def _around(table: str, owner: str, scope: Scope) -> list[str]:
    """One table: who may do what, to which rows."""
    name = _name(table)
    service = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
    wall = [f"REVOKE ALL ON {name} FROM PUBLIC, {WEB_ROLE}, {SERVICE_ROLE}"]
    if table == "migration":  # a part that starts looks whether it fits
        return [*wall, f"GRANT SELECT ON {name} TO {WEB_ROLE}, {SERVICE_ROLE}"]
    wall.append(f"GRANT {service} ON {name} TO {SERVICE_ROLE}")
    if scope.verbs:
        wall.append(f"GRANT {scope.verbs} ON {name} TO {WEB_ROLE}")
    if not scope.rows:
        return wall
    wall += [f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"]
    for policy, to, sees, changes in _policies(name, _name(owner), scope):
        wall += [
            f"DROP POLICY IF EXISTS {policy} ON {name}",
            f"CREATE POLICY {policy} ON {name} TO {to} USING ({sees}) WITH CHECK ({changes})",
        ]
    return wall


def _policies(name: str, owner: str, scope: Scope) -> list[tuple[str, str, str, str]]:
    """Name, role, which rows are seen, which may be written. The owner migrates and backs up: every row."""
    seen = _opened(scope, (*scope.open_to, *scope.read_by)).replace("{t}", name)
    written = _opened(scope, [way for way in scope.open_to if way not in READING_ONLY]).replace("{t}", name)
    changed = scope.change.replace("{t}", name) or written
    return [
        ("wall_owner", owner, "true", "true"),
        ("wall_service", SERVICE_ROLE, "true", "true"),
        ("wall_web", WEB_ROLE, seen, changed),
    ]


def _opened(scope: Scope, open_to: Iterable[Way]) -> str:
    """What is constant for whoever acts comes first, in one sub-select; then what is asked of the row."""
    besides = [] if scope.personal else [rows.EVERYWHERE]
    if ways := [way for way in open_to if way not in WITH_A_ROLE]:
        besides.append(
            "current_setting('convene.way', true) IN (" + ", ".join(f"'{way.value}'" for way in ways) + ")"
        )
    besides += [
        f"(current_setting('convene.way', true) = '{way.value}' AND {rows.may(*WITH_A_ROLE[way])})"
        for way in open_to
        if way in WITH_A_ROLE
    ]
    return f"(SELECT {' OR '.join(besides)}) OR {scope.rows}" if besides else scope.rows


def _filled(sql: str, schema: str) -> str:
    """The conditions of `rows.py` where the text names them, over the alias it gives."""

    def one(found: re.Match[str]) -> str:
        condition: str = getattr(rows, found[1])
        return condition.replace("{t}", found[2] or "")

    return _CONDITION.sub(one, sql.replace("{schema}", _name(schema)))


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
