"""The pages on which a report is drafted, approved, released, revised, read and checked."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import msgspec
import pytest
from litestar import Litestar

from reports import corrections_due, publication_pages, publishing, sealing
from reports.document import Chart
from reports.publication_tables import Publication, State
from reports.rates import DoesNotReconcile, Rate
from tests.browsing import Browser, sign_in_as
from tests.reports.conftest import NOW
from tests.reports.publishing.conftest import ANALYST, DRAFTED, Figures, approved, drafted, published
from tests.reports.publishing.samples import ROWS, report, row

ALL = "/reports/publications"
LONG_AGO = DRAFTED - timedelta(days=30)
LATE = report((ROWS[0], row("South", 60, Rate(49, 60))), row("All police units", 100, Rate(80, 100)))


@pytest.fixture(autouse=True)
def _press(monkeypatch: pytest.MonkeyPatch, figures: Figures) -> None:
    monkeypatch.setattr(publication_pages, "PRESS", figures.press)


@pytest.fixture
async def lead(visitor: Browser) -> Browser:
    return await sign_in_as(visitor, "lead@council.example", "Safeguarding lead", publishes=True)


@pytest.fixture
async def chief(rolled_back: None, convene: Litestar) -> Browser:
    return await sign_in_as(Browser(convene), "chief@council.example", "Chief officer", publishes=True)


def words(answer: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2]).split())


async def the_only() -> Publication:
    (only,) = await Publication.objects()
    return only


async def test_two_officers_publish_a_report_from_the_page(lead: Browser, chief: Browser) -> None:
    form = {"period": "2026-Q3", "type": "missing strategy meeting", "threshold": "5", "days": "1"}
    answer = await lead.send_form(ALL, **form)
    row = await the_only()
    own = f"{ALL}/{row.id}"
    assert answer.headers["location"] == f"{own}?done=drafted"
    text = words(await lead.get(own))
    assert "This is a draft and not published. Do not pass it on." in text
    assert "From July to September 2026 police units came to 79% of seats (79 of 100)." in text
    seen = {"seen": row.sha256}
    answer = await lead.send_form(own, f"{own}/approval", **seen, **{"approval-statement": "Every table was read."})
    assert answer.headers["location"] == f"{own}?done=approved"
    assert "You approved it, so somebody else must release it." in words(await lead.get(own))
    answer = await lead.send_form(own, f"{own}/release", **seen)
    assert answer.status_code == 400
    assert "somebody else must release it. Nothing was released." in words(answer)
    await Publication.update({Publication.challenge_until: NOW}).where(Publication.id == row.id)
    answer = await chief.send_form(own, f"{own}/release", **seen)
    assert answer.headers["location"] == f"{own}?done=released"
    text = words(await chief.get(own))
    assert "Released a report, SHA-256" in text
    assert "Chief officer" in text
    assert "Whoever approved it said: “Every table was read.”" in text
    file = await chief.get(f"{own}/file.json")
    assert file.content == row.content
    assert 'filename="convene-2026-Q3-revision-1.json"' in file.headers["content-disposition"]
    text = words(await chief.get(ALL))
    assert "July to September 2026, missing strategy meeting" in text
    assert row.sha256 in text


async def test_somebody_without_the_right_reads_and_cannot_act(browser: Browser, figures: Figures) -> None:
    publication = await drafted(figures)
    text = words(await browser.get(f"{ALL}/{publication}"))
    assert "Central East" in text
    assert "Approve it" not in text
    assert "Reports are drafted, approved and released by people who have that right" in words(await browser.get(ALL))
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get(f"{ALL}/verify")).text)
    assert token
    for address in (ALL, f"{ALL}/{publication}/approval"):
        answer = await browser.post(address, data={"_csrf_token": token[1]})
        assert answer.status_code == 403
    assert (await the_only()).state == State.DRAFTED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"period": ""}, "Choose the period"),
        ({"period": "soon"}, "“soon” is not a period."),
        ({"period": "2026-Q4"}, "is not over"),
        ({"threshold": "1"}, "Enter a whole number from 2 to 20"),
        ({"days": "0"}, "Enter a number of days from 1 to 60"),
    ],
)
async def test_what_cannot_be_drafted_is_said(lead: Browser, change: dict[str, str], problem: str) -> None:
    form = {"period": "2026-Q3", "type": "missing strategy meeting", "threshold": "5", "days": "14"} | change
    answer = await lead.send_form(ALL, **form)
    assert answer.status_code == 400
    assert problem in words(answer)
    assert await Publication.count() == 0


async def test_figures_that_do_not_add_up_are_said_and_nothing_is_frozen(lead: Browser, figures: Figures) -> None:
    figures.fails = DoesNotReconcile("by unit, expected", 99, 100)
    form = {"period": "2026-Q3", "type": "missing strategy meeting", "threshold": "5", "days": "14"}
    answer = await lead.send_form(ALL, **form)
    assert answer.status_code == 400
    assert "nothing was frozen: by unit, expected: the parts come to 99, the total is 100." in words(answer)


async def test_open_registers_are_shown_and_drafted_only_where_somebody_ticks_it(
    lead: Browser, figures: Figures
) -> None:
    figures.registers_open = 2
    form = {"period": "2026-Q3", "type": "missing strategy meeting", "threshold": "5", "days": "14"}
    assert "2 registers are still open" in words(await lead.send_form(ALL, **form))
    await lead.send_form(ALL, **form, despite="yes")
    row = await the_only()
    text = words(await lead.get(f"{ALL}/{row.id}"))
    assert "2 registers were still open and 0 meetings were not yet in the ledger" in text


async def test_a_draft_is_drawn_afresh_or_withdrawn_on_its_page(lead: Browser, figures: Figures) -> None:
    publication = await drafted(figures, now=LONG_AGO + timedelta(days=20))
    own = f"{ALL}/{publication}"
    figures.document = LATE
    answer = await lead.send_form(
        own, f"{own}/approval", **{"approval-statement": "Read.", "seen": (await the_only()).sha256}
    )
    assert "2 figures have changed since the draft was drawn" in words(answer)
    await lead.send_form(own, f"{own}/redrawing")
    assert "82% (49 of 60)" in words(await lead.get(own))
    answer = await lead.send_form(own, f"{own}/withdrawal", **{"withdrawal-reason": ""})
    assert "Say it in words" in words(answer)
    assert 'href="#withdrawal-reason"' in answer.text
    await lead.send_form(own, f"{own}/withdrawal", **{"withdrawal-reason": "The period was wrong."})
    assert "Withdrawn because: “The period was wrong.”" in words(await lead.get(own))
    assert (await lead.send_form(ALL, f"{own}/cancellation")).status_code == 404


async def test_a_correction_that_is_due_is_listed_until_it_is_revised(lead: Browser, figures: Figures) -> None:
    out = await published(figures, now=LONG_AGO)
    figures.document = LATE
    assert await corrections_due.compare_released(figures.press, NOW) == 1
    text = words(await lead.get(ALL))
    assert "A correction is due" in text
    assert "July to September 2026, missing strategy meeting : 2 figures differ since 18 November 2026" in text
    own = f"{ALL}/{out.id}"
    answer = await lead.send_form(own, f"{own}/revision", **{"revision-reason": "A register was corrected."})
    revision = answer.headers["location"].partition("?")[0]
    text = words(await lead.get(revision))
    assert "What changed in this revision and why" in text
    assert "South Attendance rate 80% (48 of 60) 82% (49 of 60)" in text
    assert "A correction of this report is being prepared." in words(await lead.get(own))


async def test_a_newer_revision_is_said_on_the_page_of_the_earlier_and_of_its_file(
    lead: Browser, figures: Figures
) -> None:
    out = await published(figures, now=LONG_AGO)
    assert "It is the newest revision." in words(await checked(lead, out.content))
    figures.document = LATE
    second = await publishing.revise(out.id, "A late mark.", press=figures.press, by=ANALYST, now=DRAFTED)
    draft = await publishing.found(second)
    assert "It must not be passed on." in words(await checked(lead, draft.content))
    await approved(figures, second, by="one", now=NOW)
    await publishing.release(second, seen=draft.sha256, press=figures.press, by="another", now=NOW)
    assert "There is a newer revision, which says what changed and why." in words(await lead.get(f"{ALL}/{out.id}"))
    text = words(await checked(lead, out.content))
    assert "It is what was published" in text
    assert "Not a byte of it was altered." in text
    assert "There is a newer revision, 2, released on Wednesday 18 November 2026" in text


async def checked(browser: Browser, content: bytes) -> httpx.Response:
    """What the page says of an uploaded file."""
    found = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get(f"{ALL}/verify")).text)
    assert found
    return await browser.post(
        f"{ALL}/verify", data={"_csrf_token": found[1]}, files={"file": ("report.json", content)}
    )


async def test_a_file_that_is_not_what_was_published_is_told(browser: Browser, figures: Figures) -> None:
    out = await published(figures, now=LONG_AGO)
    text = words(await checked(browser, out.content.replace(b"79% of seats", b"97% of seats")))
    assert "It is not what was published" in text
    assert "altered since it was published, here: finding." in text
    elsewhere = sealing.seal(sealing.Published(document=report(finding="Made up.")))
    text = words(await checked(browser, elsewhere))
    assert "unaltered in itself, but it was not published here" in text
    assert (await checked(browser, b"")).status_code == 400
    assert "Choose the file" in words(await checked(browser, b""))


async def test_a_stored_file_that_was_tampered_with_is_said_and_not_shown(browser: Browser, figures: Figures) -> None:
    publication = await drafted(figures)
    row = await the_only()
    await Publication.update({Publication.content: row.content.replace(b'"part":31', b'"part":39')}).where(
        Publication.id == publication
    )
    text = words(await browser.get(f"{ALL}/{publication}"))
    assert "The stored file is not what was released. It was altered since it was published, here: section 1" in text
    assert "39 of 40" not in text


async def test_charts_are_drawn_from_the_file_and_no_other_picture_is(browser: Browser, figures: Figures) -> None:
    (section,) = figures.document.sections
    chart = Chart(
        name="units", kind="rates", table="attendance", title="Rates", finding="They differ.", alt="Two rates."
    )
    figures.document = msgspec.structs.replace(
        figures.document, sections=(msgspec.structs.replace(section, charts=(chart,)),)
    )
    publication = await drafted(figures)
    page = (await browser.get(f"{ALL}/{publication}")).text
    assert f'src="{ALL}/{publication}/charts/units" alt="Two rates."' in page
    assert (await browser.get(f"{ALL}/{publication}/charts/others")).status_code == 404


async def test_there_is_no_page_of_a_publication_that_is_not_there(browser: Browser) -> None:
    for address in ("", "/file.json"):
        assert (await browser.get(f"{ALL}/00000000-0000-0000-0000-000000000007{address}")).status_code == 404
