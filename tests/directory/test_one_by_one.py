"""One thing that fails keeps no other from its turn, and comes again."""

from __future__ import annotations

from structlog.testing import capture_logs

from directory.one_by_one import one_by_one


async def test_what_fails_is_logged_by_its_id_and_the_others_are_settled() -> None:
    turns: list[int] = []

    async def settle(one: int) -> bool:
        turns.append(one)
        if one == 2:
            raise ValueError("words of a letter that no log may hold")
        return one != 3  # somebody else settled it

    with capture_logs() as logged:
        assert await one_by_one("reminder", [1, 2, 3, 4], settle) == 2
    assert turns == [1, 2, 3, 4]
    assert [(line["what"], line["one"], line["error"]) for line in logged] == [("reminder", "2", "ValueError")]
    assert "words" not in str(logged)
