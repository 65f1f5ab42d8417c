"""The verdict on the demo's orders, by the emulators' ledgers and by the ends declared before."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import Any

from sandbox.seed import Declared, Expected
from sandbox.serve import Servers
from sandbox.servers import LEDGER_PATH
from sandbox.systems import CARRIERS, ERPS
from shared.domain.milestones import Milestone
from shared.domain.record import Head
from shared.domain.state import State


@dataclass(frozen=True)
class Ledgers:
    """The facts of all carriers and ERPs: the shipments by the order's number, which no two ERPs share, the values of
    the ERP's fields by canonical name, the values of others that are `spoilt`, and the names that an ERP `overlooked`
    because it does not know them."""

    shipments: Mapping[str, Sequence[Mapping[str, Any]]]
    fields: Mapping[str, Mapping[str, str]]
    written: frozenset[str]
    answers_lost: int
    spoilt: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overlooked: Sequence[str] = ()

    def arrived(self, document: str) -> bool:
        """Tell if the carrier has delivered every parcel that lives."""
        live = self.live(document)
        return bool(live) and all(each["delivered"] for each in live)

    def delivered(self, document: str) -> bool:
        """Tell if every parcel has arrived, and the ERP was told so."""
        return self.arrived(document) and self.fields[document].get("milestone") == Milestone.DELIVERED

    def parcels(self, document: str) -> list[tuple[str, str]]:
        """The kinds of carrier and tracking numbers of the parcels that live."""
        return [(each["carrier"], number) for each in self.live(document) for number in each["tracking_numbers"]]

    def live(self, document: str) -> list[Mapping[str, Any]]:
        return [each for each in self.shipments.get(document, ()) if each["live"]]


@dataclass(frozen=True)
class Verdict:
    """The demo's last line; `complaints` says in words what `unexpected`, `lost` and `duplicated` count. `delivered`
    orders are those that the ERP was told so of, and the carrier's books agree."""

    orders: int
    done: int
    delivered: int
    held: int
    unexpected: int
    lost: int
    duplicated: int
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"demo: orders={self.orders} done={self.done} delivered={self.delivered} held={self.held} "
            f"unexpected={self.unexpected} lost={self.lost} duplicated={self.duplicated}"
        )

    @property
    def good(self) -> bool:
        counted = self.done + self.held == self.orders
        return counted and not (self.unexpected or self.lost or self.duplicated)


def read_ledgers(servers: Servers) -> Ledgers:
    """Asks all servers for their books."""
    shipments: dict[str, list[Mapping[str, Any]]] = {}
    carriers = [_read(servers.addresses[kind]) for kind in CARRIERS]
    for each in chain.from_iterable(carrier["shipments"] for carrier in carriers):
        shipments.setdefault(each["order"], []).append(each)
    erps = [_read(servers.addresses[kind]) for kind in ERPS]
    return Ledgers(
        shipments,
        {document: fields for erp in erps for document, fields in erp["fields"].items()},
        frozenset(write["document"] for erp in erps for write in erp["writes"]),
        sum(carrier["answers_lost"] for carrier in carriers),
        {document: spoilt for erp in erps for document, spoilt in erp["spoilt"].items()},
        [name for erp in erps for name in erp["overlooked"]],
    )


def judge(declared: Declared, heads: Sequence[Head], ledgers: Ledgers, travelled: Collection[str] = ()) -> Verdict:
    """Holds the store's heads and the ledgers against the declared ends. An order is a document of the ERP: it is done
    when all its parcel groups are. Orders whose parcels have `travelled` must be delivered, and the ERP told so."""
    by_document: dict[str, list[Head]] = {}
    for head in heads:
        by_document.setdefault(head.document, []).append(head)
    ends = declared.ends
    states = Counter(_end(each)[0] for each in by_document.values())
    complaints = [
        *_strangers(declared, by_document, ledgers),
        *(_unexpected(each, by_document.get(each.document, []), ledgers) for each in ends.values()),
    ]
    complaints += [f"the ERP was sent {each}, which it does not know" for each in ledgers.overlooked]
    complaints += [_on_its_way(document, ends.get(document), ledgers) for document in travelled]
    if not ledgers.answers_lost:
        complaints.append("no create answer was lost on the way, so recovery was not shown")
    lost = [document for document in ends if _is_lost(by_document.get(document, []), ledgers, document)]
    wanted = {document: each.shipments or 1 for document, each in ends.items()}
    duplicated = [each for each in ledgers.shipments if len(ledgers.live(each)) > wanted.get(each, 1)]
    spoken = [each for each in complaints if each]
    return Verdict(
        orders=len(ends),
        done=states[State.DONE],
        delivered=sum(ledgers.delivered(each) for each in ends),
        held=states[State.HELD],
        unexpected=len(spoken),
        lost=len(lost),
        duplicated=len(duplicated),
        complaints=(
            *spoken,
            *(f"{document}: lost" for document in lost),
            *(f"{document}: {len(ledgers.live(document))} live shipments" for document in duplicated),
        ),
    )


