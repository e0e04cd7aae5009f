"""The lists of what is to be followed up, each with its words and its query. Pure.

A query gives, for each row: about (which child or meeting), place, what (in a few words), at (a time, whose meaning
is the list's) and href (where it is dealt with). `{now}` stands for the time asked about;
`{episode}`, `{meeting}` and `{trigger}` for what the viewer may see of `e`, `m` and `t`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from meetings.interview_rules import WITHIN, InterviewKind

AGEING: Final = timedelta(days=7)
LOOKED_BACK: Final = timedelta(days=28)  # for interviews and silent triggers: older ones are history


@dataclass(frozen=True)
class Listing:
    """One list: its heading, what its time means, what to do, and the words where it is empty."""

    code: str
    heading: str
    why: str
    time: str
    act: str
    empty: str
    due: bool = False  # the time is one by which something is to happen
    query: str = ""
    order: str = "at"


_SOURCE_OPEN = "e.ended_at IS NULL AND e.withdrawn_at IS NULL AND NOT e.history_only"
_PLACE = "coalesce((SELECT name FROM place WHERE code = e.home_place), e.home_place)"
_AFTER_DAY = "(date_trunc('day', e.ended_at AT TIME ZONE 'Europe/London') + interval '1 day')"
_CLOCK_FROM = f"CASE WHEN e.ended_by_day THEN {_AFTER_DAY} AT TIME ZONE 'Europe/London' ELSE e.ended_at END"

_CLOCKS = ", ".join(f"('{kind.value}', {WITHIN[kind] // timedelta(hours=1)})" for kind in InterviewKind)

_REVIEWS = """
    SELECT c.reference AS about, coalesce(u.name, '') AS place, 'Review of ' || m.reference AS what,
           t.due_at AS at, '/waiting/' || c.id AS href
    FROM trigger t JOIN child c ON c.id = t.child JOIN meeting m ON m.id = t.cause JOIN unit u ON u.id = m.home_unit
    WHERE t.rule_code = 'REVIEW' AND t.meeting IS NULL AND t.not_convened IS NULL AND {trigger}
"""
_CHAIR = """
    SELECT c.reference AS about, u.name AS place, 'Meeting ' || m.reference AS what,
           m.ends_at AS at, '/meetings/' || m.reference || '/review' AS href
    FROM (SELECT DISTINCT ON (meeting) meeting, by FROM review ORDER BY meeting, id DESC) r
    JOIN meeting m ON m.id = r.meeting JOIN child c ON c.id = m.child JOIN unit u ON u.id = m.home_unit
    WHERE r.by = 'asked' AND {meeting}
"""
_ACTIONS = """
    SELECT m.reference AS about, a.owner_name AS place, a.title AS what,
           ((a.due_on + 1)::timestamp AT TIME ZONE 'Europe/London') AS at,
           '/meetings/' || m.reference || '/actions/' || a.id AS href
    FROM action a JOIN meeting m ON m.id = a.meeting
    WHERE a.state = 'open' AND {meeting}
"""
_INTERVIEWS = f"""
    SELECT c.reference AS about, {_PLACE} AS place, k.kind AS what,
           {_CLOCK_FROM} + k.hours * interval '1 hour' AS at, '/episodes/' || e.id || '/interviews' AS href
    FROM episode e JOIN child c ON c.id = e.child
    CROSS JOIN (VALUES {_CLOCKS})
        AS k (kind, hours)
    WHERE e.ended_at > {{now}} - interval '{LOOKED_BACK.days} days' AND e.ended_at <= {{now}}
      AND e.withdrawn_at IS NULL AND NOT e.history_only
      AND {{episode}} AND EXISTS (SELECT 1 FROM trigger t WHERE t.cause = e.id)
      AND coalesce((
          SELECT i.answer FROM interview i WHERE i.episode = e.id AND i.kind = k.kind ORDER BY i.id DESC LIMIT 1
      ), 'unknown') = 'unknown'
"""
_AGEING = f"""
    SELECT c.reference AS about, {_PLACE} AS place,
           CASE WHEN w.child IS NOT NULL THEN 'Waits for a meeting' WHEN s.reference IS NOT NULL
                THEN 'Meeting ' || s.reference || ' is still to come' ELSE 'No meeting' END AS what,
           e.started_at AS at,
           CASE WHEN w.child IS NOT NULL THEN '/waiting/' || c.id WHEN s.reference IS NOT NULL
                THEN '/meetings/' || s.reference ELSE '/episodes/' || e.id END AS href
    FROM episode e JOIN child c ON c.id = e.child
    LEFT JOIN LATERAL (
        SELECT t.child FROM trigger t WHERE t.child = e.child AND t.meeting IS NULL AND t.not_convened IS NULL LIMIT 1
    ) w ON true
    LEFT JOIN LATERAL (
        SELECT m.reference FROM meeting m WHERE m.child = e.child AND m.state = 'scheduled' AND m.starts_at > {{now}}
          AND {{meeting}}
        ORDER BY m.starts_at LIMIT 1
    ) s ON true
    WHERE {_SOURCE_OPEN} AND {{episode}} AND e.started_at <= {{now}} - interval '{AGEING.days} days'
      AND NOT EXISTS (
          SELECT 1 FROM meeting h WHERE h.child = e.child AND h.state = 'scheduled'
            AND h.starts_at >= e.started_at AND h.starts_at <= {{now}}
      )
