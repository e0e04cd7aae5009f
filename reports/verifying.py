"""What `./run report verify FILE` says of a file; it asks no database."""

from __future__ import annotations

from reports import sealing
from reports.sealing import NotAsPublished, Verified

PROVES = (
    "This shows that the file is unaltered since its hash was made. It does not show who made it: compare the hash "
    "with the one printed in the letter to the committee or on the page of publications."
)


def told(content: bytes) -> tuple[bool, str]:
    """Whether the file is unaltered, and what to tell about it."""
    try:
        return True, f"{found(sealing.verify(content))}\n{PROVES}"
    except NotAsPublished as problem:
        return False, f"This is not what was published. {problem}"


def found(verified: Verified) -> str:
    """The report that the file is: its title, period and revision, what it replaces, its software and hash."""
    published = verified.published
    document = published.document
    counted = f"Counted at {document.counted_at.isoformat()} by {document.software}."
    lines = [
        f"{document.title}, {document.period_name}, {document.type}",
        f"Revision {published.revision}. The file is unaltered.",
        *([f"It replaces the revision with the SHA-256 {published.replaces}."] if published.replaces else []),
        f"{counted} Counts below {document.threshold} are hidden.",
        f"SHA-256 {verified.sha256}",
    ]
    return "\n".join(lines)
