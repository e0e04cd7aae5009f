"""The benchmarks load rows by SQL of their own, which must go with the tables."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_benchmark_of_the_reports_runs_on_the_present_tables() -> None:
    command = [sys.executable, "-m", "bench.reports", "--meetings", "20", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "20 meetings with 120 seats loaded" in done.stdout
