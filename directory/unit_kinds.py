"""What kinds of units are called, and the headings under which they are listed. Pure."""

from directory.tables import UnitKind

# What a unit is, and the heading under which such units are listed.
KINDS = {
    UnitKind.BCU: "Met command unit",
    UnitKind.FORCE: "Other police unit",
    UnitKind.SOCIAL_CARE: "Social care",
    UnitKind.HEALTH: "Health",
    UnitKind.EDUCATION: "Education",
    UnitKind.INTERVIEW: "Return interview provider",
    UnitKind.VOLUNTARY: "Voluntary organisation",
    UnitKind.PLACEMENT: "Placement",
    UnitKind.POLICE_TEAM: "Police team",
    UnitKind.REVIEWING: "Independent reviewing service",
    UnitKind.OTHER: "Other organisation",
}
GROUPS = KINDS | {
    UnitKind.BCU: "Command units of the Metropolitan Police",
    UnitKind.FORCE: "Other police",
    UnitKind.INTERVIEW: "Return interview providers",
    UnitKind.VOLUNTARY: "Voluntary organisations",
    UnitKind.PLACEMENT: "Placements",
    UnitKind.POLICE_TEAM: "Police teams beside the unit of a place",
    UnitKind.REVIEWING: "Independent reviewing services",
    UnitKind.OTHER: "Other organisations",
}
