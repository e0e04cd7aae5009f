"""What a message says, the whole of it: as outcomes.toml beside the samples has it, and as the product reads it."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from attendance.reading import read
from notifications import itip
from notifications.absences import Away, away
from notifications.authentication import Dmarc, dmarc
from notifications.deliveries import Delivery, delivery
from notifications.errors import Unreadable
from notifications.imip import Kind, Opened, open_message
from notifications.itip import Answer
from notifications.kinds import InboundKind
from notifications.quoting import Written, parted, suggested

SAMPLES = Path(__file__).parents[1] / "samples"
RECEIVED = date(2026, 11, 18)
OUR_SERVER = "mx.invites.example"


@dataclass(frozen=True)
class Outcome:
    """A message as facts: the mail's, without the streams of its calendars, and what was found in it."""

    taken_as: InboundKind
    opened: Opened
    methods: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
    unreadable: str = ""
    delivery: Delivery | None = None
    away: Away | None = None
    written: Written | None = None
    suggests: str = ""
    dmarc: Dmarc = Dmarc.NONE


def told(raw: bytes) -> Outcome:
    """What the product reads in the message."""
    opened = open_message(raw)
    answers, unreadable = _answers(opened) if opened.kind is Kind.CALENDAR else ((), "")
    domains = [address.rpartition("@")[2] for address in opened.from_addresses]
    found = dmarc(opened.authentication_results, authserv_id=OUR_SERVER, from_domain=domains[0] if domains else "")
    report = delivery(raw, opened)
    by_hand = opened.kind is Kind.TEXT and report is None
    return Outcome(
        taken_as=read(raw).kind,
        opened=replace(opened, calendars=(), written_at=None),
        methods=tuple(method for method, _ in opened.calendars),
        answers=answers,
        unreadable=unreadable,
        delivery=report,
        away=away(opened, received_on=RECEIVED) if opened.kind is Kind.AUTOMATIC and report is None else None,
        written=parted(opened.text) if by_hand else None,
        suggests=suggested(opened.text) if by_hand else "",
        dmarc=found,
    )


def _answers(opened: Opened) -> tuple[tuple[Answer, ...], str]:
    found: list[Answer] = []
    why = ""
    for method, stream in opened.calendars:
        try:
            found += itip.read(stream, method=method)
        except Unreadable as error:
            why = str(error)
    return tuple(dict.fromkeys(found)), why


@cache
def expected() -> dict[str, Outcome]:
    """Every sample's outcome, by the name of its file."""
    return {name: _outcome(said) for name, said in _table().items()}


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((SAMPLES / "outcomes.toml").read_text())


def _outcome(said: dict[str, Any]) -> Outcome:
    answers = tuple(_answer(one) for one in said.get("answers", []))
    one_each = {answer.uid: answer.method for answer in answers}.values()
    methods = said.get("calendars", one_each or (["REPLY"] if "unreadable" in said else []))
    opened = Opened(
        kind=Kind(said["kind"]),
        message_id=said["message_id"],
        from_addresses=tuple(said["from"]),
        calendars=(),
        return_path=said.get("return_path"),
        automatic=said.get("automatic", False),
        **{name: said.get(name, "") for name in ("sender", "subject", "text", "wrapped")},
        delivered_to=tuple(said["delivered_to"]),
        in_answer_to=tuple(said.get("in_answer_to", ())),
        authentication_results=tuple(said.get("authentication_results", ())),
    )
    return Outcome(
        taken_as=InboundKind(said["taken_as"]),
        opened=opened,
        methods=tuple(methods),
        answers=answers,
        unreadable=said.get("unreadable", ""),
        delivery=_delivery(said["delivery"]) if "delivery" in said else None,
        away=_away(said.get("away", {})) if opened.kind is Kind.AUTOMATIC and "delivery" not in said else None,
        written=_written(said) if opened.kind is Kind.TEXT and "delivery" not in said else None,
        suggests=said.get("suggests", ""),
        dmarc=Dmarc(said.get("dmarc", "none")),
    )


def _answer(said: dict[str, Any]) -> Answer:
    pairs = tuple((address, partstat) for address, partstat in said["said"])
    whole: dict[str, Any] = {"sequence": None, "dtstamp": None, "sent_by": "", "recurrence": False}
    whole |= {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    del whole["said"]
    return Answer(
        attendees=tuple(address for address, _ in pairs if address),
        attendee_partstats=pairs,
        **whole,
    )


def _delivery(said: dict[str, Any]) -> Delivery:
    return Delivery(**said | {"original_message_ids": tuple(said["original_message_ids"])})


def _away(said: dict[str, Any]) -> Away:
    return Away(said.get("first_day"), said.get("last_day"), said.get("said", ""))


def _written(said: dict[str, Any]) -> Written:
    return Written(said.get("new", ""), said.get("quoted", ""))
