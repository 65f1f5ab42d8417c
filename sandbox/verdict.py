"""What became of the demo's orders, judged by the ledgers of the sandbox M3 and UPS and by the ends declared before."""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.seed import Expected, expectations, unwanted
from sandbox.serve import Servers
from sandbox.servers import LEDGER_PATH
from shared.domain.record import Head
from shared.domain.state import State

OUR_FIELDS = ("A121", "A230", "A430", "A530", "A630", "N096")


@dataclass(frozen=True)
class Ledgers:
    """What really happened: the carrier's shipments by the ERP's order number, and the ERP's free fields."""

    shipments: Mapping[str, Sequence[Mapping[str, Any]]]
    fields: Mapping[str, Mapping[str, str]]
    written: frozenset[str]
    answers_lost: int

    def live(self, document: str) -> list[Mapping[str, Any]]:
        return [each for each in self.shipments.get(document, ()) if each["live"]]


@dataclass(frozen=True)
class Verdict:
    """The demo's last line; `complaints` says in words what `unexpected`, `lost` and `duplicated` count."""

    orders: int
    done: int
    held: int
    unexpected: int
    lost: int
    duplicated: int
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"demo: orders={self.orders} done={self.done} held={self.held} "
            f"unexpected={self.unexpected} lost={self.lost} duplicated={self.duplicated}"
        )

    @property
    def good(self) -> bool:
        counted = self.done + self.held == self.orders
        return counted and not (self.unexpected or self.lost or self.duplicated)


def read_ledgers(servers: Servers) -> Ledgers:
    """Asks both servers for their books."""
    ups, m3 = _read(servers.ups), _read(servers.m3)
    shipments: dict[str, list[Mapping[str, Any]]] = {}
    for each in ups["shipments"]:
        shipments.setdefault(each["order"], []).append(each)
    written = frozenset(write["document"] for write in m3["writes"])
    return Ledgers(shipments, m3["fields"], written, ups["answers_lost"])


def judge(orders: int, heads: Sequence[Head], ledgers: Ledgers) -> Verdict:
    """Holds the store's heads and the ledgers against the declared ends."""
    by_document = {head.document: head for head in heads}
    declared = expectations(orders)
    states = Counter(head.state for head in heads)
    complaints = [
        *_strangers(orders, declared, by_document, ledgers),
        *(_unexpected(each, by_document.get(each.document), ledgers) for each in declared.values()),
    ]
    if not ledgers.answers_lost:
        complaints.append("no create answer was lost on the way, so recovery was not shown")
    lost = [document for document in declared if _is_lost(by_document.get(document), ledgers, document)]
    duplicated = [document for document in ledgers.shipments if len(ledgers.live(document)) > 1]
    spoken = [each for each in complaints if each]
    return Verdict(
        orders=orders,
        done=states[State.DONE],
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


def _is_lost(head: Head | None, ledgers: Ledgers, document: str) -> bool:
    """Never taken in; or called done without the carrier's live numbers in the ERP; or bought and not known of."""
    live = ledgers.live(document)
    if head is None or (live and not head.shipment_id):
        return True
    if head.state != State.DONE:
        return False
    return not live or ledgers.fields[document].get("A121", "").split() != live[0]["tracking_numbers"]


def _unexpected(expected: Expected, head: Head | None, ledgers: Ledgers) -> str:
    """How the order differs from what was declared of it, "" when it does not."""
    if head is None:
        return f"{expected.document}: not taken in"
    if (head.state, head.reason) != (expected.state, expected.reason):
        return f"{expected.document}: {head.state} {head.reason}, declared {expected.state} {expected.reason}".rstrip()
    live, fields = ledgers.live(expected.document), ledgers.fields[expected.document]
    if len(live) != expected.shipments:
        return f"{expected.document}: {len(live)} live shipments, declared {expected.shipments}"
    wrong = [f"{name}={fields.get(name, '')!r}" for name, value in expected.fields if fields.get(name, "") != value]
    if not live:
        wrong += [f"{name}={fields[name]!r}" for name in OUR_FIELDS if _filled(fields.get(name, ""))]
    elif Decimal(fields.get("N096") or "0") != Decimal(live[0]["billed"]):
        wrong.append(f"N096={fields.get('N096')!r}, the carrier bills {live[0]['billed']}")
    return f"{expected.document}: in the ERP {', '.join(wrong)}" if wrong else ""


def _strangers(
    orders: int, declared: Mapping[str, Expected], by_document: Mapping[str, Head], ledgers: Ledgers
) -> list[str]:
    """Orders that nobody should have touched."""
    told = [f"{each}: taken in, though the selection does not want it" for each in by_document if each not in declared]
    touched = [each for each in unwanted(orders) if ledgers.shipments.get(each) or each in ledgers.written]
    return told + [f"{each}: shipped or written to, though the selection does not want it" for each in touched]


def _filled(value: str) -> bool:
    return value.strip() not in ("", "0")


def _read(address: str) -> Any:
    with urllib.request.urlopen(address + LEDGER_PATH, timeout=30) as answer:
        return json.load(answer)
