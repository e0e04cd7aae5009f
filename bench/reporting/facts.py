"""A country's ten years of meetings as facts, made in the database by a seed: 200 police units, 1,000 partner units.

The same seed and number of seats make the same facts. They are written straight into the tables of facts, because
the records that facts are made of (letters, answers, marks) would take a day to write and are measured by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import asyncpg

LAST = date(2026, 11, 17)
DAYS = 3652  # ten years
MEETINGS_AT_ONCE = 100_000
SEATS_OF_THREE = 25  # seats of three meetings: 8, 8 and 9
POLICE, PARTNERS, PLACES = 200, 1000, 183

# Of each meeting, and of each seat, one number of 60 bits is made of the seed; a few bits of it decide one thing.
UNITS = (
    """insert into agency (id, code, name) values (md5('agency')::uuid, 'agency', 'Agency')""",
    f"""insert into unit (id, code, name, kind, agency)
        select md5('unit' || n)::uuid, case when n = 13 then 'COLP' else 'U' || n end, 'Unit ' || n,
               case when n <= 12 then 'bcu' when n <= {POLICE} then 'force'
                    else (array['social care', 'health', 'education', 'voluntary', 'placement'])[1 + n % 5] end,
               md5('agency')::uuid
        from generate_series(1, {POLICE + PARTNERS}) n""",
    f"""insert into place (code, name, in_london)
        select 'P' || n, 'Place ' || n, n <= 33 from generate_series(1, {PLACES}) n""",
)
MADE = f"""
create temp table made on commit drop as
select n, md5('meeting' || n)::uuid as id, date '{LAST}' - {DAYS - 1} + ((n - 1) * {DAYS} / :all)::int as day,
       (array['missing strategy meeting', 'missing strategy meeting', 'missing strategy meeting',
              'missing strategy meeting', 'missing strategy meeting', 'strategy discussion (s47)', 'planning meeting',
              'panel', 'missing briefing', 'place or group meeting'])[1 + a % 10] as type,
       1 + b * b * {POLICE} / 1048576 as home,
       case when c % 8 < 3 then 0 else 1 + d * {POLICE} / 1024 end as destination,
       'P' || 1 + c % {PLACES} as borough,
       (array['HIGH', 'HIGH', 'OPEN24-CARE', 'OPEN72', 'REPEAT', 'EXPLOIT', 'HARM', 'CROSS', 'none'])[1 + a / 10 % 9]
           as rule,
       (array['before the child''s return', 'before the child''s return', 'after the child''s return',
              'no missing episode'])[1 + d % 4] as returned,
       chance, chance >= 80 as held
from generate_series(:first::bigint, :last) n
cross join lateral (select hashint8extended(n, :seed) as h) seeded
cross join lateral (
    select (h & 1023)::int as a, (h >> 10 & 1023)::int as b, (h >> 20 & 1023)::int as c, (h >> 30 & 1023)::int as d,
           (h >> 40 & 1023)::int as chance
) drawn
"""
MEETINGS = """
insert into meeting_fact (meeting, day, type, home_unit, borough, rule, returned, due, held, called_off,
                          registers_open, quorate, without_police, joint_recorded, joint_attended)
select id, day, type, md5('unit' || home)::uuid, borough, rule, returned, 1, held::int, (not held)::int,
       (held and chance % 23 = 0)::int, (held and chance % 9 > 0)::int, (held and chance % 61 = 0)::int,
       (held and joint)::int, (held and joint and chance % 5 > 1)::int
from (select *, destination > 0 and destination <> home as joint from made) m
"""
SEATS = f"""
insert into seat_fact (seat, meeting, unit, kind, police, day, type, capacities, borough, rule, returned, notice,
                       expected, attended, deputy, apologies, no_show, report_only, not_recorded, not_reached,
                       short_notice, invited, answered, accepted, no_show_after_accepting, late_withdrawal,
                       invitations, seat_minutes, challenged, corrected_late)
select md5('seat' || n || '-' || k)::uuid, s.id, u.id, u.kind, police, day, type,
       case when k = 0 and destination = home then 'destination police, home police' when k = 0 then 'home police'
            when police then 'destination police'
            else (array['chair', 'social worker', 'health', 'education', 'placement', 'voluntary',
                        'interview provider', 'reviewing officer'])[k] end,
       borough, rule, returned,
       (array['under 24 hours', '1 to 2 days', '3 to 5 days', '6 days or more'])[1 + notice],
       e, e * (o < 62)::int, e * (o between 62 and 69)::int, e * (o between 70 and 77)::int,
       e * (o between 78 and 87)::int, e * (o between 88 and 91)::int, e * (o > 91)::int,
       (held and not reached)::int, e * (notice = 0)::int, 1, (answer > 0)::int, e * (answer > 2)::int,
       e * (o between 78 and 87 and answer > 2)::int, e * (other % 64 = 0)::int, 1 + (other % 16 = 1)::int,
       e * 30 * (1 + chance % 2), e * (other % 128 = 2)::int, e * (other % 64 = 3)::int
