"""The web process: `create_app()` puts the rooms' routers behind one front door."""

from __future__ import annotations

import functools
import gc
import hmac
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import uvicorn
from litestar import Litestar, Router
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig

import attendance.feed_pages
import attendance.link_pages
import attendance.log_pages
import attendance.pages
import demo.pages
import directory.duty_pages
import directory.pages
import directory.people_pages
import directory.proposed_pages
import directory.verify_pages
import meetings.action_pages
import meetings.break_glass_pages
import meetings.intake.api
import meetings.intake.pages
import meetings.pages
import metrics
import privacy.pages
import processes
import reports.dataset_pages
import reports.explore_pages
import reports.file_pages
import reports.outcome_pages
import reports.pages
import start_checks
import status_pages
from demo.clock import MovedClock
from logs import configure_logging
from meetings.letters import Letterhead
from reports import drawing
from settings import Settings, load_settings
from web import (
    addresses,
    errors,
    guards,
    guessing,
    health,
    openid_pages,
    reading,
    session_pages,
    signin_pages,
    time_limits,
    walls,
)
from web.clients import Clients
from web.environment import STATIC, environment
from web.headers import harden
from web.letters import Sender
from web.openid_client import ProviderClient
from web.pages import FrontDoor, cookie_name, utc_now
from web.watching import Watched

ROOMS = ("directory", "meetings", "attendance", "reports", "privacy", "demo")  # those with templates
LARGEST_BODY = 10_000_000  # bytes


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Litestar:
    """The web application. `clock` gives the time by which meetings and deadlines are shown and decided."""
    door = front_door(settings, clock)
    return Litestar(
        route_handlers=[*routers(settings), static_files()],
        dependencies=dependencies(settings, clock),
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment(template_folders()))
        ),
        state=State({"front_door": door}),
        middleware=[
            time_limits.InTime(),
            addresses.Possible(),
            walls.BeforeSignIn(),
            guessing.Misses(),
            signin_pages.Sessions(),
            walls.OnBehalf(),
            reading.Readings(),
        ],
        csrf_config=forms_only_from_here(settings, secure=door.secure),
        before_send=[harden],
        exception_handlers=errors.HANDLERS,
        openapi_config=told_of_the_json_door(),
        logging_config=None,  # structlog is configured once, in logs.py; values never reach it
        request_max_body_size=LARGEST_BODY,
        lifespan=[lambda _: processes.database(longest=processes.LONGEST_OF_A_PAGE)],
        on_shutdown=[drawing.drawn.close],
    )


def front_door(settings: Settings, clock: Callable[[], datetime]) -> FrontDoor:
    """What every page is drawn with, and letters about signing in are sent by."""
    letterhead = processes.letterhead_of(settings)
    return FrontDoor(
        clock=clock,
        demo=settings.demo,
        marking=settings.marking,
        sender=Sender(letterhead.sender_address(), letterhead.sender_name, settings.base_url),
        join_link=settings.join_link,
        providers=providers_of(settings),
        clients=Clients(settings.proxies, hmac.digest(settings.secret.encode(), b"clients", "sha256")),
    )


def dependencies(settings: Settings, clock: Callable[[], datetime]) -> dict[str, Provide]:
    """What pages are given by name where they ask for it."""
    letterhead = processes.letterhead_of(settings)

    async def letterhead_today() -> Letterhead:
        return await processes.letterhead_today(letterhead)

    return {
        "now": Provide(clock, sync_to_thread=False),
        "letterhead": Provide(letterhead_today),
        "plain_domains": Provide(lambda: settings.plain_domains, sync_to_thread=False),
        "viewer": Provide(guards.viewer_of, sync_to_thread=False),
        "calendar_networks": Provide(lambda: settings.calendar_networks, sync_to_thread=False),
        "authserv_id": Provide(lambda: settings.authserv_id, sync_to_thread=False),
    }


def forms_only_from_here(settings: Settings, *, secure: bool) -> CSRFConfig:
    """No form is taken without the token of a page of ours; what changes nothing by a form needs none."""
    return CSRFConfig(
        secret=hmac.digest(settings.secret.encode(), b"forms", "sha256").hex(),
        cookie_name=cookie_name("csrf", secure),
        cookie_secure=secure,
        cookie_httponly=True,
        exclude=[r"^/api/", r"^/static/", r"^/live$", r"^/ready$", r"^/schema", r"^/feeds/[^/]+$"],
    )


def told_of_the_json_door() -> OpenAPIConfig:
    """The description of the JSON door, for those who write programs for it."""
    return OpenAPIConfig(
        title="Convene",
        version="1",
        path="/schema",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    )


def providers_of(settings: Settings) -> dict[str, ProviderClient]:
    """The organisations through which people sign in, by their names."""
    return {provider.name: ProviderClient(provider) for provider in settings.openid}


def routers(settings: Settings) -> list[Router]:
    """One router a room; the mailroom in the demonstration only."""
    rooms = [
        health.router,
        signin_pages.router,
        openid_pages.router,
        session_pages.router,
        directory.pages.router,
        directory.duty_pages.router,
        directory.verify_pages.router,
        directory.proposed_pages.router,
        directory.people_pages.router,
        meetings.pages.router,
        meetings.action_pages.link_router,
        meetings.break_glass_pages.router,
        meetings.intake.pages.router,
        meetings.intake.api.router,
        attendance.pages.router,
        attendance.link_pages.router,
        attendance.log_pages.router,
        attendance.feed_pages.router,
        reports.pages.router,
        reports.outcome_pages.router,
        reports.explore_pages.router,
        reports.dataset_pages.router,
        reports.file_pages.router,
        privacy.pages.router,
        status_pages.router,
    ]
    if settings.demo:
        rooms.append(demo.pages.mailroom_router(settings.smtp_door, MovedClock(settings.state / "clock")))
    return rooms


def static_files() -> Router:
    """Files whose address changes when they do (environment.static), and which may therefore be kept for long."""
    return create_static_files_router(
        "/static",
        directories=[STATIC],
        cache_control=CacheControlHeader(max_age=31_536_000, immutable=True, public=True),
    )


def template_folders() -> list[Path]:
    return [Path(__file__).parent / room / "templates" for room in ROOMS]


def keep_what_stands() -> None:
    """What the start made is never looked through again for garbage: that held up the pages in hand for 0.2 s."""
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are answered first."""
    start_checks.interpreter_keeps_asserts()
    settings = load_settings()
    configure_logging()
    processes.must_be_free(CONVENE_WEB=settings.web_listen)
    processes.sign_in_at(settings.web_database_url)
    start_checks.passed(settings, pages=True)  # before uvicorn, which would tell in a page of its own inner workings
    host, port = settings.web_listen
    application = create_app(settings, clock=processes.clock_of(settings))
    watched = Watched(application)
    telling = metrics.told_at(settings.web_metrics, metrics.of_the_web(watched), token=settings.metrics_token)
    application.on_startup.append(telling.__aenter__)
    application.on_shutdown.append(functools.partial(telling.__aexit__, None, None, None))
    application.on_startup.append(keep_what_stands)
    uvicorn.run(
        watched,
        host=host,
        port=port,
        lifespan="on",
        log_config=None,
        access_log=False,  # its lines would hold sign-in tokens and references
        server_header=False,
        proxy_headers=False,  # CONVENE_BASE_URL says where we are reached, CONVENE_PROXIES who may say from where
        timeout_graceful_shutdown=20,
    )


if __name__ == "__main__":
    main()
