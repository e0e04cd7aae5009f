"""The meetings whose register is open are few, whatever the years behind them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.tables import Meeting

ID = "2026-11-23T02:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Open registers are found by an index"

_OPEN = """
CREATE INDEX meeting_register_open ON meeting (starts_at)
WHERE state = 'scheduled' AND register_closed_at IS NULL
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def index_open() -> None:
        await Meeting.raw(_OPEN)

    manager.add_raw(index_open)
    return manager
