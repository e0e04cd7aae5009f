"""All that the JSON door's own description allows is asked of it, and much that it does not allow."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from meetings.intake import sources
from tests.whole.served import ROOT, served

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,ignored_auth,unsupported_method,missing_required_header"
)


def asked(address: str, token: str) -> subprocess.CompletedProcess[str]:
    """Half a minute of questions, the same each time."""
    command = (
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{address}/schema/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", "40", "--seed", "2026"),
        *("--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--no-color"),
        *("--generation-database", "none", "--request-timeout", "20", "--continue-on-failure"),
    )
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.faults
async def test_no_question_breaks_it_and_every_answer_is_one_that_it_describes(
    committed: None, london: None, tmp_path: Path
) -> None:
    token = await sources.add_source("tests", "tests", now=datetime.now(UTC))
    with served(tmp_path / "log") as address:
        done = await asyncio.to_thread(asked, address, token)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    tested = re.search(r"(\d+) generated", done.stdout)
    assert tested, done.stdout[-1500:]
    assert int(tested[1]) > 100
    assert "request failed" not in (tmp_path / "log").read_text()
