"""The engines over HTTP on loopback: threads, kept connections, a record of the traffic, and the ledgers."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from sandbox.engine import ConnectionDropped, Engine, Fault, NeverAnswered
from shared.http import Request, Response

LEDGER_PATH = "/_sandbox/ledger"
"""Where a server tells what really happened; no vendor has such a path."""
FAULTS_PATH = "/_sandbox/faults"
"""Where a server is told how to misbehave (PUT: a list of engine.Fault, which replaces the one before), and says what
is left of it and who waits for an answer in vain, by the client's port."""

ANSWER = 200
"""Bytes of an answer that are recorded."""

_FAULTS = TypeAdapter(list[Fault])


class EngineServer(ThreadingHTTPServer):
    """One engine on a port of 127.0.0.1. Every request is appended to `traffic`, a line of JSON each.

    An engine is plain Python, whose books two threads at once would spoil: it works on one request at a time.
    """

    daemon_threads = True
    request_queue_size = 128
    """So many may wait to be accepted: the default of 5 turns callers away on a loaded machine."""

    def __init__(
        self,
        port: int,
        engine: Engine,
        ledger: Callable[[], Any],
        traffic: Path,
        name: str,
        commands: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> None:
        """`commands` are further paths of the sandbox itself: each gets what was sent as JSON."""
        self.engine, self.ledger, self.name = engine, ledger, name
        self.commands = dict(commands or {})
        self.unanswered: dict[int, str] = {}
        self._traffic, self._writing, self._working = traffic, Lock(), Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def work(self, request: Request) -> Response:
        """The engine's answer. Raises ConnectionDropped."""
        with self._working:
            return self.engine.handle(request)

    def told(self, request: Request) -> Any:
        """Answer the paths of the sandbox itself. Raises pydantic's ValidationError for no list of faults."""
        if request.url == LEDGER_PATH:
            return self.ledger()
        if request.url in self.commands:
            with self._working:
                return self.commands[request.url](json.loads(request.body or b"null"))
        with self._working:
            if request.method == "PUT":
                self.engine.faults[:] = _FAULTS.validate_json(request.body)
            return {"faults": list(self.engine.faults), "unanswered": dict(self.unanswered)}

    def record(self, operation: str, request: Request, status: int, answer: bytes = b"") -> None:
        """Of the answer its beginning: who judges the order of calls sees sessions and errors there."""
        line = {
            "system": self.name,
            "operation": operation,
            "status": status,
            "answer": answer[:ANSWER].decode(errors="replace"),
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
        if self.path in (LEDGER_PATH, FAULTS_PATH, *self.server.commands):
            self._send(Response(200, {"content-type": "application/json"}, to_json(self.server.told(request))))
            return
        operation = self.server.engine.operation(request)
        try:
            response = self.server.work(request)
        except ConnectionDropped as dropped:
            self.server.record(operation, request, 0)
            if isinstance(dropped, NeverAnswered):
                self._say_nothing(request)
            self._drop()
            return
        self.server.record(operation, request, response.status, response.body)
        self._send(response)

    def _send(self, response: Response) -> None:
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def _say_nothing(self, request: Request) -> None:
        """Until the client is gone: ended, killed, or out of patience."""
        port = self.client_address[1]
        self.server.unanswered[port] = f"{request.url} {request.body.decode(errors='replace')}"
        with suppress(OSError):
            while self.connection.recv(4096):
                pass
        del self.server.unanswered[port]

    def _drop(self) -> None:
        """A reset, not an orderly end: the client cannot tell whether its request was worked on."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """The traffic file has it all."""
