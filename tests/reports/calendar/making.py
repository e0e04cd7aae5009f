"""Files made as tests need them: the kind and a hash of what they were made of, or a failure, counted."""

from __future__ import annotations

import hashlib
from collections import Counter


class Press:
    """Makes each file in an instant. `broken` kinds cannot be made; `made` says how often each was."""

    def __init__(self, *broken: str, size: int = 0) -> None:
        self.broken, self.size, self.made = set(broken), size, Counter[str]()

    async def make(self, frozen: bytes, kind: str) -> bytes:
        if kind in self.broken:
            raise MemoryError
        self.made[kind] += 1
        words = f"{kind} number {self.made[kind]} of {hashlib.sha256(frozen).hexdigest()}".encode()
        return words.ljust(self.size, b".")
