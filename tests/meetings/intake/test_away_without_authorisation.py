"""A child who is "away without authorisation" (type A) is looked at by the same rules as one who is missing."""

from datetime import timedelta
from typing import Any

import pytest

from meetings.episode_tables import Episode, EpisodeKind
from meetings.noticing import notice

pytestmark = pytest.mark.usefixtures("directory")


@pytest.mark.parametrize("kind", list(EpisodeKind))
async def test_either_type_calls_for_meetings_by_the_same_rules(first: Any, now: Any, kind: EpisodeKind) -> None:
    done = await first(kind=kind.value, social_care_grading="high", cse=True, care_status="looked after")
    assert set(done.triggers) == {"HIGH", "EXPLOIT"}
    assert [row["kind"] for row in await Episode.select(Episode.kind)] == [kind.value]
    assert await notice(now + timedelta(hours=72)) == 2  # OPEN24-CARE and OPEN72
