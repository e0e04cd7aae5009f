"""The command line's `person`: accounts, what they are appointed to, and their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import click

from installation import installation, with_surroundings
from web.roles import Role

OPERATOR = "operator"


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for one person."""

    email: str
    title: str
    role: str
    agency: str
    unit: str
    everywhere: bool
    rules: bool | None
    publishes: bool | None


@click.command(short_help="Give somebody an account, a role and a sign-in link, or end all.")
@click.argument("email")
@click.argument("title", default="")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What they are from now on.")
@click.option("--agency", default="", help="The code of the agency where they are it.")
@click.option("--unit", default="", help="The code of the one unit where they are it; its agency need not be given.")
@click.option("--everywhere", is_flag=True, help="At every agency, for a desk that schedules for a whole city.")
@click.option("--rules/--no-rules", default=None, help="They may change the rules, or no more. At first: no.")
@click.option("--publishes/--no-publishes", default=None, help="They may approve and release reports, or no more.")
@click.option("--end", is_flag=True, help="They can sign in no more, and are signed out everywhere.")
@click.option("--sign-out", is_flag=True, help="They are signed out everywhere, and can sign in again.")
@click.option("--new-account", is_flag=True, help="Their organisation gave them a new account: let that one in.")
def person(
    email: str,
    title: str,
    role: str | None,
    agency: str,
    unit: str,
    everywhere: bool,
    rules: bool | None,
    publishes: bool | None,
    end: bool,
    sign_out: bool,
    new_account: bool,
) -> None:
    """Give somebody an account and print a sign-in link: EMAIL and TITLE, a role such as "Missing coordinator".

    Without an appointment (--role) they can sign in and see nothing. Repeating adds one. On the page People,
    administrators of every agency (--role administrator without --agency) add people, give appointments and end them.
    """
    for asked, work in ((end, _end), (sign_out, _sign_out), (new_account, _new_account)):
        if asked:
            click.echo(with_surroundings(work(email)))
            return
    if not title and not role:
        raise click.UsageError('TITLE is missing: the role they are shown as, such as "Missing coordinator".')
    wanted = Wanted(email, title or str(role).capitalize(), role or "", agency, unit, everywhere, rules, publishes)
    click.echo(with_surroundings(_give(wanted)))


async def _give(wanted: Wanted) -> str:
    async with installation() as settings:
        from directory.posts import post_at
        from web import signin

        now, posts = datetime.now(UTC), []
        if wanted.role:
            role = Role(wanted.role)
            posts.append(await post_at(role, wanted.agency, wanted.unit, everywhere=wanted.everywhere))
        who = await signin.add_person(
            wanted.email,
            wanted.title,
            wanted.agency,
            keeps_rules=wanted.rules,
            publishes=wanted.publishes,
            appointments=posts,
            now=now,
        )
        return await signin.make_link(who, settings.base_url, now=now)


async def _end(email: str) -> str:
    async with installation():
        from web import signin

        known = await signin.end_person(email, by=OPERATOR, now=datetime.now(UTC))
        return f"{email} can sign in no more." if known else f"There is no account of {email}."


async def _sign_out(email: str) -> str:
    async with installation():
        from web import sessions, signin

        person = await signin.id_of(email)
        if person is None:
            return f"There is no account of {email}."
        ended = await sessions.end_all_of(person, by=OPERATOR, now=datetime.now(UTC))
        return f"{email} is signed out everywhere; sessions ended: {ended}."


async def _new_account(email: str) -> str:
    async with installation():
        from web import openid, signin

        person = await signin.id_of(email)
        if person is None or not await openid.forget(person, by=OPERATOR, now=datetime.now(UTC)):
            return f"{email} has signed in through no organisation yet: there is nothing to forget."
        return f"{email} is signed out. Their next sign-in through their organisation lets their account there in."
