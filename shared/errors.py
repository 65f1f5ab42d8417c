"""The four kinds of error. Adapters classify what went wrong, the workflow decides, nobody else catches."""

from __future__ import annotations

from shared.domain.hints import Advice


class ParcelbridgeError(Exception):
    """Base of the four kinds; its text is written for the person who has to act."""


class Retry(ParcelbridgeError):
    """It did not happen and may be tried again: throttled, unreachable before anything was sent, a transient code.

    `after` is the wait in seconds that the other side asked for (Retry-After), None when it asked for none.
    Raised by a create call it is a proof that no shipment was made.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(ParcelbridgeError):
    """It cannot happen as it stands: `reason` (a short code), the `field` at fault, its `value`, and what to do."""

    def __init__(self, reason: str, message: str, *, field: str = "", value: str = "", hint: Advice = "") -> None:
        super().__init__(message)
        self.reason, self.field, self.value, self.hint = reason, field, value, hint


class Unknown(ParcelbridgeError):
    """The request may have had its effect: a timeout, a reset, a 5xx, an empty 200. Never repeated before a look-up."""


class Misconfigured(ParcelbridgeError):
    """A person has to correct the set-up: refused credentials, a missing program, a wrong file. Closes the connection.

    `field` names the key, file or variable at fault. Not `general` is what one document's own data may have brought
    about: it closes the connection once another document meets the same.
    """

    def __init__(self, message: str, *, field: str = "", hint: Advice = "", general: bool = True) -> None:
        super().__init__(message)
        self.field, self.hint, self.general = field, hint, general


def hint_of(error: BaseException) -> Advice:
    """Return what the error advises, "" for one that advises nothing."""
    return error.hint if isinstance(error, Refused | Misconfigured) else ""


class NewerFormat(ParcelbridgeError):
    """An item or message was written by a newer release: it is left alone, and an alarm is raised."""
