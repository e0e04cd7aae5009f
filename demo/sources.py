"""How the simulated source systems report what they know: first the episode, then what changes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from demo.city import Imagined, ImaginedMove
from meetings.episode_tables import CareStatus, EpisodeKind, Grading
from meetings.intake.reports import EpisodeReport, MoveReport

ISSUER = "demonstration"


def reports_of(episode: Imagined) -> Iterator[tuple[datetime, EpisodeReport]]:
    """When each report about the episode is made, and what it says; in order of time."""
    yield episode.reported_at, first_report(episode)
    later = []
    if episode.regraded_at is not None:
        later.append((episode.regraded_at, _later(episode, police_grading=Grading.HIGH)))
    if episode.ended_at is not None:
        told = max(episode.ended_at + timedelta(minutes=20), episode.reported_at + timedelta(minutes=1))
        later.append((told, _later(episode, ended_at=episode.ended_at, closure=episode.closure)))
    if episode.disclosure_at is not None:
        later.append((episode.disclosure_at, _later(episode, disclosure_at=episode.disclosure_at)))
    yield from sorted(later, key=lambda one: one[0])


def first_report(episode: Imagined) -> EpisodeReport:
    """The episode as it is known when it is reported."""
    return EpisodeReport(
        source=episode.source,
        issuer=ISSUER,
        source_reference=episode.reference,
        child=episode.child,
        kind=EpisodeKind(episode.kind),
        started_at=episode.started_at,
        reported_at=episode.reported_at,
        police_grading=Grading(episode.police_grading),
        social_care_grading=Grading(episode.social_care_grading),
        care_status=CareStatus(episode.care_status),
        home_place=episode.home_place,
        host_place=episode.host_place,
        incident_place=episode.incident_place,
        cse="cse" in episode.flags,
        cce="cce" in episode.flags,
        trafficking="trafficking" in episode.flags,
        uasc="uasc" in episode.flags,
        report_accepted=episode.accepted,
        refusal_source="" if episode.accepted else "social care",
        age_band=episode.age_band,  # type: ignore[arg-type]  # one of the bands, by the city's own making
    )


def move_report(move: ImaginedMove) -> MoveReport:
    """The placement move as social care reports it."""
    return MoveReport(
        source="social care records",
        issuer=ISSUER,
        source_reference=move.reference,
        child=move.child,
        moved_at=move.moved_at,
        home_place=move.home_place,
        from_place=move.from_place,
        to_place=move.to_place,
    )


def crossings(episode: Imagined) -> Iterator[datetime]:
    """When a rule about the time a child has been missing may begin to hold, if it is still missing then."""
    for hours in (24, 72):
        at = episode.started_at + timedelta(hours=hours)
        if episode.ended_at is None or at < episode.ended_at:
            yield max(at, episode.reported_at) + timedelta(minutes=1)


def _later(episode: Imagined, **said: object) -> EpisodeReport:
    return EpisodeReport(source=episode.source, issuer=ISSUER, source_reference=episode.reference, **said)  # type: ignore[arg-type]  # fields by name
