-- What the policies ask. `wall_enter` begins a turn: what is constant for whoever acts is found out once and stands in
-- settings of the transaction. Each `wall_sees_…` then answers for one row by a few look-ups in indexes. They run with
-- their owner's rights, so that no policy is asked again within; a policy that calls one is planned in no time, which
-- one that holds its sub-selects is not.
-- Nobody may put a table or a type of their own before ours. What is asked once a statement therefore sets where to
-- look, pg_temp last. What is asked of each row names the schema of both instead, which costs half as much.
-- Functions and operators are never looked for in pg_temp, and our roles may make none elsewhere (start_checks.py).

CREATE OR REPLACE FUNCTION wall_enter(way text, acting text, subject text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    everywhere boolean := false;
    roles text[] := '{}';
    units uuid[] := '{}'; -- whose seats make a case one's own
    serving uuid[] := '{}'; -- whose places do: a partner sees by a seat alone
    places text[] := '{}'; -- that these serve, or did on some day
    standing text[] := '{}'; -- of these places, those that one's units serve at any time from `since` on
    since timestamptz := '-infinity';
    convening text[] := '{}'; -- the agencies for which one sees what is convened
    colleagues text[] := '{}'; -- oneself and who convenes for these, or did: what they set up in that post is one's own
    meetings uuid[] := '{}'; -- named one by one, by a sealed link or opened for a time with a reason; so below
    children uuid[] := '{}';
    series_named uuid[] := '{}';
    escalations uuid[] := '{}';
    who uuid := nullif(acting, '')::uuid;
    what uuid := nullif(subject, '')::uuid;
BEGIN
    IF who IS NOT NULL AND way <> '' THEN
        SELECT coalesce(array_agg(DISTINCT a.role::text), '{}'),
            coalesce(bool_or(a.agency_code = '' AND a.unit_code = '' AND a.role IN ({SEES_CASES})), false)
        INTO roles, everywhere FROM appointment a JOIN person p ON p.id = a.person
        WHERE a.person = who AND {HOLDS:a};
    END IF;
    IF roles <> '{}' AND NOT everywhere THEN
        SELECT coalesce(array_agg(u.id) FILTER (WHERE a.role IN ({SEES_CASES})), '{}'),
            coalesce(array_agg(u.id) FILTER (WHERE a.role IN ({SEES_PLACES})), '{}')
        INTO units, serving
        FROM appointment a JOIN person p ON p.id = a.person JOIN agency g ON g.code = a.agency_code
        JOIN unit u ON u.agency = g.id AND (a.unit_code = '' OR u.code = a.unit_code)
        WHERE a.person = who AND {HOLDS:a};
        SELECT coalesce(array_agg(DISTINCT a.place::text), '{}') INTO places FROM area a WHERE a.unit = ANY (serving);
        SELECT coalesce(array_agg(DISTINCT a.place::text), '{}'),
            coalesce(max(a.effective_from)::timestamp AT TIME ZONE 'Europe/London', '-infinity')
        INTO standing, since FROM area a WHERE a.unit = ANY (serving) AND a.effective_to IS NULL
            AND coalesce(a.effective_from <= (statement_timestamp() AT TIME ZONE 'Europe/London')::date, true);
        SELECT coalesce(array_agg(DISTINCT a.agency_code::text), '{}') INTO convening
        FROM appointment a JOIN person p ON p.id = a.person
        WHERE a.person = who AND a.role IN ({SEES_PLACES}) AND a.unit_code = '' AND {HOLDS:a};
        SELECT coalesce(array_agg(DISTINCT theirs.person::text), '{}') INTO colleagues
        FROM appointment theirs WHERE theirs.agency_code = ANY (convening) AND theirs.role IN ({CONVENES});
    END IF;
    IF who IS NOT NULL AND way <> '' AND NOT everywhere THEN
        SELECT coalesce(array_agg(b.meeting) FILTER (WHERE b.meeting IS NOT NULL), '{}'),
            coalesce(array_agg(b.child) FILTER (WHERE b.child IS NOT NULL), '{}')
        INTO meetings, children FROM break_glass b
        WHERE b.person = who AND b.ended_at IS NULL AND b.until > statement_timestamp();
        IF meetings <> '{}' OR children <> '{}' THEN
            children := children || ARRAY(SELECT m.child FROM meeting m WHERE m.id = ANY (meetings) AND m.child IS NOT NULL);
            meetings := meetings || ARRAY(SELECT m.id FROM meeting m WHERE m.child = ANY (children));
        END IF;
    END IF;
    IF way = 'link' AND what IS NOT NULL THEN
        meetings := ARRAY(
            SELECT i.meeting FROM invitation i WHERE i.id = what
            UNION SELECT m.id FROM series_invitation i JOIN meeting m ON m.series = i.series WHERE i.id = what
            UNION SELECT a.meeting FROM action a WHERE a.id = what
            UNION SELECT s.meeting FROM told_unit t JOIN seat s ON s.unit = t.unit WHERE t.id = what
            UNION SELECT e.meeting FROM escalation_notice n JOIN escalation_step p ON p.id = n.step
            JOIN escalation e ON e.id = p.escalation WHERE n.letter = what AND e.meeting IS NOT NULL
        );
        children := ARRAY(SELECT v.child FROM handover h JOIN placement_move v ON v.id = h.move WHERE h.id = what);
        series_named := ARRAY(SELECT i.series FROM series_invitation i WHERE i.id = what);
        escalations := ARRAY(
            SELECT p.escalation FROM escalation_notice n JOIN escalation_step p ON p.id = n.step WHERE n.letter = what
            UNION SELECT e.id FROM escalation e WHERE e.key LIKE '%' || what || '%'
        );
    END IF;
    PERFORM set_config('convene.way', way, true), set_config('convene.person', acting, true),
        set_config('convene.subject', subject, true), set_config('convene.everywhere', everywhere::text, true),
        set_config('convene.roles', roles::text, true), set_config('convene.units', units::text, true),
        set_config('convene.serving', serving::text, true), set_config('convene.places', places::text, true),
        set_config('convene.standing', standing::text, true), set_config('convene.since', since::text, true),
        set_config('convene.convening', convening::text, true),
        set_config('convene.colleagues', colleagues::text, true), set_config('convene.meetings', meetings::text, true),
        set_config('convene.children', children::text, true), set_config('convene.series', series_named::text, true),
        set_config('convene.escalations', escalations::text, true),
        set_config('convene.asked', '0', true),
        set_config('jit', 'off', true), -- compiling takes longer than any page runs; what a policy may cost suggests it
        set_config('convene.all_meetings', '', true), set_config('convene.all_children', '', true);
END $$;

-- An array out of a setting; empty where nobody said.
CREATE OR REPLACE FUNCTION wall_set(setting text) RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS
$$ BEGIN RETURN coalesce(nullif(pg_catalog.current_setting(setting, true), ''), '{}')::pg_catalog.text[]; END $$;

CREATE OR REPLACE FUNCTION wall_ids(setting text) RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS
$$ BEGIN RETURN coalesce(nullif(pg_catalog.current_setting(setting, true), ''), '{}')::pg_catalog.uuid[]; END $$;

CREATE OR REPLACE FUNCTION wall_since() RETURNS timestamptz LANGUAGE plpgsql STABLE PARALLEL SAFE AS
$$ BEGIN RETURN nullif(pg_catalog.current_setting('convene.since', true), '')::pg_catalog.timestamptz; END $$;

-- One's units serve one of these places on that day in London.
CREATE OR REPLACE FUNCTION wall_serves(asked text[], at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 200 AS $$
DECLARE
    day pg_catalog.date;
    serving pg_catalog.uuid[];
BEGIN
    IF at >= wall_since() AND asked && wall_set('convene.standing') THEN
        RETURN true;
    END IF;
    IF NOT asked && wall_set('convene.places') THEN
        RETURN false;
    END IF;
    day := (at AT TIME ZONE 'Europe/London')::pg_catalog.date;
    serving := wall_ids('convene.serving');
    PERFORM 1 FROM {schema}.area a WHERE a.unit = ANY (serving) AND a.place = ANY (asked)
        AND (a.effective_from IS NULL OR a.effective_from <= day) AND (a.effective_to IS NULL OR a.effective_to > day);
    RETURN FOUND;
END $$;

-- Whoever set it up is a colleague, and was one then: a post that ended shows nothing of what they do elsewhere.
CREATE OR REPLACE FUNCTION wall_convened(set_up_by text, set_up_at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 200 AS $$
BEGIN
    IF NOT coalesce(set_up_by = ANY (wall_set('convene.colleagues')), false) THEN
        RETURN false;
    END IF;
    PERFORM 1 FROM {schema}.appointment theirs
    WHERE theirs.person = set_up_by::pg_catalog.uuid AND theirs.agency_code = ANY (wall_set('convene.convening'))
        AND theirs.role IN ({CONVENES}) AND {HELD:theirs};
    RETURN FOUND;
END $$;

-- Whether one row's case is seen; null where so many rows were asked about one by one in this transaction that the set
-- of all is quicker (wall_meetings, wall_children). Somebody of few units is then asked by that alone.
CREATE OR REPLACE FUNCTION wall_judge_meeting(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 600 AS $$
DECLARE
    so_far integer := coalesce(nullif(current_setting('convene.asked', true), ''), '0')::integer;
    serving pg_catalog.uuid[];
    units pg_catalog.uuid[] := wall_ids('convene.units');
BEGIN
    IF asked = ANY (wall_ids('convene.meetings')) THEN
        RETURN true;
    END IF;
    IF so_far >= {ONE_BY_ONE} AND cardinality(units) <= {FEW_UNITS} THEN
        RETURN NULL;
    END IF;
    serving := wall_ids('convene.serving');
    PERFORM 1 FROM {schema}.meeting m
    WHERE m.id = asked AND ARRAY[m.home_unit, m.destination_unit, m.incident_unit, m.lead_unit] && serving;
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.seat s WHERE s.meeting = asked AND s.unit = ANY (units) AND s.removed_at IS NULL;
    IF FOUND THEN
        RETURN true;
    END IF;
    IF so_far >= {ONE_BY_ONE} THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('convene.asked', (so_far + 1)::pg_catalog.text, true);
    RETURN wall_sees_meeting(asked);
END $$;

CREATE OR REPLACE FUNCTION wall_judge_child(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER COST 600 AS $$
DECLARE
    so_far integer := coalesce(nullif(current_setting('convene.asked', true), ''), '0')::integer;
    since pg_catalog.timestamptz := wall_since();
    standing pg_catalog.text[] := wall_set('convene.standing');
BEGIN
    IF asked = ANY (wall_ids('convene.children')) THEN
        RETURN true;
    END IF;
    IF so_far >= {ONE_BY_ONE} AND cardinality(wall_ids('convene.units')) <= {FEW_UNITS} THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM {schema}.episode e
    WHERE e.child = asked AND e.started_at >= since
        AND ARRAY[e.home_place, e.host_place, e.incident_place]::pg_catalog.text[] && standing;
    IF FOUND THEN
        RETURN true;
    END IF;
    IF so_far >= {ONE_BY_ONE} THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('convene.asked', (so_far + 1)::pg_catalog.text, true);
    RETURN wall_sees_child(asked);
END $$;

-- All meetings that are seen: what a list asks, whose rows are mostly others'. PostgreSQL makes one hash of it a
-- statement, and only where the judge of single rows gave up. A page reads at one moment, so it is put together once for it.
CREATE OR REPLACE FUNCTION wall_meetings() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500 SET search_path = pg_catalog, {schema}, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    found text := current_setting('convene.all_meetings', true);
    serving uuid[] := wall_ids('convene.serving');
    units uuid[] := wall_ids('convene.units');
    places text[] := wall_set('convene.places');
    standing text[] := wall_set('convene.standing');
    since timestamptz := wall_since();
    lapsed text[] := ARRAY(SELECT unnest(places) EXCEPT SELECT unnest(standing)); -- of these what is served in part
    convening text[] := wall_set('convene.convening');
    named uuid[] := wall_ids('convene.meetings');
    series_named uuid[] := wall_ids('convene.series');
BEGIN
    IF units = '{}' AND series_named = '{}' AND convening = '{}' THEN
        RETURN QUERY SELECT unnest(named);
        RETURN;
    END IF;
    IF coalesce(found, '') = '' THEN
        found := ARRAY(
            SELECT m.id FROM meeting m
            WHERE m.home_unit = ANY (serving) OR m.destination_unit = ANY (serving) OR m.incident_unit = ANY (serving)
                OR m.lead_unit = ANY (serving)
            UNION SELECT m.id FROM appointment theirs JOIN meeting m ON m.set_up_by = theirs.person::text
            WHERE theirs.agency_code = ANY (convening) AND theirs.role IN ({CONVENES}) AND {HELD:theirs}
            UNION SELECT s.meeting FROM seat s WHERE s.unit = ANY (units) AND s.removed_at IS NULL
            UNION SELECT t.meeting FROM ({CAUSES_HERE}) AS here (id) JOIN trigger t ON t.cause = here.id
            WHERE t.meeting IS NOT NULL
            UNION SELECT here.id FROM ({ABOUT_HERE}) AS here (id)
            UNION SELECT m.id FROM series s JOIN meeting m ON m.series = s.id
            WHERE s.home_unit = ANY (serving) OR s.id = ANY (series_named)
            UNION SELECT m.id FROM meeting m WHERE m.series IN (
                SELECT s.id FROM appointment theirs JOIN series s ON s.set_up_by = theirs.person::text
                WHERE theirs.agency_code = ANY (convening) AND theirs.role IN ({CONVENES}) AND {HELD:theirs}
            )
            UNION SELECT m.id FROM series_invitation i JOIN meeting m ON m.series = i.series
            WHERE i.unit = ANY (units) AND i.ended_at IS NULL
            UNION SELECT unnest(named)
        )::text;
        IF current_setting('transaction_isolation') = 'repeatable read' THEN
            PERFORM set_config('convene.all_meetings', found, true);
        END IF;
    END IF;
    RETURN QUERY SELECT unnest(found::uuid[]);
END $$;

CREATE OR REPLACE FUNCTION wall_children() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 500 SET search_path = pg_catalog, {schema}, pg_temp
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    found text := current_setting('convene.all_children', true);
    serving uuid[] := wall_ids('convene.serving');
    places text[] := wall_set('convene.places');
    standing text[] := wall_set('convene.standing');
    since timestamptz := wall_since();
    lapsed text[] := ARRAY(SELECT unnest(places) EXCEPT SELECT unnest(standing)); -- of these what is served in part
    named uuid[] := wall_ids('convene.children');
    meetings uuid[];
BEGIN
    IF places = '{}' AND wall_ids('convene.units') = '{}' AND wall_ids('convene.meetings') = '{}' THEN
        RETURN QUERY SELECT unnest(named);
        RETURN;
    END IF;
    IF coalesce(found, '') = '' THEN
        meetings := ARRAY(SELECT wall_meetings());
        found := ARRAY(
            SELECT here.child FROM ({CHILDREN_HERE}) AS here (child)
            UNION SELECT m.child FROM unnest(meetings) AS own JOIN meeting m ON m.id = own WHERE m.child IS NOT NULL
            UNION SELECT l.child FROM unnest(meetings) AS own JOIN briefing_line l ON l.meeting = own
            UNION SELECT unnest(named)
        )::text;
        IF current_setting('transaction_isolation') = 'repeatable read' THEN
            PERFORM set_config('convene.all_children', found, true);
        END IF;
    END IF;
    RETURN QUERY SELECT unnest(found::uuid[]);
END $$;

-- One convenes the series, or is invited to it; all its dates are then on its page.
CREATE OR REPLACE FUNCTION wall_owns_series(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 900 AS $$
DECLARE
    serving pg_catalog.uuid[] := wall_ids('convene.serving');
    units pg_catalog.uuid[] := wall_ids('convene.units');
BEGIN
    IF asked = ANY (wall_ids('convene.series')) THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.series s
    WHERE s.id = asked AND (s.home_unit = ANY (serving) OR wall_convened(s.set_up_by, s.set_up_at));
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.series_invitation i WHERE i.series = asked AND i.unit = ANY (units) AND i.ended_at IS NULL;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION wall_sees_meeting(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 800 AS $$
DECLARE
    serving pg_catalog.uuid[] := wall_ids('convene.serving');
    units pg_catalog.uuid[] := wall_ids('convene.units');
    one pg_catalog.record;
BEGIN
    IF asked = ANY (wall_ids('convene.meetings')) THEN
        RETURN true;
    END IF;
    IF units = '{}' THEN
        RETURN false;
    END IF;
    SELECT m.home_unit, m.destination_unit, m.incident_unit, m.lead_unit, m.set_up_by, m.set_up_at, m.about_place,
        m.starts_at, m.series
    INTO one FROM {schema}.meeting m WHERE m.id = asked;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF one.home_unit = ANY (serving) OR one.destination_unit = ANY (serving) OR one.incident_unit = ANY (serving)
        OR one.lead_unit = ANY (serving) OR wall_convened(one.set_up_by, one.set_up_at) THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.seat s WHERE s.meeting = asked AND s.unit = ANY (units) AND s.removed_at IS NULL;
    IF FOUND THEN
        RETURN true;
    END IF;
    IF one.series IS NOT NULL AND wall_owns_series(one.series) THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.trigger t JOIN {schema}.episode e ON e.id = t.cause
    WHERE t.meeting = asked
        AND wall_serves(ARRAY[e.home_place, e.host_place, e.incident_place]::pg_catalog.text[], e.started_at);
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.trigger t JOIN {schema}.placement_move v ON v.id = t.cause
    WHERE t.meeting = asked AND wall_serves(ARRAY[v.home_place, v.from_place, v.to_place]::pg_catalog.text[], v.moved_at);
    RETURN FOUND OR one.about_place <> '' AND wall_serves(ARRAY[one.about_place]::pg_catalog.text[], one.starts_at);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_child(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1600 AS $$
BEGIN
    IF asked = ANY (wall_ids('convene.children')) THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.episode e
    WHERE e.child = asked AND wall_serves(ARRAY[e.home_place, e.host_place, e.incident_place]::pg_catalog.text[], e.started_at);
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.placement_move v
    WHERE v.child = asked AND wall_serves(ARRAY[v.home_place, v.from_place, v.to_place]::pg_catalog.text[], v.moved_at);
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.meeting m WHERE m.child = asked AND wall_sees_meeting(m.id);
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.briefing_line l WHERE l.child = asked AND wall_sees_meeting(l.meeting);
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION wall_sees_episode(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1600 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_child(e.child) FROM {schema}.episode e WHERE e.id = asked), false);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_move(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1600 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_child(v.child) FROM {schema}.placement_move v WHERE v.id = asked), false);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_series(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1600 AS $$ BEGIN
    IF wall_owns_series(asked) THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.meeting m WHERE m.series = asked AND wall_sees_meeting(m.id);
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION wall_sees_invitation(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 900 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_meeting(i.meeting) FROM {schema}.invitation i WHERE i.id = asked), false);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_dispute(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 900 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_meeting(d.meeting) FROM {schema}.lead_dispute d WHERE d.id = asked), false);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_teams_report(asked bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 900 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_meeting(r.meeting) FROM {schema}.teams_report r WHERE r.id = asked), false);
END $$;

-- An escalation about no meeting is that of the unit, and of whoever convenes.
CREATE OR REPLACE FUNCTION wall_sees_escalation(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 900 AS $$
DECLARE
    one pg_catalog.record;
BEGIN
    IF asked = ANY (wall_ids('convene.escalations')) THEN
        RETURN true;
    END IF;
    SELECT x.meeting, x.unit INTO one FROM {schema}.escalation x WHERE x.id = asked;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF one.meeting IS NOT NULL THEN
        RETURN wall_sees_meeting(one.meeting);
    END IF;
    RETURN one.unit = ANY (wall_ids('convene.serving')) OR {RUNS};
END $$;

CREATE OR REPLACE FUNCTION wall_sees_step(asked bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1000 AS
$$ BEGIN
    RETURN coalesce((SELECT wall_sees_escalation(p.escalation) FROM {schema}.escalation_step p WHERE p.id = asked), false);
END $$;

CREATE OR REPLACE FUNCTION wall_sees_letter(asked uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1000 AS $$ BEGIN
    PERFORM 1 FROM {schema}.escalation_notice n WHERE n.letter = asked AND wall_sees_step(n.step);
    RETURN FOUND;
END $$;

-- Mail of this UID is about a meeting or a series that is seen.
CREATE OR REPLACE FUNCTION wall_sees_uid(asked text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1000 AS $$ BEGIN
    PERFORM 1 FROM {schema}.meeting m WHERE m.uid = asked AND wall_sees_meeting(m.id);
    IF FOUND THEN
        RETURN true;
    END IF;
    PERFORM 1 FROM {schema}.series s WHERE s.uid = asked AND wall_sees_series(s.id);
    RETURN FOUND;
END $$;

-- It is about a meeting or a series of ours, whoever sees that.
CREATE OR REPLACE FUNCTION wall_known_uid(asked text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 200 AS $$ BEGIN
    RETURN EXISTS (SELECT 1 FROM {schema}.meeting m WHERE m.uid = asked)
        OR EXISTS (SELECT 1 FROM {schema}.series s WHERE s.uid = asked);
END $$;

-- What an entry of the log is about is seen.
CREATE OR REPLACE FUNCTION wall_sees_subject(subject text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER COST 1600 AS $$ BEGIN
    IF subject ~ '^episode:[0-9a-f-]{36}$' THEN
        RETURN wall_sees_episode(substr(subject, 9)::pg_catalog.uuid);
    END IF;
    IF subject LIKE 'series:%' THEN
        RETURN coalesce((SELECT wall_sees_series(s.id) FROM {schema}.series s WHERE s.reference = substr(subject, 8)), false);
    END IF;
    RETURN false;
END $$;

-- What the sets are put together by.
CREATE INDEX IF NOT EXISTS wall_seat_unit ON seat (unit);
CREATE INDEX IF NOT EXISTS wall_trigger_cause ON trigger (cause);
CREATE INDEX IF NOT EXISTS wall_episode_home ON episode (home_place);
CREATE INDEX IF NOT EXISTS wall_episode_host ON episode (host_place);
CREATE INDEX IF NOT EXISTS wall_episode_incident ON episode (incident_place);
CREATE INDEX IF NOT EXISTS wall_move_home ON placement_move (home_place);
CREATE INDEX IF NOT EXISTS wall_move_from ON placement_move (from_place);
CREATE INDEX IF NOT EXISTS wall_move_to ON placement_move (to_place);
CREATE INDEX IF NOT EXISTS wall_meeting_home ON meeting (home_unit);
CREATE INDEX IF NOT EXISTS wall_meeting_destination ON meeting (destination_unit);
CREATE INDEX IF NOT EXISTS wall_meeting_incident ON meeting (incident_unit);
CREATE INDEX IF NOT EXISTS wall_meeting_lead ON meeting (lead_unit);
CREATE INDEX IF NOT EXISTS wall_meeting_set_up_by ON meeting (set_up_by);
CREATE INDEX IF NOT EXISTS wall_meeting_about ON meeting (about_place);
CREATE INDEX IF NOT EXISTS wall_series_invitation_unit ON series_invitation (unit);
