"""What the audit room keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from keeping import Ending

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "audit_entry": "Who did and saw what. It names people and cases by ids alone, so that what is forgotten "
        "elsewhere is forgotten here too; a log that could be thinned out would prove nothing.",
        "audit_batch": "The seals on that log.",
        "audit_mark": "How far the next seal may go; one row.",
    }
)
ENDINGS: Final[tuple[Ending, ...]] = ()
