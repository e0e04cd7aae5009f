"""When the last happened of every child is asked each night: decisions are found by their child."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.tables import NotConvened

ID = "2026-11-22T11:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Decisions are found by their child"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def index_decisions() -> None:
        await NotConvened.raw("CREATE INDEX not_convened_child ON not_convened (child)")

    manager.add_raw(index_decisions)
    return manager
