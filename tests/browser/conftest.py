"""The product as `./run` starts it, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, FloatRect, Locator, Page, async_playwright, expect

from demo import people
from tests.browser import fixed_hour
from tests.folders import passable

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
AXE = ROOT / ".venv" / "axe.min.js"
SHOTS = Path(__file__).parent / "shots"
TALLEST = 4000  # pixels of a photograph
DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Running:
    """A running `./run`: where it is, its one-use sign-in links, and its directory."""

    base_url: str
    link: str  # the city desk's
    state: Path
    links: Mapping[str, str]  # everybody's, by the title of the demonstration's person


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """The directory of a `./run` that made its London and was stopped."""
    with passable() as state:
        fixed_hour.start(state)
        with running_at(state):
            pass
        yield state


@pytest.fixture(scope="module")
def convene(prepared: Path) -> Iterator[Running]:
    """`./run` on a state of its own with a small London, stopped by SIGTERM at the end: a fresh one for each file.

    A journey leaves its marks: a mailbox that fails, a contact that ended. No other journey may stumble over them.
    The London is made once and copied for each, with the owner of its files, who may be PostgreSQL's own user.
    """
    with passable() as state:
        subprocess.run(["cp", "-a", f"{prepared}/.", str(state)], check=True)
        fixed_hour.start(state, later=timedelta(minutes=20))  # when the London was long made
        with running_at(state) as running:
            yield running


@contextmanager
def running_at(state: Path, more: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`./run` on this state, with these settings beside its own; stopped by SIGTERM at the end."""
    run = _up(state, more or {})
    assert run.stdout is not None
    said = ""
    while "Ctrl-C stops it" not in said:
        line = run.stdout.readline()
        if not line:
            run.stdout.close()
            pytest.fail(f"./run ended with {run.wait()}: {said}{(state / 'stderr').read_text()}")
        said += line
    found = re.search(r"is at\s+(\S+)\nSign in once\s+(\S+)", said)
    assert found is not None
    others = re.findall(r"^  (\S.*\S)  +(\S+/sign-in/\S+)$", said, re.MULTILINE)
    yield Running(found[1], found[2], state, {people.DESK.title: found[2], **dict(others)})
    run.send_signal(signal.SIGTERM)
    assert run.wait(60) == 0
    run.stdout.close()
    assert not (state / "postgres" / "data" / "postmaster.pid").exists(), "PostgreSQL was left running"
    _log_is_nobodys(state, found[2])


def _log_is_nobodys(state: Path, link: str) -> None:
    """The log of the whole run tells no secret, no address and no reference, whatever was done in it."""
    logged = (state / "stderr").read_text()
    for secret in ((state / "secret").read_text(), link.rpartition("/")[2]):
        assert secret not in logged
    assert (
        re.findall(r"[\w.+-]+@[\w-]+\.\w+|\bSM-[A-Z0-9]{6}\b|/sign-in/[\w-]{20,}|/answer/[a-z2-7]{20,}", logged) == []
    )


def _up(state: Path, more: Mapping[str, str]) -> subprocess.Popen[str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("CONVENE_", "DATABASE_URL"))}
    with (state / "stderr").open("w") as stderr:
        return subprocess.Popen(
            ["./run", "up", "--scale", "0.004"],
            cwd=ROOT,
            env={**env, "CONVENE_STATE": str(state), **more},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    return str(CHROMIUM)


@pytest.fixture(scope="session", autouse=True)
def _a_click_ends_with_the_page_it_opened() -> Iterator[None]:
    """Playwright's click ends where the next page begins to come: what a test then reads is read of all of it."""
    begins = Locator.click

    async def click(self: Locator, **how: Any) -> None:
        await begins(self, **how)
        await self.page.wait_for_load_state()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click)
        yield


@pytest_asyncio.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def signed_in(convene: Running, browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser in which the printed link was used, once."""
    context = await browser.new_context(viewport=DESKTOP, base_url=convene.base_url)  # type: ignore[arg-type]  # a plain dict
    page = await context.new_page()
    await page.goto(convene.link)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url("**/")
    await page.close()
    yield context
    await context.close()


@pytest_asyncio.fixture
async def page(signed_in: BrowserContext) -> AsyncIterator[Page]:
    """A page of the signed-in coordinator; whatever the browser complains about fails the test."""
    page = await signed_in.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await page.close()
    assert [c for c in complaints if "status of 400" not in c] == []


async def invitation_in(page: Page, mailbox: str, reference: str) -> Locator:
    """The link to this invitation in the mailbox, which is open; within ten seconds, where it is still on its way."""
    await page.goto(f"/mailroom?to={mailbox}")
    invitation = page.get_by_role("link", name=re.compile(f"Say whether you can attend.*{reference}"))
    for _ in range(40):
        if await invitation.count():
            break
        await page.wait_for_timeout(250)
        await page.reload()
    return invitation.first


async def opened_letter(page: Page) -> str:
    """The whole page of the letter whose link was just pressed: it may still be on its way."""
    await expect(page.locator(".convene-letter")).to_be_visible()
    await page.wait_for_load_state()
    return await page.content()


def seat_of(page: Page, unit: str) -> Locator:
    """The seat's card on the register."""
    return page.locator(".convene-seat").filter(has=page.get_by_role("heading", name=unit, exact=True))


async def look(page: Page, name: str) -> None:
    """The page is photographed at both widths, never scrolls sideways, and axe finds nothing wrong with it."""
    SHOTS.mkdir(exist_ok=True)
    await page.wait_for_load_state()  # who has clicked a link may come here before there is anything on the page
    for size, width in (("phone", PHONE), ("desktop", DESKTOP)):
        await page.set_viewport_size(width)  # type: ignore[arg-type]  # a plain dict
        tall = min(await page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        clip: FloatRect = {"x": 0, "y": 0, "width": width["width"], "height": tall}
        await page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True, clip=clip)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{page.url} scrolls sideways on a {size}"
        )
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    wrong = [(v["id"], v["help"], [n["target"] for n in v["nodes"]][:3]) for v in found["violations"]]
    assert wrong == [], f"{page.url}: {wrong}"
