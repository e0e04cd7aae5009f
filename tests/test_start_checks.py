"""What a part refuses to begin under, each in a sentence; and what it says of itself when it begins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

import postgres
import processes
import start_checks
from settings import Settings, load_settings
from start_checks import Unfit

ROOT = Path(__file__).parents[1]
OWN = "0fT7uQx3vL9mZr2KcWb6HnYs8PdJg4Ea"
REAL = {
    "DATABASE_URL": "postgresql://convene@127.0.0.1:1/convene",
    "CONVENE_DEMO": "no",
    "CONVENE_SECRET": OWN,
    "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
}


def real(**changed: str) -> Settings:
    return load_settings(REAL | changed)


def run(*command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONVENE_")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=env | REAL | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", [("commands", "web"), ("commands",), ("app",), ("worker",), ("door",)])
def test_abuse_case_25_nothing_starts_under_python_minus_o(command: tuple[str, ...]) -> None:
    done = run("-O", "-m", *command)
    assert done.returncode == 1
    assert "does not run under `python -O`" in done.stderr
    assert "listening" not in done.stderr + done.stdout


def test_abuse_case_25_nor_where_the_environment_asks_for_it() -> None:
    done = run("-m", "commands", "worker", PYTHONOPTIMIZE="1")
    assert done.returncode == 1
    assert "PYTHONOPTIMIZE" in done.stderr


@pytest.mark.parametrize(
    "secret",
    [
        "s" * 40,
        "change-me-change-me-change-me-change-me",
        "This-is-the-example-of-our-documents-2026",
        "convene-convene-convene-convene-2026-xyz",
        "abababababababababababababababababababab",
    ],
)
def test_a_secret_out_of_an_example_is_refused_without_being_told(secret: str) -> None:
    with pytest.raises(Unfit, match="CONVENE_SECRET is an example") as refused:
        start_checks.secrets_are_own(real(CONVENE_SECRET=secret))
    assert secret not in str(refused.value)


@pytest.mark.parametrize("password", ["password", "postgres", "convene", "changeme", "short", ""])
def test_a_password_of_the_database_that_anybody_would_try_is_refused(password: str) -> None:
    with pytest.raises(Unfit, match="password in DATABASE_URL"):
        start_checks.secrets_are_own(real(DATABASE_URL=f"postgresql://convene:{password}@localhost/convene"))


@pytest.mark.parametrize(
    "url", ["postgresql://convene:0fT7uQx3vL9m@localhost/convene", "postgresql://convene@/convene?host=%2Frun"]
)
def test_ones_own_secrets_pass(url: str) -> None:
    start_checks.secrets_are_own(real(DATABASE_URL=url))


def test_a_file_of_a_secret_that_everybody_can_read_is_refused_by_its_variable(tmp_path: Path) -> None:
    file = tmp_path / "relay"
    file.write_text("hunter2 hunter2")
    file.chmod(0o644)
    told = {"CONVENE_RELAY_PASSWORD_FILE": str(file)}
    with pytest.raises(Unfit, match="CONVENE_RELAY_PASSWORD_FILE") as refused:
        start_checks.files_are_private(told)
    assert "hunter2" not in str(refused.value)
    file.chmod(0o640)
    start_checks.files_are_private(told)


def test_a_guard_that_lets_a_header_in_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    start_checks.guard_holds()
    monkeypatch.setattr(start_checks, "header_text", lambda text: text)
    with pytest.raises(Unfit, match="Install this copy anew"):
        start_checks.guard_holds()


class TestTheDatabase:
    @pytest_asyncio.fixture(autouse=True)
    async def _as_before(self, database: None) -> AsyncIterator[None]:
        yield
        for name in ("fsync", "full_page_writes", "synchronous_commit", "zero_damaged_pages"):
            await run_sql(f"ALTER SYSTEM RESET {name}")
        await run_sql("SELECT pg_reload_conf()")
        await run_sql("DROP ROLE IF EXISTS plain_role")

    @pytest.mark.parametrize(
        ("name", "unsafe"),
        [
            ("fsync", "off"),
            ("full_page_writes", "off"),
            ("synchronous_commit", "off"),
            ("zero_damaged_pages", "on"),
        ],
    )
    async def test_that_may_lose_what_it_called_committed_is_refused_by_its_setting(
        self, name: str, unsafe: str
    ) -> None:
        await start_checks.database_is_safe(demo=True)
        await run_sql(f"ALTER SYSTEM SET {name} = {unsafe}")
        await run_sql("SELECT pg_reload_conf()")
        for _ in range(100):
            if await shown(name) == unsafe:
                break
        with pytest.raises(Unfit, match=f"{name}={unsafe}"):
            await start_checks.database_is_safe(demo=True)

    async def test_where_we_are_superuser_is_taken_in_the_demonstration_and_on_the_embedded_server_only(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await start_checks.database_is_safe(demo=False)  # the tests' own server is an embedded one
        monkeypatch.setattr(postgres, "is_embedded", lambda data: False)
        await start_checks.database_is_safe(demo=True)
        with pytest.raises(Unfit, match="superuser"):
            await start_checks.database_is_safe(demo=False)

    @pytest.mark.parametrize(("right", "fits"), [("NOBYPASSRLS", True), ("BYPASSRLS", False)])
    async def test_is_entered_by_a_role_that_its_rules_hold_for(self, right: str, fits: bool) -> None:
        await run_sql(f"CREATE ROLE plain_role LOGIN {right}")
        url = os.environ["DATABASE_URL"].replace("//convene@", "//plain_role@")
        done = run("-c", CHECK, DATABASE_URL=url)
        assert (done.returncode == 0) is fits, done.stderr
        assert ("start checks passed" in done.stderr) is fits
        assert ("may bypass row-level security" in done.stderr) is not fits

    async def test_in_which_the_role_of_the_pages_may_make_functions_is_refused(self) -> None:
        await start_checks.wall_holds(demo=True)
        await run_sql("CREATE SCHEMA theirs")
        try:
            await run_sql("GRANT CREATE ON SCHEMA theirs TO PUBLIC")
            with pytest.raises(Unfit, match=r"convene_web may create things .* each of: SCHEMA theirs"):
                await start_checks.wall_holds(demo=True)
        finally:
            await run_sql("DROP SCHEMA theirs")


CHECK = "import logs, start_checks, settings; logs.configure_logging(); start_checks.passed(settings.load_settings())"


def test_only_servers_that_we_started_are_embedded_ones() -> None:
    assert not postgres.is_embedded(Path("/var/lib/postgresql/15/main"))
    assert not postgres.is_embedded(Path("/"))


async def test_a_start_says_whether_the_interpreter_is_mended_and_that_our_guard_holds(database: None) -> None:
    with capture_logs() as logged:
        await start_checks.pass_all(replace(real(), demo=True), {})
    (line,) = [one for one in logged if one["event"] == "start checks passed"]
    assert line["header_guard"] == "holds"
    injects = start_checks.email_module_injects()
    assert line["log_level"] == ("warning" if injects else "info")
    assert ("CVE-2024-6923" in line["email_module"]) is injects
    assert OWN not in json.dumps(line)


async def test_a_part_does_not_start_while_a_migration_is_missing(
    database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await processes.check_migrated()
    monkeypatch.setattr(processes, "HERE", tmp_path)
    for room in ("a_room_that_is_not_run", "meetings"):
        await processes.check_migrated()
        folder = tmp_path / room / "piccolo_migrations"
        folder.mkdir(parents=True)
        (folder / "next.py").write_text('ID = "2999-01-01T00:00:00:000000"\nVERSION = "1"\n')
    with pytest.raises(processes.NotMigrated, match="not at this version"):
        await start_checks.pass_all(replace(real(), demo=True), {})


async def run_sql(statement: str) -> None:
    from piccolo_conf import DB

    await DB._run_in_new_connection(statement)


async def shown(name: str) -> str:
    from piccolo_conf import DB

    (row,) = await DB._run_in_new_connection(f"SHOW {name}")
    return str(row[name])
