"""The coordinator's forms as reports: the same facts, in the same verb, as those that systems send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET

from meetings.episode_tables import CareStatus, EpisodeKind, Grading
from meetings.intake.reports import AgeBand, EpisodeReport, RefusalSource
from web import forms

FLAGS: Final = (
    ("cse", "Child sexual exploitation"),
    ("cce", "Child criminal exploitation"),
    ("trafficking", "Trafficking"),
    ("uasc", "Unaccompanied asylum-seeking child"),
)
KINDS: Final = (
    (EpisodeKind.MISSING, "Missing", "Nobody knows where the child is"),
    (EpisodeKind.ABSENT, "Away without authorisation", "Not where they should be, whereabouts known"),
)
GRADINGS: Final = [(grading.value, grading.value.capitalize() or "Not graded") for grading in Grading]
CARE: Final = [(status.value, status.value.capitalize() or "Not known") for status in CareStatus]
CLOSURES: Final = (
    ("found", "Found"),
    ("returned", "Came back"),
    ("wanted", "The police now look for the child as wanted", "This does not end the need for a meeting"),
    ("other", "Something else"),
)
REFUSALS: Final = (
    ("", "Nobody in particular"),
    ("placement", "The placement"),
    ("parent or carer", "A parent or carer"),
    ("social care", "Social care"),
    ("school", "School"),
    ("health", "Health"),
    ("police", "The police"),
    ("other", "Somebody else"),
)
BANDS: Final = (("", "Not recorded"), ("0-9", "0 to 9"), ("10-14", "10 to 14"), ("15-17", "15 to 17"))

Flag = Literal["cse", "cce", "trafficking", "uasc"]
_CALLED: Final = {  # the report's field → the form's
    "started_at": "started",
    "reported_at": "reported",
    "ended_at": "ended",
    "disclosure_at": "disclosure",
    "source_reference": "child",
}


class NewEpisode(msgspec.Struct, kw_only=True):
    """The form of a new episode. `reference` is drawn with the page, so that sending it twice makes one episode."""

    reference: Annotated[str, forms.ask("Load the page again")]
    child: Annotated[str, forms.ask("Enter the child's reference", max_length=64)]
    kind: EpisodeKind = EpisodeKind.MISSING
    started: Annotated[datetime, forms.ask("Enter when the child went missing or was last seen")]
    reported: datetime | None = None
    home_place: Annotated[str, forms.ask("Choose the responsible authority's place")]
    host_place: str = ""
    incident_place: str = ""
    police_grading: Grading = Grading.NOT_GRADED
    social_care_grading: Grading = Grading.NOT_GRADED
    care_status: CareStatus = CareStatus.NOT_KNOWN
    flags: list[Flag] = []
    accepted: Literal["yes", "no"] = "yes"
    refusal_source: RefusalSource = ""
    age_band: AgeBand = ""

    def report(self, now: datetime) -> EpisodeReport:
        """What the form says; reported now where it does not say when."""
        return EpisodeReport(
            source="form",
            issuer=self.home_place,
            source_reference=self.reference,
            child=self.child,
            kind=self.kind,
            started_at=self.started,
            reported_at=self.reported or now,
            police_grading=self.police_grading,
            social_care_grading=self.social_care_grading,
            care_status=self.care_status,
            home_place=self.home_place,
            host_place=self.host_place,
            incident_place=self.incident_place,
            report_accepted=self.accepted == "yes",
            refusal_source=self.refusal_source,
            age_band=self.age_band,
            **_flags(self.flags),
        )


class End(msgspec.Struct):
    """The form that closes an episode."""

    ended: Annotated[datetime, forms.ask("Enter when the child was found or came back")]
    closure: Annotated[Literal["found", "returned", "wanted", "other"], forms.ask("Choose how it ended")]

    def report(self, row: Mapping[str, Any]) -> EpisodeReport:
        return _report(row, ended_at=_unless_same(self.ended, row["ended_at"]), closure=self.closure)


class Gradings(msgspec.Struct):
    """The form that grades the risk anew."""

    police_grading: Grading = Grading.NOT_GRADED
    social_care_grading: Grading = Grading.NOT_GRADED

    def report(self, row: Mapping[str, Any]) -> EpisodeReport:
        return _report(row, police_grading=self.police_grading, social_care_grading=self.social_care_grading)


class Correction(msgspec.Struct):
    """The form that corrects what was reported."""

    started: Annotated[datetime, forms.ask("Enter when the child went missing or was last seen")]
    home_place: Annotated[str, forms.ask("Choose the responsible authority's place")]
    disclosure: datetime | None = None
    host_place: str = ""
    incident_place: str = ""
    care_status: CareStatus = CareStatus.NOT_KNOWN
    flags: list[Flag] = []
    age_band: AgeBand = ""
    withdrawn: bool = False

    def report(self, row: Mapping[str, Any]) -> EpisodeReport:
        return _report(
            row,
            started_at=_unless_same(self.started, row["started_at"]),
            disclosure_at=_unless_same(self.disclosure, row["disclosure_at"]),
            home_place=self.home_place,
            host_place=self.host_place,
            incident_place=self.incident_place,
            care_status=self.care_status,
            age_band=self.age_band,
            withdrawn=self.withdrawn,
            **_flags(self.flags),
        )


def reopening(row: Mapping[str, Any]) -> EpisodeReport:
    """The episode is open after all."""
    return _report(row, ended_at=None)


def correction_of(row: Mapping[str, Any]) -> Correction:
    """The form as the episode stands."""
    names = ("home_place", "host_place", "incident_place", "age_band")
    return Correction(
        started=row["started_at"],
        disclosure=row["disclosure_at"],
        care_status=CareStatus(row["care_status"]),
        flags=[name for name, _ in FLAGS if row[name]],  # type: ignore[misc]  # FLAGS names the four
        withdrawn=row["withdrawn_at"] is not None,
        **{name: row[name] for name in names},
    )


def problems_in_form(problems: Mapping[str, str]) -> dict[str, str]:
    """The report's problems beside the fields of a form."""
    return {_CALLED.get(field, field): sentence for field, sentence in problems.items()}


def _report(row: Mapping[str, Any], **said: Any) -> EpisodeReport:
    return EpisodeReport(
        source=row["source"], issuer=row["child.issuer"], source_reference=row["source_reference"], **said
    )


def _flags(chosen: list[Flag]) -> dict[str, Any]:
    return {name: name in chosen for name, _ in FLAGS}


def _unless_same(typed: datetime | None, known: datetime | None) -> Any:
    """What was typed, unless it is what the page showed, which has no seconds."""
    if typed is not None and known is not None and typed == known.replace(second=0, microsecond=0):
        return UNSET
    return UNSET if typed == known else typed
