"""Claiming walks over the messages that wait, the oldest first, however many there are; Piccolo cannot say "where"."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from notifications.tables import InboundMail

ID = "2026-11-22T00:54:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index the messages that are still to be taken in"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notifications", description=DESCRIPTION)

    async def index() -> None:
        await InboundMail.raw("CREATE INDEX inbound_mail_kept ON inbound_mail (id) WHERE disposition = 'kept'")
        worn = "WHERE disposition = 'kept' AND tries >= 3"
        await InboundMail.raw(f"CREATE INDEX inbound_mail_worn ON inbound_mail (id) {worn}")

    async def no_index() -> None:
        await InboundMail.raw("DROP INDEX inbound_mail_kept")
        await InboundMail.raw("DROP INDEX inbound_mail_worn")

    manager.add_raw(index)
    manager.add_raw_backwards(no_index)
    return manager
