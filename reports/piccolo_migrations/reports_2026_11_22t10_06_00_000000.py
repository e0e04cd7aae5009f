"""Of what was released, the report with every count in it is never altered either, also by hand."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from reports.publication_tables import Whole

ID = "2026-11-22T10:06:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What a released report was made of is never altered"

REFUSE = """
CREATE FUNCTION publication_whole_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM publication WHERE id = OLD.publication AND state = 'released') THEN
        RAISE EXCEPTION 'Publication % was released, and what it was made of is never altered.', OLD.publication
            USING HINT = 'A correction is a new revision.', ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$
"""
TRIGGER = """
CREATE TRIGGER publication_whole_released BEFORE UPDATE OR DELETE ON publication_whole
FOR EACH ROW EXECUTE FUNCTION publication_whole_refuse()
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="reports", description=DESCRIPTION)

    async def guard() -> None:
        for statement in (REFUSE, TRIGGER):
            await Whole.raw(statement)

    async def let_go() -> None:
        await Whole.raw("DROP TRIGGER publication_whole_released ON publication_whole")
        await Whole.raw("DROP FUNCTION publication_whole_refuse()")

    manager.add_raw(guard)
    manager.add_raw_backwards(let_go)
    return manager
