from piccolo.apps.migrations.auto.migration_manager import MigrationManager

ID = "2026-11-22T07:18:25:604158"
VERSION = "1.38.0"
DESCRIPTION = "Nobody need wait while the ledger is made anew"


async def forwards():
    manager = MigrationManager(
        migration_id=ID, app_name="reports", description=DESCRIPTION
    )

    manager.drop_column(
        table_class_name="LedgerState",
        tablename="ledger_state",
        column_name="rebuilding",
        db_column_name="rebuilding",
        schema=None,
    )

    return manager
