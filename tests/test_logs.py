"""The log: what went wrong and where, and nobody's data."""

from __future__ import annotations

import sys

import pytest
import structlog

from logs import configure_logging


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


@pytest.mark.parametrize("watched", [True, False], ids=["on a terminal", "in a file"])
def test_an_exception_is_logged_by_type_and_place_without_its_words_or_variables(
    watched: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal, before = Terminal(watched), structlog.get_config()
    monkeypatch.setattr(sys, "stderr", terminal)
    configure_logging()
    try:
        message = b"the bytes of a letter"
        try:
            raise ValueError("the name of a child")
        except ValueError:
            structlog.get_logger("test").exception("cannot be read", mail=7, size=len(message))
    finally:
        structlog.configure(**before)
    assert "cannot be read" in terminal.written
    assert "ValueError" in terminal.written
    assert "test_logs.py" in terminal.written
    assert "child" not in terminal.written
    assert "letter" not in terminal.written