def as_declared(declared: Declared, heads: Sequence[Head]) -> bool:
    """Tell if each order stands where it was declared to end: state and reason of all its parcel groups."""
    by_document: dict[str, list[Head]] = {}
    for head in heads:
        by_document.setdefault(head.document, []).append(head)
    return all(
        len(by_document.get(each.document, ())) >= max(each.shipments, 1)
        and _end(by_document[each.document]) == (each.state, each.reason)
        and (not each.again or all(_is_again(head) for head in by_document[each.document]))
        for each in declared.ends.values()
    )


def _is_again(head: Head) -> bool:
    return head.generation > 1


def _end(heads: Sequence[Head]) -> tuple[State, str]:
    """State and reason of a document: those of its first parcel group that is not done, or DONE."""
    return next(((head.state, head.reason) for head in heads if head.state != State.DONE), (State.DONE, ""))


def _is_lost(heads: Sequence[Head], ledgers: Ledgers, document: str) -> bool:
    """Never taken in; or bought and not known of; or bought or done without the carrier's live numbers in the ERP."""
    live = ledgers.live(document)
    known = {head.shipment_id for head in heads}
    if not heads or any(each["shipment_id"] not in known for each in live):
        return True
    if not live and _end(heads)[0] != State.DONE:
        return False
    numbers = [number for each in live for number in each["tracking_numbers"]]
    return not live or sorted(ledgers.fields[document].get("tracking_numbers", "").split()) != sorted(numbers)


def _unexpected(expected: Expected, heads: Sequence[Head], ledgers: Ledgers) -> str:
    """How the order differs from what was declared of it, "" when it does not."""
    if not heads:
        return f"{expected.document}: not taken in"
    state, reason = _end(heads)
    if (state, reason) != (expected.state, expected.reason):
        return f"{expected.document}: {state} {reason}, declared {expected.state} {expected.reason}".rstrip()
    if expected.again and not all(map(_is_again, heads)):
        return f"{expected.document}: not shipped again"
    live, fields = ledgers.live(expected.document), ledgers.fields[expected.document]
    if len(live) != expected.shipments:
        return f"{expected.document}: {len(live)} live shipments, declared {expected.shipments}"
    wrong = [f"{name}={fields.get(name, '')!r}" for name, value in expected.fields if fields.get(name, "") != value]
    wrong += [f"{name}={value!r}" for name, value in ledgers.spoilt.get(expected.document, {}).items()]
    wrong += [f"{name}={fields[name]!r}" for name in expected.untold if fields.get(name)]
    billed = sum(Decimal(each["billed"]) for each in live)
    if not live:
        wrong += [f"{name}={fields[name]!r}" for name in fields]
    elif "cost" not in expected.untold and Decimal(fields.get("cost") or "0") != billed:
        wrong.append(f"cost={fields.get('cost')!r}, the carrier bills {billed}")
    return f"{expected.document}: in the ERP {', '.join(wrong)}" if wrong else ""


def _on_its_way(document: str, expected: Expected | None, ledgers: Ledgers) -> str:
    """How the order's delivery is not told, "" when it is, or when it has arrived and the ERP is told no milestone."""
    untold = expected is not None and "milestone" in expected.untold
    if ledgers.delivered(document) or (untold and ledgers.arrived(document)):
        return ""
    told = ledgers.fields[document].get("milestone", "")
    return f"{document}: in the ERP milestone={told!r}, {'delivered' if ledgers.arrived(document) else 'on its way'}"


def _strangers(declared: Declared, by_document: Mapping[str, Sequence[Head]], ledgers: Ledgers) -> list[str]:
    """Orders that nobody should have touched."""
    told = [
        f"{each}: taken in, though the selection does not want it" for each in by_document if each not in declared.ends
    ]
    touched = [each for each in declared.unwanted if ledgers.shipments.get(each) or each in ledgers.written]
    return told + [f"{each}: shipped or written to, though the selection does not want it" for each in touched]


def _read(address: str) -> Any:
    with urllib.request.urlopen(address + LEDGER_PATH, timeout=300) as answer:
        return json.load(answer)
