"""The bill of materials names all that is locked, and is CycloneDX."""

from __future__ import annotations

import json
import re
from pathlib import Path

from click.testing import CliRunner
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import commands
from bill_of_materials import bill

ROOT = Path(__file__).parents[1]


def test_it_is_what_the_schema_of_cyclonedx_allows() -> None:
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill()))
    assert wrong is None, wrong


def test_every_locked_package_is_in_it_with_its_version_and_hashes() -> None:
    locked = (ROOT / "requirements.txt").read_text()
    named = re.findall(r"^([a-z0-9.-]+)==([^ ]+)", locked, re.MULTILINE)
    found = [(one["name"], one["version"]) for one in bill()["components"]]
    assert set(found) == {*named, ("govuk-frontend", "6.3.0")}
    hashes = [part["hashes"][0]["content"] for one in bill()["components"] for part in one["externalReferences"]]
    assert sorted(hashes) == sorted(re.findall(r"sha256:([0-9a-f]{64})", locked))


def test_a_command_writes_it_to_a_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(commands.main, ["sbom", "--out", str(tmp_path / "bom.json")])
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "bom.json").read_text()) == bill()
