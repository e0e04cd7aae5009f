"""How Convene logs: one line an event, in JSON where nobody watches, and no personal data in it."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog


def without_words(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception becomes its type and its places in the code: its message and the variables about it stay out."""
    told = event.pop("exc_info", None)
    error = told if isinstance(told, BaseException) else sys.exc_info()[1] if told else None
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-6:]
        event["error"] = type(error).__name__
        event["where"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return event


class OfLibraries(logging.Handler):
    """What libraries warn of becomes a line as ours are: whose, from where, the kind of error, and no words of it."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "a library tells",
            library=record.name,
            at=f"{record.filename}:{record.lineno}",
            **({"exc_info": error} if error else {}),
        )


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
            without_words,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = logging.getLogger()
    if not any(isinstance(handler, OfLibraries) for handler in libraries.handlers):
        libraries.addHandler(OfLibraries(logging.WARNING))
    # A round that goes on when its next turn comes is no news; how long ago it ended is told as a heartbeat.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
