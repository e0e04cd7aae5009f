"""Fetch govuk-frontend at its pinned hash: what pages need for `web/static`, its own examples for the tests.

A service outside GOV.UK uses the Design System without its fonts, crown and icons, so those are taken out.
Needs npm; run it after changing the pin. Installing and starting Convene never do: the result is committed.
"""

import base64
import gzip
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "govuk-frontend@6.3.0"  # the version that govuk-frontend-jinja 4.1.0 renders for
SHA512 = "cXIQxm5PHCsbic47GXZrVBZhAeeshTLRL6ZBKilLsR6rMCjJuWb7Fruq0VUNMBJFlJk/srsRj/q8d5bM9cgKoA=="
STATIC = Path(__file__).parents[1] / "web" / "static"
EXAMPLES = Path(__file__).parents[1] / "tests" / "samples" / "govuk-examples.json.gz"
GDS_FONT = "GDS Transport,arial"
SYSTEM_FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",arial'


def main() -> None:
    """`web/static` holds the style sheet and script, fit for a service outside GOV.UK; the tests its examples."""
    with tempfile.TemporaryDirectory() as folder:
        tarball = download(Path(folder))
        css = member(tarball, "package/dist/govuk/govuk-frontend.min.css")
        script = member(tarball, "package/dist/govuk/govuk-frontend.min.js")
        EXAMPLES.write_bytes(gzip.compress(examples(tarball), mtime=0))
    notice = f"/*! {PACKAGE}, MIT licence: see LICENCE-govuk-frontend.txt. Fonts and crown removed. */\n"
    (STATIC / "govuk-frontend.min.css").write_text(notice + without_branding(css), encoding="utf-8")
    (STATIC / "govuk-frontend.min.js").write_text(notice + without_map(script), encoding="utf-8")


def download(folder: Path) -> Path:
    """The package's tarball in `folder`, with the pinned SHA-512.

    :raises SystemExit: when the bytes are not the pinned ones.
    """
    # a developer's own npm is wanted, wherever it is installed
    subprocess.run(["npm", "pack", PACKAGE, "--pack-destination", folder], check=True)  # noqa: S603, S607
    (tarball,) = folder.glob("*.tgz")
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise SystemExit(f"{tarball.name} has SHA-512 {digest}, not the pinned one. Nothing was written.")
    return tarball


def member(tarball: Path, name: str) -> str:
    """One text file of the tarball."""
    with tarfile.open(tarball) as archive:
        file = archive.extractfile(name)
        assert file is not None, name
        return file.read().decode()


def examples(tarball: Path) -> bytes:
    """Each component's examples, options and resulting HTML, as JSON: {component: [{name, options, html}]}."""
    found = {}
    with tarfile.open(tarball) as archive:
        names = sorted(name for name in archive.getnames() if name.endswith("/fixtures.json"))
    for name in names:
        told = json.loads(member(tarball, name))
        wanted = ("name", "options", "html")
        found[told["component"]] = [{key: example[key] for key in wanted} for example in told["fixtures"]]
    return json.dumps(found, separators=(",", ":")).encode()


def without_branding(css: str) -> str:
    """The style sheet with a system font, no crown and no request to anywhere."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace(GDS_FONT, SYSTEM_FONT)
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    css = css.replace("url(/assets/", "url(/static/")
    left = re.findall(r"GDS Transport|@font-face|crest|url\((?!data:)[^)]*\)", css)
    if left:
        raise SystemExit(f"The style sheet still has {left}: look at it and extend without_branding().")
    return without_map(css)


def without_map(text: str) -> str:
    """The text without its pointer to a source map, which is not shipped."""
    return re.sub(r"\s*(//#|/\*#) sourceMappingURL=\S+( \*/)?\s*$", "\n", text)


if __name__ == "__main__":
    main()
