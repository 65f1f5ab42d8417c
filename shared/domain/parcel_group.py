"""Parcel groups of a document whose lines go to several places: their names, and which group keeps a line. Pure.

A group is named after its lowest line ("line-2"), never after its address: a corrected address is the same group. A
document that goes to one place is one group without a name. Once a label exists, or may exist, its lines stay with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from shared.domain.order import Order, order_key

_BY_LINE = "line-"

Standing = Literal["free", "waiting", "elsewhere", "bought"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A parcel group that is known already, by its delivery's name, with its lines (None: they are kept no longer).

    free: cancelled, holds nothing. waiting: ours and without a label. elsewhere: another connection's, without a label.
    bought: a label exists, or may exist. `doubted` says that it waits for a person to tell whether its lines are new.
    """

    delivery: str
    standing: Standing
    lines: frozenset[str] | None
    doubted: bool = False

    @property
    def keeps(self) -> frozenset[str]:
        """The lines that no other group may take."""
        return (self.lines or frozenset()) if self.standing in ("bought", "elsewhere") else frozenset()


@dataclass(frozen=True, slots=True)
class Regrouped:
    """The outcome of dividing a document that was read.

    `groups` are its orders under their lasting names, each with why a person must look at it ("" when none must).
    `losing` names waiting claims of which a line goes to another group: they must be stopped before anything is
    claimed. `ending` names waiting claims of which nothing is left. `settled` is False while lines wait for another
    connection.
    """

    groups: tuple[tuple[Order, str], ...]
    losing: tuple[str, ...]
    ending: tuple[str, ...]
    settled: bool


def document_key(order_or_key: str) -> str:
    """Return the key that all parcel groups of a document share: ERP system, company and number, as in their keys."""
    return order_or_key.rsplit("/", 1)[0]


def delivery_of(key: str) -> str:
    """The delivery in an order's key, "" for none."""
    name = key.rsplit("/", 1)[1]
    return "" if name == "-" else unquote(name)


def key_in(document: str, delivery: str) -> str:
    """The key of one parcel group of a document."""
    return f"{document}/{order_key('', '', '', delivery).rsplit('/', 1)[1]}"


def line_group(line: str) -> str:
    """The name of the group whose lowest line is `line`."""
    return f"{_BY_LINE}{line}"


def made_of_lines(deliveries: Iterable[str]) -> bool:
    """Tell if these are groups of lines, between which a line may move; a delivery note of the ERP keeps its own."""
    return any(delivery.startswith(_BY_LINE) for delivery in deliveries)


def by_line(number: str) -> tuple[tuple[int, str], ...]:
    """Sorts line numbers as people count: 2 before 10, 3 before 3/1. Takes names of groups too, "" first."""
    parts = re.split(r"\D+", number.removeprefix(_BY_LINE))
    return tuple((int(part or 0), part) for part in parts) if number else ()


def regroup(read: Sequence[Order], claims: Sequence[Claim], known: frozenset[str]) -> Regrouped:
    """Which groups a document has now. `known` are the lines that were there before its first label.

    A line stays where a label is. After a first label only lines that were known go on by themselves: a line that is
    new since then may be one that was shipped and entered again (docs/decisions.md, parcel groups).
    """
    kept = frozenset[str]().union(*(claim.keeps for claim in claims))
    bought = [claim for claim in claims if claim.standing == "bought"]
    known = known.union(*(claim.lines or frozenset() for claim in claims if not claim.doubted))
    groups = []
    for order in read:
        rest = tuple(line for line in order.lines if line.number not in kept)
        if rest:
            new = [line.number for line in rest if line.number not in known] if bought else []
            group = replace(order, delivery=line_group(min((line.number for line in rest), key=by_line)), lines=rest)
            groups.append((_noted(group, order, kept), _doubt(new, bought)))
    here = {group.delivery: {line.number for line in group.lines} for group, _ in groups}
    waiting = [claim for claim in claims if claim.standing == "waiting"]
    elsewhere = frozenset[str]().union(*(claim.keeps for claim in claims if claim.standing == "elsewhere"))
    return Regrouped(
        groups=tuple(groups),
        losing=tuple(claim.delivery for claim in waiting if _loses(claim, here)),
        ending=tuple(claim.delivery for claim in waiting if claim.delivery not in here),
        settled=not any(line.number in elsewhere for order in read for line in order.lines),
    )


def _loses(claim: Claim, here: dict[str, set[str]]) -> bool:
    """Tell if a line of the claim stands in another group now."""
    lines = claim.lines or frozenset()
    return any(not lines.isdisjoint(numbers) for name, numbers in here.items() if name != claim.delivery)


def _doubt(new: Sequence[str], bought: Sequence[Claim]) -> str:
    """Why a group is not shipped without a person, "" when it is."""
    if any(claim.lines is None for claim in bought):
        return "a parcel group of this document was shipped, and which lines were in it is kept no longer"
    if new:
        return f"line {', '.join(new)} came after a label of this document: is it one that was shipped already?"
    return ""


def _noted(group: Order, order: Order, kept: frozenset[str]) -> Order:
    """Says which lines stay behind with another label: nothing is left out silently."""
    stay = [line.number for line in order.lines if line.number in kept]
    if not stay:
        return group
    note = f"line {', '.join(stay)} has the same ship-to and stays with another parcel group"
    return replace(group, notes=(*group.notes, note))
