"""A seat has at most one open challenge, however many people of its unit press the button at once."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from attendance.challenge_tables import Challenge

ID = "2026-11-22T06:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "One open challenge a seat"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="attendance", description=DESCRIPTION)

    async def index() -> None:
        await Challenge.raw("CREATE UNIQUE INDEX challenge_open_once ON challenge (seat) WHERE state = 'open'")

    async def no_index() -> None:
        await Challenge.raw("DROP INDEX challenge_open_once")

    manager.add_raw(index)
    manager.add_raw_backwards(no_index)
    return manager
