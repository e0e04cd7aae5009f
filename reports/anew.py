"""The ledger is made anew: from the facts, or with the facts from the records. Nobody need stop meanwhile.

Each month, and then each year, is replaced in one transaction, behind the lock of whoever posts; what is not yet
replaced is posted to as before. So it can be stopped at any moment and begun again, and no report sees a month or
year half done.
"""

from __future__ import annotations

from datetime import date, datetime

from reports.ledger_tables import LedgerState
from reports.ledgers import LEDGERS, Kept, run
from reports.posting import post_due
from reports.recount import MONTHS, month_given, months_kept, year_given, years_of
from reports.snapshot import ROOM

# Everything that facts are made of, and every fact whose record is gone.
_EVERYTHING = """
    insert into ledger_touched (kind, subject)
    select 'meeting', id::text from meeting union select 'meeting', meeting::text from meeting_fact
    union select 'meeting', meeting::text from seat_fact
    union select 'trigger', id::text from trigger union select 'decision', id::text from not_convened
    union select 'dispute', id::text from lead_dispute
    union select 'trigger', source::text from tally_fact
    where subject in ('trigger', 'review') union select 'decision', source::text from tally_fact
    where subject = 'not convened'
"""


async def make_facts_anew(now: datetime) -> None:
    """Every fact is made anew from the records, and the ledger follows, as if all had changed at once."""
    await LedgerState.raw(_EVERYTHING)
    await post_due(now)


async def make_ledger_anew() -> None:
    """Every line is made anew: of months from the facts, then of years from the months."""
    months = await months_kept()
    for month in months:
        await _make_anew(month)
    for april in years_of(months):
        await _make_year_anew(april)


async def _make_anew(month: date) -> None:
    async with LedgerState._meta.db.transaction():
        await LedgerState.raw(ROOM)
        await LedgerState.raw("select from ledger_state for update")
        for kept in LEDGERS:
            lines, columns = MONTHS[kept.added_up], ", ".join((*kept.key, *kept.counts))
            await _delete(kept, "month", month)
            text = f"insert into {kept.ledger} ({columns}) select {columns} from ({lines.text}) as lines"  # our names
            await run(lines, month_given(month), text)


async def _make_year_anew(april: date) -> None:
    async with LedgerState._meta.db.transaction():
        await LedgerState.raw(ROOM)
        await LedgerState.raw("select from ledger_state for update")
        for kept in LEDGERS:
            columns = ", ".join((*kept.key, *kept.counts))
            await _delete(kept, "year", april)
            text = (
                f"insert into {kept.ledger} (span, {columns}) select 'year', {columns} from ({kept.year()}) as lines"
            )
            await LedgerState.raw(text, *year_given(april))


async def _delete(kept: Kept, span: str, month: date) -> None:
    await LedgerState.raw(f"delete from {kept.ledger} where span = {{}} and month = {{}}", span, month)  # our names
