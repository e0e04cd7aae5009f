"""What can stop a verb of this room: each says the fact, what was kept, and what to do next."""

from __future__ import annotations


class PrivacyError(Exception):
    """A verb was refused; nothing was changed. `str()` is a sentence for the person who asked."""

    field = ""  # the form field it belongs beside, if one


class Unsuitable(PrivacyError):
    """One field of a form cannot be taken."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class StillNeeded(PrivacyError):
    """Something of the case is not over, or somebody holds it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Nothing was removed.")


class FiguresWouldChange(PrivacyError):
    """What a seat or meeting counts as would not be the same afterwards. A fault of the product, not of a person."""

    def __init__(self) -> None:
        super().__init__(
            "A figure would not be the same afterwards, so nothing was removed. Tell whoever runs Convene."
        )


class NotOpen(PrivacyError):
    """A request does not stand where this act would need it to."""

    def __init__(self) -> None:
        super().__init__("Somebody decided about this request a moment ago. Look at it again.")


class SamePerson(PrivacyError):
    """Who wrote an erasure down may not confirm it."""

    def __init__(self) -> None:
        super().__init__("An erasure is confirmed by somebody else than who wrote it down. Nothing was removed.")
