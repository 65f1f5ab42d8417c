"""One authorised call to UPS: its headers, its token, the one repetition after an expired token, its error's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic_core import to_json

from shared.carriers.ups import parse
from shared.carriers.ups.auth import UpsAuth
from shared.carriers.ups.codes import UpsError
from shared.carriers.ups.settings import UpsSettings
from shared.carriers.ups.verdict import read_error, token_expired
from shared.domain.state import Reason
from shared.errors import ParcelbridgeError, Refused, Retry
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its decoded body and the ids to quote to UPS support: our transId and their bkndtransid.

    `product` is what the app in UPS's developer portal must have for the call.
    """

    response: Response
    body: Any
    request_id: str
    retry_after: float | None
    product: str = ""

    @property
    def readable(self) -> bool:
        """Tell if the body may hold the result. A 206 is a 200 with something left open (facts 1)."""
        return self.response.status in {200, 206}

    @property
    def expired(self) -> bool:
        return token_expired(self.response.status, self.errors)

    @property
    def envelope(self) -> tuple[UpsError, ...]:
        return parse.envelope(self.body)

    @property
    def errors(self) -> tuple[UpsError, ...]:
        """The errors of the body, else of the headers."""
        return self.envelope or parse.header_errors(self.response.headers)


def encoded(body: object) -> bytes:
    """A request's body as it is sent, in UTF-8. pydantic's encoder takes a third of the standard library's time."""
    return to_json(body)


class UpsCalls:
    """Sends requests to UPS for one connection; `transaction_id` makes the transId of each (32 characters at most)."""

    def __init__(
        self,
        settings: UpsSettings,
        *,
        auth: UpsAuth,
        transport: Transport,
        clock: Clock,
        transaction_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._settings, self._auth, self._transport, self._clock = settings, auth, transport, clock
        self._transaction_id = transaction_id

    def token(self) -> str:
        return self._auth.token()

    def read(self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] = _NONE) -> Answer:
        """A call that may be repeated. Raises Retry when no answer came; every answer is returned."""
        try:
            return self._authorised(method, path, body, timeout=self._settings.read_timeout, fresh=False, more=headers)
        except (NotSent, Lost) as error:
            raise Retry(f"UPS did not answer: {error}") from error

    def buy(self, path: str, body: object) -> Answer:
        """The paid call, on a new connection. NotSent and Lost pass through, for they mean different things there."""
        return self._authorised("POST", path, body, timeout=self._settings.create_timeout, fresh=True)

    def _authorised(
        self, method: str, path: str, body: object, *, timeout: float, fresh: bool, more: Mapping[str, str] = _NONE
    ) -> Answer:
        """Repeats once with a new token after 251004: a 401 proves that nothing was done, and a new token heals no
        other code (facts 2)."""
        token = self._auth.token()
        answer = self._send(token, method, path, body, timeout=timeout, fresh=fresh, more=more)
        if answer.expired:
            self._auth.expired(token)
            answer = self._send(self._auth.token(), method, path, body, timeout=timeout, fresh=fresh, more=more)
        return answer

    def _send(
        self, token: str, method: str, path: str, body: object, *, timeout: float, fresh: bool, more: Mapping[str, str]
    ) -> Answer:
        transaction = self._transaction_id()
        headers = {
            "Authorization": f"Bearer {token}",
            "transId": transaction,
            "transactionSrc": self._settings.source,
            "Accept": "application/json",
            **more,
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        content = encoded(body) if body is not None else b""
        request = Request(method, self._settings.url(path), headers, content)
        response = self._transport.send(request, timeout=timeout, fresh=fresh)
        theirs = response.headers.get("bkndtransid", "")
        request_id = f"{transaction}/{theirs}" if theirs else transaction
        after = response.retry_after(self._clock.now())
        return Answer(response, response.json(), request_id, after, _product_of(path))

    def failed(self, answer: Answer) -> ParcelbridgeError:
        """The error behind an answer to a read that is not what was asked for."""
        ambiguous = parse.pick_list(answer.body)
        if ambiguous:
            message = f"UPS finds the place ambiguous: {'; '.join(ambiguous)}"
            return Refused(Reason.ADDRESS, message, field="ship_to.address.city")
        return read_error(answer.response.status, answer.errors, answer.retry_after, answer.product)


_PRODUCTS = {
    "/api/pickupcreation": "Pickup",
    "/api/shipments/v2409/pickup": "Pickup",
    "/api/addressvalidation": "Address Validation",
    "/api/rating": "Rating",
    "/api/shipments": "Shipping",
    "/api/labels": "Shipping",
    "/api/track": "Tracking",
    "/api/quantumview": "Quantum View",
}


def _product_of(path: str) -> str:
    """The name under which UPS's developer portal adds the called service to an app."""
    return next((name for start, name in _PRODUCTS.items() if path.startswith(start)), "")
