"""The command line: what there is, and what it says when it cannot begin."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMANDS = (
    "up",
    "journey",
    "test",
    "bench",
    "import",
    "person",
    "token",
    "migrate",
    "tls-policy",
    "web",
    "worker",
    "door",
    "check-mail",
    "report",
    "ledger",
    "dataset",
    "forgotten",
    "backed-up",
    "sbom",
    "audit",
    "help",
)
REAL = {
    "DATABASE_URL": "postgresql://convene@127.0.0.1:1/convene",
    "CONVENE_DEMO": "no",
    "CONVENE_SECRET": "0fT7uQx3vL9mZr2KcWb6HnYs8PdJg4Ea",
    "CONVENE_MAIL_DOMAIN": "invites.council.gov.uk",
    "CONVENE_WEB": "127.0.0.7:8000",  # a loopback address that no other `./run` listens on
    "CONVENE_SMTP_DOOR": "127.0.0.7:2525",
    "CONVENE_LMTP_DOOR": "127.0.0.7:2424",
}


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("CONVENE_")} | environ
    return subprocess.run(
        [sys.executable, "-m", "commands", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_names_every_command_in_one_line_each() -> None:
    listed = re.findall(r"^  ([a-z][a-z-]*)  +(\S.*[.])$", run("help").stdout, re.MULTILINE)
    assert tuple(name for name, _ in listed) == COMMANDS
    assert not [what for _, what in listed if what.endswith("...")]


class TestAPerson:
    """As an operator adds somebody and ends their access: each command as the documents have it."""

    async def test_is_added_signed_out_and_ended(self, committed: None, tmp_path: Path) -> None:
        env, email = {"CONVENE_STATE": str(tmp_path)}, "somebody@council.example"
        for arguments, said in [
            (("Missing coordinator",), "/sign-in/"),
            (("--role", "administrator"), "/sign-in/"),
            (("--sign-out",), "is signed out everywhere"),
            (("--new-account",), "there is nothing to forget"),
            (("--end",), "can sign in no more"),
        ]:
            done = await asyncio.to_thread(run, "person", email, *arguments, **env)
            assert (done.returncode, said in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("part", ["migrate", "web", "worker", "door"])
class TestEachPart:
    def test_says_in_one_line_that_the_database_cannot_be_used(self, part: str) -> None:
        done = run(part, **REAL)
        assert done.returncode == 1
        assert re.fullmatch(r"The database of DATABASE_URL cannot be used: .*\n", done.stderr)

    def test_names_the_setting_that_it_cannot_use(self, part: str) -> None:
        done = run(part, **REAL | {"CONVENE_TICK": "soon"})
        assert done.returncode == 1
        assert re.fullmatch(r"A setting cannot be used\. CONVENE_TICK .*\n", done.stderr)


@pytest.mark.parametrize(
    ("part", "name"), [("web", "CONVENE_WEB"), ("door", "CONVENE_SMTP_DOOR"), ("door", "CONVENE_LMTP_DOOR")]
)
def test_an_address_that_is_taken_is_named_by_its_setting(part: str, name: str) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        done = run(part, **(REAL | {name: f"127.0.0.1:{squatter.getsockname()[1]}"}))
    assert done.returncode != 0
    assert done.stderr.startswith(f"A setting cannot be used. {name} cannot be listened on")


DEMO = {"CONVENE_DEMO": "yes", "CONVENE_SECRET": "s" * 40}


@pytest.mark.usefixtures("committed")
class TestDataset:
    def test_writes_the_dataset_of_a_period_as_files(self, tmp_path: Path) -> None:
        done = run("dataset", "--period", "2026-Q3", "--out", str(tmp_path), **DEMO)
        assert done.returncode == 0, done.stderr
        written = sorted(path.name for path in tmp_path.iterdir())
        assert written == [f"convene-dataset-2026-Q3.{kind}" for kind in ("ods", "xlsx", "zip")]

    def test_names_what_it_cannot_take(self, tmp_path: Path) -> None:
        for wrong, sentence in (
            (("--period", "soon"), "not a period"),
            (("--type", "party"), "types of meeting are"),
        ):
            done = run("dataset", "--period", "2026-Q3", *wrong, "--out", str(tmp_path), **DEMO)
            assert done.returncode == 2
            assert sentence in done.stderr
