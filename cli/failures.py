"""Turns an error that was to be expected into sentences, a hint and an exit code."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from cli.errors import FAILED, CommandError
from shared.domain.hints import Advice
from shared.errors import Misconfigured, ParcelbridgeError, Refused
from shared.ports import Conflict


def told(error: Exception) -> tuple[list[str], Advice, int] | None:
    """The lines, the hint and the exit code; None of an error that nobody expects."""
    if isinstance(error, CommandError):
        return error.lines, error.hint, error.code
    line = _line(error)
    return ([line], _hint(error), FAILED) if line else None


def _line(error: Exception) -> str:
    match error:
        case ParcelbridgeError():
            return str(error)
        case Conflict():
            return "somebody else changed the order at the same moment"
        case ClientError():
            said = error.response.get("Error", {})
            return f"AWS refuses {error.operation_name}: {said.get('Message') or said.get('Code')}"
        case BotoCoreError():
            return f"AWS cannot be reached: {error}"
    return ""


def _hint(error: Exception) -> Advice:
    if isinstance(error, Refused | Misconfigured):
        return error.hint
    return "look at it again" if isinstance(error, Conflict) else ""
