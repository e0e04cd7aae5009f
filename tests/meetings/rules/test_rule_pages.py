"""The pages of the rules: everybody signed in reads them, those who keep them change them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import httpx
import pytest
from litestar import Litestar

from meetings.default_rules import DEFAULTS
from meetings.rule_changes import versions_of
from meetings.rule_forms import shown
from meetings.tables import Rule
from tests.browsing import At, Browser, application, sign_in_as
from tests.meetings.rules.changing import CAMDEN, is_changed, present, says
from web import signin

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
WHEN = {"from_day-day": "1", "from_day-month": "12", "from_day-year": "2026", "reason": "Agreed on 12 November 2026"}


@pytest.fixture(scope="module")
def app() -> Litestar:
    return application(clock=At(NOW))


@pytest.fixture
async def keeper(rolled_back: None, london: None, app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield await sign_in_as(browser, "keeper@council.example", "Safeguarding lead", keeps_rules=True)


@pytest.fixture
async def reader(rolled_back: None, london: None, app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield await sign_in_as(browser, "reader@council.example", "Missing coordinator")


def words(response: httpx.Response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


async def send(browser: Browser, code: str, place: str = "", step: str = "check", **fields: Any) -> httpx.Response:
    """The form as it is shown, with these fields another."""
    page = f"/rules/{code}/change" + (f"?place={place}" if place else "")
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', (await browser.get("/rules")).text)
    assert token
    form = shown(await says(code, place))
    answers: dict[str, Any] = {name: form.many(name) for name in form} | WHEN | fields
    answers |= {"_csrf_token": token[1], "place": place, "seen": str((await present(code, place)).id), "step": step}
    return await browser.post(page.partition("?")[0], data=answers | fields)


async def test_everybody_reads_every_rule_in_words_with_its_source_and_the_warning(reader: Browser) -> None:
    told = words(await reader.get("/rules"))
    assert "each authority must confirm its own before going live" in told
    for one in DEFAULTS:
        assert one.title in told
    assert "Within 24 hours, counted from the grading as high" in told
    assert "72 hours after the meeting" in told
    assert "Essex Police B1601 section 3.21 (2021)" in told
    assert "since 1 April 2023, version 1" in told


async def test_who_may_not_change_a_rule_sees_no_way_to_and_is_refused(reader: Browser) -> None:
    page = await reader.get("/rules/HIGH")
    assert "/change" not in page.text
    opened = await reader.get("/rules/HIGH/change")
    sent = await send(reader, "HIGH", clock_amount="12", step="save")
    token = re.search(r'name="_csrf_token" value="([0-9a-f]+)"', page.text)
    assert token
    ended = await reader.post("/rules/HIGH/ending", data=WHEN | {"place": CAMDEN, "_csrf_token": token[1]})
    for answer in (opened, sent, ended):
        assert answer.status_code == 403
        assert "only people who keep them may change them. Nothing was saved." in words(answer)
    assert len(await versions_of("HIGH")) == 1


async def test_who_may_change_them_is_given_and_taken_with_their_account(
    rolled_back: None, london: None, app: Litestar
) -> None:
    async with Browser(app) as browser:
        await sign_in_as(browser, "keeper@council.example", "Safeguarding lead", keeps_rules=True)
        assert (await browser.get("/rules/HIGH/change")).status_code == 200
        await signin.add_person("keeper@council.example", "", keeps_rules=None, now=NOW)
        assert (await browser.get("/rules/HIGH/change")).status_code == 200
        await signin.add_person("keeper@council.example", "", keeps_rules=False, now=NOW)
        assert (await browser.get("/rules/HIGH/change")).status_code == 403


async def test_nobody_reads_the_rules_without_signing_in(rolled_back: None, app: Litestar) -> None:
    async with Browser(app) as stranger:
        for path in ("/rules", "/rules/HIGH", "/rules/HIGH/change"):
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize("one", DEFAULTS, ids=lambda one: one.code)
async def test_the_form_of_each_rule_sent_as_it_is_shown_changes_nothing(keeper: Browser, one: Any) -> None:
    assert (await keeper.get(f"/rules/{one.code}/change")).status_code == 200
    answer = await send(keeper, one.code)
    assert answer.status_code == 400
    assert "This is what the rule says already" in words(answer)


async def test_a_change_is_checked_with_what_it_would_have_meant_and_then_made(keeper: Browser) -> None:
    checked = await send(keeper, "REPEAT", count="4", days="42")
    told = words(checked)
    assert checked.status_code == 200
    assert "the present rule called for a meeting 0 times" in told
    assert "Fourth or later episode within 42 days, from 1 December 2026 . Agreed on 12 November 2026" in told
    assert len(await versions_of("REPEAT")) == 1

    carried = re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)" ?/?>', checked.text)
    answers: dict[str, list[str]] = {}
    for name, value in carried:
        answers.setdefault(name, []).append(unescape(value))
    back = await keeper.post("/rules/REPEAT/change", data=answers | {"step": "change"})
    assert 'value="42"' in back.text
    made = await keeper.post("/rules/REPEAT/change", data=answers | {"step": "save"})
    assert (made.status_code, made.headers["location"]) == (303, "/rules/REPEAT?done=changed")

    after = words(await keeper.get("/rules/REPEAT?done=changed"))
    assert "The rule is changed" in after
    assert "Third or later episode within 90 days. Reports" in after
    assert "From 1 December 2026: version 2" in after
    assert "Version 2, from 1 December 2026. Agreed on 12 November 2026" in after
    assert "Safeguarding lead" in after
    assert "To come version 2, from 1 December 2026" in words(await keeper.get("/rules"))


async def test_what_cannot_be_is_shown_beside_its_field_with_what_was_entered(keeper: Browser) -> None:
    fields = {"hours": "0", "clock_amount": "many", "reason": "", "from_day-year": "2025", "care": "adopted"}
    answer = await send(keeper, "OPEN24-CARE", **fields)
    assert answer.status_code == 400
    told = words(answer)
    assert "Enter a whole number" in told
    assert "Say why the rule changes, and who decided it" in told
    assert 'value="many"' in answer.text
    rest = words(await send(keeper, "OPEN24-CARE", **fields | {"clock_amount": "72", "reason": "Agreed"}))
    assert "Enter a number from 1 to 2,160" in rest
    assert "There is no care status 'adopted'" in rest
    assert "A rule cannot change in the past" in rest


async def test_two_who_changed_the_same_rule_the_second_is_told(keeper: Browser) -> None:
    seen = str((await present("HIGH")).id)
    await is_changed("HIGH", NOW, clock_amount=12)
    answer = await send(keeper, "HIGH", clock_amount="6", seen=seen, step="save")
    assert answer.status_code == 400
    assert "Somebody else has changed the rule HIGH since you opened this page" in words(answer)
    no_version = await send(keeper, "HIGH", clock_amount="6", seen="", step="save")
    assert "Somebody else has changed" in words(no_version)
    assert len(await versions_of("HIGH")) == 2


async def test_an_authority_is_given_a_rule_of_its_own_which_everybody_sees_beside_the_general_one(
    keeper: Browser,
) -> None:
    opened = words(await keeper.get(f"/rules/REPEAT/change?place={CAMDEN}"))
    assert "whose home authority is Camden" in opened
    made = await send(keeper, "REPEAT", CAMDEN, step="save", days="42")
    assert made.status_code == 303
    told = words(await keeper.get("/rules"))
    assert "Camden , from 1 December 2026: when third or later episode within 42 days" in told
    page = words(await keeper.get("/rules/REPEAT"))
    assert "What differs in Camden" in page
    assert "Camden: version 1, from 1 December 2026" in page


async def test_an_own_rule_that_is_off_is_shown_as_off(keeper: Browser) -> None:
    await is_changed("EXPLOIT", NOW, place=CAMDEN, from_day=NOW.date(), enabled=False)
    assert "Camden : off, since 18 November 2026" in words(await keeper.get("/rules"))


async def test_an_own_rule_is_ended_with_a_day_and_a_reason(keeper: Browser) -> None:
    await is_changed("EXPLOIT", NOW, place=CAMDEN, from_day=NOW.date(), clock_amount=3)
    refused = await keeper.send_form("/rules/EXPLOIT", "/rules/EXPLOIT/ending", place=CAMDEN, **WHEN | {"reason": ""})
    assert refused.status_code == 400
    assert "Say why the rule changes" in words(refused)
    done = await keeper.send_form("/rules/EXPLOIT", "/rules/EXPLOIT/ending", place=CAMDEN, **WHEN)
    assert done.headers["location"] == "/rules/EXPLOIT?done=ended"
    told = words(await keeper.get("/rules/EXPLOIT"))
    assert "Camden: its own rule ends, from 1 December 2026. Agreed on 12 November 2026" in told
    assert "until 1 December 2026" in words(await keeper.get("/rules"))
    again = await keeper.send_form("/rules/EXPLOIT", "/rules/EXPLOIT/ending", place=CAMDEN, **WHEN)
    assert again.status_code == 400


async def test_a_rule_or_an_authority_that_is_not_there_is_not_found(keeper: Browser) -> None:
    for path in ("/rules/NONE", "/rules/NONE/change", "/rules/HIGH/change?place=E99999999"):
        assert (await keeper.get(path)).status_code == 404
    chosen_none = await keeper.get("/rules/HIGH/change?place=")
    assert chosen_none.status_code == 400
    assert "Choose an authority" in words(chosen_none)


async def test_a_reason_or_a_source_too_long_is_refused(keeper: Browser) -> None:
    answer = words(await send(keeper, "HIGH", reason="r" * 301, source_text="s" * 401))
    assert "in 300 characters or fewer" in answer
    assert "in 400 characters or fewer" in answer


async def test_a_form_carries_what_the_rule_says_and_nothing_else(keeper: Browser) -> None:
    page = await keeper.get("/rules/REFUSED/change")
    assert "clock_amount" not in page.text
    assert "How many episodes" not in page.text
    company = await keeper.get("/rules/CROSS/change")
    assert "clock_amount" not in company.text
    assert "reply_amount" in company.text


async def test_a_version_replaced_before_its_day_is_in_the_history(keeper: Browser) -> None:
    await is_changed("HIGH", NOW, from_day=date(2026, 12, 10), clock_amount=12)
    await is_changed("HIGH", NOW, from_day=date(2026, 12, 1), clock_amount=18)
    told = words(await keeper.get("/rules/HIGH"))
    assert "Replaced before it began" in told
    assert "From 1 December 2026: version 3" in told
    assert await Rule.count().where(Rule.code == "HIGH") == 3


async def test_who_changes_a_rule_that_is_about_to_change_is_told_which_version_never_begins(keeper: Browser) -> None:
    await is_changed("HIGH", NOW, from_day=date(2026, 12, 10), clock_amount=12)
    opened = words(await keeper.get("/rules/HIGH/change"))
    assert "The form shows version 2, which is decided and holds from 10 December 2026." in opened
    earlier = words(await send(keeper, "HIGH", clock_amount="18"))
    assert "Version 2, decided for 10 December 2026, is replaced and never begins." in earlier
    later = words(await send(keeper, "HIGH", clock_amount="18", **{"from_day-day": "11"}))
    assert "never begins" not in later
