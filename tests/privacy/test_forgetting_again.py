"""After an older database was restored, whoever was forgotten since is forgotten again."""

from __future__ import annotations

from datetime import datetime

import pytest

from meetings.episode_tables import Child
from meetings.removed import ISSUER
from privacy.again import forget_again, forgotten
from privacy.forgetting import forget
from tests.privacy.cases import NAMED, make_case, words_kept

pytestmark = pytest.mark.usefixtures("rolled_back")


async def test_the_list_forgets_again_who_came_back_and_nobody_else(now: datetime) -> None:
    case, other = await make_case(), await make_case(reference="LCS-8820")
    await forget(case.child.id, by="tests", why="PR-1", now=now)
    listed = await forgotten()
    assert listed == [case.child.id]
    # as the restored copy has them
    await Child.update({Child.issuer: "E09000001", Child.reference: "LCS-7719"}).where(Child.id == case.child.id)
    assert await forget_again(listed, by="operator", now=now) == (1, {})
    assert await forget_again(listed, by="operator", now=now) == (0, {})
    assert await Child.exists().where(Child.id == other.child.id, Child.issuer != ISSUER)
    assert NAMED[0] not in await words_kept()


async def test_who_is_still_open_in_the_older_copy_is_named_with_the_reason(now: datetime) -> None:
    case = await make_case()
    await Child.raw("update action set state = 'open' where meeting = {}", case.meeting.id)
    done, left = await forget_again([case.child.id], by="operator", now=now)
    assert done == 0
    assert left == {case.child.id: "An action is still open. Nothing was removed."}
