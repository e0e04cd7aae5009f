"""A meeting of its own has its UID alone; the occurrences of a series share one, each at its own time of the rule."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.tables import Meeting

ID = "2026-11-21T23:41:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One meeting for each UID and RECURRENCE-ID"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def unique() -> None:
        await Meeting.raw(
            "CREATE UNIQUE INDEX meeting_one_each_occurrence ON meeting (uid, recurrence_id) NULLS NOT DISTINCT"
        )

    async def not_unique() -> None:
        await Meeting.raw("DROP INDEX meeting_one_each_occurrence")

    manager.add_raw(unique)
    manager.add_raw_backwards(not_unique)
    return manager
