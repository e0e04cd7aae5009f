"""The main figures of a report, in the order in which they are asked for. Each is the total of a table."""

from __future__ import annotations

from typing import Final

KEY_NUMBERS: Final = (  # what it is, and of which table and column it is the total
    ("Expected police seats with a record: attended, or by a deputy", "attendance", "attendance_rate"),
    ("Meetings with a home and a destination unit: both attended", "joint", "joint_attendance"),
    ("Meetings held: quorate", "meetings", "quorate"),
    ("Triggers whose deadline has passed: met in time", "triggers", "in_time"),
    ("Reviews whose day has passed: held in time", "reviews", "reviews_in_time"),
    ("Police seats invited: answered before the start", "answers", "answer_rate"),
    ("Expected police seats: outcome recorded", "recording", "recording_completeness"),
)
