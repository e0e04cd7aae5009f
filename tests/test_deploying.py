"""The container files say what the documents promise; there is no container engine here, so they are read."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
POSTFIX = ROOT / "deploy/postfix"
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = ("migrate", "web", "web-2", "worker", "door")


def instructions(file: Path) -> list[tuple[str, str]]:
    """Each instruction of a Dockerfile with what follows it."""
    text = re.sub(r"^#.*\n", "", file.read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split()[0], line.partition(" ")[2]) for line in text.splitlines() if line.strip()]


def test_the_image_runs_as_nobody_special_with_everything_that_it_runs() -> None:
    told = instructions(ROOT / "Dockerfile")
    last = {word: rest for word, rest in told}  # noqa: C416 - the last of each counts
    assert last["USER"] == "10001:10001"
    copied = {rest.split()[0] for word, rest in told if word == "COPY"}
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {path.partition("/")[0] for path in listed if "/" in path and not path.startswith(".")}
    assert folders - {"tests", "bench", "docs", "deploy", "tools"} <= copied
    assert "requirements.txt" in " ".join(rest for word, rest in told if word == "COPY")


def test_packages_come_by_hash_and_nothing_else_is_fetched() -> None:
    ran = [rest for word, rest in instructions(ROOT / "Dockerfile") if word == "RUN"]
    installs = re.findall(r"pip install [^&]*", " ".join(ran))
    assert installs
    assert all("--require-hashes" in install for install in installs)
    assert not re.search(r"curl|wget|apt", " ".join(ran))


@pytest.mark.parametrize("name", [*OURS, "postfix"])
def test_each_service_of_ours_runs_bounded_on_a_read_only_file_system(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"]


def test_the_database_and_the_doors_are_reached_by_nobody_from_outside() -> None:
    services = COMPOSE["services"]
    assert {name for name in services if services[name].get("ports")} == {"web", "web-2", "postfix"}
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert services["web-2"] == services["web"] | {"ports": ["127.0.0.1:8001:8000"]}
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert list(services["postgres"]["networks"]) == ["data"]
    assert set(services["door"]["networks"]) == {"data", "mail"}


def test_only_worker_and_door_may_send_through_postfix_to_anywhere() -> None:
    services = COMPOSE["services"]
    clients = services["postfix"]["environment"]["CONVENE_CLIENTS"].split()
    assert clients == [services[name]["networks"]["mail"]["ipv4_address"] for name in ("worker", "door")]


def test_every_variable_that_compose_asks_for_is_told_in_the_documents() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    told = (ROOT / ".env.example").read_text() + (ROOT / "docs/running.md").read_text()
    assert {name for name in asked if name not in told} == set()


@pytest.mark.parametrize("file", ["main.cf", "recipients", "header_checks", "master.cf"])
def test_the_documents_show_the_very_files_that_the_container_and_the_tests_run(file: str) -> None:
    told = (ROOT / "docs/running.md").read_text()
    blocks = re.findall(rf"^```\n# /etc/postfix/{re.escape(file)}\n(.*?)^```$", told, re.MULTILINE | re.DOTALL)
    assert "".join(blocks) == (POSTFIX / file).read_text()


def test_postfix_in_its_container_is_fitted_to_the_installation_and_finds_nothing_wrong(tmp_path: Path) -> None:
    if not Path("/usr/sbin/postfix").exists() or os.geteuid() != 0:
        pytest.skip("Postfix is not installed, or may not be started by this user")
    told = {
        "CONVENE_MAIL_DOMAIN": "invites.borough.gov.uk",
        "CONVENE_DOOR": "door:2424",
        "CONVENE_CLIENTS": "172.30.53.10 172.30.53.11",
        "MAIL_HOST": "mail.borough.gov.uk",
        "POSTFIX_FILES": str(POSTFIX),
        **{name: str(tmp_path / name) for name in ("POSTFIX_RUN", "POSTFIX_SPOOL", "POSTFIX_DATA")},
    }
    command = [str(POSTFIX / "start.sh"), "--check"]
    done = subprocess.run(command, env=os.environ | told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    settings = dict(line.split(" =", 1) for line in done.stdout.splitlines() if " =" in line)
    assert "{ invites.borough.gov.uk = lmtp:[door]:2424 }" in settings["transport_maps"]
    assert settings["mynetworks"].split() == ["172.30.53.10", "172.30.53.11"]
    assert settings["smtpd_forbid_bare_newline"].strip() == "yes"
    assert settings["header_size_limit"].strip() == "65536"
    recipients = (tmp_path / "POSTFIX_RUN" / "recipients").read_text()
    assert r"@invites\.borough\.gov\.uk$" in recipients
    assert "council" not in recipients


def test_a_weakness_can_be_told() -> None:
    assert "private" in (ROOT / "SECURITY.md").read_text()
