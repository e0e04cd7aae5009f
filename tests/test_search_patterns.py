"""Every pattern of the code, tried with strings made of its own characters: none needs more than a moment."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("audit", "notifications", "web", "directory", "meetings", "attendance", "reports", "demo")
LENGTH = 3_000  # characters: more than any field takes; an exponential pattern would not end for thirty
LONGEST = 1.0  # seconds of one pattern over one string, on a busy machine; the slowest needs a twentieth


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """Every compiled pattern that stands in a module of a room or beside them, by its name."""
    names = [path.stem for path in ROOT.glob("*.py") if path.stem != "piccolo_conf"]
    for room in ROOMS:
        package = importlib.import_module(room)
        names += [found.name for found in pkgutil.walk_packages(package.__path__, f"{room}.")]
    for name in names:
        if "migration" in name:
            continue
        for word, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern):
                yield f"{name}.{word}", value


def attacks(pattern: str) -> Iterator[str]:
    """Each of its own characters, and each two of them, again and again, and then one that fits nowhere."""
    own = sorted(set(re.sub(r"\\[dwsSWDbB]", "", pattern)) & set(map(chr, range(32, 127))))[:10]
    letters = [*dict.fromkeys([*own, "a", "0", " ", "\n"])]
    for first in letters:
        yield first * LENGTH + "\x01"
        for second in letters:
            yield (first + second) * (LENGTH // 2) + "\x01"


def slowest(name: str, pattern: re.Pattern[str] | re.Pattern[bytes]) -> tuple[float, str]:
    text = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    worst = (0.0, "")
    for attack in attacks(text):
        given = attack.encode("latin-1") if isinstance(pattern.pattern, bytes) else attack
        began = time.process_time()
        pattern.search(given)  # type: ignore[arg-type]  # of its own kind, as above
        pattern.fullmatch(given)  # type: ignore[arg-type]
        worst = max(worst, (time.process_time() - began, attack[:4]))
    return worst


def test_abuse_case_29_no_pattern_of_ours_needs_long_for_any_string() -> None:
    """In a process apart, which is killed after four minutes: a pattern that never ends is then named as the last."""
    done = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) > 80
    assert [one for one in told if one["seconds"] > LONGEST] == []


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    for name, pattern in patterns():
        seconds, attack = slowest(name, pattern)
        print(json.dumps({"pattern": name, "seconds": round(seconds, 3), "attack": attack}), flush=True)  # noqa: T201
