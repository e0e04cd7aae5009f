"""A bar in the terminal for what takes longer than a moment; silence where nobody watches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

Share = Callable[[float], None]  # told the share that is done, from 0 to 1


@contextlib.contextmanager
def bar(title: str) -> Iterator[Share]:
    """A bar on standard error while the block runs, if that is a terminal; told how far it is."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda share: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task(title, total=1.0)
        yield lambda share: shown.update(task, completed=share)
