"""The mail that brings a label to its supplier, as text: a person sends it from their own mailbox. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cli.labels.links import Link
from cli.rendering import instant
from shared.connection import Connection
from shared.domain.record import Head, Snapshot
from shared.ports import ShippedPackage
from shared.workflow.orders.label import bought_at
from shared.workflow.planning.fixes import fixed


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    body: str
    expires: datetime


def mail_of(
    connection: Connection,
    head: Head,
    snapshot: Snapshot,
    links: Sequence[tuple[ShippedPackage, Link]],
    copies: int = 0,
) -> Mail:
    """Order number, tracking numbers, ship date, service, and a link for each package; with papers for customs, of
    which `copies` go along, a word of them."""
    order, carrier = fixed(snapshot.order, snapshot.fixes), connection.carrier.kind.upper()
    sender = _line(snapshot.plan.shipper.name) if snapshot.plan else ""
    supplier, number, place = _line(order.ship_from.name), _line(head.document), _line(order.ship_to.name)
    expires = min(link.until for _, link in links)
    greeting = f"Dear {_line(order.ship_from.attention) or supplier},"
    many = len(links) > 1
    lines = [
        greeting,
        "",
        f"Please use {'these labels' if many else 'this label'} for our order {number}"
        + (f", to be delivered to {place}." if place else "."),
        "",
        f"Order:     {number}",
        f"Carrier:   {carrier}, service {head.service}",
        f"Ship date: {_ship_date(connection, head, snapshot)}",
        "",
    ]
    for package, link in links:
        lines += [f"Package {package.number} of {len(links)}: {package.tracking_number}", link.url, ""]
    lines += [
        f"The {'links open' if many else 'link opens'} the {'labels' if many else 'label'} until {instant(expires)}."
    ]
    if copies:
        many_copies = f"{copies} copies of it" if copies > 1 else "one copy of it"
        lines += ["", f"The invoice for customs is attached: please put {many_copies} into a pouch on package 1."]
    lines += ["", "Kind regards,", *([sender] if sender else [])]
    subject = f"{carrier} {'labels' if many else 'label'} for order {number}" + (f" of {sender}" if sender else "")
    return Mail(supplier, subject, "\n".join(lines), expires)


def _line(text: str) -> str:
    """The text on one line: a line's end in a name of the ERP must not begin a line of the mail."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _ship_date(connection: Connection, head: Head, snapshot: Snapshot) -> str:
    """The planned day, or the day of the label in the connection's zone."""
    planned = snapshot.plan.ship_date if snapshot.plan else None
    return str(planned or bought_at(head).astimezone(ZoneInfo(connection.timezone)).date())
