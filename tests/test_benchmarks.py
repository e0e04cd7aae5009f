"""The benchmarks run on the present tables and verbs; what they measure is nobody's promise."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_benchmark_of_the_reports_runs_on_the_present_tables() -> None:
    command = [sys.executable, "-m", "bench.reports", "--meetings", "20", "--seats", "1000", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert "20 meetings with 120 seats loaded" in done.stdout
    assert "1,000 seats: facts loaded" in done.stdout
    assert "s: differences 0" in done.stdout
    assert "  medians " in done.stdout


def test_the_benchmark_of_the_documents_makes_each_format() -> None:
    command = [sys.executable, "-m", "bench.documents", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert "14 units, 20 tables, 16 charts" in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == ["html", "pdf", "ods", "xlsx", "csv", "json"]


def test_the_benchmark_of_the_mail_sends_and_takes_in_what_it_measures() -> None:
    command = [sys.executable, "-m", "bench.mail", "--meetings", "1", "--answers", "5", "--rounds", "1"]
    command += ["--relay", "here"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "connections: 8, DATA to taken in" in done.stdout
    assert "ended as: 20 applied" in done.stdout


def test_the_benchmark_of_the_times_ranks_them() -> None:
    command = [sys.executable, "-m", "bench.slots", "--rounds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "12 required seats" in done.stdout
    assert "over five working days" in done.stdout


def test_the_benchmark_of_planning_plans_and_asks_the_solver() -> None:
    command = [sys.executable, "-m", "bench.planning", "--meetings", "8", "--seeds", "1", "--seconds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "planned together: 8 with a time" in done.stdout
    assert "gap:" in done.stdout


def test_the_benchmark_of_a_year_lives_it_in_three_ways() -> None:
    command = [sys.executable, "-m", "bench.year", "--scale", "0.01"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    for way in (
        "first come, first served: in time",
        "ranked one by one: in time",
        "planned together, twice a day: in",
    ):
        assert way in done.stdout


def test_the_benchmark_of_the_pages_reads_each_of_them() -> None:
    command = [sys.executable, "-m", "bench.web", "--meetings", "700", "--rounds", "1", "--seconds", "0.1"]
    command += ["--clients", "2", "--rest", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("a meeting's page, for a coordinator of the largest force") == 3
    assert done.stdout.count("without the wall") == 18
    assert done.stdout.count("any of these pages, for a coordinator of all of London") == 3
