"""Who may ask for a meeting to be called off, and the reasons there can be for holding none. Pure."""

CALLED_OFF_BY = ("social care", "police", "health", "education", "chair", "other")
SETTLED_REASONS = ("child safe, meeting no longer needed", "merged with another meeting")
CALLED_OFF_REASONS = (
    *SETTLED_REASONS,
    "police could not attend",
    "social care could not attend",
    "another partner could not attend",
    "did not take place",
    "set up in error",
)
NOT_CONVENED_REASONS = (
    "no confidence that police would attend",
    "no capacity to convene",
    "covered by another meeting",
    "risk judged not to need a meeting",
    "child returned before it could be held",
    "report corrected by its source",
)
BY_POLICY = "return policy"  # who asked, where a rule calls a meeting off when the child has returned
RETURNED = "child returned, as the rule says"
NO_REVIEW = "the chair said that no review is needed"
LEFT_SERIES = (
    "no longer a date of its series"  # written by Convene; such a date was never convened, and is not counted
)
