"""Letters past their use, and letters that need a person, are found at once among millions that were sent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from notifications.tables import OutboundMail

ID = "2026-11-22T00:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index the letters with a time limit, and those that need a person"


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notifications", description=DESCRIPTION)

    async def index() -> None:
        limited = "WHERE state IN ('queued', 'sending') AND useful_until IS NOT NULL"
        await OutboundMail.raw(f"CREATE INDEX outbound_mail_unsettled_useful ON outbound_mail (useful_until) {limited}")
        open_refusals = "WHERE state = 'refused' AND seen_at IS NULL"
        await OutboundMail.raw(f"CREATE INDEX outbound_mail_refused_open ON outbound_mail (id) {open_refusals}")

    async def no_index() -> None:
        await OutboundMail.raw("DROP INDEX outbound_mail_unsettled_useful")
        await OutboundMail.raw("DROP INDEX outbound_mail_refused_open")

    manager.add_raw(index)
    manager.add_raw_backwards(no_index)
    return manager
