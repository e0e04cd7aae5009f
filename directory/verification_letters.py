"""The letters that ask a unit's owner whether all that the directory holds of it is right. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.held import CONTACTS, HOURS, LADDER, PLACES, Line
from directory.verification_tables import Step
from notifications.imip import Letter
from notifications.wording import Wording
from web.filters import day
from web.letters import Sender, letter_of

_LABELS = {CONTACTS: "Contact", LADDER: "Told when it stays silent", HOURS: "Hours"}


@dataclass(frozen=True)
class Asked:
    """Whom a letter goes to, and what it asks about.

    :param lines: what is held now.
    :param since: when the unit was first asked this time.
    :param answer_by: when the next letter follows; None where none does.
    """

    unit: str
    lines: Sequence[Line]
    to: str
    to_role: str
    link: str
    message_id: str
    step: Step
    since: datetime
    answer_by: datetime | None
    works_until: datetime


def question(asked: Asked, sender: Sender, *, now: datetime) -> Letter:
    """Is all of this still right? With everything that is held, and one link."""
    wording = Wording(
        subject=f"{_SUBJECTS[asked.step]}: {asked.unit}",
        opening=_opening(asked, now),
        facts=facts_of(asked.lines),
        steps=[
            "To confirm all of it, or to say what is wrong, open this page. It asks for no password:",
            asked.link,
            f"{_deadline(asked)}The link works once, and until {day(asked.works_until)}. Opening it changes nothing.",
            "If you cannot speak for the unit, please pass this letter on to whoever can.",
        ],
        footer=[f"Sent by {sender.name} every 90 days, so that invitations reach the unit."],
    )
    return letter_of(wording, sender, to=asked.to, to_role=asked.to_role, message_id=asked.message_id, now=now)


def facts_of(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """What is held, a fact a line, without the names of people; the places it serves in one."""
    unit = [(line.name, line.text) for line in lines if line.key.startswith("unit:")]
    others = [
        (f"{_LABELS[line.section]}, {line.name}", line.without_name) for line in lines if line.section in _LABELS
    ]
    places = [line.name for line in lines if line.section == PLACES]
    return [*unit, *others, *([("Serves", ", ".join(places))] if places else [])]


_SUBJECTS = {
    Step.ASKED: "Is this still right?",
    Step.REMINDED: "Not confirmed yet. Is this still right?",
    Step.PASSED_UP: "Your unit has not confirmed its entry",
}
_BY_IT = "By it the unit is invited to meetings about missing children."


def _opening(asked: Asked, now: datetime) -> str:
    if asked.step is Step.ASKED:
        return f"Is all of this still right for {asked.unit}? {_BY_IT}"
    if asked.step is Step.REMINDED:
        return f"We asked on {day(asked.since)} whether this is still right for {asked.unit}. {_BY_IT}"
    if asked.since == now:
        return (
            f"Letters to every address of {asked.unit} come back, so that the unit itself cannot be asked. "
            "Please say what is right now."
        )
    return (
        f"{asked.unit} was asked twice since {day(asked.since)} whether this is still right, and has not answered. "
        "Please check it yourself, or see that the unit does."
    )


def _deadline(asked: Asked) -> str:
    return f"Please do it by {day(asked.answer_by)}. " if asked.answer_by else ""