from (
    select *, (held and reached)::int as e,
           case when k = 0 then home when police then destination else {POLICE} + 1 + partner end as number
    from made
    cross join lateral generate_series(0, 7 + (n % 3 = 0)::int) k
    cross join lateral (select hashint8extended(n * 16 + k, :seed) as g) seeded
    cross join lateral (
        select (g & 1023)::int % 100 as o, (g >> 10 & 3)::int as notice, (g >> 12 & 7)::int as answer,
               (g >> 20 & 1023)::int as other, (g >> 30 & 63) > 0 as reached,
               (g >> 40 & 1023)::int * {PARTNERS} / 1024 as partner,
               k = 0 or k = 1 and destination > 0 and destination <> home as police
    ) drawn
) s
join unit u on u.id = md5('unit' || number)::uuid
"""
TALLIES = """
insert into tally_fact (subject, source, day, type, what, why, unit, hours)
select 'trigger', id, day, type, what, rule, unit,
       case what when 'in time' then 3 + chance * 69 / 1024 when 'late' then 72 + chance * 168 / 1024 end
from (select m.*, md5('unit' || home)::uuid as unit,
             case when not held then 'neither' when chance % 7 < 5 then 'in time' else 'late' end as what
      from made m where rule <> 'none') t
union all
select 'called off', id, day, type, (array['police', 'social care', 'other'])[1 + chance % 3],
       (array['police could not attend', 'did not take place', 'set up in error'])[1 + chance % 4 % 3],
       null, chance - 8
from made where not held
union all
select 'return', id, day, type, (array['keep', 'convert', 'cancel'])[1 + chance % 3],
       case when held then 'held' else 'called off' end, null, null
from made where chance % 10 = 1
union all
select 'checklist', id, day, type, what, why, null, null
from made cross join lateral (values ('', ''), ('textsafe', 'yes'), ('grab pack', 'no')) as c (what, why)
where held and type <> 'place or group meeting'
union all
select 'not convened', id, day, type, '', (array['no confidence that police would attend', 'no capacity to convene',
       'covered by another meeting'])[1 + chance % 3], md5('unit' || home)::uuid, null
from made where chance % 30 = 3
union all
select 'dispute', id, day, type, (array['in time', 'late', 'unsettled'])[1 + chance % 3], '',
       md5('unit' || home)::uuid, null
from made where chance % 200 = 5
"""
FACTS = ("meeting_fact", "seat_fact", "tally_fact")
_VALUE = re.compile(r"(?<!:):(seed|first|last|all)\b")
_INDEXES = """
select i.indexrelid::regclass::text as name, i.indrelid::regclass::text as table,
       pg_get_indexdef(i.indexrelid) as index, pg_get_constraintdef(c.oid) as primary
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
where i.indrelid = any(select to_regclass(name) from unnest($1::text[]) as name)
"""


async def load(connection: asyncpg.Connection, seats: int, seed: int) -> None:
    """Facts of about so many seats are in their tables, indexed and analysed."""
    meetings = max(1, seats * 3 // SEATS_OF_THREE)
    for statement in UNITS:
        await connection.execute(statement)
    again = await _drop_indexes(connection)
    for first in range(1, meetings + 1, MEETINGS_AT_ONCE):
        given = {"seed": seed, "first": first, "last": min(first + MEETINGS_AT_ONCE - 1, meetings), "all": meetings}
        async with connection.transaction():
            for statement in (MADE, MEETINGS, SEATS, TALLIES):
                await connection.execute(_filled(statement, given))
    await connection.execute("set maintenance_work_mem = '512MB'")
    for statement in again:
        await connection.execute(statement)
    await connection.execute("vacuum (analyze)")


def _filled(statement: str, given: Mapping[str, int]) -> str:
    """The statement with its numbers: one that makes a table takes no parameters."""
    return _VALUE.sub(lambda found: str(given[found[1]]), statement)


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    """The tables of facts have no indexes, which would slow each row; the statements that make them again."""
    again = []
    for row in await connection.fetch(_INDEXES, list(FACTS)):
        if row["primary"]:
            await connection.execute(f"alter table {row['table']} drop constraint {row['name']}")
            again.append(f"alter table {row['table']} add {row['primary']}")
        else:
            await connection.execute(f"drop index {row['name']}")
            again.append(row["index"])
    return again
