"""Which software counted: the version in pyproject.toml, and the revision of the queries by their hash."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_QUERIES = Path(__file__).with_name("figures.sql")


@cache
def version() -> str:
    """As "Convene 0.1.0, queries 3f9a2b71c04d": the same words only for the same release and the same queries."""
    number = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"]
    queries = hashlib.sha256(_QUERIES.read_bytes()).hexdigest()
    return f"Convene {number}, queries {queries[:12]}"
