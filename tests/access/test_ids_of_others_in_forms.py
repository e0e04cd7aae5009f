"""A form sent with the id of another agency's row in place of one's own changes nothing of theirs.

The forms are those that the pages show to each role; each place of each that holds the id of a row of one's own, in
its address, a field's name or a value, is tried with a row of the same table that is another borough's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from litestar import Litestar

from meetings.tables import Meeting, Series
from tests.access.borough import belongings, borough
from tests.access.test_who_may_do_what import POSTS
from tests.browsing import Browser, application, sign_in_as
from tests.crawling import FORM, LEAVES, Form, Visit
from walls.scopes import SCOPES
from web.roles import Role
from web.tables import Person

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LEAST = {Role.COORDINATOR: 20, Role.MANAGER: 17, Role.UNIT_LEAD: 9, Role.PARTNER: 5}  # places that were tried
LOG = "audit_entry"  # says who was refused what
CASES = [table for table, scope in SCOPES.items() if scope.rows and not scope.personal and table != LOG]


@pytest.mark.parametrize("role", LEAST)
@pytest.mark.parametrize("meeting", ["held", "coming"])
async def test_abuse_case_30_no_form_with_an_id_of_another_agency_changes_what_is_theirs(
    role: Role, meeting: str, rolled_back: None, london: None
) -> None:
    now = datetime.now(UTC) - timedelta(days=4 if meeting == "held" else 0)
    before = await _ids()
    own = await borough("lambeth", "E09000022", "AS", now=now)
    between = await _ids()
    other = await borough("camden", "E09000007", "CN", now=now)
    after = await _ids()
    mine = {table: between[table] - before[table] for table in CASES}
    theirs = {table: after[table] - between[table] for table in CASES}
    instead = {one: min(theirs[table]) for table in CASES for one in mine[table] if theirs[table]}
    instead |= {own.named[kind]: other.named[kind] for kind in ("series", "handover")}
    references = {str(row["id"]): row["reference"] for row in await Meeting.select(Meeting.id, Meeting.reference)}
    instead |= {references[one]: other.named["meeting"] for one in mine["meeting"]}
    app = application()
    browser = await sign_in_as(Browser(app), "somebody@convene.example", role, posts=(POSTS[role],))
    person = await _person("somebody@convene.example")
    await belongings(person, own, now=now)
    convened: dict[Any, Any] = {Series.set_up_by: str(person), Series.set_up_at: datetime.now(UTC)}
    await Series.update(convened).where(Series.reference == own.named["series"])
    visit = Visit(app, browser, few=9)
    await visit.everywhere()
    wrong, tried = [], set[str]()
    stood = await _stands(theirs)
    for path, form in _one_of_each(app, visit):
        for place, forged in _forged(form, path, instead):
            swapped = f"{place} of {visit.route_of(form.action or path, 'POST')}"
            tried.add(swapped)
            changed = await _sent(browser, forged, theirs, stood)
            wrong += [f"another's in {swapped}: {one}" for one in changed]
    await browser.aclose()
    assert not wrong, "\n".join(wrong)
    assert len(tried) >= LEAST[role]


async def _person(email: str) -> UUID:
    found = await Person.select(Person.id).where(Person.email == email).first()
    assert found is not None
    person: UUID = found["id"]
    return person


async def _ids() -> dict[str, set[str]]:
    """Of each table of cases, the ids of its rows that are UUIDs."""
    found = {}
    for table in CASES:
        rows = await Meeting.raw(f"SELECT to_jsonb(t) ->> 'id' AS id FROM {table} t")
        found[table] = {row["id"] for row in rows if _UUID.fullmatch(row["id"] or "")}
    return found


def _one_of_each(app: Litestar, visit: Visit) -> Iterator[tuple[str, Form]]:
    """A form of each route and set of fields."""
    known = set()
    for path, form in visit.forms:
        action = form.action or path
        kind = visit.route_of(action, "POST"), tuple(_UUID.sub("", name) for name, _ in form.fields)
        if kind not in known and not action.startswith(LEAVES) and not form.is_upload:
            known.add(kind)
            yield path, form


def _forged(form: Form, path: str, instead: Mapping[str, str]) -> Iterator[tuple[str, Form]]:
    """The form with another's id in one place, for each place that holds one's own or offers it."""
    action = form.action or path
    for own, other in instead.items():
        if own in action:
            yield "the address", Form(form.method, action.replace(own, other), form.fields)
        for name, value in (*form.fields, *form.offered):
            if own in name or own in value:
                rest = [pair for pair in form.fields if pair[0] != name]
                forged = name.replace(own, other), value.replace(own, other)
                yield f"the field {_UUID.sub('…', name)}", Form(form.method, action, [*rest, forged])


async def _sent(browser: Browser, form: Form, theirs: Mapping[str, set[str]], stood: dict[str, str]) -> list[str]:
    """What it changed of theirs, or that it was a fault; all of it is undone."""
    from piccolo_conf import DB

    transaction = DB.current_transaction.get()
    assert transaction is not None
    before = await transaction.savepoint()
    answer = await browser.post(form.action, content=urlencode(form.fields), headers=FORM)
    stands = {} if answer.status_code >= 500 else await _stands(theirs)
    await before.rollback_to()  # type: ignore[no-untyped-call]  # Piccolo gives it no types
    if answer.status_code >= 500:
        return [f"a fault, {answer.status_code}"]
    return [f"{table} changed ({answer.status_code})" for table in stood if stands[table] != stood[table]]


async def _stands(theirs: Mapping[str, set[str]]) -> dict[str, str]:
    """How the rows stand that are theirs, or name what is."""
    named = "|".join(one for ids in theirs.values() for one in ids)
    each = [
        f"SELECT '{table}' AS name, md5(coalesce(string_agg(said, ',' ORDER BY said), '')) AS rows "
        f"FROM (SELECT to_jsonb(t)::text AS said FROM {table} t) AS those WHERE said ~ '{named}'"
        for table in CASES
    ]
    return {row["name"]: row["rows"] for row in await Meeting.raw(" UNION ALL ".join(each))}
