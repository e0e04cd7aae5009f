"""Lines of the ledger are unique, and every change of what facts are made of is noted in the same transaction."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from reports.ledger_tables import LedgerTouched

ID = "2026-11-22T06:58:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What touches the ledger"

KEYS = """
CREATE UNIQUE INDEX seat_ledger_line ON seat_ledger (type, month, cut, value, unit, kind) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX meeting_ledger_line ON meeting_ledger (type, month, cut, value, unit) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX tally_ledger_line ON tally_ledger (type, subject, month, what, why, unit, hours) NULLS NOT DISTINCT
"""

# A row of any table, noted by one of its columns.
TOUCH = """
CREATE FUNCTION ledger_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_argv[1] = 'id' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.id);
    ELSIF tg_argv[1] = 'meeting' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.meeting);
    ELSIF tg_argv[1] = 'invitation' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.invitation);
    ELSIF tg_argv[1] = 'uid' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.uid);
    ELSIF tg_argv[1] = 'child' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.child);
    ELSIF tg_argv[1] = 'episode' THEN INSERT INTO ledger_touched (kind, subject) VALUES (tg_argv[0], new.episode);
    END IF;
    RETURN NULL;
END $$
"""

# Rows of one statement that belong to meetings: one note a meeting.
TOUCH_MEETINGS = """
CREATE FUNCTION ledger_touch_meetings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_touched (kind, subject) SELECT DISTINCT 'meeting', meeting::text FROM changed;
    RETURN NULL;
END $$
"""

# A trigger may leave one meeting or decision for another; both count anew.
TOUCH_TRIGGER = """
CREATE FUNCTION ledger_touch_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_touched (kind, subject) VALUES ('trigger', new.id);
    IF tg_op = 'UPDATE' THEN
        IF old.meeting IS DISTINCT FROM new.meeting AND old.meeting IS NOT NULL THEN
            INSERT INTO ledger_touched (kind, subject) VALUES ('meeting', old.meeting);
        END IF;
        IF old.not_convened IS DISTINCT FROM new.not_convened AND old.not_convened IS NOT NULL THEN
            INSERT INTO ledger_touched (kind, subject) VALUES ('decision', old.not_convened);
        END IF;
    END IF;
    RETURN NULL;
END $$
"""

TOUCH_AREA = """
CREATE FUNCTION ledger_touch_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op <> 'INSERT' THEN INSERT INTO ledger_touched (kind, subject) VALUES ('place', old.place); END IF;
    IF tg_op <> 'DELETE' THEN INSERT INTO ledger_touched (kind, subject) VALUES ('place', new.place); END IF;
    RETURN NULL;
END $$
"""

ROWS_OF_MEETINGS = (
    "seat",
    "invitation",
    "attendance",
    "register",
    "checklist_answer",
    "meeting_record",
    "challenge",
)

# table, kind of the note, the column that it names, and the columns whose change counts
OTHERS = (
    (
        "meeting",
        "meeting",
        "id",
        "uid type state starts_at ends_at last_major_sequence quorum home_unit destination_unit child about_place "
        "called_off_at called_off_by called_off_reason on_return series",
    ),
    ("response", "invitation", "invitation", "applied partstat received_at sequence"),
    ("episode", "child", "child", "child home_place started_at ended_at withdrawn_at"),
    ("placement_move", "child", "child", "child home_place"),
    ("interview", "episode", "episode", "kind answer"),
    ("not_convened", "decision", "id", "reason due_at home_unit"),
    ("lead_dispute", "dispute", "id", "meeting units raised_at due_at settled_at"),
)
CHANGED_LATER = (
    ("seat", "meeting", "meeting", "unit capacities added_at removed_at"),
    ("invitation", "meeting", "meeting", "seat address state invited_at ended_at"),
    ("challenge", "meeting", "meeting", "state"),
    ("unit", "unit", "id", "kind"),
    ("rule", "rule", "id", "meeting_type makes_meeting"),
)
REFUSED = "('refused', 'withdrawn')"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="reports", description=DESCRIPTION)

    async def note_what_changes() -> None:
        for statement in (*KEYS.split(";"), TOUCH, TOUCH_MEETINGS, TOUCH_TRIGGER, TOUCH_AREA, *_triggers()):
            await LedgerTouched.raw(statement)

    manager.add_raw(note_what_changes)
    return manager


def _triggers() -> list[str]:
    made = [
        f"CREATE TRIGGER ledger_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS changed "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_touch_meetings()"
        for table in ROWS_OF_MEETINGS
    ]
    made += [
        f"CREATE TRIGGER ledger_added AFTER INSERT ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION ledger_touch('{kind}', '{column}')"
        for table, kind, column, _ in OTHERS
    ]
    made += [
        f"CREATE TRIGGER ledger_changed AFTER UPDATE ON {table} FOR EACH ROW WHEN ({_differ(columns)}) "
        f"EXECUTE FUNCTION ledger_touch('{kind}', '{column}')"
        for table, kind, column, columns in (*OTHERS, *CHANGED_LATER)
    ]
    return [
        *made,
        "CREATE TRIGGER ledger_added AFTER INSERT ON outbound_mail FOR EACH ROW WHEN (new.kind = 'request') "
        "EXECUTE FUNCTION ledger_touch('mail', 'uid')",
        "CREATE TRIGGER ledger_changed AFTER UPDATE ON outbound_mail FOR EACH ROW "
        "WHEN (new.kind = 'request' AND new.state <> old.state "
        f"AND (new.state IN {REFUSED} OR old.state IN {REFUSED})) EXECUTE FUNCTION ledger_touch('mail', 'uid')",
        "CREATE TRIGGER ledger_added AFTER INSERT ON trigger FOR EACH ROW EXECUTE FUNCTION ledger_touch_trigger()",
        "CREATE TRIGGER ledger_changed AFTER UPDATE ON trigger FOR EACH ROW "
        f"WHEN ({_differ('rule rule_code cause fired_at due_at meeting not_convened')}) "
        "EXECUTE FUNCTION ledger_touch_trigger()",
        "CREATE TRIGGER ledger_changed AFTER INSERT OR UPDATE OR DELETE ON area FOR EACH ROW "
        "EXECUTE FUNCTION ledger_touch_area()",
    ]


def _differ(columns: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns.split()) for row in ("old", "new"))
    return f"({old}) IS DISTINCT FROM ({new})" if " " in columns else f"{old} IS DISTINCT FROM {new}"
