"""A browser without a screen over the whole application, for tests of pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from litestar import Litestar

from web.pages import utc_now
from web.roles import Role
from web.viewer import Post
from web.watching import Watched

COORDINATOR = "coordinator@council.example"
CITY_DESK = (Post(Role.COORDINATOR), Post(Role.MANAGER), Post(Role.ADMINISTRATOR))  # everything, of every agency
_TOKEN = re.compile(r'name="_csrf_token" value="([0-9a-f]+)"')
_LINK = re.compile(r"https?://\S+/sign-in/\S+")
_CODE = re.compile(r"^Code: ([0-9 ]+?)\r?$", re.MULTILINE)


class Browser(httpx.AsyncClient):
    """Follows no redirect by itself; sends forms with the token that the page before them carried.

    Without an application it asks whatever listens at `base_url`.
    """

    def __init__(self, app: Litestar | Watched | None, base_url: str = "http://convene.example") -> None:
        transport = httpx.ASGITransport(cast(Any, app), raise_app_exceptions=False) if app else None
        super().__init__(transport=transport, base_url=base_url, trust_env=False)

    async def send_form(self, page: str, action: str = "", **fields: str) -> httpx.Response:
        """Open `page`, then post its form to `action` (the page itself by default)."""
        found = _TOKEN.search((await self.get(page)).text)
        assert found, f"{page} has no form"
        return await self.post(action or page, data={"_csrf_token": found[1], **fields})

    async def sign_in(self, link: str) -> httpx.Response:
        """Open the link and press its button."""
        return await self.send_form(path_of(link))


async def sign_in_as(
    browser: Browser,
    email: str,
    title: str,
    *,
    keeps_rules: bool | None = None,
    publishes: bool | None = None,
    posts: Sequence[Post] = CITY_DESK,
) -> Browser:
    """Somebody has an account and is signed in, in this browser; by default of the desk that sees the whole city."""
    from web import signin

    today = datetime.now(UTC)
    person = await signin.add_person(
        email, title, keeps_rules=keeps_rules, publishes=publishes, appointments=posts, now=today
    )
    await browser.sign_in(await signin.make_link(person, "http://convene.example", now=today))
    return browser


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@dataclass(frozen=True)
class At:
    """A clock that stands still."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


def application(environ: dict[str, str] | None = None, clock: Callable[[], datetime] = utc_now) -> Litestar:
    """The application; the same one for the same settings and clock, for it holds nothing of a test."""
    return _kept(frozenset((environ or {}).items()), clock)


@lru_cache(maxsize=16)
def _kept(environ: frozenset[tuple[str, str]], clock: Callable[[], datetime]) -> Litestar:
    return new_application(dict(environ), clock)


def new_application(environ: dict[str, str] | None = None, clock: Callable[[], datetime] = utc_now) -> Litestar:
    """One more application, for a test that adds to it."""
    from app import create_app
    from settings import load_settings

    told = {"DATABASE_URL": "postgresql://nowhere/", "CONVENE_SECRET": "s" * 40, "CONVENE_DEMO": "yes"}
    return create_app(load_settings(told | (environ or {})), clock=clock)


async def letters() -> list[str]:
    """The plain text of each letter in the outbox, oldest first."""
    from notifications.tables import OutboundMail

    rows = await OutboundMail.select(OutboundMail.content).order_by(OutboundMail.id)
    messages = [message_from_bytes(row["content"], policy=policy.default) for row in rows]
    bodies = [message.get_body(("plain",)) for message in messages]
    return [str(body.get_content()) for body in bodies if body]


async def letters_to_sign_in() -> list[str]:
    """What the worker wrote to those who asked and have an account, with all letters before; oldest first."""
    from web import askings
    from web.letters import Sender

    sender = Sender("meetings@invites.convene.example", "Convene meetings", "http://convene.example")
    today = datetime.now(UTC)
    await askings.answer_due(sender, now=today, posted_at=today)
    return await letters()


async def emailed_link() -> str:
    """The sign-in link in the newest letter."""
    found = _LINK.search((await letters_to_sign_in())[-1])
    assert found, "the newest letter carries no link"
    return found[0]


async def emailed_code() -> str:
    """The code in the newest letter, as it is written there."""
    found = _CODE.search((await letters_to_sign_in())[-1])
    assert found, "the newest letter carries no code"
    return found[1]
