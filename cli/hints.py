"""Hints in the words of the command line: each action becomes the command that does it."""

from __future__ import annotations

from shlex import quote

from shared.domain.hints import Act, Action, Advice
from shared.ports import StoredConnection

COMMANDS: dict[Action, tuple[str, tuple[str, ...]]] = {
    Action.SHOW: ("orders show", ("order",)),
    Action.APPROVE: ("orders approve", ("order",)),
    Action.FIX: ("orders fix", ("order", "field")),
    Action.RETRY: ("orders retry", ("order",)),
    Action.VOID: ("orders void", ("order",)),
    Action.SHIP: ("orders ship", ("order",)),
    Action.DISMISS: ("orders dismiss", ("order",)),
    Action.LIST_UNKNOWN: ("unknown list", ()),
    Action.ADOPT: ("unknown adopt", ("order", "shipment")),
    Action.DECLARE_ABSENT: ("unknown declare-absent", ("order",)),
    Action.MARK_SENT: ("labels mark-sent", ("order",)),
    Action.REPRINT: ("labels reprint", ("order",)),
    Action.REPLAY_RECEIPT: ("receipts replay", ("order",)),
    Action.ADOPT_PURCHASE: ("receipts adopt", ("order", "purchase")),
    Action.DECLARE_NOT_MADE: ("receipts declare-not-made", ("order",)),
    Action.RESUME: ("connections resume", ("connection",)),
    Action.LOOK_UP_CODES: ("connections lookup", ("connection", "codes")),
    Action.SET_CREDENTIAL: ("secrets set", ("connection", "side")),
}
"""The command of each action that has one, and which arguments follow it by position; the others are options."""


def worded(advice: Advice, order: str = "", connection: str = "") -> str:
    """Return the advice with its commands, about `order` or `connection` where it names none; what is not known stands
    in capitals."""
    return advice if isinstance(advice, str) else advice.worded(lambda act: command_of(act, order, connection))


def why_of(stored: StoredConnection) -> str:
    """Return why the connection does not run, and what to do about it."""
    return f"{stored.why}; {worded(stored.hint, connection=stored.connection.id)}" if stored.hint else stored.why


def command_of(act: Act, order: str = "", connection: str = "") -> str:
    """Return the command that does the action. Raises KeyError for one that is done elsewhere."""
    name, positions = COMMANDS[act.action]
    given = {"order": order, "connection": connection, **dict(act.arguments)}
    words = ["parcelbridge", name, *(_word(act, position, given) for position in positions)]
    for option, value in act.arguments:
        if option not in {*positions, "order", "connection", "value"}:
            words += [f"--{option.replace('_', '-')}", *([value] if value else [])]
    return " ".join(words)


def _word(act: Act, position: str, given: dict[str, str]) -> str:
    word = given.get(position) or position.upper()
    if position != "field":
        return word
    value = act.argument("value")
    return f"{word}={quote(value) if value else 'VALUE'}"
