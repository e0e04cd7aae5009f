"""The published file: what its hash covers, and what is said of a file that is not as it was published."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import HIDDEN
from reports.rates import Rate
from reports.sealing import NotAsPublished, Published, Verified, presented, seal, verify
from tests.reports.publishing.samples import report, row

FILE = seal(Published(document=report()))


def wrong(content: bytes) -> str:
    with pytest.raises(NotAsPublished) as found:
        verify(content)
    return str(found.value)


def test_the_file_alone_gives_back_the_report_and_its_hash() -> None:
    published = Published(
        document=report((row("Central East", HIDDEN, HIDDEN),)), revision=2, replaces="ab" * 32, reason="Late marks."
    )
    content = seal(published)
    assert verify(content) == Verified(published, json.loads(content)["sha256"])
    assert seal(published) == content


def test_the_hash_can_be_made_with_the_tools_of_any_computer(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(FILE)
    said = subprocess.run(
        ["sh", "-c", f"sed -n 2p {file} | tr -d '\\n' | sha256sum"], capture_output=True, text=True, check=True
    )
    assert said.stdout.split()[0] == verify(FILE).sha256
    assert verify(FILE).sha256 == hashlib.sha256(FILE.splitlines()[1]).hexdigest()


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_no_byte_can_be_another_one_unnoticed(place: int, other: int) -> None:
    altered = FILE[:place] + bytes([FILE[place] ^ other]) + FILE[place + 1 :]
    assert wrong(altered)


@given(st.integers(0, len(FILE) - 1))
def test_no_end_can_be_missing_unnoticed(length: int) -> None:
    assert wrong(FILE[:length])


@pytest.mark.parametrize(
    ("was", "is_now", "where"),
    [
        (b'"part":31,', b'"part":39,', "It was altered since it was published, here: section 1, Attendance."),
        (b"79% of seats", b"97% of seats", "It was altered since it was published, here: finding."),
        (b"within 24 hours", b"within 48 hours", "It was altered since it was published, here: rules."),
        (b'"revision":1', b'"revision":2', "It was altered since it was published, here: revision."),
    ],
)
def test_what_was_altered_is_named(was: bytes, is_now: bytes, where: str) -> None:
    assert FILE.count(was) == 1
    assert wrong(FILE.replace(was, is_now)) == where


def test_a_new_hash_for_the_file_is_no_hash_of_what_it_says() -> None:
    digest = verify(FILE).sha256.encode()
    assert "the hash itself was altered" in wrong(FILE.replace(digest, b"0" * 64))


def test_other_files_are_told_from_altered_ones() -> None:
    assert wrong(b" \n") == "The file is empty."
    for other in (b"%PDF-1.7", b"{}", b"[]", b'{"publication":"one"}', b'{"publication":0}', b"\xff\xfe", b"null"):
        assert "not a publication of Convene" in wrong(other), other
    assert "cut off before its end" in wrong(FILE[:-20])
    assert "cannot be read any more" in wrong(FILE.replace(b'"sealed":\n{', b'"sealed":\n{,'))
    assert "newer Convene (format 2; this one knows 1)" in wrong(FILE.replace(b'"publication":1', b'"publication":2'))


def test_a_file_that_was_only_written_anew_is_told_from_one_with_other_figures() -> None:
    anew = json.dumps(json.loads(FILE), indent=2, ensure_ascii=False).encode()
    assert "Every word and number in it is as it was published" in wrong(anew)
    assert "something around it was altered" in wrong(FILE + b"\n")
    assert "something around it was altered" in wrong(FILE.replace(b'"parts":', b'"by":"us","parts":'))


def test_a_report_of_another_make_under_a_right_hash_is_refused() -> None:
    line = b'{"document":{}}'
    made_up = {"publication": 1, "sha256": hashlib.sha256(line).hexdigest(), "parts": {}}
    content = msgspec.json.encode(made_up)[:-1] + b',"sealed":\n' + line + b"\n}\n"
    assert "this Convene cannot read its report" in wrong(content)


def test_a_file_that_is_nested_too_deep_to_be_read_is_no_publication() -> None:
    assert "not a publication of Convene" in wrong(b"[" * 100_000)


def test_every_other_format_says_the_hash_and_what_is_replaced() -> None:
    first = verify(FILE)
    revised = Published(
        document=report((row("South", 60, Rate(49, 60)),)), revision=2, replaces=first.sha256, reason="A late mark."
    )
    caveats = presented(verify(seal(revised))).caveats
    assert caveats[0].startswith("This is revision 2. The SHA-256 of its content is " + verify(seal(revised)).sha256)
    assert caveats[1] == f"It replaces the revision with the SHA-256 {first.sha256}, because: A late mark."
    assert caveats[2:] == revised.document.caveats
    assert presented(first).caveats[1:] == first.published.document.caveats
