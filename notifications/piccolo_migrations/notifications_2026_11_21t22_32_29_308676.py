"""Claiming walks over the letters that wait, however many were sent before; Piccolo cannot say "where"."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from notifications.tables import OutboundMail

ID = "2026-11-21T22:32:29:308676"
VERSION = "1.38.0"
DESCRIPTION = "Index the letters that are still to be sent"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notifications", description=DESCRIPTION)

    async def index() -> None:
        unsettled = "WHERE state IN ('queued', 'sending')"
        await OutboundMail.raw(f"CREATE INDEX outbound_mail_unsettled_due ON outbound_mail (due_at, id) {unsettled}")
        await OutboundMail.raw(f"CREATE INDEX outbound_mail_unsettled_thread ON outbound_mail (thread, id) {unsettled}")

    async def no_index() -> None:
        await OutboundMail.raw("DROP INDEX outbound_mail_unsettled_due")
        await OutboundMail.raw("DROP INDEX outbound_mail_unsettled_thread")

    manager.add_raw(index)
    manager.add_raw_backwards(no_index)
    return manager
