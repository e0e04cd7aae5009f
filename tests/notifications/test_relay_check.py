"""The relay, looked at step by step: the first thing that ends the way is named, with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifications import relay_check
from notifications.access_tokens import AccessTokens
from notifications.findings import Level
from notifications.relay_check import Way
from tests.notifications.scripted import a_relay
from tests.notifications.token_endpoint import a_sign_in_service

SIGN_IN = "250-relay.example\r\n250 AUTH PLAIN LOGIN XOAUTH2"


async def last_of(answers: dict[str, str], **way: object) -> tuple[Level, str]:
    async with a_relay(answers) as (_, script):
        findings = await relay_check.looked_at(replace(Way("127.0.0.1", script.port), **way))  # type: ignore[arg-type]
    assert script.taken == []
    assert not [said for said in script.said if said.startswith(("MAIL", "RCPT"))]
    return findings[-1].level, findings[-1].says


async def test_a_relay_on_this_machine_needs_neither_tls_nor_a_user() -> None:
    assert await last_of({}) == (
        Level.RIGHT,
        "It is on this machine, so nothing needs to be encrypted on the way there.",
    )


async def test_a_relay_that_is_not_there_is_named_with_its_setting() -> None:
    async with a_relay() as (_, script):
        pass
    (finding,) = await relay_check.looked_at(Way("127.0.0.1", script.port))
    assert finding.level is Level.WRONG
    assert finding.says == (
        f"The relay at 127.0.0.1:{script.port} cannot be reached (Connection refused). "
        "Check CONVENE_RELAY, and that it runs."
    )


@pytest.mark.parametrize(
    ("answers", "way", "says"),
    [
        ({"greeting": "554 no service here"}, {}, "no service here"),
        ({"EHLO": "break"}, {}, "broke off"),
        ({}, {"tls": "starttls"}, "offers no STARTTLS"),
        ({}, {"tls": "starttls", "user": "convene", "password": "x"}, "offers no STARTTLS"),
        ({}, {"user": "convene", "password": "x"}, "offers no signing in"),
        (
            {"EHLO": "250-relay.example\r\n250 AUTH GSSAPI"},
            {"user": "convene", "password": "x"},
            "offers only GSSAPI",
        ),
        ({"EHLO": SIGN_IN, "AUTH": "535 5.7.8 no"}, {"user": "convene", "password": "x"}, "Check CONVENE_RELAY_USER"),
    ],
)
async def test_what_ends_the_way_is_the_last_thing_said(
    answers: dict[str, str], way: dict[str, object], says: str
) -> None:
    level, said = await last_of(answers, **way)
    assert level is Level.WRONG
    assert says in said


async def test_a_user_with_a_password_is_let_in() -> None:
    assert await last_of({"EHLO": SIGN_IN, "AUTH": "235 welcome"}, user="convene", password="x") == (
        Level.RIGHT,
        "It lets CONVENE_RELAY_USER in.",
    )


async def test_a_user_with_a_token_is_let_in_and_one_without_hears_why() -> None:
    with a_sign_in_service() as service:
        tokens = AccessTokens(service.grant)
        level, _ = await last_of({"EHLO": SIGN_IN, "AUTH": "235 welcome"}, user="convene", tokens=tokens)
        assert level is Level.RIGHT
        service.answer = 400, b'{"error": "invalid_scope"}'
        level, says = await last_of({"EHLO": SIGN_IN}, user="convene", tokens=AccessTokens(service.grant))
    assert level is Level.WRONG
    assert says == "The sign-in service gives no access token (invalid_scope). Check the CONVENE_OAUTH_ settings."
