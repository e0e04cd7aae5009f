"""`./run report verify FILE`, which asks no database and no network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from reports import sealing
from reports.sealing import Published, seal
from tests.reports.publishing.samples import report

ROOT = Path(__file__).parents[3]


def verify(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", "report", "verify", str(file)],
        cwd=ROOT,
        env={"DATABASE_URL": "postgresql://nowhere:1/none"},
        capture_output=True,
        text=True,
    )


def test_a_published_file_is_verified_without_a_database(tmp_path: Path) -> None:
    document = msgspec.structs.replace(report(), threshold=5)
    content = seal(Published(document=document, revision=2, replaces="ab" * 32, reason="A late mark."))
    file = tmp_path / "report.json"
    file.write_bytes(content)
    said = verify(file)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout == (
        "Police attendance at strategy meetings, July to September 2026, missing strategy meeting\n"
        "Revision 2. The file is unaltered.\n"
        f"It replaces the revision with the SHA-256 {'ab' * 32}.\n"
        "Counted at 2026-11-02T08:00:00+00:00 by Convene 0.1.0, queries 3f9a2b71c04d. Counts below 5 are hidden.\n"
        f"SHA-256 {sealing.verify(content).sha256}\n"
        "This shows that the file is unaltered since its hash was made. It does not show who made it: compare the "
        "hash with the one printed in the letter to the committee or on the page of publications.\n"
    )


def test_an_altered_file_is_refused_and_the_altered_part_named(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(seal(Published(document=report())).replace(b'"part":31', b'"part":39'))
    said = verify(file)
    assert said.returncode == 1
    assert said.stdout == (
        "This is not what was published. It was altered since it was published, here: section 1, Attendance.\n"
    )
