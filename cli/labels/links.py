"""Addresses for labels: each opens the label of one package, for whoever has it, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cli.wiring import Stack
from shared.domain.record import Head
from shared.ports import ShippedPackage
from shared.workflow.orders.pages import keep_label_page

USUAL = timedelta(days=7)
LONGEST = timedelta(days=30)
"""The longest time for which an address may be given: a label is for one shipment, which is soon."""


@dataclass(frozen=True, slots=True)
class Link:
    """An address, and when it ends."""

    url: str
    until: datetime


def link_of(stack: Stack, head: Head, package: ShippedPackage, valid: timedelta) -> Link:
    """The address of a package's label: the same each time, for at least `valid` from now. It is a key: it belongs in
    no log. Raises Conflict when somebody else was first."""
    page = keep_label_page(stack.ports, head, package.number, stack.ports.clock.now() + valid)
    return Link(f"{stack.webhook_base}{page.path}", page.ends)
