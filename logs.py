"""How Convene logs: one line an event, in JSON where nobody watches, and no personal data in it."""

from __future__ import annotations

import sys
from typing import Any

import structlog


def configure_logging() -> None:
    """Every `structlog` logger writes one line an event to standard error: time, level, event, facts.

    Callers give codes, ids and the names of types and places in the code; never an address, a name, a
    letter's text, an exception's message or an address with its values.
    """
    on_terminal = sys.stderr.isatty()
    last: Any = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
