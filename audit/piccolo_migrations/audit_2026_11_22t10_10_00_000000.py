"""The log is only added to, and an entry is numbered by a transaction that has its id already (audit.sealing)."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from audit.tables import Entry

ID = "2026-11-22T10:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The log is only added to"

# CASE keeps the order: first the transaction's id, then the number.
NUMBER = """
ALTER TABLE audit_entry ALTER COLUMN id SET DEFAULT
    CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('audit_entry_id_seq'::regclass) END
"""
BY_ACTOR = "CREATE INDEX audit_entry_by_actor ON audit_entry (actor, id)"
ONLY_ADDED = """
CREATE FUNCTION audit_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to: % of %', tg_op, tg_table_name USING ERRCODE = '42501';
END $$
"""
GUARD = """
CREATE TRIGGER audit_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {}
FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added()
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="audit", description=DESCRIPTION)

    async def only_add() -> None:
        guards = [GUARD.replace("{}", table) for table in ("audit_entry", "audit_batch")]
        for statement in (NUMBER, BY_ACTOR, ONLY_ADDED, *guards):
            await Entry.raw(statement)

    manager.add_raw(only_add)
    return manager
