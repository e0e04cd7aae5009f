"""`./run sbom`: the bill of materials, in CycloneDX, of the locked packages and the vendored files."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import click

HERE = Path(__file__).parent
_PACKAGE = re.compile(r"([a-z0-9.-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? *\\?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_DESIGN_SYSTEM = re.compile(r'--govuk-frontend-version:"([0-9.]+)"')


def bill(root: Path = HERE) -> dict[str, Any]:
    """All that an installation is made of, as CycloneDX 1.6 has it; the same text for the same lock file."""
    components = [*_locked((root / "requirements.txt").read_text()), _design_system(root)]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    product = {
        "type": "application",
        "bom-ref": "convene",
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps([product, components]))}",
        "version": 1,
        "metadata": {"component": product},
        "components": components,
    }


def _locked(requirements: str) -> list[dict[str, Any]]:
    """Each package with its version, and the hashes of the files of which one may be installed."""
    components: list[dict[str, Any]] = []
    for line in requirements.splitlines():
        if package := _PACKAGE.fullmatch(line):
            name, version, marker = package.groups()
            components.append(_library(f"pkg:pypi/{name}@{version}", name, version))
            if marker:
                components[-1]["properties"] = [{"name": "convene:where", "value": marker}]
        elif digest := _HASH.search(line):
            purl = components[-1]["purl"]
            hashes = [{"alg": "SHA-256", "content": digest[1]}]
            components[-1]["externalReferences"].append({"type": "distribution", "url": purl, "hashes": hashes})
    return components


def _design_system(root: Path) -> dict[str, Any]:
    """The files of the Design System that stand in web/static."""
    found = _DESIGN_SYSTEM.search((root / "web/static/govuk-frontend.min.css").read_text())
    assert found, "the vendored style sheet says its version"
    library = _library(f"pkg:npm/govuk-frontend@{found[1]}", "govuk-frontend", found[1])
    return library | {"licenses": [{"license": {"id": "MIT"}}]}


def _library(purl: str, name: str, version: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "externalReferences": [],
    }


@click.command(short_help="Write the bill of materials (CycloneDX), to a file or here.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write. Default: here.")
def sbom(out: Path | None) -> None:
    """Write what an installation is made of, in CycloneDX: packages, versions and hashes; needs no database."""
    text = json.dumps(bill(), indent=1) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text)
    click.echo(f"The bill of materials is in {out}")
