"""A released report reaches each address of the committee's list in exactly one letter: a round of the worker.

The PDF is made and stored first, outside any transaction; then one transaction claims the step and enqueues every
letter with those bytes. Killed in between, the next round finds the PDF stored and no step, and goes on from there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from directory.one_by_one import one_by_one
from meetings.invitations import new_message_id
from meetings.letterhead import Letterhead
from notifications import outbox, troubles
from notifications.imip import Attachment
from reports import periods
from reports.announcing import page_of
from reports.calendar_dates import every_of
from reports.calendar_tables import ListedAddress, ReportCalendar
from reports.delivery_steps import claimed, count_letters, without
from reports.delivery_tables import PublicationStep, Step
from reports.document import in_file_names
from reports.made_files import File, Make, stored
from reports.open_data_layout import folder_of
from reports.publication_letters import Released, released
from reports.publication_tables import Publication, State
from reports.report_calendars import listed
from reports.sealing import verify

PDF: Final = "pdf"
LARGEST: Final = 5_000_000  # bytes of a PDF that is attached; in base64 it is a third larger, and many stop at 10 MB
JOB: Final = "deliver reports"


@dataclass(frozen=True)
class Delivery:
    """With what reports are delivered. `open_data_url` is where a website serves the open-data folder, or ""."""

    letterhead: Letterhead
    make: Make
    open_data_url: str = ""


async def deliver(delivery: Delivery, *, now: datetime) -> int:
    """Every released report is on its way to its list; returns how many were new. What fails is tried again."""
    waiting = await without(Step.DELIVERED, Publication.state == State.RELEASED)
    done = await one_by_one("delivery of a report", waiting, lambda one: _deliver(one, delivery, now))
    if done == len(waiting):
        await troubles.over(JOB)
    return done


async def _deliver(publication: UUID, delivery: Delivery, now: datetime) -> bool:
    """True when it is delivered, by this worker or another; the trouble is said where its PDF cannot be made."""
    row = await Publication.objects().where(Publication.id == publication).first()
    assert row is not None
    addresses = await list_of(row)
    pdf = None
    if addresses:
        try:
            pdf = await stored(publication, PDF, make=delivery.make, now=now)
        except Exception as failure:
            name = periods.parse(row.period).name
            said = (
                f"The PDF of the report for {name} cannot be made ({type(failure).__name__}), so nobody was sent it."
            )
            await troubles.met(JOB, f"{said} It is tried again in every round.", now=now)
            raise
    async with PublicationStep._meta.db.transaction():
        if await claimed(publication, Step.DELIVERED, now):
            for to in addresses:
                await _send(row, to, pdf, delivery, now)
            await count_letters(publication, Step.DELIVERED, len(addresses))
    return True


async def list_of(row: Publication) -> list[ListedAddress]:
    """The addresses that a publication is sent to: the list of the calendar of such periods and meetings."""
    every = every_of(periods.parse(row.period))
    calendar = (
        await ReportCalendar.select(ReportCalendar.id)
        .where((ReportCalendar.every == (every or "")) & (ReportCalendar.type == row.type))
        .first()
    )
    return await listed(calendar["id"]) if calendar else []


async def _send(row: Publication, to: ListedAddress, pdf: File | None, delivery: Delivery, now: datetime) -> None:
    """1. The key is the publication's and the address's: whatever happens, there is one letter of it."""
    assert pdf is not None
    letter = released(
        _said(row, pdf, delivery),
        delivery.letterhead,
        to=to.address,
        to_name=to.name,
        message_id=new_message_id(delivery.letterhead),
        now=now,
    )
    whose = hashlib.sha256(to.address.lower().encode()).hexdigest()[:32]
    await outbox.enqueue(letter, key=f"report:{row.id}:{whose}", kind="report", now=now)


def _said(row: Publication, pdf: File, delivery: Delivery) -> Released:
    document = verify(row.content).published.document
    quality = next((section for section in document.sections if section.name == "quality"), None)
    page = page_of(row.id, delivery.letterhead)
    base = delivery.open_data_url.rstrip("/")
    open_data = f"{base}/{folder_of(row.period, row.type, row.revision)}/" if base else ""
    attached = len(pdf.content) <= LARGEST
    name = f"report-{in_file_names(row.period)}-r{row.revision}.pdf"
    assert row.released_at is not None
    return Released(
        title=document.title,
        period=document.period_name,
        type=document.type,
        revision=row.revision,
        finding=document.finding,
        rests_on=quality.sentences[0] if quality and quality.sentences else "",
        released_at=row.released_at,
        sha256=row.sha256,
        reason=row.reason,
        page=page,
        open_data=open_data,
        pdf_link="" if attached else (f"{open_data}report.pdf" if open_data else page),
        pdf=Attachment(name, "application/pdf", pdf.content) if attached else None,
    )
