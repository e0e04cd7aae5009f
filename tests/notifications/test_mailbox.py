"""For whom a message in a mailbox was: what the delivering server wrote into its head."""

from __future__ import annotations

import pytest

from notifications.mailbox import Account, envelope_of

TOKEN = "meetings+aaaabbbbccccddddeeeeffff22@invites.example"
OTHER = "meetings+22ffffeeeeddddccccbbbbaaaa@invites.example"
ACCOUNT = Account("localhost", 143, "convene", "secret", domain="invites.example", address="meetings@invites.example")


@pytest.mark.parametrize(
    ("head", "recipient"),
    [
        (f"Delivered-To: {TOKEN}\r\nTo: {OTHER}", TOKEN),
        (f"Delivered-To: convene@council.example\r\nX-Original-To: {TOKEN}", TOKEN),
        (f"Envelope-To: {TOKEN}\r\nTo: meetings@invites.example", TOKEN),
        (f"Delivered-To: meetings@invites.example\r\nTo: Convene <{TOKEN}>, home@police.example", TOKEN),
        ("To: bounces@invites.example", "bounces@invites.example"),
        (f"To: {TOKEN}.police.example", "meetings@invites.example"),
        ("Subject: for nobody", "meetings@invites.example"),
        ("To: \xff\x00 <@", "meetings@invites.example"),
        ("", "meetings@invites.example"),
    ],
)
def test_a_message_is_for_the_best_address_of_ours_that_it_names(head: str, recipient: str) -> None:
    raw = f"{head}\r\n\r\nDelivered-To: {OTHER}\r\n".encode("latin-1")
    assert envelope_of(raw, ACCOUNT) == ("", recipient)


@pytest.mark.parametrize(("written", "sender"), [("<Home@police.example>", "home@police.example"), ("<>", "")])
def test_the_sender_is_whom_the_delivering_server_wrote_down(written: str, sender: str) -> None:
    raw = f"Return-Path: {written}\r\nFrom: other@police.example\r\n\r\n".encode()
    assert envelope_of(raw, ACCOUNT)[0] == sender
