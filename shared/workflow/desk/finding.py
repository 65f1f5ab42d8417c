"""Which orders a person means: by a document's number, with -1, -2 for one of its parcel groups, by the full key
system/company/document/delivery, or by a tracking number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from shared.domain.order import order_key
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.windows import BUCKETS
from shared.ports import Ports, StoredConnection
from shared.workflow.intake.groups import group_keys


def orders_named(
    ports: Ports, name: str, searched: Sequence[StoredConnection], connection: str | None = None
) -> list[Head]:
    """The heads of the orders that `name` means, none when there is none: by the numbers of the connections that are
    `searched`, those of `connection` only where one is named."""
    if name.count("/") == 3:
        head = ports.orders.head(name)
        return [head] if head else []
    return _of_document(ports, name, searched, connection) or _otherwise(ports, name, searched, connection)


def _otherwise(ports: Ports, name: str, searched: Sequence[StoredConnection], connection: str | None) -> list[Head]:
    """The order that has the tracking number, or the parcel group of a document, such as 4000036-2."""
    for carrier in dict.fromkeys(stored.connection.carrier.kind for stored in searched):
        parcel = ports.orders.order_of_parcel(carrier, name)
        head = ports.orders.head(parcel.order) if parcel else None
        if head:
            return [head]
    document, _, place = name.rpartition("-")
    if not (document and place.isascii() and place.isdigit()):
        return []
    heads = _of_document(ports, document, searched, connection)
    return [heads[int(place) - 1]] if 0 < int(place) <= len(heads) else []


def _of_document(
    ports: Ports, document: str, searched: Sequence[StoredConnection], connection: str | None
) -> list[Head]:
    heads = ports.orders.heads(sorted(set(_keys(ports, document, searched))))
    return [head for head in heads if connection in (None, head.connection)]


def _keys(ports: Ports, document: str, connections: Sequence[StoredConnection]) -> Iterator[str]:
    for stored in connections:
        scope = scope_of(ports, stored.connection.id)
        if scope:
            yield from group_keys(ports, document_key(order_key(*scope, document)))


def scope_of(ports: Ports, connection: str) -> tuple[str, str] | None:
    """System and company of a connection's orders; while its first poll is not over yet, those of any order it took."""
    system, _, company = ports.connections.poll_state(connection).scope.rpartition("/")
    if system:
        return system, company
    keys = (key for bucket in BUCKETS for key in ports.orders.listing(connection, bucket))
    first = next(keys, "").split("/")
    return (unquote(first[0]), unquote(first[1])) if len(first) == 4 else None
