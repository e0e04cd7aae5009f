"""What must hold before a part begins to work; each that does not is refused in a sentence that says what to do."""

from __future__ import annotations

import asyncio
import os
import platform
import re
import stat
import sys
from collections.abc import Mapping
from email import policy
from email.message import EmailMessage
from pathlib import Path

import structlog

import postgres
from notifications.addresses import header_address, header_text
from notifications.errors import UnsafeHeader
from settings import Settings
from web.acting import WEB_ROLE

log = structlog.get_logger()
HARMFUL = "=?utf-8?q?a=0ABcc=3A_evil=40evil.example?="  # an encoded word in which a new header is hidden
_HARMFUL_TEXTS = (HARMFUL, "a\r\nBcc: evil@evil.example", "a\nb", "a\x00b", "a\u2028b", "a\u202eb")

# What PostgreSQL must not be told: it would say that something is committed which a crash can take back or tear.
_UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "zero_damaged_pages": "on"}
_ASK = """
SELECT rolsuper OR rolbypassrls AS above_rules,
    CASE WHEN rolsuper THEN current_setting('data_directory', true) ELSE '' END AS data
FROM pg_roles WHERE rolname = current_user
"""
_WALL = r"""
SELECT rolname::text AS name,
    EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AND
    pg_has_role(current_user, (SELECT oid FROM pg_roles WHERE rolname = $1), 'MEMBER') IS TRUE AS may_act,
    EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tableowner = current_user) AS owns,
    to_regprocedure('wall_enter(text, text, text)') IS NOT NULL AS stands,
    (SELECT string_agg(place, ', ' ORDER BY place) FROM (
        SELECT 'DATABASE ' || quote_ident(current_database()) AS place FROM pg_roles
        WHERE rolname = $1 AND has_database_privilege(oid, current_database(), 'CREATE')
        UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname) FROM pg_namespace n JOIN pg_roles p ON p.rolname = $1
        WHERE nspname NOT LIKE 'pg\_%' AND has_schema_privilege(p.oid, n.oid, 'CREATE')
    ) AS open) AS may_create
FROM pg_roles r WHERE rolname = current_user
"""
_WELL_KNOWN = re.compile(r"change.?me|example|passw|secret|default|convene|postgres", re.IGNORECASE)
_IN_URL = re.compile(r"//[^:/@]*:(?P<password>[^@/]*)@")
_FEWEST_CHARACTERS = 12  # different ones in a secret; one of 32 random characters has about twenty
_FEWEST_IN_PASSWORD = 8


class Unfit(RuntimeError):
    """Convene must not start here; the message says why, and what to change."""


async def pass_all(settings: Settings, environ: Mapping[str, str] | None = None, *, pages: bool = False) -> None:
    """Interpreter, secrets and database are fit for this installation; what was found is in the log.

    :raises Unfit: naming the first that is not.
    :raises NoDatabase, NotMigrated: when there is no way in, the server is too old, or a migration is missing.
    """
    interpreter_keeps_asserts()
    guard_holds()
    if not settings.demo:
        secrets_are_own(settings)
    files_are_private(os.environ if environ is None else environ)
    import processes  # imported late, because every command reads this file first

    await processes.check_database()
    await database_is_safe(demo=settings.demo)
    await processes.check_migrated()
    if pages:
        await wall_holds(demo=settings.demo)
    _tell()


def passed(settings: Settings, *, pages: bool = False) -> Settings:
    """The settings, once all of it holds; for a process that has no loop yet.

    :param pages: whether it serves pages, and so must sign in to the database as the role of the pages.
    """
    asyncio.run(pass_all(settings, pages=pages))
    return settings


def interpreter_keeps_asserts() -> None:
    """Python runs without -O.

    Our invariants are asserts, and the calendar library refuses injected lines by nothing else.

    :raises Unfit: under -O or PYTHONOPTIMIZE.
    """
    if sys.flags.optimize:
        raise Unfit(
            "Convene does not run under `python -O` or PYTHONOPTIMIZE: that removes the checks that keep "
            "foreign lines out of calendars. Start it without."
        )


def guard_holds() -> None:
    """Nothing that could become another header passes Convene's guard, whatever the email module would do.

    :raises Unfit: where something passed.
    """
    for text in _HARMFUL_TEXTS:
        for guard in (header_text, header_address):
            try:
                guard(text)
            except UnsafeHeader:
                continue
            raise Unfit("Convene's own guard let a text pass that adds a header. Install this copy anew.")