"""
_REFUSED = f"""
    SELECT c.reference AS about, {_PLACE} AS place,
           CASE WHEN e.refusal_source = '' THEN 'Report not taken' ELSE 'Told by: ' || e.refusal_source END AS what,
           e.reported_at AS at, '/episodes/' || e.id AS href
    FROM episode e JOIN child c ON c.id = e.child
    WHERE NOT e.report_accepted AND e.refusal_seen_at IS NULL AND NOT e.history_only AND e.withdrawn_at IS NULL
      AND {{episode}}
"""
_GRADINGS = f"""
    SELECT c.reference AS about, {_PLACE} AS place,
           'Police ' || e.police_grading || ', social care ' || e.social_care_grading AS what,
           e.started_at AS at, '/episodes/' || e.id AS href
    FROM episode e JOIN child c ON c.id = e.child
    WHERE {_SOURCE_OPEN} AND e.police_grading <> '' AND e.social_care_grading <> ''
      AND e.police_grading <> e.social_care_grading AND {{episode}}
"""
_RETURNED = """
    SELECT c.reference AS about, u.name AS place,
           CASE m.on_return WHEN 'keep' THEN 'Meeting ' || m.reference || ' stands'
                WHEN 'convert' THEN 'Meeting ' || m.reference || ' is a post-return meeting'
                ELSE 'Meeting ' || m.reference || ' was called off' END AS what,
           m.starts_at AS at, '/meetings/' || m.reference AS href
    FROM meeting m JOIN child c ON c.id = m.child JOIN unit u ON u.id = m.home_unit
    WHERE m.on_return IN ('keep', 'convert', 'cancel') AND m.starts_at > {now} AND {meeting}
"""
_SILENT = f"""
    SELECT c.reference AS about, coalesce({_PLACE}, '') AS place, r.title AS what, t.due_at AS at,
           CASE WHEN m.id IS NULL THEN '/waiting/' || c.id ELSE '/meetings/' || m.reference END AS href
    FROM trigger t JOIN child c ON c.id = t.child JOIN rule r ON r.id = t.rule
    LEFT JOIN meeting m ON m.id = t.meeting LEFT JOIN episode e ON e.id = t.cause
    WHERE t.rule_code <> 'REVIEW' AND t.not_convened IS NULL AND t.due_at <= {{now}}
      AND t.due_at > {{now}} - interval '{LOOKED_BACK.days} days' AND {{trigger}}
      AND NOT coalesce(m.state = 'scheduled' AND m.starts_at <= {{now}}, false)
"""

LISTS: Final = (
    Listing(
        "ageing",
        "Missing for over seven days, no meeting held",
        "Children whose episode has been open for more than seven days and about whom no meeting was held since.",
        "Missing since",
        "Deal with it",
        "No child has been missing for more than seven days without a meeting.",
        query=_AGEING,
    ),
    Listing(
        "silent",
        "Deadline passed, nothing held, nothing decided",
        "A rule called for a meeting in the last 28 days, its deadline has passed, and there is neither a meeting "
        "held nor a decision on record.",
        "Was due by",
        "Set up or decide",
        "Every deadline of the last 28 days has its meeting or its decision.",
        query=_SILENT,
    ),
    Listing(
        "refused",
        "Reports the police did not take",
        "Until somebody has seen them. Tell the allocated social worker, then mark the report as seen on the list "
        "of what waits.",
        "Reported",
        "Look",
        "Every report that was not taken has been seen.",
        query=_REFUSED,
    ),
    Listing(
        "interviews",
        "Interviews running or missed",
        "Prevention interviews (24 hours) and return home interviews (72 hours) after the returns of the last "
        "28 days that a rule was about, and of which nobody said that they were done or will not be.",
        "Due by",
        "Record",
        "No interview is running or missed.",
        due=True,
        query=_INTERVIEWS,
        order="at < {now}, at",  # what can still be done in time comes first
    ),
    Listing(
        "reviews",
        "Reviews due",
        "Meetings held whose next review has no meeting yet.",
        "Due by",
        "Set up",
        "No review waits for a meeting.",
        due=True,
        query=_REVIEWS,
    ),
    Listing(
        "chair",
        "The chair is to name a review",
        "Meetings held after which no rule gives an interval.",
        "Held",
        "Say when",
        "No chair is to name a review.",
        query=_CHAIR,
    ),
    Listing(
        "actions",
        "Actions open",
        "The overdue first. Owners are reminded before the day, on it, and weekly after it.",
        "Due by",
        "Say how it ended",
        "No action is open.",
        due=True,
        query=_ACTIONS,
    ),
    Listing(
        "gradings",
        "Police and social care grade differently",
        "Children missing now whose two gradings differ. Convene does not say who is right.",
        "Missing since",
        "Look",
        "No two gradings differ.",
        query=_GRADINGS,
    ),
    Listing(
        "returned",
        "The child has returned before the meeting",
        "Coming meetings, and what their rules' return policy meant for them.",
        "Meeting on",
        "Look",
        "No child of a coming meeting has returned since it was set up.",
        query=_RETURNED,
    ),
)
BY_CODE: Final[Mapping[str, Listing]] = {one.code: one for one in LISTS}
