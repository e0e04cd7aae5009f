"""Whether a word that leaves is a reference is asked of every letter: by an index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from meetings.episode_tables import Child

ID = "2026-11-22T10:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "References are found whatever their letter case"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="meetings", description=DESCRIPTION)

    async def index_references() -> None:
        await Child.raw("CREATE INDEX child_reference_lower ON child (lower(reference))")
        await Child.raw("CREATE INDEX episode_reference_lower ON episode (lower(source_reference))")

    manager.add_raw(index_references)
    return manager
