"""Which invitation a message is about, by its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from hypothesis import given, strategies

from attendance.cascade import By, Candidate, Clues, Conflict, Found, Lookups, Unmatched, evidence, which
from meetings.letters import Letterhead, token_hash
from notifications.answer import Answer
from notifications.opening import Kind, Opened

UID = "f3323671@meetings.example"
HOME = Candidate(UUID(int=1), UID, "home@police.example")
EAST = Candidate(UUID(int=2), UID, "east@police.example")
GONE = Candidate(UUID(int=3), UID, "gone@police.example", active=False)
ALL = (HOME, EAST, GONE)


def about(*invitations: Candidate, **more: object) -> Lookups:
    """What the database knows: these invitations to one meeting, each found by a token named like its address."""
    known = Lookups(by_token={one.address: one for one in ALL}, by_uid={UID: invitations})
    return replace(known, **more)  # type: ignore[arg-type]  # by name


def by_address(attendees: Sequence[str], senders: Sequence[str], known: Lookups | None = None) -> object:
    """The verdict on an answer that came without its token."""
    clues = Clues(uids=(UID,), attendees=tuple(attendees), senders=tuple(senders))
    return which(clues, known or about(*ALL))


class TestEvidence:
    def opened(self, *delivered_to: str) -> Opened:
        return Opened(
            kind=Kind.CALENDAR,
            message_id="<one@police.example>",
            from_addresses=("home@police.example",),
            sender="",
            delivered_to=delivered_to,
            calendars=(),
            subject="",
            text="",
            in_answer_to=("<ours@meetings.example>",),
        )

    def answer(self, uid: str, *attendees: str) -> Answer:
        return Answer("REPLY", uid, 0, None, "ACCEPTED", attendees, (), "", recurrence=False)

    def test_the_envelope_goes_before_the_headers(self, letterhead: Letterhead) -> None:
        envelope, header = (letterhead.reply_address(UUID(int=n)) for n in (1, 2))
        clues = evidence(envelope, self.opened("someone@police.example", header), (), letterhead)
        assert clues.tokens == tuple(token_hash(letterhead.token(UUID(int=n))) for n in (1, 2))

    def test_a_header_serves_where_the_envelope_names_the_mailbox_alone(self, letterhead: Letterhead) -> None:
        header = letterhead.reply_address(UUID(int=2)).upper()
        clues = evidence(letterhead.sender_address(), self.opened(header), (), letterhead)
        assert clues.tokens == (token_hash(letterhead.token(UUID(int=2))),)

    def test_a_message_that_cannot_be_opened_still_has_its_envelope(self, letterhead: Letterhead) -> None:
        clues = evidence(letterhead.bounce_address(UUID(int=1)), None, (), letterhead)
        assert (len(clues.tokens), clues.addresses, clues.message_ids) == (1, (), ())

    def test_all_answers_of_a_message_are_looked_up_together(self, letterhead: Letterhead) -> None:
        answers = (self.answer("a", "x@police.example"), self.answer("b", "y@police.example"), self.answer("a"))
        clues = evidence("", self.opened(), answers, letterhead)
        assert (clues.uids, clues.message_ids) == (("a", "b"), ("<ours@meetings.example>",))
        assert clues.addresses == ("x@police.example", "y@police.example", "home@police.example")


class TestByToken:
    def test_the_token_names_the_invitation_whoever_answered(self) -> None:
        clues = Clues(tokens=(HOME.address,), uids=(UID,), attendees=(EAST.address,), senders=(EAST.address,))
        verdict = which(clues, about(*ALL))
        assert verdict == Found(HOME, By.TOKEN)
        assert isinstance(verdict, Found)
        assert verdict.by_token

    def test_an_invitation_that_was_taken_back_is_found_too(self) -> None:
        assert which(Clues(tokens=(GONE.address,), uids=(UID,)), about(*ALL)) == Found(GONE, By.TOKEN)

    def test_of_two_tokens_the_stronger_evidence_counts(self) -> None:
        clues = Clues(tokens=(EAST.address, HOME.address), uids=(UID,))
        assert which(clues, about(*ALL)) == Found(EAST, By.TOKEN)

    def test_a_token_with_another_meetings_uid_is_a_conflict(self) -> None:
        conflict = which(Clues(tokens=(HOME.address,), uids=("another@meetings.example",)), about(*ALL))
        assert isinstance(conflict, Conflict)
        assert (conflict.candidate, "another meeting" in conflict.reason) == (HOME, True)

    def test_a_token_that_nobody_has_is_not_helped_by_a_uid(self) -> None:
        clues = Clues(tokens=("guessed",), uids=(UID,), attendees=(HOME.address,), senders=(HOME.address,))
        assert which(clues, about(*ALL)) == Unmatched("The address it was sent to belongs to no invitation.")

    def test_mail_without_an_answer_is_placed_by_its_token(self) -> None:
        assert which(Clues(tokens=(HOME.address,)), about()) == Found(HOME, By.TOKEN)


class TestByUid:
    def test_the_attendee_was_invited(self) -> None:
        verdict = by_address([HOME.address], ["somebody@elsewhere.example"])
        assert verdict == Found(HOME, By.UID)
        assert isinstance(verdict, Found)
        assert not verdict.by_token

    def test_else_whom_the_attendee_is_an_alias_of(self) -> None:
        known = about(*ALL, aliases={"alias@police.example": frozenset({EAST.address})})
        assert by_address(["alias@police.example"], [HOME.address], known) == Found(EAST, By.UID)

    def test_else_the_sender(self) -> None:
        assert by_address(["unknown@police.example"], [EAST.address]) == Found(EAST, By.UID)

    def test_else_whom_the_sender_is_an_alias_of(self) -> None:
        known = about(*ALL, aliases={"alias@police.example": frozenset({HOME.address})})
        assert by_address([], ["alias@police.example"], known) == Found(HOME, By.UID)

    def test_of_all_attendees_echoed_the_senders_own_is_meant(self) -> None:
        assert by_address([HOME.address, EAST.address], [EAST.address]) == Found(EAST, By.UID)

    def test_of_all_attendees_echoed_by_somebody_else_none_is_meant(self) -> None:
        assert isinstance(by_address([HOME.address, EAST.address], ["x@elsewhere.example"]), Unmatched)

    def test_one_address_invited_twice_is_not_told_apart(self) -> None:
        twice = about(HOME, replace(HOME, id=UUID(int=9)))
        assert isinstance(by_address([HOME.address], [HOME.address], twice), Unmatched)

    def test_an_open_invitation_goes_before_one_that_was_taken_back(self) -> None:
        known = about(replace(HOME, id=UUID(int=9), active=False), HOME)
        assert by_address([HOME.address], [HOME.address], known) == Found(HOME, By.UID)

    def test_who_was_invited_once_is_still_recognised(self) -> None:
        assert by_address([GONE.address], [GONE.address]) == Found(GONE, By.UID)

    def test_an_address_that_was_never_invited_matches_nothing(self) -> None:
        assert isinstance(by_address(["x@elsewhere.example"], ["x@elsewhere.example"]), Unmatched)

    def test_a_guessed_uid_says_nothing_about_what_exists(self) -> None:
        clues = Clues(uids=("guessed@meetings.example",), attendees=(HOME.address,), senders=(HOME.address,))
        assert which(clues, about(*ALL)) == Unmatched("It is about a meeting that Convene does not know.")


class TestByMessageId:
    known = about(*ALL, by_message_id={"<ours@meetings.example>": HOME})

    def test_an_absence_notice_is_placed_by_the_letter_it_answers(self) -> None:
        clues = Clues(message_ids=("<theirs@police.example>", "<ours@meetings.example>"))
        assert which(clues, self.known) == Found(HOME, By.MESSAGE_ID)

    def test_it_helps_where_the_token_was_mangled(self) -> None:
        clues = Clues(tokens=("mangled",), message_ids=("<ours@meetings.example>",))
        assert which(clues, self.known) == Found(HOME, By.MESSAGE_ID)

    def test_an_answer_with_another_uid_than_the_letter_it_answers_is_a_conflict(self) -> None:
        clues = Clues(uids=("unknown@meetings.example",), message_ids=("<ours@meetings.example>",))
        assert isinstance(which(clues, self.known), Conflict)

    def test_mail_about_nothing_of_ours_is_unmatched(self) -> None:
        assert which(Clues(), self.known) == Unmatched("Nothing in it tells which meeting it is about.")

    def test_mail_to_an_address_of_nobody_is_unmatched(self) -> None:
        assert which(Clues(tokens=("guessed",)), self.known) == Unmatched(
            "The address it was sent to belongs to no invitation."
        )


some = strategies.lists(
    strategies.sampled_from(
        [HOME.address, EAST.address, GONE.address, "alias@police.example", "x@elsewhere.example"]
    ),
    max_size=3,
    unique=True,
).map(tuple)
clues_of_any = strategies.builds(
    Clues,
    tokens=some,
    uids=strategies.sampled_from([(), (UID,), ("another@meetings.example",)]),
    message_ids=strategies.sampled_from([(), ("<ours@meetings.example>",), ("<theirs@police.example>",)]),
    attendees=some,
    senders=some,
)
LEARNT = about(
    *ALL,
    aliases={"alias@police.example": frozenset({EAST.address})},
    by_message_id={"<ours@meetings.example>": HOME},
)


@given(clues_of_any)
def test_every_message_has_exactly_one_place_and_says_why_it_has_none(clues: Clues) -> None:
    verdict = which(clues, LEARNT)
    assert isinstance(verdict, Found) or verdict.reason


@given(clues_of_any)
def test_nothing_is_placed_against_its_uid(clues: Clues) -> None:
    verdict = which(clues, LEARNT)
    assert not (isinstance(verdict, Found) and clues.uids and verdict.candidate.uid not in clues.uids)


@given(clues_of_any)
def test_without_its_token_an_answer_is_placed_by_an_address_it_names_and_never_as_if_proved(clues: Clues) -> None:
    verdict = which(replace(clues, tokens=(), uids=(UID,)), LEARNT)
    if isinstance(verdict, Found):
        named = {*clues.addresses, *(a for one in clues.addresses for a in LEARNT.aliases.get(one, ()))}
        assert verdict.candidate.address in named
        assert not verdict.by_token
