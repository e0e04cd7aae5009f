"""What a report makes of an episode: the state that follows, what is wrong with it, and what has changed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from msgspec import UNSET

from meetings.episode_tables import CareStatus, EpisodeKind, Grading
from meetings.intake.reports import EpisodeReport
from meetings.intake.screening import reference_problem
from web.moments import london_date, start_of

SKEW: Final = timedelta(minutes=10)  # how far a source's clock may run ahead of ours
OLDEST: Final = timedelta(days=19 * 366)  # nobody is a child for longer

BLANK: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "kind": EpisodeKind.MISSING,
        "started_by_day": False,
        "ended_at": None,
        "ended_by_day": False,
        "closure": "",
        "withdrawn_at": None,
        "police_grading": Grading.NOT_GRADED,
        "social_care_grading": Grading.NOT_GRADED,
        "graded_high_at": None,
        "care_status": CareStatus.NOT_KNOWN,
        "host_place": "",
        "incident_place": "",
        "cse": False,
        "cce": False,
        "trafficking": False,
        "uasc": False,
        "flagged_at": None,
        "disclosure_at": None,
        "report_accepted": True,
        "refusal_source": "",
        "refusal_seen_at": None,
        "refusal_seen_by": "",
        "age_band": "",
        "history_only": False,
    }
)
FIELDS: Final = (*BLANK, "started_at", "reported_at", "home_place")
_AS_REPORTED: Final = tuple(
    name
    for name in EpisodeReport.__struct_fields__
    if name in FIELDS and name not in ("graded_high_at", "flagged_at")
)
_CALLED: Final = {
    "started_at": "The start",
    "reported_at": "The time of the report",
    "ended_at": "The end",
    "graded_high_at": "The time of the high grading",
    "flagged_at": "The time of the flag",
    "disclosure_at": "The time of the disclosure",
}
_FLAGS: Final = ("cse", "cce", "trafficking", "uasc")
_GRADINGS: Final = {"police_grading", "social_care_grading", "graded_high_at"}


class Result(StrEnum):
    """What became of a report."""

    NEW = "new"
    CORRECTED = "corrected"
    REGRADED = "re-graded"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"


def first_state(report: EpisodeReport, now: datetime) -> dict[str, Any]:
    """The episode as its first report tells it; `reported_at` is now where the report does not say."""
    state = dict(BLANK) | {"reported_at": now} | _said(report)
    state["history_only"] = _is_history(state, report, now)
    return _settled(state, report, since=min(state["reported_at"], now), now=now)


def next_state(row: Mapping[str, Any], report: EpisodeReport, now: datetime) -> dict[str, Any]:
    """The episode as it stands after a later report, which changes only what it says."""
    said = _said(report)
    if "started_at" not in said:
        said.pop("started_by_day")
    if "ended_at" not in said:
        said.pop("ended_by_day")
    state = {name: row[name] for name in FIELDS} | said
    if row["flagged_at"] == row["reported_at"]:  # it came with the report, and is corrected with it
        state["flagged_at"] = state["reported_at"]
    state["history_only"] = row["history_only"] and _is_history(state, report, now)  # once it may call, it stays so
    if state["ended_at"] is None and "closure" not in said:
        state["closure"] = ""
    if state["report_accepted"] and "refusal_source" not in said:
        state["refusal_source"] = ""
    if row["report_accepted"] and not state["report_accepted"]:
        state |= {"refusal_seen_at": None, "refusal_seen_by": ""}
    return _settled(state, report, since=now, now=now)


def _is_history(state: Mapping[str, Any], report: EpisodeReport, now: datetime) -> bool:
    ended = state["ended_at"]
    return ended is not None and ended < now - report.history_after and state["disclosure_at"] is None


def changed(row: Mapping[str, Any], state: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(name for name in FIELDS if row[name] != state[name])


def result_of(row: Mapping[str, Any], state: Mapping[str, Any]) -> Result:
    """The one word for a change; the most telling where it is several."""
    names = set(changed(row, state))
    if not names:
        return Result.UNCHANGED
    if "withdrawn_at" in names and state["withdrawn_at"] is not None:
        return Result.WITHDRAWN
    if "ended_at" in names and (row["ended_at"] is None or state["ended_at"] is None):
        return Result.CLOSED if state["ended_at"] is not None else Result.REOPENED
    return Result.REGRADED if names & _GRADINGS else Result.CORRECTED


def reference_problems(report: EpisodeReport, now: datetime) -> dict[str, str]:
    """Sentences for references that may not come in."""
    today = london_date(now)
    found = {"source_reference": reference_problem(report.source_reference, today=today, of_child=False)}
    if report.child is not UNSET:
        found["child"] = reference_problem(report.child, today=today)
    return {field: sentence for field, sentence in found.items() if sentence}


def problems_of(state: Mapping[str, Any], places: Collection[str], now: datetime) -> dict[str, str]:
    """A sentence for each field that cannot be, by itself or beside the others."""
    found = {
        field: f"There is no place {state[field]!a}. Send the code of a place in the directory."
        for field in ("home_place", "host_place", "incident_place")
        if state[field] and state[field] not in places
    }
    return found | _time_problems(state, now) | _company_problems(state)


def _time_problems(state: Mapping[str, Any], now: datetime) -> dict[str, str]:
    found = {
        field: f"{_CALLED[field]} is in the future. Give when it happened; a time sent by a system needs its offset."
        for field in _CALLED
        if state[field] is not None and state[field] > _latest(field, state, now)
    }
    found |= {
        field: f"{_CALLED[field]} is more than 19 years ago. Check the year."
        for field in _CALLED
        if state[field] is not None and state[field] < now - OLDEST
    }
    started, ended = state["started_at"], state["ended_at"]
    if ended is not None and ended < started:
        found["ended_at"] = "The end is before the start. Check both."
    return found


def _latest(field: str, state: Mapping[str, Any], now: datetime) -> datetime:
    """Now, a little clock skew allowed; an end of which only the day is known may be the end of today."""
    if field == "ended_at" and state["ended_by_day"]:
        return start_of(london_date(now) + timedelta(days=1))
    return now + SKEW


def _company_problems(state: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    if state["closure"] and state["ended_at"] is None:
        found["closure"] = "How it ended needs when it ended: give the end too."
    if state["refusal_source"] and state["report_accepted"]:
        found["refusal_source"] = "Who told of a refusal belongs to a report that the police did not accept."
    return found


def _said(report: EpisodeReport) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in _AS_REPORTED}
    return {name: value for name, value in values.items() if value is not UNSET}


def _settled(state: dict[str, Any], report: EpisodeReport, *, since: datetime, now: datetime) -> dict[str, Any]:
    """With when it was withdrawn, when either grading first became high, and when the first flag came."""
    if report.withdrawn is True and state["withdrawn_at"] is None:
        state["withdrawn_at"] = now
    elif report.withdrawn is False:
        state["withdrawn_at"] = None
    high = Grading.HIGH in (state["police_grading"], state["social_care_grading"])
    if report.graded_high_at is not UNSET and (high or state["graded_high_at"] is not None):
        state["graded_high_at"] = report.graded_high_at
    elif high and state["graded_high_at"] is None:
        state["graded_high_at"] = since
    flagged = any(state[flag] for flag in _FLAGS)
    if report.flagged_at is not UNSET and (flagged or state["flagged_at"] is not None):
        state["flagged_at"] = report.flagged_at
    elif flagged and state["flagged_at"] is None:
        state["flagged_at"] = since
    return state
