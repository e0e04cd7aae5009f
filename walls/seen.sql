-- What the policies ask. Each function is evaluated once a statement where it stands in a scalar sub-select; the views
-- run with their owner's rights, so that a policy may look at seats without asking the policy of seats again, and each
-- shows only what whoever is acting may see.

CREATE OR REPLACE FUNCTION wall_way() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS
$$ SELECT coalesce(current_setting('convene.way', true), '') $$;

CREATE OR REPLACE FUNCTION wall_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS
$$ SELECT nullif(current_setting('convene.person', true), '')::uuid $$;

CREATE OR REPLACE FUNCTION wall_subject() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog AS
$$ SELECT nullif(current_setting('convene.subject', true), '')::uuid $$;

-- The roles of the appointments that hold now.
CREATE OR REPLACE FUNCTION wall_roles() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT a.role::text), '{}')
    FROM appointment a JOIN person p ON p.id = a.person
    WHERE a.person = wall_person() AND a.since <= statement_timestamp() AND (a.until IS NULL OR a.until > statement_timestamp())
      AND (p.active_until IS NULL OR p.active_until > statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION wall_has_role(VARIADIC wanted text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, {schema} AS
$$ SELECT wall_roles() && wanted $$;

-- Whether an appointment at every agency makes every case one's own.
CREATE OR REPLACE FUNCTION wall_everywhere() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT EXISTS (
        SELECT 1 FROM appointment a JOIN person p ON p.id = a.person
        WHERE a.person = wall_person() AND a.agency_code = '' AND a.unit_code = '' AND a.role IN ({SEES_CASES})
          AND a.since <= statement_timestamp() AND (a.until IS NULL OR a.until > statement_timestamp())
          AND (p.active_until IS NULL OR p.active_until > statement_timestamp())
    )
$$;

-- The units whose seats make a case one's own, and those whose places do: a partner sees by a seat alone.
CREATE OR REPLACE FUNCTION wall_units_as(VARIADIC roles text[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT u.id), '{}')
    FROM appointment a
    JOIN person p ON p.id = a.person
    JOIN agency g ON g.code = a.agency_code
    JOIN unit u ON u.agency = g.id AND (a.unit_code = '' OR u.code = a.unit_code)
    WHERE a.person = wall_person() AND a.role = ANY (roles)
      AND a.since <= statement_timestamp() AND (a.until IS NULL OR a.until > statement_timestamp())
      AND (p.active_until IS NULL OR p.active_until > statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION wall_units() RETURNS uuid[] LANGUAGE sql STABLE SET search_path = pg_catalog, {schema} AS
$$ SELECT wall_units_as({SEES_CASES}) $$;

CREATE OR REPLACE FUNCTION wall_serving() RETURNS uuid[] LANGUAGE sql STABLE SET search_path = pg_catalog, {schema} AS
$$ SELECT wall_units_as({SEES_PLACES}) $$;

-- Oneself, and who convenes for the same agencies: a meeting that one of them set up is one's own.
CREATE OR REPLACE FUNCTION wall_colleagues() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT theirs.person::text), '{}')
    FROM appointment own
    JOIN person p ON p.id = own.person
    JOIN appointment theirs ON theirs.agency_code = own.agency_code
    WHERE own.person = wall_person() AND own.role IN ({CONVENES}) AND theirs.role IN ({CONVENES})
      AND own.since <= statement_timestamp() AND (own.until IS NULL OR own.until > statement_timestamp())
      AND (p.active_until IS NULL OR p.active_until > statement_timestamp())
$$;

-- Meetings that are named one by one: by a sealed link, or opened for a time with a reason.
CREATE OR REPLACE FUNCTION wall_named_meetings() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT named.meeting), '{}') FROM (
        SELECT b.meeting FROM break_glass b
        WHERE wall_way() <> 'link' AND b.person = wall_person() AND b.ended_at IS NULL
          AND b.since <= statement_timestamp() AND b.until > statement_timestamp()
        UNION ALL SELECT m.id FROM break_glass b JOIN meeting m ON m.child = b.child
        WHERE wall_way() <> 'link' AND b.person = wall_person() AND b.ended_at IS NULL
          AND b.since <= statement_timestamp() AND b.until > statement_timestamp()
        UNION ALL SELECT i.meeting FROM invitation i WHERE wall_way() = 'link' AND i.id = wall_subject()
        UNION ALL SELECT m.id FROM meeting m JOIN series_invitation i ON i.series = m.series
        WHERE wall_way() = 'link' AND i.id = wall_subject()
        UNION ALL SELECT a.meeting FROM action a WHERE wall_way() = 'link' AND a.id = wall_subject()
        UNION ALL SELECT s.meeting FROM seat s JOIN told_unit t ON t.unit = s.unit
        WHERE wall_way() = 'link' AND t.id = wall_subject()
        UNION ALL SELECT e.meeting FROM escalation_notice n
        JOIN escalation_step p ON p.id = n.step JOIN escalation e ON e.id = p.escalation
        WHERE wall_way() = 'link' AND n.letter = wall_subject()
    ) AS named WHERE named.meeting IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION wall_named_children() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT named.child), '{}') FROM (
        SELECT b.child FROM break_glass b
        WHERE wall_way() <> 'link' AND b.person = wall_person() AND b.ended_at IS NULL
          AND b.since <= statement_timestamp() AND b.until > statement_timestamp()
        UNION ALL SELECT m.child FROM break_glass b JOIN meeting m ON m.id = b.meeting
        WHERE wall_way() <> 'link' AND b.person = wall_person() AND b.ended_at IS NULL
          AND b.since <= statement_timestamp() AND b.until > statement_timestamp()
        UNION ALL SELECT v.child FROM handover h JOIN placement_move v ON v.id = h.move
        WHERE wall_way() = 'link' AND h.id = wall_subject()
    ) AS named WHERE named.child IS NOT NULL
