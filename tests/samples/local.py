"""The demo's own connections, lived through in memory: their very files, with the sandbox reached in this process."""

from __future__ import annotations

from pathlib import Path

from cli.connections.files import read_connection
from sandbox.serve import INDEX_LAG
from sandbox.stack import CONNECTIONS, filled_in
from shared.connection import Connection
from tests.worlds import World

START = "2026-11-02T00:00:00Z"


def local_connections(folder: Path) -> tuple[Connection, ...]:
    """The first connections of `make demo`, without the addresses of its servers."""
    return tuple(local_connection(name, folder) for name in CONNECTIONS)


def local_connection(name: str, folder: Path) -> Connection:
    """One of them, or of the demo's other pairs."""
    text = filled_in(name, start_from=START).replace(', base_url: "{erp}"', "").replace(', base_url: "{carrier}"', "")
    (folder / f"{name}.yaml").write_text(text)
    return read_connection(folder / f"{name}.yaml").connection


def local_world(folder: Path) -> World:
    """A world with the demo's connections, not started yet."""
    first, *others = local_connections(folder)
    return World(first, index_lag=INDEX_LAG, others=tuple(others))
