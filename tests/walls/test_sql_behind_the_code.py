"""SQL as each role, behind the code's back: PostgreSQL itself shows and takes nothing of another agency's."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from reports.drawing_up import NOT_FOR_PUBLICATION
from tests.walls.agencies import City, Connection, acting_as, signed_in_as
from walls.scopes import SCOPES
from web.acting import SERVICE_ROLE, WEB_ROLE, Acting, Way
from web.roles import Role

# What is nobody's case: seen by role, whichever agency.
BY_ROLE = {
    *(
        "unusual_reading",
        "alias",
        "appointment",
        "asked_file",
        "break_glass",
        "departure",
        "ledger_difference",
        "made_file",
    ),
    *("meeting_fact", "meeting_ledger", "owner_link", "person", "publication", "publication_recheck"),
    *("publication_step", "publication_whole", "report_address", "report_calendar", "report_calendar_run"),
    *("retention_period", "seat_fact", "seat_ledger", "sign_in", "sign_in_link", "source_system", "tally_fact"),
    *(
        "tally_ledger",
        "told_unit",
        "sign_in_asking",
        "sign_in_identity",
        "sign_in_tally",
        "audit_entry",
        "case_hold",
        "privacy_request",
    ),
}
CASES = sorted(name for name, scope in SCOPES.items() if scope.rows and name not in BY_ROLE)
OWN_WORK = {"departure_seat", "escalation_letter", "feed", "kept_plan", "outbound_mail", "inbound_mail"}


async def seen(connection: Connection, tables: list[str] = CASES) -> dict[str, int]:
    counted = {table: await connection.fetchval(f'SELECT count(*) FROM "{table}"') for table in tables}
    return {table: count for table, count in counted.items() if count}


async def test_a_coordinator_of_the_agency_sees_its_cases(city: City) -> None:
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, "brent"]):
        assert sorted(set(CASES) - OWN_WORK - (await seen(web)).keys()) == []


async def test_the_desk_of_a_whole_city_sees_the_cases_of_all(city: City) -> None:
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, ""]):
        assert sorted(set(CASES) - (await seen(web)).keys()) == []


@pytest.mark.parametrize("role", list(Role))
async def test_abuse_case_30_sql_of_another_agency_reads_no_row_of_a_case(city: City, role: Role) -> None:
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"]):
        assert set(await seen(web)) <= ({"departure_seat"} if role in KEEP_DIRECTORY else set())


KEEP_DIRECTORY = (Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.UNIT_LEAD, Role.ADMINISTRATOR])
async def test_abuse_case_30_sql_of_another_agency_changes_no_row_of_a_case(city: City, role: Role) -> None:
    changed = {}
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"]):
        for table in sorted(set(CASES) - {"departure_seat"}):
            for statement in (f'UPDATE "{table}" SET {await a_column(web, table)}', f'DELETE FROM "{table}"'):
                changed[statement] = await tried(web, statement)
    assert {statement: end for statement, end in changed.items() if end not in ("0", "denied")} == {}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER])
async def test_abuse_case_30_sql_of_another_agency_adds_no_row_to_a_case(
    owner: Connection, city: City, role: Role
) -> None:
    added = {}
    rows = {table: await owner.fetchval(f'SELECT to_jsonb(t)::text FROM "{table}" t') for table in CASES}
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"]):
        for table in sorted(set(CASES) - {"departure_seat", "outbound_mail", "inbound_mail", "child"}):
            copy = (
                f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_record(NULL::public."{table}", $1::text::jsonb)'
            )
            added[table] = await tried(web, copy, rows[table])
    assert {table: end for table, end in added.items() if end != "denied"} == {}


async def test_abuse_case_31_sql_counts_joins_and_searches_tell_nothing_of_another_agency(city: City) -> None:
    questions = (
        "SELECT count(*) FROM meeting m JOIN seat s ON s.meeting = m.id",
        "SELECT count(*) FROM meeting WHERE reference LIKE '%'",
        "SELECT count(DISTINCT child) FROM episode WHERE home_place = 'brent'",
        "SELECT count(*) FROM (SELECT id FROM meeting UNION ALL SELECT meeting FROM seat) AS both_of_them",
        *(
            f"SELECT count(*) WHERE wall_sees_{name}('{city.rows[table]}')"
            for name, table in (
                *((name, name) for name in ("meeting", "child", "episode", "series", "invitation", "escalation")),
                ("move", "placement_move"),
                ("dispute", "lead_dispute"),
                ("letter", "escalation_letter"),
            )
        ),
        "SELECT count(*) WHERE wall_sees_uid('of-brent')",
    )
    for agency, found in (("lambeth", 0), ("brent", 1)):
        async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, agency]):
            assert [min(1, await web.fetchval(question)) for question in questions] == [found] * len(questions)


async def test_without_a_context_no_case_is_seen(city: City) -> None:
    async with signed_in_as(WEB_ROLE) as web:
        assert await seen(web) == {}
        async with acting_as(web, None, Way.SIGN_IN):
            assert await seen(web) == {}
        async with acting_as(web, None, Way.LINK):
            assert await seen(web) == {}


async def test_the_context_of_a_transaction_is_gone_after_it(city: City) -> None:
    async with signed_in_as(WEB_ROLE) as web:
        async with acting_as(web, city.people[Role.COORDINATOR, "brent"]):
            assert await web.fetchval("SELECT count(*) FROM meeting") == 1
        assert await web.fetchval("SELECT count(*) FROM meeting") == 0
        await web.execute("BEGIN")
        await web.execute(Acting(Way.PERSON, person=city.people[Role.COORDINATOR, "brent"]).settings())
        await web.execute("COMMIT")
        assert await web.fetchval("SELECT count(*) FROM meeting") == 0


@pytest.mark.parametrize(
    "injected", ["RESET ROLE", "SET ROLE convene", "SET SESSION AUTHORIZATION DEFAULT", "SET row_security = off"]
)
async def test_injected_sql_gains_no_other_role(city: City, injected: str) -> None:
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, "lambeth"]):
        await tried(web, injected)
        assert await tried(web, "SELECT 1 FROM meeting") in ("0", "denied")
        assert await tried(web, "ALTER TABLE meeting DISABLE ROW LEVEL SECURITY") == "denied"
        assert await tried(web, "DROP POLICY wall_web ON meeting") == "denied"
        assert await tried(web, "CREATE TABLE mine (x int)") == "denied"
        assert await tried(web, "CREATE FUNCTION wall_sees_meeting(text) RETURNS boolean RETURN true") == "denied"


@pytest.mark.parametrize(("agency", "sees"), [("lambeth", 0), ("brent", 1)])
async def test_tables_and_types_of_ones_own_do_not_stand_before_those_that_the_wall_asks(
    city: City, agency: str, sees: int
) -> None:
    async with signed_in_as(WEB_ROLE) as web, web.transaction():
        for table in ("meeting", "seat", "episode", "area", "appointment", "person", "trigger", "series"):
            await web.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM public.{table} WHERE false")
        for unit in (city.units["lambeth"], city.units["brent"]):
            await web.execute(f"INSERT INTO pg_temp.seat (meeting, unit) VALUES ('{city.rows['meeting']}', '{unit}')")
        for kind in ("uuid", "text", "date", "timestamptz", "bool", "int4", "record"):
            await web.execute(f"CREATE DOMAIN pg_temp.{kind} AS pg_catalog.int8 CHECK (value IS NULL)")
        await web.execute(Acting(Way.PERSON, person=city.people[Role.COORDINATOR, agency]).settings())
        for table in ("meeting", "seat", "invitation", "trigger", "episode", "child"):
            assert bool(await web.fetchval(f"SELECT count(*) FROM public.{table}")) == bool(sees), table
        judged = "SELECT wall_sees_meeting($1::pg_catalog.uuid)"
        assert await web.fetchval(judged, city.rows["meeting"]) is bool(sees)


async def test_a_sealed_link_opens_its_own_meeting_and_no_other(owner: Connection, city: City) -> None:
    await owner.execute("SET session_replication_role = replica")
    await owner.execute(
        "INSERT INTO meeting SELECT (jsonb_populate_record(m, jsonb_build_object("
        "'id', gen_random_uuid(), 'reference', 'another', 'uid', 'another'))).* FROM meeting m"
    )
    async with signed_in_as(WEB_ROLE) as web:
        behind = Acting(Way.LINK, subject=city.rows["invitation"])
        async with web.transaction():
            await web.execute(behind.settings())
            assert [row["id"] for row in await web.fetch("SELECT id FROM meeting")] == [city.rows["meeting"]]


@pytest.mark.parametrize(("behind", "reports"), [("told_unit", 1), ("invitation", 0)])
async def test_a_sealed_link_opens_the_report_that_its_letter_was_about(
    city: City, behind: str, reports: int
) -> None:
    async with signed_in_as(WEB_ROLE) as web, web.transaction():
        await web.execute(Acting(Way.LINK, subject=city.rows[behind]).settings())
        assert await web.fetchval("SELECT count(*) FROM publication WHERE state <> 'released'") == reports
        written = await tried(web, "UPDATE publication SET id = id WHERE state <> 'released'")
        assert written == ("denied" if reports else "0")


async def test_broken_glass_opens_one_meeting_until_its_time_is_over(owner: Connection, city: City) -> None:
    person = city.people[Role.COORDINATOR, "lambeth"]
    await owner.execute("DELETE FROM break_glass")
    glass = (
        "INSERT INTO break_glass (id, person, reference, meeting, reason, since, until) "
        "VALUES (gen_random_uuid(), $1, 'x', $2, 'a child was seen here', now() - interval '2 hours', now() + $3)"
    )
    async with signed_in_as(WEB_ROLE) as web:
        for left, found in (("-1 minute", 0), ("1 hour", 1)):
            await owner.execute(glass.replace("$3", f"interval '{left}'"), person, city.rows["meeting"])
            async with acting_as(web, person):
                assert await web.fetchval("SELECT count(*) FROM meeting") == found
                assert await web.fetchval("SELECT count(*) FROM seat") == found
        await owner.execute("UPDATE break_glass SET ended_at = now()")
        async with acting_as(web, person):
            assert await seen(web, ["meeting", "seat", "child", "episode"]) == {}


async def test_an_appointment_that_ended_shows_nothing_any_more(owner: Connection, city: City) -> None:
    person = city.people[Role.COORDINATOR, "brent"]
    await owner.execute("UPDATE appointment SET until = now() - interval '1 second' WHERE person = $1", person)
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, person):
        assert await seen(web) == {}


@pytest.mark.parametrize("table", ["meeting", "series"])
async def test_a_colleague_shows_what_they_set_up_in_that_post_alone(
    owner: Connection, city: City, table: str
) -> None:
    """Both were set up on 16 November at 10: by somebody whose post at Lambeth began after it, held, or had ended."""
    lambeth, visitor = (
        city.people[Role.COORDINATOR, "lambeth"],
        await city.appoint(owner, Role.COORDINATOR, "lambeth"),
    )
    await owner.execute(f"UPDATE {table} SET set_up_by = $1", str(visitor))
    post = "UPDATE appointment SET since = $2::text::timestamptz, until = $3::text::timestamptz WHERE person = $1"
    spans = {
        ("2026-11-16 10:00:01+00", None): 0,
        ("2026-11-16 10:00+00", None): 1,
        ("2026-11-09 10:00+00", "2026-11-16 10:00:01+00"): 1,
        ("2026-11-09 10:00+00", "2026-11-16 10:00+00"): 0,
    }
    async with signed_in_as(WEB_ROLE) as web:
        for span, found in spans.items():
            await owner.execute(post, visitor, *span)
            async with acting_as(web, lambeth):
                assert await web.fetchval(f"SELECT count(*) FROM {table}") == found
                assert await web.fetchval("SELECT count(*) FROM wall_meetings()") == found


async def test_a_boundary_that_moved_is_followed_on_its_day(owner: Connection, city: City) -> None:
    """The episode began on 16 November: who serves the place from the 17th on has no reason to know."""
    lambeth = city.people[Role.COORDINATOR, "lambeth"]
    served = (
        "INSERT INTO area (id, place, unit, effective_from, source) "
        "VALUES (gen_random_uuid(), 'brent', $1, $2::text::date, '')"
    )
    async with signed_in_as(WEB_ROLE) as web:
        for since, found in (("2026-11-17", 0), ("2026-11-16", 1)):
            await owner.execute(served, city.units["lambeth"], since)
            async with acting_as(web, lambeth):
                assert await web.fetchval("SELECT count(*) FROM episode") == found
                assert await web.fetchval("SELECT count(*) FROM trigger") == found
                assert await web.fetchval("SELECT count(*) FROM wall_children()") == found


@pytest.mark.parametrize(("until", "found"), [("2026-11-16", 0), ("2026-11-17", 1)])
async def test_a_boundary_that_ended_is_followed_on_its_day(
    owner: Connection, city: City, until: str, found: int
) -> None:
    """The episode began on 16 November: who served the place until that day, exclusive, has no reason to know."""
    served = (
        "INSERT INTO area (id, place, unit, effective_from, effective_to, source) "
        "VALUES (gen_random_uuid(), 'brent', $1, '2020-01-01', $2::text::date, '')"
    )
    await owner.execute(served, city.units["lambeth"], until)
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, "lambeth"]):
        assert await web.fetchval("SELECT count(*) FROM episode") == found
        assert await web.fetchval("SELECT count(*) FROM trigger") == found
        assert await web.fetchval("SELECT count(*) FROM wall_children()") == found


@pytest.mark.parametrize("role", Role)
async def test_whoever_is_shown_a_row_by_itself_is_shown_it_among_all_and_nobody_else(city: City, role: Role) -> None:
    """A page looks at a few rows one by one; once it has put all cases together it looks each row up among them."""
    for whose in ("brent", "lambeth", ""):
        if (role, whose) not in city.people:
            continue
        async with (
            signed_in_as(WEB_ROLE) as web,
            acting_as(web, city.people[role, whose], of_one_moment=True),
        ):
            alone = await seen(web)
            await web.execute("SELECT count(*) FROM wall_meetings(), wall_children()")
            together = await web.fetchval("SELECT current_setting('convene.all_children') <> ''")
            assert await seen(web) == alone, whose
            assert together or whose != "brent" or "child" not in alone


async def test_a_partner_sees_by_a_seat_alone(owner: Connection, city: City) -> None:
    partner = await city.appoint(owner, Role.PARTNER, "brent")
    async with signed_in_as(WEB_ROLE) as web:
        async with acting_as(web, partner):
            assert await web.fetchval("SELECT count(*) FROM meeting") == 1
        await owner.execute("UPDATE seat SET removed_at = now()")
        await owner.execute("UPDATE series_invitation SET ended_at = now()")
        async with acting_as(web, partner):
            assert await seen(web, ["meeting", "seat", "episode"]) == {}


async def test_everything_is_the_services_work(city: City) -> None:
    async with signed_in_as(SERVICE_ROLE) as service:
        assert sorted(set(CASES) - (await seen(service)).keys()) == []


async def test_a_file_with_every_count_is_for_whoever_reads_figures(owner: Connection, city: City) -> None:
    found = {}
    for title in ("A report", f"A report{NOT_FOR_PUBLICATION}"):
        await owner.execute("UPDATE asked_file SET title = $1", title)
        for role in (Role.PARTNER, Role.COMMITTEE, Role.ANALYST):
            async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"]):
                found[title, role] = await web.fetchval("SELECT count(*) FROM asked_file")
    assert list(found.values()) == [1, 1, 1, 0, 0, 1]


async def test_whoever_is_invited_to_a_series_sees_all_its_dates(owner: Connection, city: City) -> None:
    await owner.execute("SET session_replication_role = replica")
    await owner.execute("UPDATE series_invitation SET unit = $1", city.units["lambeth"])
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, "lambeth"]):
        assert await web.fetchval("SELECT count(*) FROM series") == 1
        assert await web.fetchval("SELECT count(*) FROM meeting WHERE series IS NOT NULL") == 1
    await owner.execute("UPDATE series_invitation SET ended_at = now()")
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[Role.COORDINATOR, "lambeth"]):
        assert await seen(web, ["series", "meeting", "seat"]) == {}


HANDED = ("action", "invitation", "meeting", "meeting_event", "series", "series_invitation")  # written
MAIL = ("outbound_mail", "inbound_mail")
HANDED_READ = ("response", "seat")


@pytest.mark.parametrize("role", list(Role))
async def test_handing_over_what_a_leaver_held_is_for_whoever_keeps_the_directory(city: City, role: Role) -> None:
    opened = {*HANDED, *HANDED_READ, "departure_seat"} if role in KEEP_DIRECTORY else set()
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"], Way.HANDING):
        assert set(await seen(web)) == opened


async def test_handing_over_writes_no_more_than_passes_with_a_leaver(owner: Connection, city: City) -> None:
    added = (
        "INSERT INTO outbound_mail SELECT * "
        "FROM jsonb_populate_record(NULL::outbound_mail, $1::text::jsonb || $2::text::jsonb)"
    )
    letter = '{"id": 999, "key": "another", "message_id": "another", "kind": "%s", "state": "queued", "tries": 0}'
    person = city.people[Role.ADMINISTRATOR, "lambeth"]
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, person, Way.HANDING):
        ends = {
            table: await tried(web, f'UPDATE "{table}" SET {await a_column(web, table)}')
            for table in (*HANDED, *HANDED_READ)
        }
        assert ends == dict.fromkeys(HANDED, "1") | {
            "meeting_event": "denied",
            "response": "denied",
            "seat": "denied",
        }
    for way, kind, end in (
        (Way.HANDING, "cancel", "1"),
        (Way.HANDING, "sign-in", "denied"),
        (Way.PERSON, "cancel", "denied"),
    ):
        row = await owner.fetchval("SELECT to_jsonb(m)::text FROM outbound_mail m")
        async with signed_in_as(WEB_ROLE) as web, acting_as(web, person, way):
            assert await tried(web, added, row, letter % kind) == end, (way, kind)


@pytest.mark.parametrize("role", list(Role))
async def test_how_much_mail_waits_is_read_by_whoever_operates_the_installation(city: City, role: Role) -> None:
    opened = set(MAIL) if role is Role.ADMINISTRATOR else set()
    async with signed_in_as(WEB_ROLE) as web, acting_as(web, city.people[role, "lambeth"], Way.WORKING):
        assert set(await seen(web, ["child", "meeting", *MAIL])) == opened
        for table in opened:
            assert await tried(web, f'UPDATE "{table}" SET {await a_column(web, table)}') == "denied"


async def a_column(web: Connection, table: str) -> str:
    """A column set to itself."""
    name = await web.fetchval(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum = 1", f'"{table}"'
    )
    return f'"{name}" = "{name}"'


async def tried(web: Connection, statement: str, *values: str | UUID) -> str:
    """How many rows it was about, or "denied"; the transaction goes on."""
    try:
        async with web.transaction():
            return str((await web.execute(statement, *values)).rpartition(" ")[2])
    except asyncpg.InsufficientPrivilegeError:
        return "denied"
