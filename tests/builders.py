"""Small orders, heads and connections for tests: each valid as it stands, each changed by keyword."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from sandbox.simulation import scenario
from shared import connection as files
from shared.connection import Connection
from shared.domain.address import Address, Party
from shared.domain.digest import content_of, fingerprint_of
from shared.domain.measures import Weight
from shared.domain.money import Money
from shared.domain.order import Order, OrderLine
from shared.domain.record import AuditEntry, Head, Snapshot
from shared.domain.state import State
from shared.registry import KINDS
from shared.workflow.orders.change import changes_between

NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)

WAREHOUSE = Party(
    "Acme Warehouse 1", Address(("1 Dock St",), "Albany", "NY", "12207", "US"), "Receiving", "5185550100", False
)
SUPPLIER = Party("Valve Works", Address(("77 Mill Rd",), "Buffalo", "NY", "14201", "US"), "Ann Lee", "7165550101")

FILE: dict[str, Any] = {
    **{name: value for name, value in scenario.FILE.items() if name not in ("timezone", "label")},
    "label": {"to": "warehouse"},
    "id": "acme-infor-ups",
}
"""The file of the simulation's connection, as short as a file may be."""


@contextmanager
def only_the_first_two() -> Iterator[None]:
    """No kinds but Infor M3 and UPS, for tests of what is said where a side has one kind."""
    erps: Any = KINDS.erps
    carriers: Any = KINDS.carriers
    with (
        patch.dict(erps, {"infor-m3": erps["infor-m3"]}, clear=True),
        patch.dict(carriers, {"ups": carriers["ups"]}, clear=True),
    ):
        yield


def parse(raw: object) -> Connection:
    """A file's connection, with the kinds that there are."""
    return files.parse(raw, KINDS)


def a_connection(**changes: Any) -> Connection:
    """A connection; a key with a dictionary is merged into the file's, any other replaces it."""
    file = deepcopy(FILE)
    for key, value in changes.items():
        file[key] = {**file[key], **value} if isinstance(value, dict) and isinstance(file.get(key), dict) else value
    return parse(file)


def a_line(number: str = "1", **changes: Any) -> OrderLine:
    line = OrderLine(number, f"ITEM{number}", f"Valve {number}", Decimal(2), "EA", Weight(Decimal("3.5"), "kg"))
    return replace(line, **changes)


def an_order(document: str = "1000001", **changes: Any) -> Order:
    order = Order(
        system="infor-m3:ACME_TST",
        company="100",
        document=document,
        delivery="",
        flow="inbound",
        status="20",
        changed="1762092000000",
        ship_from=SUPPLIER,
        ship_to=WAREHOUSE,
        lines=(a_line(),),
        service="UPS",
        freight_terms="COL",
        supplier="V100",
        warehouse="W01",
    )
    return replace(order, **changes)


def a_head(order: Order | None = None, **changes: Any) -> Head:
    order = order or an_order()
    head = Head(
        key=order.key,
        connection="acme-infor-ups",
        revision=1,
        document=order.document,
        state=State.RECEIVED,
        version=1,
        generation=1,
        created_at=NOW,
        updated_at=NOW,
        content=content_of(order),
        fingerprint=fingerprint_of(order),
        token="t1",
    )
    return replace(head, **changes)


def a_received(document: str = "1000001", **changes: Any) -> tuple[Head, Snapshot, AuditEntry]:
    """Return the records that a poll stores of a new order."""
    order = an_order(document)
    head = a_head(order, **changes)
    entry = AuditEntry(1, NOW, "parcelbridge", "received", head.state, changes=changes_between(None, head))
    return head, Snapshot(1, order), entry


def a_step(head: Head, state: State, **facts: Any) -> tuple[Head, AuditEntry]:
    """The next version of a head with its entry."""
    after = replace(head, state=state, version=head.version + 1, token=f"t{head.version + 1}", **facts)
    entry = AuditEntry(after.version, NOW, "parcelbridge", "step", state, changes=changes_between(head, after))
    return after, entry


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")
