"""The commands of the reports: `./run report`, `./run report verify`, `./run ledger`, `./run dataset`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from installation import installation, with_surroundings


@click.group(invoke_without_command=True, short_help="Write a report to a file, or verify a published one.")
@click.option("--period", help="2026-11, 2026-Q3, 2026-27 or 2026-11-01..2026-11-30.")
@click.option("--format", "kind", default="pdf", type=click.Choice(["html", "pdf", "ods", "xlsx", "csv", "json"]))
@click.option("--type", "meeting_type", default="missing strategy meeting", help="Types are never mixed in one rate.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: by its period."
)
@click.option(
    "--full/--published", default=False, help="With every count, or as it is or would be published (default)."
)
@click.pass_context
def report(
    context: click.Context, period: str | None, kind: str, meeting_type: str, out: Path | None, full: bool
) -> None:
    """Write the report of a period and type of meeting to a file, and print its finding."""
    if context.invoked_subcommand is not None:
        return
    if period is None:
        raise click.UsageError("--period is missing: 2026-11, 2026-Q3, 2026-27 or 2026-11-01..2026-11-30.")
    _write(period, kind, meeting_type, out, full=full)


@report.command(short_help="Say whether a published file was altered; needs no database.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Say whether FILE, a published report that ends in .json, is unaltered; exits with 1 when it is not."""
    from reports import verifying

    good, words = verifying.told(file.read_bytes())
    click.echo(words)
    sys.exit(0 if good else 1)


@click.group(short_help="Check the ledger of the reports by a recount, or make it anew.")
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


@click.command(short_help="Write the dataset of a period: incidents, individuals, meetings.")
@click.option("--period", "named", required=True, help="2026-09, 2026-Q3, 2026-27 or 2026-09-01..2026-09-14.")
@click.option("--type", "kind", default="missing strategy meeting", help="Of the triggers and meetings in it.")
@click.option("--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where to.")
def dataset(named: str, kind: str, folder: Path) -> None:
    """Write the dataset of a period into FOLDER: CSV files with their dictionary, and spreadsheets.

    Counts below 5 are kept back in it, with enough others that they cannot be worked out.
    """
    from meetings.tables import MeetingType
    from reports import dataset_files, periods
    from reports.making import NotMade
    from reports.rates import DoesNotReconcile

    try:
        period, kind = periods.parse(named), MeetingType(kind).value
    except periods.BadPeriod as wrong:
        raise click.UsageError(str(wrong)) from wrong
    except ValueError as wrong:
        raise click.UsageError(f"The types of meeting are: {', '.join(MeetingType)}.") from wrong

    async def work() -> dict[str, bytes]:
        async with installation() as settings:
            import processes

            document = await dataset_files.draw_up(period, kind, processes.clock_of(settings)())
            return {
                dataset_files.named(document, ending): await dataset_files.file_of(document, ending)
                for ending in dataset_files.FORMATS
            }

    try:
        files = with_surroundings(work())
    except DoesNotReconcile as difference:
        sys.exit(f"The dataset was not written because it does not add up. {difference}")
    except NotMade as why:
        sys.exit(f"The dataset was not written. {why}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        click.echo(folder / name)


def _write(period: str, kind: str, meeting_type: str, out: Path | None, *, full: bool) -> None:
    from meetings.tables import MeetingType
    from reports import on_demand, periods
    from reports.document import in_file_names
    from reports.making import Format, NotMade
    from reports.rates import DoesNotReconcile

    if meeting_type not in [known.value for known in MeetingType]:
        raise click.BadParameter(f"Choose one of: {', '.join(MeetingType)}.", param_hint="--type")
    try:
        asked = periods.parse(period)
    except periods.BadPeriod as problem:
        raise click.BadParameter(str(problem), param_hint="--period") from problem

    async def work() -> on_demand.OnDemand:
        async with installation() as settings:
            import processes

            now = processes.clock_of(settings)()
            return await on_demand.report(asked, meeting_type, Format(kind), full=full, now=now)

    try:
        written = with_surroundings(work())
    except DoesNotReconcile as difference:
        sys.exit(f"Nothing was written, because the figures do not add up. {difference}")
    except NotMade as why:
        sys.exit(f"Nothing was written. {why}")
    inside = "-not-for-publication" if full else ""
    named = f"convene-{in_file_names(asked.code)}{inside}.{Format(kind).ending}"
    target = out or Path(named)
    target.write_bytes(written.content)
    click.echo(f"{target}: {len(written.content):,} octets, {written.source}.")
    click.echo(written.document.finding)
