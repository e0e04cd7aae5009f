"""`./run audit`: verify the log of acts against its seals."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from installation import with_surroundings
from settings import load_settings

if TYPE_CHECKING:
    from audit.chain import Head
    from audit.verifying import Verified

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="Verify the log of acts.")
def audit() -> None:
    """The log of acts: who did, changed or opened what."""


@audit.command(short_help="Name each entry that was altered, removed or added.")
@click.option("--heads", type=FILE, help="Heads that were sent elsewhere: the file, or letters pasted one by one.")
def verify(heads: Path | None) -> None:
    """Name each entry that was altered, removed or added since it was sealed; exits with 1 when there is one."""
    from audit import chain, verifying

    sent = chain.read_heads(heads.read_text(encoding="utf-8", errors="replace")) if heads else []
    if heads and not sent:
        raise click.UsageError(f"{heads} holds no line of a head, such as “convene-audit-head 1 …”.")

    async def work() -> Verified:
        import processes

        load_settings()
        async with processes.database():  # as it stands: a verifier migrates nothing
            return await verifying.verify(sent)

    done = with_surroundings(work())
    for line in told(done, sent):
        click.echo(line)
    sys.exit(1 if done.findings else 0)


def told(done: Verified, sent: list[Head]) -> list[str]:
    """What was found, then what was looked at and what it rests on."""
    lines = list(done.findings)
    if done.more:
        lines.append(f"And {done.more:,} more.")
    if done.newest is None:
        lines.append("Nothing is sealed yet: the worker seals a few seconds after each act.")
    else:
        right = "Something is wrong, see above" if done.findings else "Each is as it was sealed"
        lines.append(f"Compared {done.entries:,} entries with {done.batches:,} batches. {right}.")
        lines.append(f"The newest seal: {done.newest.text()}")
    if done.unsealed:
        lines.append(f"Not sealed yet: {done.unsealed:,} entries, the oldest of {done.since:%-d %B %Y %H:%M} UTC.")
    if not sent:
        lines.append(
            "No heads from elsewhere were given: whoever rewrote the seals too is not found. Use --heads FILE."
        )
    elif done.agreed:
        agree = f"{done.compared:,} of {len(sent):,} heads from elsewhere agree"
        lines.append(f"{agree}, the newest of batch {done.agreed.number}.")
    else:
        lines.append("None of the heads from elsewhere agrees.")
    return lines
