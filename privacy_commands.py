"""`./run forgotten …`: who was forgotten, again after a restore, and the record of what is kept."""

from __future__ import annotations

import sys
from pathlib import Path
from uuid import UUID

import click

from installation import installation, with_surroundings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(short_help="List who was forgotten; forget them again after a restore.")
def forgotten() -> None:
    """Erasures and backups: keep the list elsewhere than the backups, and use it after a restore."""


@forgotten.command("list", short_help="Print the numbers of all children who were forgotten.")
def list_() -> None:
    """Print the numbers of all children who were forgotten, a line each. They are Convene's own and tell nothing."""

    async def work() -> list[UUID]:
        async with installation():
            from privacy import again

            return await again.forgotten()

    for child in with_surroundings(work()):
        click.echo(child)


@forgotten.command("again", short_help="Forget again, after a restore, whoever is on the list.")
@click.argument("file", type=FILE)
def again_(file: Path) -> None:
    """Forget again whoever is in FILE; exits with 1 where somebody could not be forgotten yet."""
    children = [UUID(line) for line in file.read_text(encoding="utf-8").split()]

    async def work() -> tuple[int, dict[UUID, str]]:
        async with installation() as settings:
            import processes
            from privacy import again

            return await again.forget_again(children, by="operator", now=processes.clock_of(settings)())

    done, left = with_surroundings(work())
    click.echo(f"{len(children)} on the list: {done} forgotten again, {len(left)} not yet, the others were already.")
    for child, why in left.items():
        click.echo(f"  {child}: {why}")
    sys.exit(1 if left else 0)


@forgotten.command("record", short_help="Print what each table keeps and how it ends, for the DPIA.")
def record_() -> None:
    """Print what each table keeps and how it ends, as docs/dpia.md has it."""
    from privacy.endings import ENDINGS, OF_A_CHILD, STAYING
    from privacy.kinds import KINDS
    from privacy.record import table_of

    click.echo(table_of(ENDINGS, OF_A_CHILD, STAYING, KINDS))


@click.command("backed-up", short_help="Tell Convene that a backup has just been made.")
def backed_up() -> None:
    """Tell Convene that a backup has just been made: the page /status and the metrics say how long ago that was."""

    async def work() -> None:
        async with installation() as settings:
            import processes
            import status

            await status.note_backup(processes.clock_of(settings)())

    with_surroundings(work())
