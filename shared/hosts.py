"""Where a credential may be sent: to the vendor's own hosts, and to those that the secret itself names.

A connection file can name another host, and whoever may change a file need not be one who may read the secret. So the
file chooses among the secret's hosts, and adds none.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from shared import log
from shared.domain.hints import Action, Hint, do
from shared.errors import Misconfigured
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Secrets

FIELD = "hosts"
"""The secret's field with hosts, separated by commas; an address in another field of it counts as well."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TOO_MANY = 429
_PORTS = {"https": 443, "http": 80}


class Guarded:
    """A transport for one side of a connection; each of its calls is a line of the log.

    `vendor` are hosts that need no word of the secret; nor does this machine where AWS itself runs on it, as in the
    local stack.
    """

    def __init__(
        self,
        transport: Transport,
        secrets: Secrets,
        connection: str,
        side: Literal["erp", "carrier"],
        vendor: tuple[str, ...] = (),
    ) -> None:
        self._transport, self._secrets = transport, secrets
        self._connection, self._side = connection, side
        self._vendor = frozenset(vendor)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        """Raises Misconfigured, before anything is sent, for a host that the secret does not name."""
        host = host_of(request.url)
        here = is_here(request.url) and is_here(os.environ.get("AWS_ENDPOINT_URL", ""))
        if not (here or host in self._vendor or host in hosts_in(self._secrets.get(self._connection, self._side))):
            raise Misconfigured(
                f"the {self._side} credential may not be sent to {host or 'an address that cannot be read'}: "
                "the secret does not name this host",
                field=f"{self._side}.base_url",
                hint=Hint(
                    "if this host is yours, whoever has the credential names it: {0}",
                    (do(Action.SET_CREDENTIAL, connection=self._connection, side=self._side, host=host),),
                ),
            )
        began = time.monotonic()
        try:
            answer = self._transport.send(request, timeout=timeout, fresh=fresh)
        except (NotSent, Lost) as error:
            self._tell(request, "not_sent" if isinstance(error, NotSent) else "lost", began, {})
            raise
        self._tell(request, answer.status, began, answer.headers)
        return answer

    def _tell(self, request: Request, outcome: int | str, began: float, headers: Mapping[str, str]) -> None:
        took = time.monotonic() - began
        log.called(self._side, self._connection, request.method, request.url, outcome, took, headers)
        if outcome == _TOO_MANY:
            log.measure("Throttled", connection=self._connection, side=self._side)


def is_here(url: str) -> bool:
    """Tell if an address is of this machine."""
    return host_of(url).rpartition(":")[0].strip("[]") in LOOPBACK or host_of(url) in LOOPBACK


def hosts_in(fields: Mapping[str, str]) -> frozenset[str]:
    """The hosts that a secret names."""
    named = (each.strip().lower() for each in fields.get(FIELD, "").split(","))
    addresses = (host_of(value) for value in fields.values() if value.startswith("https://"))
    return frozenset(each for each in (*named, *addresses) if each)


def host_of(url: str) -> str:
    """Host and port of a URL, without the scheme's usual port; "" for what is no URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    name = parts.hostname or ""
    name = f"[{name}]" if ":" in name else name
    return f"{name}:{port}" if port and port != _PORTS.get(parts.scheme) else name
