"""One authorised call to ShipStation: its budget, its headers, and the kind of error behind what is no success."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic_core import to_json

from shared.carriers.shipstation import faults
from shared.carriers.shipstation.auth import ShipStationAuth
from shared.carriers.shipstation.faults import ApiError
from shared.carriers.shipstation.keys import SigningKeys
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.state import Reason
from shared.errors import Misconfigured, ParcelbridgeError, Refused, Retry, Unknown
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Budgets, Clock

LARGEST = 16 * 1024 * 1024
"""Bytes of an answer at most: a label has tens of kilobytes, a page of 25 labels a hundred."""
THROTTLED_V1 = 60.0
"""Seconds to wait where V1 does not say how long (facts 4)."""
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its decoded body, the id to quote to ShipStation, and the wait that it asks for, in seconds."""

    response: Response
    body: Any
    request_id: str = ""
    after: float | None = None


class ShipStationCalls:
    """Sends requests for one connection. Every answer that is returned is a 2xx with a body that can be read."""

    def __init__(
        self,
        settings: ShipStationSettings,
        *,
        auth: ShipStationAuth,
        budgets: Budgets,
        transport: Transport,
        clock: Clock,
        kept: MutableMapping[str, object] | None = None,
    ) -> None:
        """`kept` lives as long as the process, for what is read once for all connections."""
        self._settings, self._auth, self._budgets = settings, auth, budgets
        self._transport, self._clock = transport, clock
        self.keys = SigningKeys(settings, transport, clock, {} if kept is None else kept)

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """A call that may be repeated. Raises Retry when it had no answer or one that cannot be read."""
        return self._answered(method, path, body, Retry)

    def tell(self, path: str, body: object) -> bool:
        """A POST as `ask`, of which nobody knows how its success is answered; False for one without a body, which a
        proxy may have sent: who told it reads back what became of it."""
        answer = self._send("POST", path, body, Retry)
        if 200 <= answer.response.status < 300 and answer.response.status != 204 and not answer.response.body.strip():
            return False
        self._read(answer, "POST", Retry)
        return True

    def maybe(self, method: str, path: str) -> Answer | None:
        """A call as `ask`, None where ShipStation answers that there is no such thing."""
        answer = self._send(method, path, None, Retry)
        if answer.response.status == 404 and faults.errors(answer.body):
            return None
        return self._read(answer, method, Retry)

    def buy(self, path: str, body: object) -> Answer:
        """The paid call, on a new connection. Refused, Retry and Misconfigured prove that nothing was bought; Unknown
        is everything else."""
        return self._answered("POST", path, body, Unknown)

    def fetch(self, path: str) -> bytes:
        """The bytes of a file at this host. Raises as `ask`."""
        answer = self._send("GET", path, None, Retry)
        if answer.response.status == 200 and answer.response.body:
            return answer.response.body
        raise self._failed(answer, Retry)

    def credential_of(self) -> str:
        """The API that the stored credential is for. Raises Misconfigured when it does not fit."""
        self._auth.credential()
        return self._settings.api

    def unpriced(self, errors: Sequence[ApiError]) -> ParcelbridgeError:
        """The error behind a list of prices that has none, and says why."""
        return self._refused(errors, "; ".join(map(str, errors)), Retry)

    def _answered(self, method: str, path: str, body: object, lost: type[ParcelbridgeError]) -> Answer:
        return self._read(self._send(method, path, body, lost), method, lost)

    def _read(self, answer: Answer, method: str, lost: type[ParcelbridgeError]) -> Answer:
        done = answer.response.status == 204 and lost is not Unknown  # it has no body (the contract)
        done = done or (method == "DELETE" and answer.response.status == 200)
        well = done or (200 <= answer.response.status < 300 and isinstance(answer.body, dict | list))
        if not well or faults.is_throttled(answer.body):
            raise self._failed(answer, lost)
        return answer

    def _send(self, method: str, path: str, body: object, lost: type[ParcelbridgeError]) -> Answer:
        credential, buys = self._auth.credential(), lost is Unknown
        self._budgets.spend(credential.name, self._settings.budget)
        headers = {"Accept": "application/json", **credential.headers}
        if body is not None or method == "DELETE":  # V1 wants it of a request without a body, too (the contract)
            headers["Content-Type"] = "application/json"
        request = Request(method, self._settings.url(path), headers, to_json(body) if body is not None else b"")
        timeout = self._settings.create_timeout if buys else self._settings.read_timeout
        try:
            response = self._transport.send(request, timeout=timeout, fresh=buys)
        except NotSent as error:
            raise Retry(f"ShipStation cannot be reached: {error}") from error
        except Lost as error:
            raise lost(f"no answer of ShipStation: {error}") from error
        if len(response.body) > LARGEST:
            raise lost(f"ShipStation answered with {len(response.body)} bytes, more than any answer has")
        content = response.json() if b"{" in response.body[:64] or b"[" in response.body[:64] else None
        answer = Answer(response, content, faults.request_id(content), self._wait(response))
        self._heed(credential.name, answer)
        return answer

    def _wait(self, response: Response) -> float | None:
        """Retry-After (V2), else the seconds of X-Rate-Limit-Reset (V1; used where V2 has it too)."""
        reset = response.headers.get("x-rate-limit-reset", "").strip()
        after = response.retry_after(self._clock.now())
        return after if after is not None or not (reset.isascii() and reset.isdigit()) else float(reset)

    def _heed(self, credential: str, answer: Answer) -> None:
        """Pauses the key for all workers where ShipStation itself, and not a carrier behind it, has had enough, or says
        that the minute is used up."""
        used_up = answer.response.headers.get("x-rate-limit-remaining", "").strip() == "0"
        throttled = answer.response.status == 429 or faults.is_throttled(answer.body)
        by_carrier = any(error.source == "carrier" for error in faults.errors(answer.body))
        wait = answer.after
        if throttled and wait is None and self._settings.api == "v1":
            wait = THROTTLED_V1
        if wait and (used_up or (throttled and not by_carrier)):
            self._budgets.pause(credential, timedelta(seconds=min(wait, LONGEST_PAUSE)))

    def _failed(self, answer: Answer, lost: type[ParcelbridgeError]) -> ParcelbridgeError:
        """The error behind an answer that is no success. For the paid call only ShipStation's own words prove that
        nothing was bought, and not all of them."""
        status, errors = answer.response.status, faults.errors(answer.body)
        said = "; ".join(map(str, errors)) or f"ShipStation answered {status} without a word that can be read"
        said += f" (request {answer.request_id})" if answer.request_id else ""
        if status == 429 or faults.is_throttled(answer.body):
            return Retry(said, THROTTLED_V1 if answer.after is None and self._settings.api == "v1" else answer.after)
        if denied := self._denied(answer, errors, said):
            return denied
        if 400 <= status < 500 and any(faults.is_number_conflict(error) for error in errors):
            hint = "this account takes each order number once: set carrier.order_number: reference in the file"
            return Refused(Reason.CONNECTION, said, field="carrier.order_number", hint=hint)
        if not errors or status >= 500 or 200 <= status < 400 or status in {408, 409}:
            return lost(said)
        return self._refused(errors, said, lost)

    def _denied(self, answer: Answer, errors: Sequence[ApiError], said: str) -> ParcelbridgeError | None:
        """The error behind a refused credential. A 401 that has no envelope and a body all the same is a proxy's."""
        status = answer.response.status
        if (status == 403 and errors) or (status == 401 and (errors or not answer.response.body)):
            message = f"ShipStation refuses the credential: {said}"
            return Misconfigured(message, field="carrier secret", hint=self._auth.hint())
        return Retry(said) if status == 401 else None

    def _refused(self, errors: Sequence[ApiError], said: str, lost: type[ParcelbridgeError]) -> ParcelbridgeError:
        """A 4xx of ShipStation's own: what a person, the order or the account is at fault with."""
        kinds, codes = {error.kind for error in errors}, {error.code for error in errors}
        if "identifier_conflict" in codes or kinds & {"system", "integrations"}:
            return lost(said)  # it may speak of a label that was bought before, or of a carrier that went silent
        if "account_status" in kinds:
            hint = "settle it in ShipStation (plan, funds, terms of the carrier), then resume the connection"
            return Misconfigured(said, field="carrier", hint=hint, general=False)
        reason, field = faults.blamed(errors)
        return Refused(reason, said, field=field)
