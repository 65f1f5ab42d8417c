"""Which order a person means: a document number, with -1, -2 for one of its parcel groups, the full key
system/company/document/delivery, or a tracking number."""

from __future__ import annotations

from cli.connections.names import applied
from cli.errors import CommandError
from cli.wiring import Stack
from shared.domain.record import Head
from shared.workflow.desk.finding import orders_named


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
    searched = [applied(stack, connection)] if connection else stack.ports.connections.all()
    heads = orders_named(stack.ports, name, searched, connection)
    if len(heads) > 1:
        numbered = (f"  {name}-{place}: {head.key}, {head.connection}" for place, head in enumerate(heads, start=1))
        lines = [f"{len(heads)} orders have the number {name}:", *numbered]
        raise CommandError(lines, hint=f"name one by its full key, as {name}-1, or by --connection")
    return heads[0] if heads else None


_ABSENT = "it was not taken (yet): check the number, its status and the selection of the connection file"


def _absent(name: str, connections: list[str]) -> str:
    where = ", ".join(connections)
    return f"there is no order {name} in {where}" if where else f"there is no order {name}: no connection is applied"
