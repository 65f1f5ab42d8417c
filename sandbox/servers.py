"""The engines over HTTP on loopback: threads, kept connections, a record of the traffic, and the ledgers."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from sandbox.engine import ConnectionDropped, Engine
from shared.http import Request, Response

LEDGER_PATH = "/_sandbox/ledger"
"""Where a server tells what really happened; no vendor has such a path."""


class EngineServer(ThreadingHTTPServer):
    """One engine on a port of 127.0.0.1. Every request is appended to `traffic`, a line of JSON each.

    An engine is plain Python, whose books two threads at once would spoil: it works on one request at a time.
    """

    daemon_threads = True

    def __init__(self, port: int, engine: Engine, ledger: Callable[[], Any], traffic: Path, name: str) -> None:
        self.engine, self.ledger, self.name = engine, ledger, name
        self._traffic, self._writing, self._working = traffic, Lock(), Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def work(self, request: Request) -> Response:
        """The engine's answer. Raises ConnectionDropped."""
        with self._working:
            return self.engine.handle(request)

    def record(self, operation: str, request: Request, status: int) -> None:
        line = {
            "system": self.name,
            "operation": operation,
            "status": status,
            **asdict(request),
            "body": request.body.decode(errors="replace"),
        }
        with self._writing, self._traffic.open("a") as file:
            file.write(json.dumps(line) + "\n")


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the engine; breaks the connection where the engine says so."""

    server: EngineServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        if self.path == LEDGER_PATH:
            self._send(
                Response(
                    200, {"content-type": "application/json"}, json.dumps(self.server.ledger(), default=str).encode()
                )
            )
            return
        operation = self.server.engine.operation(request)
        try:
            response = self.server.work(request)
        except ConnectionDropped:
            self.server.record(operation, request, 0)
            self._drop()
            return
        self.server.record(operation, request, response.status)
        self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def _drop(self) -> None:
        """A reset, not an orderly end: the client can not tell whether its request was worked on."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """The traffic file has it all."""
