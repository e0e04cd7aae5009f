"""What incoming mail can turn out to be; pure."""

from enum import StrEnum


class InboundKind(StrEnum):
    """What an incoming message turned out to be: which page a person deals with it on. Empty until it was read."""

    UNREAD = ""
    ANSWER = "answer"
    STRANGER = "stranger"  # an answer, and somebody must say who gave it
    PROPOSAL = "proposal"
    DEPUTY = "deputy"
    REFRESH = "refresh"
    BOUNCE = "bounce"
    DELIVERY = "delivery"  # delayed, delivered, displayed
    ABSENCE = "absence"
    TEXT = "text"
    UNREADABLE = "unreadable"
    REFUSED = "refused"  # it tries to change what nobody may change by mail
