"""A purchase order at a warehouse that waits for a person."""

from __future__ import annotations

from dataclasses import replace

from functions.operator_api.fields import key_text
from shared.domain.receiving import Hold, InboundEntry, InboundStep, Stage
from shared.ports import Ports
from tests.contract.test_receiving_store import ENTRY, ORDER


def a_held_purchase(ports: Ports, connection: str) -> str:
    """Keeps the order, held; gives its key for the API."""
    order = replace(ORDER, connection=connection)
    assert ports.receiving.create(order, ENTRY)
    after = replace(order, version=2, stage=Stage.OPEN, hold=Hold.CHANGED, sentence="changed", wanted="w", token="two")
    ports.receiving.step(after, InboundEntry(2, order.changed, "parcelbridge", InboundStep.HELD, Stage.OPEN))
    return key_text(order.key)
