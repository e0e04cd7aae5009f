"""Whether a file is what was published: when, which revision, and whether there is a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.response import Template

from reports import publication_listing, sealing
from reports.publication_tables import Publication, State
from reports.sealing import NotAsPublished, Verified
from web import filters, forms
from web.guards import Needs
from web.pages import page
from web.roles import Act

AnyRequest = Request[Any, Any, Any]
LARGEST = 20_000_000  # bytes; a report of ten years has less than a tenth


@dataclass(frozen=True)
class Answer:
    """What is said of a file; `good` where it is a report that was released here."""

    good: bool
    heading: str
    sentences: tuple[str, ...] = ()
    sha256: str = ""
    href: str = ""
    link: str = ""


@get("/reports/publications/verify", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS))
async def verify_page(request: AnyRequest) -> Template:
    """The form."""
    return page("reports/verify.html", request)


@post("/reports/publications/verify", include_in_schema=False, needs=Needs(Act.READ_PUBLICATIONS))
async def verify_step(request: AnyRequest) -> Template:
    """The answer, about a file that is not kept."""
    form = await forms.read(request)
    file = form.files.get("file")
    content = await file.read(LARGEST + 1) if file else b""
    if not content:
        return page("reports/verify.html", request, status=400, problems={"file": "Choose the file"})
    if len(content) > LARGEST:
        return page("reports/verify.html", request, status=400, problems={"file": "No published file is that large"})
    return page("reports/verify.html", request, answer=await answer(content))


async def answer(content: bytes) -> Answer:
    """What this file is: unaltered or not, and known here or not."""
    try:
        verified = sealing.verify(content)
    except NotAsPublished as problem:
        return Answer(False, str(problem))
    row = await publication_listing.by_hash(verified.sha256)
    if row is None or row.state != State.RELEASED:
        return Answer(False, *_not_released(row), sha256=verified.sha256)
    return await _released(verified, row)


def _not_released(row: Publication | None) -> tuple[str, tuple[str, ...]]:
    if row is None:
        return (
            "The file is unaltered in itself, but it was not published here.",
            ("Whoever alters a file can make a new hash for it. Ask where it comes from.",),
        )
    return (f"The file is a report that is {row.state} and was never released.", ("It must not be passed on.",))


async def _released(verified: Verified, row: Publication) -> Answer:
    document = verified.published.document
    newest = await publication_listing.newest_of(row)
    name = f"{document.title}, {document.period_name}"
    said = f"Revision {row.revision}, released on {filters.london(row.released_at)}. Not a byte of it was altered."
    if newest["id"] == row.id:
        own = f"/reports/publications/{row.id}"
        return Answer(True, name, (said, "It is the newest revision."), verified.sha256, own, "Read it")
    newer = f"There is a newer revision, {newest['revision']}, released on {filters.london(newest['released_at'])}."
    link = f"Read revision {newest['revision']}, which says what changed and why"
    return Answer(True, name, (said, newer), verified.sha256, f"/reports/publications/{newest['id']}", link)


handlers = [verify_page, verify_step]
