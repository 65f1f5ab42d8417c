"""How a telling and the actions at an ERP stand in the order's partition, TELLING and ACTION#name."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from shared.aws.items import partition
from shared.aws.keys import due_keys, stamp_of
from shared.aws.wire import FORMAT, Item, readable
from shared.domain.money import Money
from shared.domain.telling import ActionRecord, Facts, Telling

TELLINGS = "telling"
"""The kind of what is due that a telling is."""
_TIMES = ("at", "not_before", "since", "again_at")


def telling_item(key: str, telling: Telling) -> Item:
    """Return the item of a telling: the values due, and those told. It stands in the due index while they differ."""
    item: Item = {
        "pk": partition(key),
        "sk": "TELLING",
        "v": FORMAT,
        "generation": telling.generation,
        "now": _facts(telling.now),
        "said": _facts(telling.said),
        "tries": telling.tries,
    }
    if telling.document is not None:
        item["document"] = _facts(telling.document)
    if telling.maybe:
        item["maybe"] = [_facts(each) for each in telling.maybe]
    times = {name: getattr(telling, name) for name in _TIMES}
    item |= {name: stamp_of(at) for name, at in times.items() if at}
    return item | (due_keys(key, telling.due_at, TELLINGS) if telling.due_at else {})


def read_telling(item: Item) -> Telling:
    """The telling of an item. Raises NewerFormat."""
    readable(item, "TELLING")
    times = {name: datetime.fromisoformat(item[name]) for name in _TIMES if name in item}
    return Telling(
        generation=int(item["generation"]),
        now=_read_facts(item["now"]),
        said=_read_facts(item["said"]),
        document=_read_facts(item["document"]) if "document" in item else None,
        due_at=datetime.fromisoformat(item["due_sk"]) if "due_sk" in item else None,
        tries=int(item["tries"]),
        maybe=tuple(_read_facts(each) for each in item.get("maybe", ())),
        **times,
    )


def action_item(key: str, action: ActionRecord) -> Item:
    """An action that cannot be repeated, by its name."""
    return {
        "pk": partition(key),
        "sk": f"ACTION#{action.name}",
        "v": FORMAT,
        "state": action.state,
        "at": stamp_of(action.at),
        "attempt": action.attempt,
        "found": action.found,
    }


def read_action(item: Item) -> ActionRecord:
    """The action of an item. Raises NewerFormat."""
    readable(item, "ACTION")
    name, at = item["sk"].removeprefix("ACTION#"), datetime.fromisoformat(item["at"])
    return ActionRecord(name, item["state"], at, int(item["attempt"]), item["found"])


def telling_items(key: str, telling: Telling | None, action: ActionRecord | None) -> list[Item]:
    """Those of the two that a step writes."""
    told = [telling_item(key, telling)] if telling else []
    return [*told, *([action_item(key, action)] if action else [])]


def _facts(facts: Facts) -> Item:
    cost = f"{facts.cost.amount} {facts.cost.currency}" if facts.cost else ""
    named = {"milestone": facts.milestone, "eta": facts.eta, "cost": cost, "failure": facts.failure}
    named |= {"numbers": facts.numbers}
    return {name: value for name, value in named.items() if value}


def _read_facts(item: Item) -> Facts:
    amount, _, currency = item.get("cost", "").partition(" ")
    cost = Money(Decimal(amount), currency) if amount else None
    return Facts(item.get("milestone", ""), item.get("eta", ""), cost, item.get("failure", ""), item.get("numbers", ""))
