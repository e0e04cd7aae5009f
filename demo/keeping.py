"""What the demonstration keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

STAYING: Final[Mapping[str, str]] = MappingProxyType(
    {"demo_delivered": "Letters to officers who do not exist; only in the demonstration."}
)
