"""A year of London as records: children, episodes, what was called for, meetings with all that their pages show."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import asyncpg

from web.roles import Role

WAITING = 60  # children for whom a meeting is still to be set up

# $1 is the number of meetings. Ids are made of numbers, so that rows meet; places take turns, children come back.
_CITY = (
    """create function num_id(kind text, n bigint) returns uuid language sql immutable
       as $$ select md5(kind || n)::uuid $$""",
    """create table bench_place as
       select p.code, row_number() over (order by p.code) - 1 as n, u.unit as police
       from place p join area u on u.place = p.code and u.effective_to is null
       join unit k on k.id = u.unit and k.kind in ('bcu', 'force') where p.in_london""",
    """create table bench_partner as
       select a.place, a.unit, row_number() over (partition by a.place order by a.unit) as k
       from area a join unit u on u.id = a.unit and u.kind not in ('bcu', 'force') where a.effective_to is null""",
    """create table bench_meeting as
       select g.n, p.code as place, p.police, d.police as destination, now() - g.n * interval '365 days' / $1 as at
       from generate_series(1, $1) as g (n) cross join (select count(*) as many from bench_place) c
       join bench_place p on p.n = (g.n / 4) % c.many join bench_place d on d.n = (g.n / 4 + g.n % 5) % c.many""",
    """insert into child (id, issuer, reference) select num_id('c', n), 'bench', n::text
       from generate_series(0, $1 / 4) n""",
    """insert into episode (id, child, source, source_reference, started_at, reported_at, ended_at, home_place,
                            police_grading, recorded_at)
       select num_id('e', n), num_id('c', n / 4), 'bench', n::text, at - interval '2 days', at - interval '2 days',
              at - interval '1 day', place, 'high', at from bench_meeting""",
    """insert into meeting (id, reference, uid, child, starts_at, ends_at, due_at, reply_by, quorum,
                            home_unit, destination_unit, lead_unit, set_up_at, set_up_by, place)
       select num_id('m', n), 'SM-' || n, n || '@bench.example', num_id('c', n / 4), at + interval '3 days',
              at + interval '3 days 1 hour', at + interval '4 days', at + interval '2 days', array['home police'],
              police, nullif(destination, police), police, at, 'bench', 'Room 1' from bench_meeting""",
    """insert into trigger (id, child, rule, rule_code, cause, fired_at, due_at, noticed_at, meeting)
       select num_id('t', n), num_id('c', n / 4), r.id, r.code, num_id('e', n), at - interval '1 day',
              at + interval '4 days', at - interval '1 day', num_id('m', n)
       from bench_meeting cross join (select id, code from rule where code = 'HIGH' and place = '' limit 1) r""",
    """insert into seat (id, meeting, unit, capacities, added_at)
       select num_id('s', n * 10 + k), num_id('m', n), unit, array[capacity], at from bench_meeting b
       cross join lateral (select 0 as k, police as unit, 'home police' as capacity
           union all select 1, destination, 'destination police' where destination <> police
           union all select 1 + k, unit, 'health' from bench_partner p where p.place = b.place and k <= 4) seats""",
    """insert into invitation (id, meeting, seat, address, cn, token_sha256, invited_at, first_message_id)
       select id, meeting, id, id || '@unit.example', 'Team', id, added_at, '' from seat""",
    """insert into outbound_mail (key, kind, thread, uid, sequence, recipient, envelope_from, message_id, content,
                                  sha256, state, created_at, due_at, settled_at)
       select 'request:' || i.id || ':0', 'request', m.uid || '|' || i.address, m.uid, 0, i.address,
              'b@bench.example', i.id, decode(repeat(md5(i.id::text), 250), 'hex'), '', 'sent', i.invited_at,
              i.invited_at, i.invited_at from invitation i join meeting m on m.id = i.meeting""",
    """insert into response (invitation, received_at, partstat, sequence, dtstamp, answered_by, row, applied)
       select id, invited_at + interval '3 hours', 'ACCEPTED', 0, invited_at, address, 9, true
       from invitation where abs(hashtext(id::text)) % 5 > 0""",
    """insert into attendance (meeting, seat, outcome, marked_at, marked_by)
       select s.meeting, s.id, 'attended', m.ends_at, 'bench' from seat s join meeting m on m.id = s.meeting
       where m.ends_at < now()""",
    """insert into register (meeting, closed_at, closed_by)
       select id, ends_at, 'bench' from meeting where ends_at < now()""",
    """insert into meeting_event (meeting, at, actor, what)
       select id, set_up_at + k * interval '1 hour', 'bench', 'something that stands on the timeline'
       from meeting cross join generate_series(1, 8) k""",
)
_WAITS = (
    f"""insert into child (id, issuer, reference) select num_id('w', n), 'bench', 'w' || n
        from generate_series(1, {WAITING}) n""",
    f"""insert into episode (id, child, source, source_reference, started_at, reported_at, home_place, police_grading,
                             recorded_at)
        select num_id('we', g.n), num_id('w', g.n), 'bench', 'w' || g.n, now() - interval '1 day',
               now() - interval '1 day', p.code, 'high', now()
        from generate_series(1, {WAITING}) as g (n) join bench_place p on p.n = g.n % 20""",
    f"""insert into trigger (id, child, rule, rule_code, cause, fired_at, due_at, noticed_at)
        select num_id('wt', n), num_id('w', n), r.id, r.code, num_id('we', n), now() - interval '1 day',
               now() + interval '1 day', now() from generate_series(1, {WAITING}) n
        cross join (select id, code from rule where code = 'HIGH' and place = '' limit 1) r""",
    "drop table bench_place, bench_partner, bench_meeting",
)
_COUNCIL = """
SELECT g.code FROM agency g JOIN unit u ON u.agency = g.id JOIN area a ON a.unit = u.id
JOIN place p ON p.code = a.place AND p.in_london WHERE u.kind = 'social care' ORDER BY p.name LIMIT 1
"""
_FORCE = """
SELECT g.code FROM agency g JOIN unit u ON u.agency = g.id WHERE u.kind = 'bcu'
GROUP BY g.code ORDER BY count(*) DESC LIMIT 1
"""


async def load(url: str, meetings: int) -> None:
    """So many meetings of the past year are in the database, and what waits."""
    connection = await asyncpg.connect(dsn=url)
    for statement in (*_CITY, *_WAITS):
        await connection.execute(statement.replace("$1", str(meetings)))
    await connection.execute("vacuum analyze")
    await connection.close()


_MEETING = f"""
SELECT m.reference FROM meeting m
JOIN unit police ON police.id = m.home_unit JOIN agency force ON force.id = police.agency
JOIN seat s ON s.meeting = m.id JOIN unit u ON u.id = s.unit JOIN agency council ON council.id = u.agency
WHERE council.code = ({_COUNCIL}) AND force.code = ({_FORCE}) AND m.ends_at WHEN now()
ORDER BY m.starts_at DESC LIMIT 1
"""
_NAMED = {
    "coming": _MEETING.replace("WHEN", ">"),
    "past": _MEETING.replace("WHEN", "<"),
    "child": "SELECT child FROM trigger WHERE meeting IS NULL ORDER BY id LIMIT 1",
    "unit": "SELECT code FROM unit WHERE kind = 'bcu' ORDER BY code LIMIT 1",
}


async def named() -> dict[str, str]:
    """A coming and a past meeting that all the coordinators see, a child that waits, a unit: for pages' addresses."""
    from meetings.tables import Meeting

    found = {}
    for name, which in _NAMED.items():
        (row,) = await Meeting.raw(which)
        (found[name],) = map(str, row.values())
    return found


async def sessions() -> dict[str, str]:
    """Coordinators whose reach is none too large, large, and everything, signed in; their sessions' tokens."""
    from web import signin
    from web.tables import SignIn
    from web.viewer import Post

    agencies = {"a borough": _COUNCIL, "the largest force": _FORCE, "all of London": "SELECT '' AS code"}
    found, now = {}, datetime.now(UTC) - timedelta(minutes=1)
    for name, which in agencies.items():
        (row,) = await SignIn.raw(which)
        person = await signin.add_person(
            f"{uuid4()}@bench.example", name, appointments=[Post(Role.COORDINATOR, row["code"])], now=now
        )
        token = secrets.token_urlsafe(32)
        session = SignIn(
            id=uuid4(),
            person=person,
            token_sha256=sha256(token.encode()).hexdigest(),
            started_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=8),
        )
        await SignIn.insert(session)
        found[name] = token
    return found
