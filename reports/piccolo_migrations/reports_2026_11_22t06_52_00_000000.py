"""What was released is never altered, also by hand; and each period has one revision of each number."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from reports.publication_tables import Publication

ID = "2026-11-22T06:52:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What was released is never altered"

REFUSE = """
CREATE FUNCTION publication_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Publication % was released, and nothing published is ever altered.', OLD.id
        USING HINT = 'A correction is a new revision.', ERRCODE = 'restrict_violation';
END
$$
"""
TRIGGER = """
CREATE TRIGGER publication_released BEFORE UPDATE OR DELETE ON publication
FOR EACH ROW WHEN (OLD.state = 'released') EXECUTE FUNCTION publication_refuse()
"""
ONE_EACH = """
CREATE UNIQUE INDEX publication_one_each_revision ON publication (period, type, revision) WHERE state <> 'withdrawn'
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="reports", description=DESCRIPTION)

    async def guard() -> None:
        for statement in (ONE_EACH, REFUSE, TRIGGER):
            await Publication.raw(statement)

    async def let_go() -> None:
        await Publication.raw("DROP TRIGGER publication_released ON publication")
        await Publication.raw("DROP FUNCTION publication_refuse()")
        await Publication.raw("DROP INDEX publication_one_each_revision")

    manager.add_raw(guard)
    manager.add_raw_backwards(let_go)
    return manager
