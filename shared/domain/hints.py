"""The next actions of a person, as data: a sentence, and the actions in it with their arguments.

Nothing here knows how an action is started. The command line words it as a command (cli/hints.py); a web page can show
a button in the same place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias


class Action(StrEnum):
    """Something that a person does: on the desk, with the connection, or elsewhere. Values are stored."""

    SHOW = "show"
    APPROVE = "approve"
    FIX = "fix"
    RETRY = "retry"
    VOID = "void"
    SHIP = "ship"
    DISMISS = "dismiss"
    LIST_UNKNOWN = "list_unknown"
    ADOPT = "adopt"
    DECLARE_ABSENT = "declare_absent"
    MARK_SENT = "mark_sent"
    REPRINT = "reprint"
    RESUME = "resume"
    LOOK_UP_CODES = "look_up_codes"
    SET_CREDENTIAL = "set_credential"
    REPLAY_RECEIPT = "replay_receipt"
    ADOPT_PURCHASE = "adopt_purchase"
    DECLARE_NOT_MADE = "declare_not_made"
    WAIT = "wait"
    CORRECT_IN_ERP = "correct_in_erp"
    EDIT_FILE = "edit_file"
    SHIP_BY_HAND = "ship_by_hand"
    VOID_AT_CARRIER = "void_at_carrier"
    PRINT_AT_CARRIER = "print_at_carrier"


ELSEWHERE = frozenset(
    {
        Action.WAIT,
        Action.CORRECT_IN_ERP,
        Action.EDIT_FILE,
        Action.SHIP_BY_HAND,
        Action.VOID_AT_CARRIER,
        Action.PRINT_AT_CARRIER,
    }
)
"""Actions that nobody can start from here: only the sentence of a hint says them."""


@dataclass(frozen=True, slots=True)
class Act:
    """An action and its arguments by name, such as order, field, value, shipment, connection, side.

    An argument that is not given is for the person to fill in; `order` is then the order whose hint it is.
    """

    action: Action
    arguments: tuple[tuple[str, str], ...] = ()

    def argument(self, name: str) -> str:
        """Return the argument of that name, "" when it is not given."""
        return dict(self.arguments).get(name, "")


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence and its actions: `{0}`, `{1}` ... in `text` stand for the first, the second action."""

    text: str
    acts: tuple[Act, ...] = ()

    def worded(self, words: Callable[[Act], str]) -> str:
        """Return the sentence with each action put into `words`."""

        def act(found: re.Match[str]) -> str:
            at = int(found[1])
            return words(self.acts[at]) if at < len(self.acts) else found[0]

        return re.sub(r"\{(\d)\}", act, self.text)

    def __str__(self) -> str:
        """Return the sentence for a log: actions by their names."""
        return self.worded(_plain)


Advice: TypeAlias = Hint | str
"""A hint, or a sentence without actions; "" says nothing. Earlier releases stored sentences only: they are shown as
they are."""


def do(action: Action, **arguments: str) -> Act:
    """Return the action with these arguments; "" as a value is a switch without one."""
    return Act(action, tuple(arguments.items()))


def about(advice: Advice, order: str) -> Advice:
    """Return the advice with each action of an order given this one, where none is named."""
    if isinstance(advice, str):
        return advice
    acts = (
        act if act.argument("order") else replace(act, arguments=(("order", order), *act.arguments))
        for act in advice.acts
    )
    return replace(advice, acts=tuple(acts))


def as_text(advice: Advice) -> str:
    """Return the advice as a text to be stored."""
    if isinstance(advice, str):
        return advice
    acts = [{"action": str(each.action), "arguments": dict(each.arguments)} for each in advice.acts]
    return json.dumps({"text": advice.text, "acts": acts})


def restored(text: str) -> Advice:
    """Return the advice that was stored; a sentence is shown as it is."""
    if not text.startswith('{"text": '):
        return text
    read = json.loads(text)
    acts = (Act(Action(each["action"]), tuple(each["arguments"].items())) for each in read["acts"])
    return Hint(read["text"], tuple(acts))


def offers(advice: Advice, action: Action) -> bool:
    """Return whether the advice offers this action."""
    return not isinstance(advice, str) and any(each.action == action for each in advice.acts)


def _plain(act: Act) -> str:
    given = ", ".join(f"{name} {value}".strip() for name, value in act.arguments)
    return act.action.replace("_", " ") + (f" ({given})" if given else "")


NEXT_POLL = Hint("nothing: the next poll reads the order again and goes on with what it finds", (do(Action.WAIT),))
"""For an order that only the ERP can free."""
