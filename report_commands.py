"""The commands of the reports: `./run report verify`, `./run ledger check`, `./run ledger rebuild`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from installation import installation, with_surroundings


@click.group(short_help="Check a published file: ./run report verify FILE.")
def report() -> None:
    """What concerns reports."""


@report.command(short_help="Say whether a published file was altered; needs no database.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Say whether FILE, a published report that ends in .json, is unaltered; exits with 1 when it is not."""
    from reports import verifying

    good, words = verifying.told(file.read_bytes())
    click.echo(words)
    sys.exit(0 if good else 1)


@click.group(short_help="Check the ledger of the reports against a recount, or make it anew.")
def ledger() -> None:
    """Check the ledger that the reports are read from, or make it anew."""


@ledger.command(short_help="Recount everything and name each difference.")
def check() -> None:
    """Recount the ledger from the facts and the facts from the records; exits with 1 when anything differs."""

    async def work() -> list[str]:
        async with installation() as settings:
            import processes
            from reports import posting, recount

            now = processes.clock_of(settings)()
            await posting.post_due(now)
            return [str(one) for one in await recount.check_all(now)]

    differences = with_surroundings(work())
    for line in differences:
        click.echo(f"DIFFERENCE. {line}")
    click.echo("./run ledger rebuild makes it anew." if differences else "The ledger equals a recount.")
    sys.exit(1 if differences else 0)


@ledger.command(short_help="Make the ledger anew from the facts; --records makes these anew too.")
@click.option("--records", is_flag=True, help="Make the facts anew from the records first. Slow.")
def rebuild(records: bool) -> None:
    """Make the ledger anew. It can be stopped and begun again at any moment; reports are read as before meanwhile."""

    async def work() -> list[str]:
        async with installation() as settings:
            import processes
            from reports import anew, recount

            now = processes.clock_of(settings)()
            if records:
                await anew.make_facts_anew(now)
            await anew.make_ledger_anew()
            return [str(one) for one in await (recount.check_all(now) if records else recount.check_ledger(now))]

    differences = with_surroundings(work())
    for line in differences:
        click.echo(f"DIFFERENCE. {line}")
    click.echo("It still differs." if differences else "The ledger was made anew, and equals a recount.")
    sys.exit(1 if differences else 0)
