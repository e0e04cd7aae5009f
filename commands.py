"""The command line: `./run COMMAND`. Each command says what it did, and exits non-zero when it did not."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

import audit_commands
import bill_of_materials
import person_commands
import postgres
import privacy_commands
import report_commands
import start_checks
import supervise
from installation import STATE, installation, load_reference_data, with_surroundings
from settings import BadSetting, Settings, load_settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


OF_THE_SCRIPT = (  # commands that `run` does itself, because they need more packages or fewer
    ("test", "Run every check; with arguments, pytest with those only."),
    ("bench", "Print speeds: ./run bench NAME; without a name, the names."),
)


class InOrder(click.Group):
    """Commands in the order in which they are written here, which is the order of use; one line each."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        own = [(name, str(command.short_help)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*own[:2], *OF_THE_SCRIPT, *own[2:]])


@click.group(cls=InOrder, invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Convene: strategy meetings for missing children. Without a command: start it with the demonstration."""
    if context.invoked_subcommand is None:
        context.invoke(up)


@main.command(short_help="Start everything, with the demonstration; Ctrl-C stops it.")
@click.option("--scale", default=0.01, help="Size of the simulated London; 1 is the whole of it. Default: 0.01.")
@click.option("--seed", default=2023, help="The same seed makes the same London. Default: 2023.")
def up(scale: float, seed: int) -> None:
    """Start everything, with the demonstration; Ctrl-C stops it."""
    supervise.stop_on_signals()
    try:
        with supervise.surroundings(STATE) as around:
            os.environ.update(around.env)
            settings = load_settings()
            way_in = asyncio.run(_prepare(settings, scale, seed))
            parts = supervise.Parts(around.env, click.echo, around.server)
            try:
                parts.start()
                supervise.wait_until_ready(settings.base_url)
                click.echo(f"\nConvene is at  {settings.base_url}\nSign in once   {way_in}\nCtrl-C stops it.\n")
                parts.watch()
            finally:
                click.echo("Stopping …")
                parts.stop()
    except KeyboardInterrupt:
        click.echo("Stopped. ./run continues from here.")


async def _prepare(settings: Settings, scale: float, seed: int) -> str:
    """The schema, the directory and the rules are there, in the demonstration its London too; how to sign in."""
    import processes

    await processes.migrate_schema()
    async with processes.database():
        clock = processes.clock_of(settings)
        await load_reference_data(clock())
        if not settings.demo:
            return "./run person EMAIL TITLE makes an account and a link"
        from demo import london, people

        letterhead = processes.letterhead_of(settings)
        await london.load_once(scale=scale, seed=seed, letterhead=letterhead, clock=clock)
        now = datetime.now(UTC)
        (_, way_in), *others = await people.links(settings.base_url, now=now, since=min(now, clock()))
        widest = max(len(title) for title, _ in others)
        listed = "\n".join(f"  {title:{widest}}  {link}" for title, link in others)
        return f"{way_in}\n\nOr as somebody who sees less, each link in a browser window of its own:\n{listed}\n"


@main.command(short_help="Do the whole job once and print what happened.")
@click.option("--files", type=click.Path(exists=True, file_okay=False, path_type=Path), help="SSDA903 files to use.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the counts here.")
@click.option("--seed", default=2023, help="The same seed makes the same week. Default: 2023.")
def journey(files: Path | None, json_file: Path | None, seed: int) -> None:
    """Do the whole job once, from reports to rates, and print what happened."""
    supervise.stop_on_signals()
    from demo import journey as whole

    sys.exit(whole.run(files, json_file, seed))


@main.command("import", short_help="Take in SSDA903 files; --dry-run changes nothing.")
@click.argument("missing", type=FILE)
@click.argument("episodes", type=FILE, required=False)
@click.option("--authority", required=True, help="Place code of the council that made the files: E09…")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--age-bands", is_flag=True, help="Keep each child's age band; the birth date is dropped either way.")
@click.option("--problems", type=click.Path(dir_okay=False, path_type=Path), help="Write problem rows here.")
def import_(
    missing: Path, episodes: Path | None, authority: str, dry_run: bool, age_bands: bool, problems: Path | None
) -> None:
    """Take in SSDA903 files: MISSING.csv and, beside it, EPISODES.csv."""
    from meetings.intake import csvfile, files

    contents = missing.read_bytes(), episodes.read_bytes() if episodes else None

    async def work() -> files.ImportResult:
        async with installation() as settings:
            import processes

            return await files.import_files(
                *contents,
                authority=authority,
                actor="command line",
                now=processes.clock_of(settings)(),
                age_bands=age_bands,
                dry_run=dry_run,
            )

    result = with_surroundings(work())
    if problems:
        problems.write_text(csvfile.as_csv(result.problems), encoding="utf-8")
    click.echo(result.sentence())
    for problem in result.problems:
        click.echo(f"  {problem}")
    if problems:
        click.echo(f"The problem rows are in {problems}")
    sys.exit(0 if result.taken or not result.problems else 1)


main.add_command(person_commands.person)


@main.command(short_help="Let a source system report through the JSON door, or no more.")
@click.argument("name")
@click.option("--issuer", default="", help="Whose numbering its child references are, e.g. a place code.")
@click.option("--end", is_flag=True, help="Its token is taken no more; what it reported stays.")
def token(name: str, issuer: str, end: bool) -> None:
    """Let a source system NAME report episodes to POST /api/episodes; prints its bearer token, once."""
    if not end and not issuer:
        raise click.UsageError("--issuer is missing: whose numbering the system's child references are.")

    async def work() -> str:
        async with installation() as settings:
            import processes
            from meetings.intake import sources

            now = processes.clock_of(settings)()
            if end:
                await sources.end_source(name, now=now)
                return f"No token of {name} is taken any more."
            return await sources.add_source(name, issuer, now=now)

    click.echo(with_surroundings(work()))


@main.command(short_help="Bring the database of DATABASE_URL to this version.")
def migrate() -> None:
    """Bring the database of DATABASE_URL to this version, with the directory and the rules."""

    async def work() -> None:
        import processes

        await processes.migrate_schema()
        async with processes.database():
            await load_reference_data(processes.clock_of(settings)())

    settings = load_settings()
    asyncio.run(work())
    click.echo("The database is at this version. No contacts are shipped: add them in the directory.")


@main.command("tls-policy", short_help="Print the relay's map of domains that demand encryption.")
def tls_policy() -> None:
    """Print, for Postfix's smtp_tls_policy_maps, the mail domains for which the directory demands encryption."""

    async def work() -> str:
        async with installation():
            from directory import mail_domains
            from notifications import tls_promises

            return tls_promises.as_map(await mail_domains.demands())

    click.echo(with_surroundings(work()), nl=False)


@main.command(short_help="Serve the pages (one part of an installation).")
def web() -> None:
    """Serve the pages (one part of an installation; reads its settings from the environment)."""
    import app

    app.main()


@main.command(short_help="Send, take in, notice, remind (one part of an installation).")
def worker() -> None:
    """Send, take in, notice and remind (one part of an installation)."""
    import worker as part

    part.serve()


@main.command(short_help="Receive mail by SMTP and LMTP (one part of an installation).")
def door() -> None:
    """Receive mail by SMTP and LMTP (one part of an installation)."""
    import door as part

    part.serve()


@main.command("check-mail", short_help="Say what is wrong with the mail set-up, and what to do.")
@click.option("--dkim", default="", metavar="SELECTOR", help="The selector by which the relay signs.")
@click.option("--to", "robot", default="", metavar="ADDRESS", help="A mailbox elsewhere that answers by itself.")
@click.option("--resolver", default="", metavar="HOST:PORT", help="The DNS server to ask. Default: this machine's.")
@click.option("--wait", default=60.0, help="Seconds to wait for a letter. Default: 60.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def check_mail_(dkim: str, robot: str, resolver: str, wait: float, as_json: bool) -> None:
    """Say what is wrong with the mail set-up, and what to do; exits with 1 when something is."""
    import check_mail

    wanted = check_mail.wanted(dkim, robot, resolver, wait)
    sys.exit(with_surroundings(check_mail.told(wanted, as_json=as_json)))


main.add_command(report_commands.report)
main.add_command(report_commands.ledger)
main.add_command(report_commands.dataset)
main.add_command(privacy_commands.forgotten)
main.add_command(privacy_commands.backed_up)
main.add_command(bill_of_materials.sbom)
main.add_command(audit_commands.audit)


@main.command("help", short_help="Show these commands.")
@click.pass_context
def help_(context: click.Context) -> None:
    """Show these commands."""
    assert context.parent is not None
    click.echo(context.parent.get_help())


if __name__ == "__main__":
    from meetings.intake.errors import RefusedReport, SourceExists, UnsuitableSource
    from processes import NoDatabase, NotMigrated
    from web.appointing import NotAPost
    from web.signin import NotAnAddress

    try:
        start_checks.interpreter_keeps_asserts()
        main(prog_name="./run")
    except BadSetting as wrong:
        sys.exit(f"A setting cannot be used. {wrong}")
    except (
        supervise.AlreadyRunning,
        supervise.NotUp,
        postgres.NoEmbeddedPostgres,
        NoDatabase,
        NotMigrated,
        start_checks.Unfit,
    ) as wrong:
        sys.exit(str(wrong))
    except (RefusedReport, SourceExists, UnsuitableSource, NotAnAddress, NotAPost) as wrong:
        sys.exit(str(wrong))