$$;

CREATE OR REPLACE FUNCTION wall_named_series() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT i.series), '{}') FROM series_invitation i
    WHERE wall_way() = 'link' AND i.id = wall_subject()
$$;

CREATE OR REPLACE FUNCTION wall_named_escalations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT coalesce(array_agg(DISTINCT named.escalation), '{}') FROM (
        SELECT p.escalation FROM escalation_notice n JOIN escalation_step p ON p.id = n.step
        WHERE wall_way() = 'link' AND n.letter = wall_subject()
        UNION ALL SELECT e.id FROM escalation e WHERE wall_way() = 'link' AND e.key LIKE '%' || wall_subject() || '%'
    ) AS named
$$;

-- Whether mail of this UID is about a meeting of ours, whoever may see it.
CREATE OR REPLACE FUNCTION wall_known_uid(asked text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, {schema} AS $$
    SELECT EXISTS (SELECT 1 FROM meeting m WHERE m.uid = asked) OR EXISTS (SELECT 1 FROM series s WHERE s.uid = asked)
$$;

-- The places that one's units serve, with the days.
CREATE OR REPLACE VIEW wall_area AS
    SELECT a.place, a.effective_from, a.effective_to FROM area a WHERE a.unit = ANY ((SELECT wall_serving())::uuid[]);

CREATE OR REPLACE VIEW wall_seat AS
    SELECT s.meeting FROM seat s WHERE s.unit = ANY ((SELECT wall_units())::uuid[]) AND s.removed_at IS NULL;

-- Episodes and moves at one of these places on their day.
CREATE OR REPLACE VIEW wall_episode_here AS
    SELECT e.id, e.child FROM episode e WHERE {EPISODE_HERE:e};

CREATE OR REPLACE VIEW wall_move_here AS
    SELECT v.id, v.child FROM placement_move v WHERE {MOVE_HERE:v};

CREATE OR REPLACE VIEW wall_trigger AS
    SELECT t.meeting, t.child FROM trigger t
    WHERE EXISTS (SELECT 1 FROM wall_episode_here e WHERE e.id = t.cause)
       OR EXISTS (SELECT 1 FROM wall_move_here v WHERE v.id = t.cause);

CREATE OR REPLACE VIEW wall_meeting AS
    SELECT m.id, m.child, m.uid, m.series FROM meeting m WHERE {MEETING:m};

CREATE OR REPLACE VIEW wall_line AS
    SELECT l.child FROM briefing_line l WHERE EXISTS (SELECT 1 FROM wall_meeting m WHERE m.id = l.meeting);

CREATE OR REPLACE VIEW wall_child AS
    SELECT c.id FROM child c WHERE {CHILD:c};

CREATE OR REPLACE VIEW wall_series_unit AS
    SELECT i.series FROM series_invitation i
    WHERE i.unit = ANY ((SELECT wall_units())::uuid[]) AND i.state = 'active';

CREATE OR REPLACE VIEW wall_series AS
    SELECT s.id, s.uid, s.reference FROM series s WHERE {SERIES:s};

CREATE OR REPLACE VIEW wall_invitation AS
    SELECT i.id FROM invitation i WHERE EXISTS (SELECT 1 FROM wall_meeting m WHERE m.id = i.meeting);

CREATE OR REPLACE VIEW wall_episode AS
    SELECT e.id FROM episode e WHERE {EPISODE:e};

CREATE OR REPLACE VIEW wall_escalation AS
    SELECT x.id FROM escalation x WHERE {ESCALATION:x};

CREATE OR REPLACE VIEW wall_escalation_step AS
    SELECT p.id FROM escalation_step p WHERE EXISTS (SELECT 1 FROM wall_escalation x WHERE x.id = p.escalation);

CREATE OR REPLACE VIEW wall_escalation_letter AS
    SELECT n.letter AS id FROM escalation_notice n JOIN wall_escalation_step p ON p.id = n.step;

CREATE OR REPLACE VIEW wall_move AS
    SELECT v.id FROM placement_move v WHERE {MOVE:v};

CREATE OR REPLACE VIEW wall_publication AS SELECT p.id FROM publication p WHERE {PUBLICATION:p};

CREATE OR REPLACE VIEW wall_teams_report AS
    SELECT r.id FROM teams_report r WHERE EXISTS (SELECT 1 FROM wall_meeting m WHERE m.id = r.meeting);

CREATE OR REPLACE VIEW wall_dispute AS
    SELECT d.id FROM lead_dispute d WHERE EXISTS (SELECT 1 FROM wall_meeting m WHERE m.id = d.meeting);
