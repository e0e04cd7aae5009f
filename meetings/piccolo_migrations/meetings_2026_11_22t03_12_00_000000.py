"""Of a flag that was there already only the report's time is known: its clock keeps the start it had."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.episode_tables import Episode

ID = "2026-11-22T03:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "When the flags of earlier episodes came"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def since_the_report() -> None:
        await Episode.raw(
            "UPDATE episode SET flagged_at = reported_at "
            "WHERE flagged_at IS NULL AND (cse OR cce OR trafficking OR uasc)"
        )

    manager.add_raw(since_the_report)
    return manager
