"""Close a connection whose fault needs a person, and leave an item of a newer release alone."""

from __future__ import annotations

from shared import log
from shared.errors import Misconfigured, NewerFormat
from shared.ports import Ports, StoredConnection


def close_connection(ports: Ports, stored: StoredConnection, error: Misconfigured) -> bool:
    """Stops everything of a connection until a person acts: with refused credentials every further call burns quota.

    False, and nothing is stopped, when a credential was replaced since this process read it: what was refused is the
    former one, and the next try takes the new one (G15).
    """
    connection = stored.connection.id
    if ports.credentials_renewed(connection):
        log.step("credentials_renewed", connection=connection, why=str(error))
        return False
    log.trouble("connection_closed", connection=connection, why=str(error))
    log.count("ConnectionsClosed", connection=connection)
    ports.connections.set_status(connection, "closed", str(error), "parcelbridge", ports.clock.now(), error.hint)
    return True


def newer_format(connection: str, key: str, error: NewerFormat) -> None:
    """An item of a newer release is left alone; the operator hears of it."""
    log.trouble("newer_format", order=key, connection=connection, why=str(error))
    log.count("NewerFormats", connection=connection)
