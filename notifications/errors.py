"""What can go wrong between us and the world of mail; each docstring says what it means for the letter."""


class Refused(Exception):
    """The relay will never take this letter as it is: trying again is useless, a person must decide.

    `code` is the SMTP reply (5xx), `text` what the relay said; None where the relay was not even asked.
    """

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text if code is None else f"{code} {text}")
        self.code = code
        self.text = text


class TryLater(Exception):
    """The relay did not take this letter now, or broke off before saying so: it must be tried again.

    `code` is the SMTP reply (4xx), or None when there was no reply at all.
    """

    def __init__(self, code: int | None, text: str) -> None:
        super().__init__(text if code is None else f"{code} {text}")
        self.code = code
        self.text = text


class Held(TryLater):
    """The letter may not travel as the relay would send it, so the relay was not given it; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__(None, why)


class Unreadable(Exception):
    """These bytes cannot be read safely as what they claim to be; the message says why. Set them aside."""


class UnsafeHeader(ValueError):
    """A text meant for a header or a calendar line could end that line and start another; it is not used."""


class AlreadySettled(Exception):
    """Another worker settled this message first; what the caller did in this transaction must not stand."""
