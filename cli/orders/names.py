"""Which order a person means: a document number, with -1, -2 for one of its parcel groups, the full key
system/company/document/delivery, or a tracking number."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from cli.connections.names import applied
from cli.errors import CommandError
from cli.wiring import Stack
from shared.domain.order import order_key
from shared.domain.parcel_group import document_key
from shared.domain.record import Head
from shared.domain.windows import BUCKETS
from shared.ports import StoredConnection
from shared.workflow.intake.groups import group_keys


def find_order(stack: Stack, name: str, connection: str | None = None) -> Head:
    """The head of the order that `name` means. Raises CommandError when there is none, or more than one."""
    head = order_named(stack, name, connection)
    if head:
        return head
    if name.count("/") == 3:
        raise CommandError(f"there is no order {name}")
    searched = [applied(stack, connection)] if connection else stack.ports.connections.all()
    raise CommandError(_absent(name, [stored.connection.id for stored in searched]), hint=_ABSENT)


def order_named(stack: Stack, name: str, connection: str | None = None) -> Head | None:
    """The head of the order that `name` means, None when there is none. Raises CommandError for more than one."""
    if name.count("/") == 3:
        return stack.ports.orders.head(name)
    searched = [applied(stack, connection)] if connection else stack.ports.connections.all()
    keys = sorted(set(_keys(stack, name, searched)))
    heads = stack.ports.orders.heads(keys)
    if connection:
        heads = [head for head in heads if head.connection == connection]
    if len(heads) > 1:
        numbered = (f"  {name}-{place}: {head.key}, {head.connection}" for place, head in enumerate(heads, start=1))
        lines = [f"{len(heads)} orders have the number {name}:", *numbered]
        raise CommandError(lines, hint=f"name one by its full key, as {name}-1, or by --connection")
    return heads[0] if heads else _otherwise(stack, name, searched, connection)


def _otherwise(stack: Stack, name: str, searched: list[StoredConnection], connection: str | None) -> Head | None:
    """The order that has the tracking number, or the parcel group of a document, such as 4000036-2."""
    for carrier in dict.fromkeys(stored.connection.carrier.kind for stored in searched):
        parcel = stack.ports.orders.order_of_parcel(carrier, name)
        if parcel:
            return stack.ports.orders.head(parcel.order)
    document, _, place = name.rpartition("-")
    if not (document and place.isascii() and place.isdigit()):
        return None
    heads = stack.ports.orders.heads(sorted(set(_keys(stack, document, searched))))
    heads = [head for head in heads if connection in (None, head.connection)]
    return heads[int(place) - 1] if 0 < int(place) <= len(heads) else None


_ABSENT = "it was not taken (yet): check the number, its status and the selection of the connection file"


def _absent(name: str, connections: list[str]) -> str:
    where = ", ".join(connections)
    return f"there is no order {name} in {where}" if where else f"there is no order {name}: no connection is applied"


def _keys(stack: Stack, document: str, connections: list[StoredConnection]) -> Iterator[str]:
    for stored in connections:
        scope = scope_of(stack, stored.connection.id)
        if scope:
            yield from group_keys(stack.ports, document_key(order_key(*scope, document)))


def scope_of(stack: Stack, connection: str) -> tuple[str, str] | None:
    """System and company of a connection's orders; while its first poll is not over yet, those of any order it took."""
    system, _, company = stack.ports.connections.poll_state(connection).scope.rpartition("/")
    if system:
        return system, company
    keys = (key for bucket in BUCKETS for key in stack.ports.orders.listing(connection, bucket))
    first = next(keys, "").split("/")
    return (unquote(first[0]), unquote(first[1])) if len(first) == 4 else None
