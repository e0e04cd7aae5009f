"""What somebody can be appointed to must be in the directory."""

from __future__ import annotations

import pytest

from directory.posts import post_at
from tests.factories import make_unit
from web.appointing import NotAPost
from web.roles import Role
from web.viewer import Post


async def test_a_unit_is_enough_to_name_its_agency(rolled_back: None) -> None:
    await make_unit(code="CN")
    assert await post_at(Role.UNIT_LEAD, unit="CN") == Post(Role.UNIT_LEAD, "agency of CN", "CN")


async def test_every_agency_is_said_and_never_meant_by_an_empty_field(rolled_back: None) -> None:
    with pytest.raises(NotAPost, match="needs an agency"):
        await post_at(Role.COORDINATOR)
    assert await post_at(Role.COORDINATOR, everywhere=True) == Post(Role.COORDINATOR)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.COMMITTEE, Role.ADMINISTRATOR])
async def test_a_role_without_cases_needs_no_agency(role: Role) -> None:
    assert await post_at(role) == Post(role)


@pytest.mark.parametrize(
    ("role", "agency", "unit", "problem"),
    [
        (Role.COORDINATOR, "nobody", "", "No agency has the code 'nobody'"),
        (Role.UNIT_LEAD, "", "nobody", "No unit has the code 'nobody'"),
        (Role.UNIT_LEAD, "agency of AS", "CN", "is of the agency agency of CN"),
        (Role.UNIT_LEAD, "", "", "leads one unit"),
    ],
)
async def test_what_the_directory_does_not_know_is_refused(
    rolled_back: None, role: Role, agency: str, unit: str, problem: str
) -> None:
    await make_unit(code="CN")
    await make_unit(code="AS")
    with pytest.raises(NotAPost, match=problem):
        await post_at(role, agency, unit)
