"""What somebody can be appointed to: a role at an agency or a unit that the directory knows."""

from __future__ import annotations

from directory.errors import NoSuchUnit
from directory.tables import Agency, Unit
from directory.units import unit_of_code
from web.appointing import NotAPost
from web.roles import Role
from web.viewer import EVERY, Post

CITY_WIDE = (Role.ANALYST, Role.COMMITTEE, Role.ADMINISTRATOR)  # they see no case, so that no agency bounds them
LISTED = "The directory's units.csv lists the codes."


async def post_at(role: Role, agency: str = "", unit: str = "", *, everywhere: bool = False) -> Post:
    """The post at the agency of this code, or at the unit of this code, whose agency need not be given.

    :param everywhere: at every agency, for a desk that schedules for a whole city; never by leaving a field empty.
    :raises NotAPost: when the role needs an agency or a unit, or one is given that the directory does not know.
    """
    if unit:
        return await _at_unit(role, agency, unit)
    if agency and not await Agency.exists().where(Agency.code == agency):
        raise NotAPost(f"No agency has the code {agency!r}. Nothing was changed. {LISTED}")
    if role is Role.UNIT_LEAD:
        raise NotAPost("A police-unit lead leads one unit: say which. Nothing was changed.")
    if agency:
        return Post(role, agency)
    if everywhere or role in CITY_WIDE:
        return Post(role)
    raise NotAPost(f"A {role} needs an agency. Nothing was changed. Say which, or that it is every agency.")


async def _at_unit(role: Role, agency: str, code: str) -> Post:
    try:
        unit = await unit_of_code(code)
    except NoSuchUnit:
        raise NotAPost(f"No unit has the code {code!r}. Nothing was changed. {LISTED}") from None
    if agency not in (EVERY, unit.agency.code):
        raise NotAPost(f"The unit {code} is of the agency {unit.agency.code}, not {agency}. Nothing was changed.")
    return Post(role, unit.agency.code, unit.code)


async def agency_and_unit_names() -> tuple[dict[str, str], dict[str, str]]:
    """Each agency's name and each unit's name by their codes, by name, for lists to choose from."""
    agencies = await Agency.select(Agency.code, Agency.name).order_by(Agency.name)
    units = await Unit.select(Unit.code, Unit.name).order_by(Unit.name)
    return ({row["code"]: row["name"] for row in agencies}, {row["code"]: row["name"] for row in units})
