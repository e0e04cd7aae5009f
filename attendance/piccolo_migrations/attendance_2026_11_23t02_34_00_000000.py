"""A register that is closed is noted at its meeting, by whatever adds it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from attendance.tables import Register

ID = "2026-11-23T02:34:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A closed register is noted at its meeting"

_NOTE = """
UPDATE meeting SET register_closed_at = closed.first
FROM (SELECT meeting, min(closed_at) AS first FROM {} GROUP BY meeting) AS closed
WHERE closed.meeting = meeting.id AND meeting.register_closed_at IS NULL
"""
_FUNCTION = f"""
CREATE FUNCTION register_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_NOTE.format("added").strip()};
    RETURN NULL;
END $$
"""
_TRIGGER = """
CREATE TRIGGER register_noted AFTER INSERT ON register REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION register_noted()
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="attendance", description=DESCRIPTION)

    async def note_closed() -> None:
        for statement in (_FUNCTION, _TRIGGER, _NOTE.format("register")):
            await Register.raw(statement)

    manager.add_raw(note_closed)
    return manager
