"""Lines of financial years beside those of months, and of days beside those of hours, are made of the lines there are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from reports.ledger_tables import TallyLedger

ID = "2026-11-22T08:13:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Lines of years and of days are filled in"

SEAT_COUNTS = (
    "expected attended deputy apologies no_show report_only not_recorded not_reached short_notice invited answered "
    "accepted no_show_after_accepting late_withdrawal invitations seat_minutes challenged corrected_late"
).split()
MEETING_COUNTS = "due held called_off registers_open quorate without_police joint_recorded joint_attended".split()
KEYS = {
    "seat_ledger": ("type, cut, value, unit, kind", SEAT_COUNTS),
    "meeting_ledger": ("type, cut, value, unit", MEETING_COUNTS),
    "tally_ledger": ("type, subject, what, why, unit, hours", ["n"]),
}

# Hours of all units, hours apart from the numbers of meetings called off, and both again in whole days of 24 hours.
HOURS = """
DROP INDEX seat_ledger_line;
DROP INDEX meeting_ledger_line;
DROP INDEX tally_ledger_line;
INSERT INTO tally_ledger (type, subject, month, what, why, unit, hours, n)
SELECT type, 'all hours', month, split_part(subject, ' ', 1), '', null, hours, sum(n) FROM tally_ledger
WHERE subject IN ('trigger hours', 'review hours') GROUP BY type, month, subject, hours;
WITH gone AS (DELETE FROM tally_ledger WHERE subject = 'called off' RETURNING *)
INSERT INTO tally_ledger (type, subject, month, what, why, unit, hours, n)
SELECT type, 'called off hours', month, what, why, null::uuid, hours, n FROM gone WHERE hours IS NOT NULL
UNION ALL SELECT type, 'called off', month, what, why, null, null, sum(n) FROM gone GROUP BY type, month, what, why;
INSERT INTO tally_ledger (type, subject, month, what, why, unit, hours, n)
SELECT type, replace(subject, ' hours', ' days'), month, what, why, unit, floor(hours / 24.0) * 24, sum(n)
FROM tally_ledger WHERE subject LIKE '% hours' GROUP BY 1, 2, 3, 4, 5, 6, 7;
"""
UNIQUE = """
CREATE UNIQUE INDEX seat_ledger_line ON seat_ledger (type, span, month, cut, value, unit, kind) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX meeting_ledger_line ON meeting_ledger (type, span, month, cut, value, unit) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX tally_ledger_line ON tally_ledger (type, subject, span, month, what, why, unit, hours)
INCLUDE (n) NULLS NOT DISTINCT
"""


def _years(ledger: str, key: str, counts: list[str]) -> str:
    sums = ", ".join(f"sum({name})" for name in counts)
    april = "(date_trunc('year', month - interval '3 months') + interval '3 months')::date"
    return (
        f"INSERT INTO {ledger} (span, month, {key}, {', '.join(counts)}) SELECT 'year', {april}, {key}, {sums} "  # ours
        f"FROM {ledger} GROUP BY {april}, {key}"
    )


async def forwards() -> MigrationManager:
    """The years are the sums of their months; the unique keys tell both apart."""
    manager = MigrationManager(migration_id=ID, app_name="reports", description=DESCRIPTION)

    async def run() -> None:
        for statement in HOURS.strip().removesuffix(";").split(";\n"):
            await TallyLedger.raw(statement)
        for ledger, (key, counts) in KEYS.items():
            await TallyLedger.raw(_years(ledger, key, counts))
        for statement in UNIQUE.strip().split(";\n"):
            await TallyLedger.raw(statement)

    async def run_backwards() -> None:
        pass  # adding is all that migrations do

    manager.add_raw(run)
    manager.add_raw_backwards(run_backwards)
    return manager
