"""A year of meetings as records, made by numbers: meetings, seats, letters, answers, marks, triggers."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
SEATS = 6  # at each meeting: two of the police and four partners

# Each statement makes one kind of row; $1 is the number of meetings. Ids are made of numbers, so that rows meet.
LOAD = (
    """insert into agency (id, code, name) select num_id('a', 1), 'agency', 'Agency'""",
    """insert into unit (id, code, name, kind, agency)
       select num_id('u', n), case when n = 13 then 'COLP' else 'U' || n end, 'Unit ' || n,
              case when n < 13 then 'bcu' when n = 13 then 'force' else 'social care' end, num_id('a', 1)
       from generate_series(1, 17) n""",
    """insert into child (id, issuer, reference) select num_id('c', 1), 'bench', 'one'""",
    """insert into rule (id, code, version, title, source_text, effective_from)
       select num_id('r', 1), 'HIGH', 1, 'High', 'bench', '2020-01-01'""",
    """insert into meeting (id, reference, uid, child, starts_at, ends_at, due_at, reply_by, sequence, quorum,
                            home_unit, destination_unit, set_up_at, set_up_by, state, called_off_at)
       select num_id('m', n), 'M' || n, n || '@bench.example', num_id('c', 1), at, at + interval '1 hour',
              at + interval '1 day', at - interval '1 day', 0, array['home police'], num_id('u', 1 + n % 13),
              num_id('u', 1 + n / 13 % 13), at - interval '3 days', 'bench',
              case when n % 10 = 0 then 'called off' else 'scheduled' end,
              case when n % 10 = 0 then at - interval '30 hours' end
       from (select n, '2026-11-18 09:00Z'::timestamptz - n * interval '365 days' / $1 as at
             from generate_series(1, $1) n) spread""",
    """insert into seat (id, meeting, unit, capacities, added_at)
       select num_id('s', n * 10 + k), num_id('m', n),
              case k when 0 then num_id('u', 1 + n % 13) when 1 then num_id('u', 1 + (n + 5) % 13)
                     else num_id('u', 12 + k) end,
              array[(array['home police', 'destination police', 'chair', 'health', 'education', 'voluntary'])[k + 1]],
              m.set_up_at
       from generate_series(1, $1) n cross join generate_series(0, 5) k join meeting m on m.id = num_id('m', n)""",
    """insert into invitation (id, meeting, seat, address, cn, token_sha256, invited_at, first_message_id)
       select id, meeting, id, id || '@unit.example', 'Team', id, added_at, '' from seat""",
    """insert into outbound_mail (key, kind, thread, uid, sequence, recipient, envelope_from, message_id, content,
                                  sha256, state, created_at, due_at)
       select i.id, 'request', m.uid || '|' || i.address, m.uid, 0, i.address, 'b@bench.example', i.id,
              decode(repeat(md5(i.id::text), 250), 'hex'), '',
              case when abs(hashtext(i.id::text)) % 50 = 0 then 'refused' else 'sent' end, i.invited_at, i.invited_at
       from invitation i join meeting m on m.id = i.meeting""",
    """insert into response (invitation, received_at, partstat, sequence, dtstamp, answered_by, row, applied)
       select i.id, i.invited_at + interval '3 hours', case when r % 4 = 0 then 'DECLINED' else 'ACCEPTED' end, 0,
              i.invited_at, i.address, 9, true
       from (select *, abs(hashtext(id::text)) as r from invitation) i where r % 5 > 0""",
    """insert into attendance (meeting, seat, outcome, marked_at, marked_by)
       select s.meeting, s.id, (array['attended', 'deputy attended', 'apologies', 'no-show', 'attended'])[1 + r % 5],
              m.ends_at, 'bench'
       from (select *, abs(hashtext(id::text)) as r from seat) s join meeting m on m.id = s.meeting
       where m.state = 'scheduled' and r % 20 > 0""",
    """insert into register (meeting, closed_at, closed_by)
       select id, ends_at, 'bench' from meeting where state = 'scheduled'""",
    """insert into trigger (id, child, rule, rule_code, cause, fired_at, due_at, noticed_at, meeting)
       select m.id, m.child, num_id('r', 1), 'HIGH', m.id, m.set_up_at, m.due_at, m.set_up_at, m.id
       from meeting m""",
)
NUMBERED = """create function num_id(kind text, n bigint) returns uuid language sql immutable
              as $$ select md5(kind || n)::uuid $$"""


async def load(url: str, meetings: int) -> None:
    """So many meetings are in the database, with all that figures are made of."""
    connection = await asyncpg.connect(dsn=url)
    await connection.execute(NUMBERED)
    for statement in LOAD:
        await connection.execute(statement, *([meetings] if "$1" in statement else []))
    await connection.execute("analyze")
    await connection.close()
