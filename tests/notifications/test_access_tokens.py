"""Access tokens: asked for once, used until shortly before their end, and never a word of the secret in an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notifications.access_tokens import EARLY, PAUSE, AccessTokens, Grant, NoToken
from notifications.errors import TryLater
from notifications.smtp import Relay
from tests.notifications.scripted import a_relay
from tests.notifications.token_endpoint import SECRET, SignInService, a_sign_in_service

LETTER = b"Subject: x\r\n\r\nLine\r\n"
SENDER, RECIPIENT = "bounce+token@invites.example", "home@police.example"


@pytest.fixture
def service() -> Iterator[SignInService]:
    with a_sign_in_service() as running:
        yield running


class Clock:
    """Seconds that pass only when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(service: SignInService, clock: Clock) -> AccessTokens:
    return AccessTokens(service.grant, seconds=clock)


def test_a_token_is_asked_for_as_microsoft_documents_it(service: SignInService, tokens: AccessTokens) -> None:
    assert tokens.current() == "token-1"
    assert service.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": "convene",
            "client_secret": SECRET,
            "scope": "https://mail.example/.default",
        }
    ]


def test_a_token_is_used_until_shortly_before_its_end(tokens: AccessTokens, clock: Clock) -> None:
    tokens.current()
    clock.now += 3600 - EARLY - 1
    assert tokens.current() == "token-1"
    clock.now += 1
    assert tokens.current() == "token-2"


@pytest.mark.parametrize(("lasts", "good_for"), [("3600", 3300), (200, 100), (None, 300), (-5, 0), (1e99, 86100)])
def test_whatever_it_says_of_its_end_a_token_is_used_for_a_reasonable_time(
    service: SignInService, tokens: AccessTokens, clock: Clock, lasts: object, good_for: int
) -> None:
    service.lasts = lasts
    tokens.current()
    clock.now += good_for - 1
    assert good_for == 0 or tokens.current() == "token-1"
    clock.now += 1
    assert tokens.current() == "token-2"


def test_a_wrong_secret_is_told_by_the_services_own_code_and_never_repeated(service: SignInService) -> None:
    wrong = Grant(service.grant.token_url, "convene", "another-secret", "scope")
    with pytest.raises(NoToken, match="invalid_client AADSTS7000215: wrong") as refusal:
        AccessTokens(wrong).current()
    assert refusal.value.code == "invalid_client"
    assert "another-secret" not in repr(wrong)


def test_a_service_that_repeats_the_secret_does_not_get_it_into_the_error(
    service: SignInService, tokens: AccessTokens
) -> None:
    service.answer = 400, b'{"error": "bad", "error_description": "not ' + SECRET.encode() + b' at all\\n\\u0007"}'
    with pytest.raises(NoToken) as refusal:
        tokens.current()
    assert SECRET not in str(refusal.value)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>Welcome"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"access_token": "two\\nlines"}'),
        (200, b'{"access_token": 5}'),
        (404, b""),
        (302, b""),
        (500, b'{"access_token": "good"}'),
    ],
)
def test_an_answer_without_a_usable_token_is_none(
    service: SignInService, tokens: AccessTokens, answer: tuple[int, bytes]
) -> None:
    service.answer = answer
    service.location = service.grant.token_url if answer[0] == 302 else ""
    with pytest.raises(NoToken):
        tokens.current()
    assert len(service.asked) == 1


def test_a_refusal_is_not_asked_for_again_at_once(service: SignInService, tokens: AccessTokens, clock: Clock) -> None:
    service.answer = 503, b""
    for _ in range(3):
        with pytest.raises(NoToken, match="503"):
            tokens.current()
    assert len(service.asked) == 1
    service.answer = None
    clock.now += PAUSE
    assert tokens.current() == "token-2"


def test_a_service_that_is_not_there_gives_no_token() -> None:
    with a_sign_in_service() as gone:
        grant = gone.grant
    with pytest.raises(NoToken, match="cannot be reached") as refusal:
        AccessTokens(grant).current()
    assert refusal.value.code == "not reached"


def test_a_refused_token_is_replaced_unless_it_was_quite_new(tokens: AccessTokens, clock: Clock) -> None:
    first = tokens.current()
    assert not tokens.refused(first)
    clock.now += PAUSE
    assert tokens.refused(first)
    assert tokens.current() == "token-2"


class TestSendingWithATokenInsteadOfAPassword:
    """XOAUTH2, as the relay sees it."""

    OFFERED = "250-relay.example\r\n250 AUTH PLAIN XOAUTH2"

    async def test_a_letter_goes_out_signed_in_by_the_token(self, tokens: AccessTokens) -> None:
        async with a_relay({"EHLO": self.OFFERED, "AUTH": "235 welcome"}) as (_, script):
            relay = Relay("127.0.0.1", script.port, user="convene", tokens=tokens, hostname="convene.example")
            await relay.send(LETTER, SENDER, RECIPIENT)
            await relay.close()
        (signed_in,) = [line for line in script.said if line.startswith("AUTH")]
        assert signed_in == "AUTH XOAUTH2 dXNlcj1jb252ZW5lAWF1dGg9QmVhcmVyIHRva2VuLTEBAQ=="
        assert len(script.taken) == 1

    async def test_a_token_that_the_relay_takes_no_more_is_replaced_once(
        self, tokens: AccessTokens, clock: Clock
    ) -> None:
        tokens.current()
        clock.now += PAUSE
        async with a_relay({"EHLO": self.OFFERED, "AUTH": "235 welcome"}) as (_, script):
            script.once["AUTH"] = "535 5.7.3 expired"
            relay = Relay("127.0.0.1", script.port, user="convene", tokens=tokens, hostname="convene.example")
            await relay.send(LETTER, SENDER, RECIPIENT)
            await relay.close()
        assert (script.connections, len(script.taken)) == (2, 1)

    async def test_a_relay_that_takes_no_token_at_all_delays_the_letter_and_asks_for_few(
        self, service: SignInService, tokens: AccessTokens
    ) -> None:
        async with a_relay({"EHLO": self.OFFERED, "AUTH": "535 5.7.3 no"}) as (_, script):
            relay = Relay("127.0.0.1", script.port, user="convene", tokens=tokens, hostname="convene.example")
            for _ in range(3):
                with pytest.raises(TryLater, match="no"):
                    await relay.send(LETTER, SENDER, RECIPIENT)
        assert (len(script.taken), len(service.asked)) == (0, 1)

    async def test_without_a_token_the_letter_is_delayed_with_the_reason(
        self, service: SignInService, tokens: AccessTokens
    ) -> None:
        service.answer = 400, b'{"error": "invalid_scope"}'
        async with a_relay({"EHLO": self.OFFERED}) as (_, script):
            relay = Relay("127.0.0.1", script.port, user="convene", tokens=tokens, hostname="convene.example")
            with pytest.raises(TryLater, match="invalid_scope"):
                await relay.send(LETTER, SENDER, RECIPIENT)
        assert script.taken == []
