"""Which connection a person means, and which names of its file its ERP does not have."""

from __future__ import annotations

import difflib

from cli.errors import CommandError
from cli.wiring import Stack
from shared.connection import Connection
from shared.ports import ChecksNames, StoredConnection


def applied(stack: Stack, connection_id: str) -> StoredConnection:
    """The applied connection of that id. Raises CommandError that names those there are."""
    stored = stack.ports.connections.get(connection_id)
    if stored:
        return stored
    known = [each.connection.id for each in stack.ports.connections.all()]
    near = difflib.get_close_matches(connection_id, known, n=1)
    question = f"; did you mean {near[0]}?" if near else f"; applied: {', '.join(known)}" if known else ""
    raise CommandError(f"there is no connection {connection_id}{question}", hint="parcelbridge connections apply FILE")


def unlike_the_tenant(stack: Stack, connection: Connection) -> list[str]:
    """Name what differs between the connection and its ERP, where the names are each tenant's own."""
    with stack.ports.erp(connection) as erp:
        checks = erp.check_names() if isinstance(erp, ChecksNames) else ()
    return [f"{each.name}: {each.detail}" for each in checks if not each.ok]
