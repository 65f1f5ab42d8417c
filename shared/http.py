"""HTTP towards the vendors: one session a host, timeouts always, no retry of its own, and honest about what was sent.

The workflow must know whether a paid request may have arrived. `NotSent` is a proof that it did not; `Lost` is
everything else that is no answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError
from urllib3.exceptions import SSLError as TlsHandshakeError

CONNECT_TIMEOUT = 5.0


class NotSent(Exception):
    """Nothing reached the other side: no name, no connection, no TLS handshake."""


class Lost(Exception):
    """The request may have arrived, and no answer came back: a timeout, a reset, a broken body."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. Header names are kept as given; `secret` headers never reach a log."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP answer; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON, None when it is empty or is no JSON: both happen with a status of 200."""
        try:
            return json.loads(self.body) if self.body.strip() else None
        except ValueError:
            return None

    def retry_after(self, now: datetime) -> float | None:
        """Seconds of the Retry-After header (seconds or an HTTP date), None without one."""
        value = self.headers.get("retry-after", "").strip()
        if value.isdigit():
            return float(value)
        try:
            until = parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - now).total_seconds())


class Transport(Protocol):
    """Sends one request once. Raises `NotSent` or `Lost`; every answer, whatever its status, is returned."""

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        """`timeout` in seconds for the answer; `fresh` asks for a new connection (a paid call never rides a stale
        one)."""
        ...


def rebase(url: str, base_url: str | None) -> str:
    """`url` with the scheme and authority of `base_url`, which is how a connection points at another host."""
    if not base_url:
        return url
    base, parts = urlsplit(base_url), urlsplit(url)
    return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, parts.fragment))


class RequestsTransport:
    """The real transport, on requests: one session, so one pool of kept connections a host."""

    def __init__(self) -> None:
        self._session = _session()

    def send(self, request: Request, *, timeout: float, fresh: bool = False) -> Response:
        session = _session() if fresh else self._session
        try:
            answer = session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body or None,
                timeout=(CONNECT_TIMEOUT, timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise (NotSent if _never_left(error) else Lost)(f"{urlsplit(request.url).netloc}: {error}") from error
        finally:
            if fresh:
                session.close()
        return Response(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor a .netrc of the host decides where a credential goes
    session.mount("http://", HTTPAdapter(max_retries=0))
    session.mount("https://", HTTPAdapter(max_retries=0))
    return session


def _never_left(error: requests.RequestException) -> bool:
    """True only for failures before the first byte of the request: name, connect, TLS handshake, a malformed URL.

    requests wraps the cause in MaxRetryError; a read timeout, a reset or a protocol error is never one of these.
    """
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
        return True
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, (NewConnectionError, NameResolutionError, ConnectTimeoutError, TlsHandshakeError))