def email_module_injects() -> bool:
    """Whether this interpreter turns a line end hidden in an encoded word into a new header (CVE-2024-6923)."""
    message = EmailMessage(policy=policy.SMTP)
    message["Subject"] = HARMFUL
    try:
        return b"\nBcc:" in message.as_bytes()
    except Exception:  # a mended one refuses to write it, by an error whose kind differs between versions
        return False


def secrets_are_own(settings: Settings) -> None:
    """No secret is one that stands in an example, or that somebody could guess.

    :raises Unfit: naming the variable, never its value.
    """
    said = (
        "is an example or easily guessed. `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'` makes one"
    )
    if len(set(settings.secret)) < _FEWEST_CHARACTERS or _WELL_KNOWN.search(settings.secret):
        raise Unfit(f"CONVENE_SECRET {said}.")
    addresses = {
        "DATABASE_URL": settings.database_url,
        "CONVENE_WEB_DATABASE_URL": settings.web_database_url,
        "CONVENE_SERVICE_DATABASE_URL": settings.service_database_url,
    }
    for name, url in addresses.items():
        found = _IN_URL.search(url)
        if found and (len(found["password"]) < _FEWEST_IN_PASSWORD or _WELL_KNOWN.search(found["password"])):
            raise Unfit(f"The password in {name} {said}.")


def files_are_private(environ: Mapping[str, str]) -> None:
    """No file of a secret can be read by everybody on the machine.

    :raises Unfit: naming the variable.
    """
    for name, file in environ.items():
        if not (name.startswith("CONVENE_") and name.endswith("_FILE") and file):
            continue
        try:
            mode = Path(file).stat().st_mode
        except OSError:
            continue  # that it cannot be read was said with the settings
        if mode & stat.S_IROTH:
            raise Unfit(f"Everybody on this machine can read the file of {name}: take that right away (chmod o-r).")


async def database_is_safe(*, demo: bool) -> None:
    """What the database calls committed outlives a crash, and its own rules hold for the role that we are.

    A role above the rules is taken in the demonstration, and on the embedded server, which has no other user.

    :raises Unfit: naming the setting or the right.
    """
    from piccolo_conf import DB  # imported late, as in processes

    for name, unsafe in _UNSAFE.items():
        (row,) = await DB._run_in_new_connection(f"SHOW {name}")
        if row[name] == unsafe:
            raise Unfit(
                f"PostgreSQL runs with {name}={unsafe}: what it calls committed may be lost or torn by a crash. "
                f"Change it in postgresql.conf, or for this role or database, and start Convene again."
            )
    (role,) = await DB._run_in_new_connection(_ASK)
    if role["above_rules"] and not demo and not postgres.is_embedded(Path(role["data"] or "/")):
        raise Unfit(
            "The role in DATABASE_URL is a superuser or may bypass row-level security: no wall would hold for it. "
            "Give Convene a role without these rights that owns the database (docs/running.md)."
        )


async def wall_holds(*, demo: bool) -> None:
    """Pages are served on behalf of people, by a role to which PostgreSQL shows no other rows than theirs.

    In the demonstration the role may be above the rules: each transaction of a page lays that down.

    :raises Unfit: saying which variable to set.
    """
    from piccolo_conf import DB

    (role,) = await DB.read(_WALL, [WEB_ROLE])
    if not role["stands"]:
        raise Unfit("The database is not at this version: no wall stands in it. ./run migrate raises it.")
    if not role["may_act"] or (role["owns"] and not demo):
        why = "owns the tables" if role["may_act"] else f"may not act as {WEB_ROLE}"
        raise Unfit(
            f"The pages sign in to the database as {role['name']}, which {why}: no wall would stand. "
            f"Run ./run migrate, then give the address of {WEB_ROLE} in CONVENE_WEB_DATABASE_URL (docs/running.md)."
        )
    if role["may_create"]:  # whoever makes functions or operators could have the wall run theirs
        raise Unfit(
            f"{WEB_ROLE} may create things in the database, and so get past the wall. Let an administrator of the "
            f"server run REVOKE CREATE ON … FROM {WEB_ROLE}, PUBLIC for each of: {role['may_create']}."
        )


def _tell() -> None:
    """One line for whoever reads the log after a start."""
    injects = email_module_injects()
    say = log.warning if injects else log.info
    say(
        "start checks passed",
        python=platform.python_version(),
        email_module="lets an encoded word add a header (CVE-2024-6923)" if injects else "adds no header",
        header_guard="holds",
    )
