"""What the reports keep: facts, lines and publications hold no child and no address, and stay."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending, OfAnAddress

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "seat_fact": "What a seat counts as; no child, no person. Published figures are counted from it.",
        "meeting_fact": "What a meeting counts as; likewise.",
        "tally_fact": "What is counted by its reason; likewise.",
        "seat_ledger": "Sums of facts.",
        "meeting_ledger": "Sums of facts.",
        "tally_ledger": "Sums of facts.",
        "ledger_touched": "What waits to be posted; gone once it is.",
        "ledger_state": "How far the ledger is posted; one row.",
        "ledger_difference": "Where the ledger differed from a recount; counts alone.",
        "publication": "What was published, or was to be; aggregates with small counts kept back.",
        "publication_whole": "What a publication was made of, small counts among it; counts alone.",
        "publication_recheck": "Whether the figures of a publication still stand.",
        "publication_step": "What was done once about a publication.",
        "told_unit": "Which unit was told of a draft; no address.",
        "made_file": "A publication in one format, the same for everybody.",
        "report_calendar": "Which reports recur.",
        "report_calendar_run": "Which draft was drawn up by the calendar.",
    }
)
ENDINGS: Final = (
    Ending("files", "asked_file", "asked_at"),
    Ending("people", "report_address", "removed_at", "address <> ''", "address = '', name = ''"),
)
OF_AN_ADDRESS: Final = (
    OfAnAddress("report_address", "Reports that are sent to you", "address", ("name", "added_at", "removed_at")),
)
