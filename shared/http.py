"""HTTP towards the vendors: kept connections, timeouts always, no retry of its own, and honest about what was sent.

The workflow must know whether a paid request may have arrived. `NotSent` is a proof that it did not; `Lost` is
everything else that is no answer.
"""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, Protocol

import requests
from pydantic_core import from_json
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError
from urllib3.response import HTTPResponse

from shared.trust import Trust
from shared.url import is_public, is_url, named_host

CONNECT_TIMEOUT = 5.0
LONGEST_WAIT = 86400.0
"""Seconds that a Retry-After is believed at most."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes of an answer, unpacked, that are read at most: a function has 512 MB, and 300 kB of gzip can be as much."""
_PIECE = 16 * 1024
logging.getLogger("urllib3").setLevel(logging.CRITICAL)
"""Its lines quote whole addresses, also as warnings of a malformed header; SYSPRO's have the password in them."""


class NotSent(Exception):
    """Nothing reached the other side: no name, no connection, no TLS handshake."""


class Lost(Exception):
    """The request may have arrived, and no answer came back: a timeout, a reset, a broken body."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are kept as given; `secret` headers never reach a log. `trusted` are certificates
    in PEM that are trusted beside the usual ones."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    trusted: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, None when it is empty or is no JSON: both happen with a status of 200.

        pydantic's decoder is the faster one; what it refuses, as half of a surrogate pair, the standard library still
        reads: no answer to a create may be lost to a detail.
        """
        try:
            return from_json(self.body, cache_strings="keys")
        except ValueError:
            return self._read_by_the_standard()

    def _read_by_the_standard(self) -> Any:
        try:
            return json.loads(self.body) if self.body.strip() else None
        except (ValueError, RecursionError):
            return None

    def retry_after(self, now: datetime) -> float | None:
        """Seconds of the Retry-After header (seconds or an HTTP date), at most a day; None without one."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit():
            return min(float(value), LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(value)
            until = until if until.tzinfo else until.replace(tzinfo=UTC)
            return min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT)
        except (TypeError, ValueError, IndexError, OverflowError):
            return None


class Transport(Protocol):
    """Sends one request once. Raises `NotSent` or `Lost`; every answer, whatever its status, is returned."""

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        """`timeout` in seconds for the whole answer, its last byte included; `fresh` asks for a new connection (a paid
        call never rides a stale one)."""
        ...


class Trusting:
    """A transport whose requests trust these certificates (PEM) too: a host's own authority, or the link that it leaves
    out of its chain."""

    def __init__(self, transport: Transport, certificates: str) -> None:
        self._transport, self._certificates = transport, certificates

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        return self._transport.send(replace(request, trusted=self._certificates), timeout=timeout, fresh=fresh)


class RequestsTransport:
    """The real transport, on requests' adapter: one pool of kept connections a host.

    No requests session around it: that one would follow cookies from one tenant's answer into another tenant's
    request, read a redirect's target even when it is not followed, and ask the host's proxies and .netrc.
    """

    def __init__(self, trusted: str = "", *, public: bool = False) -> None:
        """`trusted` is a file of certificates to trust in the place of the usual ones, as of a local server. A `public`
        transport writes to https and addresses of the internet alone, whatever a name resolves to."""
        self._kind: type[_Adapter] = _PublicAdapter if public else _Adapter
        self._adapter, self._trust = self._kind(), Trust(trusted)

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        host, ends = named_host(request.url), time.monotonic() + timeout
        prepared = _prepared(request, host)
        adapter = self._kind() if fresh else self._adapter
        trusted, limits = self._trust.of(request.trusted), (CONNECT_TIMEOUT, timeout)
        try:
            answer = adapter.send(prepared, stream=True, timeout=limits, verify=trusted)
            body = _read_whole(answer.raw, ends)
            return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, body)
        except (OSError, HTTPError, ValueError) as error:
            raise (NotSent if _never_left(error) else Lost)(f"{host}: {_cause(error)}") from error
        finally:
            if fresh:
                adapter.close()


class _NotConnected(NewConnectionError):
    """The connection was not made: no name, no answer, no TLS. Only our own connections raise it, before they write."""


class _HttpConnection(HTTPConnection):
    """Says for certain that a failure was one of connecting. A TLS error alone does not: TLS also breaks afterwards."""

    def connect(self) -> None:
        try:
            super().connect()
        except Exception as error:
            raise _NotConnected(self, str(error)) from error


class _HttpsConnection(_HttpConnection, HTTPSConnection):
    """The same with TLS; its handshake is part of connecting."""


class _PublicConnection(_HttpsConnection):
    """Ends before a byte is written where the other end is no public address, whatever its name resolves to next."""

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        if is_public(address := str(made.getpeername()[0])):
            return made
        made.close()
        raise NewConnectionError(self, f"{address} is no public address")


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


class _PublicPool(_HttpsPool):
    ConnectionCls = _PublicConnection


class _Adapter(HTTPAdapter):
    """Without retries, over connections of ours."""

    pools: Mapping[str, type[HTTPConnectionPool]] = MappingProxyType({"http": _HttpPool, "https": _HttpsPool})

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = dict(self.pools)


class _PublicAdapter(_Adapter):
    pools = MappingProxyType({"https": _PublicPool})


def _read_whole(raw: HTTPResponse, ends: float) -> bytes:
    """The unpacked body. Raises Lost for one that is too large, or still comes when its time is over."""
    read = bytearray()
    while piece := raw.read1(_PIECE, decode_content=True):
        read += piece
        if len(read) > MOST_BYTES or time.monotonic() > ends:
            raw.close()
            raise OSError(
                f"the answer has more than {MOST_BYTES} bytes"
                if len(read) > MOST_BYTES
                else "the answer did not end in time"
            )
    return bytes(read)


def _prepared(request: Request, host: str) -> requests.PreparedRequest:
    """The request as it will be written. Raises NotSent when it cannot be: a malformed URL or header.

    The library's own sentence is never repeated: it quotes the header, and that may be a credential.
    """
    headers = {"User-Agent": "parcelbridge", "Accept-Encoding": "gzip", **request.headers}
    for name, value in headers.items():
        if not _is_writable(value):
            raise NotSent(f"{host}: the header {name} cannot be written")
    if not is_url(request.url):
        raise NotSent(f"{host}: no http or https address")
    try:
        return requests.Request(request.method, request.url, headers, data=request.body or None).prepare()
    except (requests.RequestException, ValueError) as error:
        raise NotSent(f"{host}: the request cannot be written: {type(error).__name__}") from None


def _is_writable(value: str) -> bool:
    """Tell if a header's value can be written as it is: no control character in it, and no blank around it."""
    return value.isprintable() and value == value.strip() and all(ord(each) < 256 for each in value)


def _never_left(error: Exception) -> bool:
    """True only for a failure to connect; a timeout, a reset, a broken record or body is never one of these."""
    return isinstance(_cause(error), _NotConnected)


def _cause(error: Exception) -> object:
    """Return the cause, which requests wraps in MaxRetryError: its words do not repeat the URL as the wrapper's do."""
    cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    return cause.reason if isinstance(cause, MaxRetryError) else cause
