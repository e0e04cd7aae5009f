"""Raise the second wall: roles, grants and policies are as `scopes.py` says, whatever stood there before.

Done at the end of every migration by the role that owns the tables. What stands as it should is left alone, so that a
command beside a running installation waits for no lock.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from asyncpg import Connection, DuplicateObjectError, InsufficientPrivilegeError, UniqueViolationError

from walls.statements import fingerprint, statements
from web.acting import SERVICE_ROLE, WEB_ROLE

_TABLES: Final = "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = current_schema()"
_RAISED: Final = "SELECT obj_description(to_regprocedure('wall_enter(text,text,text)'), 'pg_proc')"
_STANDS: Final = """
SELECT md5(coalesce(string_agg(said, ';' ORDER BY said), '')) FROM (
    SELECT concat_ws(' ', c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relacl::text) AS said
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'S')
    UNION ALL
    SELECT concat_ws(' ', c.relname, p.polname, p.polcmd, p.polroles::regrole[]::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT concat_ws(' ', f.proname, f.prosecdef, f.proowner::regrole::text, f.proacl::text, md5(f.prosrc))
    FROM pg_proc f WHERE f.pronamespace = current_schema()::regnamespace
) AS stands
"""
_ROUNDS: Final = 4096  # PostgreSQL's own default
HELP: Final = (
    "Convene's pages and its worker sign in to the database as roles that own nothing. Let an administrator of the "
    f"server run: CREATE ROLE {WEB_ROLE} LOGIN PASSWORD '…'; CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD '…'; "
    "then run this again. Nothing of the walls was changed."
)


class NoRoles(RuntimeError):
    """The roles are not there and cannot be made by us; the message says what an administrator does."""


async def raise_walls(connection: Connection[Any], addresses: Mapping[str, str]) -> bool:
    """The walls stand as this version has them; whether anything had to be changed.

    :param addresses: where each role signs in, as far as it is known: a role made here gets that password.
    :raises NoRoles: when a role is missing and this one may not make it.
    """
    async with connection.transaction():
        await connection.execute("LOCK TABLE migration IN SHARE UPDATE EXCLUSIVE MODE")  # two at once would wait
        await _make_roles(connection, addresses)
        owners = {row["tablename"]: row["tableowner"] for row in await connection.fetch(_TABLES)}
        schema = await connection.fetchval("SELECT current_schema()")
        wall = statements(owners, schema)
        wanted = fingerprint(wall, await connection.fetchval(_STANDS))
        if await connection.fetchval(_RAISED) == wanted:
            return False
        await connection.execute(";\n".join(wall))
        stands = await connection.fetchval(_STANDS)
        await connection.execute(f"COMMENT ON FUNCTION wall_enter(text, text, text) IS '{fingerprint(wall, stands)}'")
    return True


async def _make_roles(connection: Connection[Any], addresses: Mapping[str, str]) -> None:
    known = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
    for role in (WEB_ROLE, SERVICE_ROLE):
        if role in known:
            continue
        try:
            async with connection.transaction():
                await connection.execute(f"CREATE ROLE {role} LOGIN{_password(addresses.get(role, ''))}")
        except InsufficientPrivilegeError:
            raise NoRoles(HELP) from None
        except (DuplicateObjectError, UniqueViolationError):
            continue  # another database of this server was migrated at the same moment


def _password(url: str) -> str:
    """The password of the role's address as PostgreSQL stores it, so that it stands in no log; none where none is."""
    given = unquote(urlsplit(url).password or "")
    return f" PASSWORD '{scram(given, os.urandom(16))}'" if given else ""


def scram(password: str, salt: bytes) -> str:
    """The verifier of SCRAM-SHA-256 (RFC 5803) for a password of ASCII characters."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt64, stored64, server64 = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_ROUNDS}:{salt64}${stored64}:{server64}"
