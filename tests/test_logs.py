"""The log: what went wrong and where, and nobody's data."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from logs import OfLibraries, configure_logging


class Terminal:
    """A standard error that somebody watches."""

    def __init__(self, watched: bool) -> None:
        self.watched, self.written = watched, ""

    def write(self, text: str) -> int:
        self.written += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return self.watched


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test configures of logging ends with it."""
    root, timetable, before = logging.getLogger(), logging.getLogger("apscheduler"), structlog.get_config()
    level, handlers = timetable.level, list(root.handlers)
    yield
    structlog.configure(**before)
    timetable.setLevel(level)
    root.handlers[:] = handlers


@pytest.mark.parametrize("watched", [True, False], ids=["on a terminal", "in a file"])
def test_an_exception_is_logged_by_type_and_place_without_its_words_or_variables(
    watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal(watched)
    monkeypatch.setattr(sys, "stderr", terminal)
    configure_logging()
    message = b"the bytes of a letter"
    try:
        raise ValueError("the name of a child")
    except ValueError:
        structlog.get_logger("test").exception("cannot be read", mail=7, size=len(message))
    assert "cannot be read" in terminal.written
    assert "ValueError" in terminal.written
    assert "test_logs.py" in terminal.written
    assert "child" not in terminal.written
    assert "letter" not in terminal.written


def test_what_a_library_warns_of_is_a_line_as_ours_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(watched=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    for _ in range(2):  # a second call adds nothing
        configure_logging()
    library = logging.getLogger("some.library")
    library.warning("cannot reach %s", "anna@police.example")
    try:
        raise ValueError("the name of a child")
    except ValueError:
        library.exception("could not answer")
    warned, failed = map(json.loads, terminal.written.splitlines())
    assert (warned["library"], warned["level"], warned["at"].partition(":")[0]) == (
        "some.library",
        "warning",
        "test_logs.py",
    )
    assert (failed["error"], failed["level"]) == ("ValueError", "error")
    assert "police" not in terminal.written
    assert "child" not in terminal.written
    assert sum(isinstance(handler, OfLibraries) for handler in logging.getLogger().handlers) == 1


def test_a_round_that_goes_on_at_its_next_turn_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(watched=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    configure_logging()
    logging.getLogger("apscheduler.scheduler").warning("skipped: maximum number of running instances reached")
    assert terminal.written == ""
