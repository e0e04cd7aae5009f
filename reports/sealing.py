"""The published file: a report frozen with its hash, so that years later the file alone tells whether it was altered.

The file is JSON of three lines. The first has the format's number, the hash, and a hash of each part; the second is
what was published, and nothing else; the third closes the file. The hash is the SHA-256 of the second line without
its line end, so `sed -n 2p FILE | tr -d '\\n' | sha256sum` prints it too. That line is written once: keys in order,
no spaces, no line ends.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from reports.document import Document

FORMAT = 1  # of the file; a later one is refused, never guessed at
_UNREADABLE = "It is not a publication of Convene: the file that ends in .json, as it was downloaded, is needed."


class NotAsPublished(Exception):
    """The file is not what was published, or cannot be checked; the message says what is wrong with it."""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What is published: the report, which revision of it this is, and why there is another one.

    :param replaces: the hash of the revision that this one corrects; "" for the first.
    :param reason: why there is a correction; "" for the first.
    :param beside: hashes of the publications that were already out when this one's small counts were hidden.
    """

    document: Document
    revision: int = 1
    replaces: str = ""
    reason: str = ""
    beside: tuple[str, ...] = ()


class Verified(msgspec.Struct, frozen=True):
    """The file is unaltered since its hash was made; `published` is what it says."""

    published: Published
    sha256: str


class _File(msgspec.Struct):
    publication: int
    sha256: str
    parts: dict[str, str]
    sealed: msgspec.Raw


class _Marked(msgspec.Struct):
    publication: int


def seal(published: Published) -> bytes:
    """The published file, the same bytes for the same publication."""
    line = msgspec.json.encode(published, order="sorted")
    return _written(FORMAT, _hash(line), _parts(line), line)


def verify(content: bytes) -> Verified:
    """The file is unaltered, to the byte, since its hash was made.

    That does not show who made it: whoever alters a file can make a new hash. The hash must also be the one that is
    printed in the letter to the committee and on the page of publications.

    :raises NotAsPublished: saying what is wrong: altered and where, cut off, no publication, of a newer Convene.
    """
    file = _opened(content)
    line = bytes(file.sealed)
    if _hash(line) != file.sha256:
        raise NotAsPublished(_what_differs(file, line))
    if _written(FORMAT, file.sha256, _parts(line), line) != content:
        raise NotAsPublished(
            "The report in it is as it was published, but something around it was altered. Only the file as it was "
            "downloaded, byte for byte, counts as the publication."
        )
    try:
        return Verified(msgspec.json.decode(line, type=Published), file.sha256)
    except msgspec.ValidationError as problem:
        raise NotAsPublished(f"Its hash is right, but this Convene cannot read its report: {problem}.") from problem


def hash_of(content: bytes) -> str:
    """The hash that the file carries.

    :raises NotAsPublished: as `verify`.
    """
    return verify(content).sha256


def hash_line(revision: int, sha256: str) -> str:
    """What every other format says of the publication it was made of."""
    return (
        f"This is revision {revision}. The SHA-256 of its content is {sha256}, as in the letter to the committee and "
        "on the page of publications. This file has another hash: what can be checked is the file that ends in "
        ".json, on that page or by: sed -n 2p FILE | tr -d '\\n' | sha256sum"
    )


def presented(verified: Verified) -> Document:
    """The report as every other format shows it: as published, its hash first among what must be said."""
    published = verified.published
    said = [hash_line(published.revision, verified.sha256)]
    if published.replaces:
        said.append(f"It replaces the revision with the SHA-256 {published.replaces}, because: {published.reason}")
    caveats = (*said, *published.document.caveats)
    return msgspec.structs.replace(published.document, caveats=caveats, sha256=verified.sha256)


def _opened(content: bytes) -> _File:
    if not content.strip():
        raise NotAsPublished("The file is empty.")
    try:
        msgspec.json.decode(content)  # all of it is JSON: what is only passed over would not be looked at
        marked = msgspec.json.decode(content, type=_Marked)
        if marked.publication > FORMAT:
            raise NotAsPublished(
                f"It was published by a newer Convene (format {marked.publication}; this one knows {FORMAT}). "
                "Check it with that version."
            )
        if marked.publication == FORMAT:
            return msgspec.json.decode(content, type=_File)
    except msgspec.ValidationError as problem:
        raise NotAsPublished(_UNREADABLE) from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise NotAsPublished(_broken(content, str(problem))) from problem
    raise NotAsPublished(_UNREADABLE)


def _broken(content: bytes, problem: str) -> str:
    if not content.lstrip().startswith(b'{"publication":'):
        return _UNREADABLE
    if "truncated" in problem:
        return "The file is cut off before its end. Download it again."
    return f"The file was altered, so that it cannot be read any more: {problem}."


def _what_differs(file: _File, line: bytes) -> str:
    """In words, where the content departs from the hashes that the file carries."""
    if _hash(msgspec.json.encode(msgspec.json.decode(line), order="sorted")) == file.sha256:
        return (
            "Every word and number in it is as it was published, but the file was written anew, with other spaces or "
            "another order. Only the file as it was downloaded, byte for byte, counts as the publication."
        )
    found = _parts(line)
    if found == file.parts:
        return "The hash that it carries is not the hash of what it says: the hash itself was altered."
    differing = [name for name in {**file.parts, **found} if file.parts.get(name) != found.get(name)]
    return f"It was altered since it was published, here: {'; '.join(differing)}."


def _parts(line: bytes) -> dict[str, str]:
    """A hash of each part by its name, so that it can be said which part was altered."""
    whole = _fields(line)
    document = _fields(whole.pop("document", b"{}"))
    sections = _sections(document.pop("sections", b"[]"))
    named = {**whole, **document, **sections}
    return {name: _hash(part) for name, part in named.items()}


def _fields(raw: bytes) -> dict[str, bytes]:
    try:
        found = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError:
        return {"": raw}
    return {name: bytes(part) for name, part in found.items()}


def _sections(raw: bytes) -> dict[str, bytes]:
    try:
        found = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except msgspec.ValidationError:
        return {"sections": raw}
    return {f"section {number}, {_heading(part)}": bytes(part) for number, part in enumerate(found, 1)}


def _heading(part: msgspec.Raw) -> str:
    fields: Any = msgspec.json.decode(part)
    return str(fields.get("heading", "")) if isinstance(fields, dict) else ""


def _written(number: int, sha256: str, parts: Mapping[str, str], line: bytes) -> bytes:
    head = msgspec.json.encode({"publication": number, "sha256": sha256, "parts": dict(parts)})
    return head[:-1] + b',"sealed":\n' + line + b"\n}\n"


def _hash(part: bytes) -> str:
    return hashlib.sha256(part).hexdigest()
