"""The one shape of an error, and the words of a hint where a button stands for a command."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict

from shared.domain.hints import Act, Advice


class Answer(BaseModel):
    """Base of what is answered: nothing that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Problem(Answer):
    """Every error: a sentence, the field at fault ("" for none), and what to do ("" for nothing)."""

    message: str
    field: str = ""
    hint: str = ""


class Failed(Exception):
    """Ends a request with this status and problem."""

    def __init__(self, status: HTTPStatus, message: str, *, field: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.status, self.problem = status, Problem(message=message, field=field, hint=hint)


class Offered(Answer):
    """An action that a hint offers, by its name, with its arguments."""

    action: str
    arguments: dict[str, str]


class Advised(Answer):
    """A hint: its sentence in words, and the actions in it."""

    sentence: str
    actions: list[Offered]


def worded(advice: Advice) -> str:
    """The hint in words, each action by its name: "fix (address = candidate:1)"."""
    return advice if isinstance(advice, str) else advice.worded(_named)


def advised(advice: Advice) -> Advised:
    """The hint as it is answered."""
    acts = () if isinstance(advice, str) else advice.acts
    offered = [Offered(action=str(act.action), arguments=dict(act.arguments)) for act in acts]
    return Advised(sentence=worded(advice), actions=offered)


def _named(act: Act) -> str:
    name, field, value = str(act.action).replace("_", " "), act.argument("field"), act.argument("value")
    return f"{name} ({field} = {value})" if field and value else f"{name} ({field})" if field else name


MEANINGS: Mapping[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "The body is no JSON.",
    HTTPStatus.UNAUTHORIZED: "No token, or one that is not valid.",
    HTTPStatus.FORBIDDEN: "The caller's role does not allow it.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "It is no longer as the caller saw it; the message says how it stands.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not sent as application/json.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "It cannot be done as it was asked; the field at fault is named.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "An error of ours, which was logged.",
    HTTPStatus.SERVICE_UNAVAILABLE: "It may be tried again after Retry-After.",
}
"""The errors that every route may answer with."""
