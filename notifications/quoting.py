"""Part what a person wrote from the mail they quote below it, and say which answer it may mean; pure."""

import re
from dataclasses import dataclass

from mailparser_reply import EmailReplyParser

LONGEST = 10_000  # characters in which the library looks for a quotation; it needs the square of some of them
LONGEST_LINE = 300  # characters, for the same reason; longer lines are broken


@dataclass(frozen=True)
class _New:
    """What stands before the first quotation; `body` is without signature and disclaimer."""

    content: str
    body: str
    followed: bool


@dataclass(frozen=True)
class Written:
    """A person's text: what is new in it, and the mail it quotes."""

    new: str
    quoted: str


def parted(text: str) -> Written:
    """The new text and the quoted one; all of it new where no quotation is found."""
    tidy = _tidy(text)
    first = _first(tidy)
    if first is None:
        return Written("", tidy)
    at = len(first.content) if first.followed and tidy.startswith(first.content) else len(tidy)
    lines = tidy[:at].split("\n")
    new = "\n".join(line for line in lines if not line.startswith(">"))
    between = "\n".join(line for line in lines if line.startswith(">"))
    return Written(new.strip(), f"{between}{tidy[at:]}".strip())


def suggested(text: str) -> str:
    """The PARTSTAT that the new part of a text plainly means: ACCEPTED, TENTATIVE or DECLINED; else "".

    It is a suggestion for a person to confirm. Questions, deputies and texts that say two things suggest nothing.
    """
    first = _first(_tidy(text))
    words = re.sub(r"[\u2018\u2019]", "'", first.body if first else "").lower()
    words = " ".join(line for line in words.split("\n") if not line.startswith(">"))[:LONGEST_LOOKED_AT]
    if _UNPLAIN.search(words):
        return ""
    means = []
    for partstat, pattern in _MEANS:
        words, times = pattern.subn(" ", words)
        means += [partstat] * bool(times)
    return means[0] if len(means) == 1 else ""


LONGEST_LOOKED_AT = 600  # characters; who answers plainly does so at once
_RULED = re.compile(r"[_-]{20,}")
_TO = r"(?:attend|make it|join|be there|come|take part|participate|be (?:present|available|attending|joining))"
_UNPLAIN = re.compile(
    r"\?|\b(?:instead|in my place|on (?:my|our|his|her|their) behalf|deput|colleague|cover for|will be covered"
    r"|another time|earlier|later|reschedul|postpone)"
)
_MEANS = (
    (
        "DECLINED",
        re.compile(
            rf"\b(?:nobody|no one|no-one|none of (?:us|my|our))\b[^.!\n]{{0,40}}\b{_TO}\b"
            r"|\b(?:can't|cannot|can not|cant|couldn't|won't|will not|wont|not able to|unable to|won't be able to"
            rf"|will not be able to|not going to) (?:be able to )?{_TO}|\bnot (?:available|attending)\b"
            r"|\bunavailable\b|\b(?:accept )?(?:my|our|send|give|with) apologies\b"
            r"|^\W*apologies\b(?! for the (?:late|delay))"
            r"|\bdecline[ds]?\b|^\W*no\b(?! (?:problem|worries|bother))"
        ),
    ),
    (
        "TENTATIVE",
        re.compile(
            r"\btentativ\w*|\bprovisional\w*|\b(?:i|we) (?:may|might|hope to|will try|'ll try)\b|\bi'll try\b"
            r"|\bpossibly\b|\bnot (?:yet )?sure\b|\bpencil\w*"
        ),
    ),
    (
        "ACCEPTED",
        re.compile(
            rf"\b(?:will|'ll|can|able to|happy to|going to|plan(?:ning)? to) {_TO}"
            r"|\bi'll be there\b|\b(?:i am|i'm|we are|we're|will be|be) attending\b|^\W*yes\b|\baccept(?:ed|s)?\b"
            r"|\bsee you (?:there|then)\b|\bcount (?:me|us) in\b|\bconfirm(?:ing|ed)? (?:my|our) attendance\b"
        ),
    ),
)


def _tidy(text: str) -> str:
    """The text in lines of bounded length, without ruled lines and runs of empty ones."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    pieces = (line[at : at + LONGEST_LINE] for line in lines for at in range(0, len(line) or 1, LONGEST_LINE))
    return re.sub(r"\n{3,}", "\n\n", "\n".join("" if _RULED.fullmatch(one) else one for one in pieces)).strip()


def _first(tidy: str) -> _New | None:
    """What stands before any quotation; None where the text begins with one."""
    replies = EmailReplyParser(languages=["en"]).read(tidy[:LONGEST]).replies
    if not replies or replies[0].headers:
        return None
    return _New(replies[0].content, replies[0].body, len(replies) > 1)
