"""Meetings of a child set up before there was a lead have the one that would have been proposed: the home unit."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.tables import Meeting

ID = "2026-11-22T03:10:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "The lead of the meetings there are"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def fill() -> None:
        await Meeting.raw("UPDATE meeting SET lead_unit = home_unit WHERE child IS NOT NULL AND lead_unit IS NULL")

    async def nothing() -> None:
        """The column goes with the migration before this one."""

    manager.add_raw(fill)
    manager.add_raw_backwards(nothing)
    return manager
