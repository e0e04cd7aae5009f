"""Two programs that know calendars better than we do, asked about ours: libical, and ical.js on node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SYSTEM_PYTHON = Path("/usr/bin/python3")
ICAL_JS = HERE.parents[2] / ".venv" / "ical.min.mjs"
# libical's table for DECLINECOUNTER is that of RFC 2446 without its SEQUENCE, which is wanted where it is above 0;
# and the example of RFC 5546 (section 4.2.4) names the attendee.
ALLOWED = {
    "Failed iTIP restrictions for ATTENDEE property. Expected 0 instances of the property and got 1",
    "Failed iTIP restrictions for SEQUENCE property. Expected 0 instances of the property and got 1",
}


def libical_complaints(calendars: Sequence[bytes]) -> list[list[str]]:
    """What libical's check of grammar and of RFC 5546 finds wrong with each, beyond what it is known to get wrong."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0')"
    if not SYSTEM_PYTHON.exists() or subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True).returncode:
        pytest.skip("libical (gir1.2-ical-3.0, python3-gi) is not installed")
    said = _asked([str(SYSTEM_PYTHON), str(HERE / "with_libical.py")], calendars)
    return [
        [what for what in found if not (b"\r\nMETHOD:DECLINECOUNTER\r\n" in calendar and what in ALLOWED)]
        for found, calendar in zip(said, calendars, strict=True)
    ]


def read_by_icaljs(calendars: Sequence[bytes]) -> list[dict[str, Any]]:
    """What ical.js, the library of Thunderbird, reads in each; times are instants in ISO format."""
    node = shutil.which("node")
    if node is None or not ICAL_JS.exists():
        pytest.skip("node or ical.js is not installed")
    return _asked([node, str(HERE / "with_icaljs.mjs"), str(ICAL_JS)], calendars)


def _asked(command: list[str], calendars: Iterable[bytes]) -> list[Any]:
    given = json.dumps([calendar.decode() for calendar in calendars])
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert isinstance(answer, list)
    return answer
