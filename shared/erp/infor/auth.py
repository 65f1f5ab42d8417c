"""Access tokens of the ION API gateway: asked for with the .ionapi file, kept and shared by the Tokens port."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlencode

from shared.domain.hints import Action, Hint, do
from shared.erp.infor.ionapi import IonApi
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock, Token, Tokens

TIMEOUT = 20.0
_UNSTATED_LIFE = 600
"""Seconds that a token is trusted when its answer names no expires_in; samples say 7200 (facts/infor.md, section 1)."""
_TRANSIENT = ("server_error", "temporarily_unavailable")


class Auth:
    """One credential's tokens."""

    def __init__(self, ionapi: IonApi, tokens: Tokens, transport: Transport, clock: Clock) -> None:
        self._ionapi, self._tokens, self._transport, self._clock = ionapi, tokens, transport, clock
        self.credential = credential_of(ionapi)

    def token(self) -> str:
        """A valid token. Raises Misconfigured when the credentials are refused, Retry when nobody answered."""
        return self._tokens.get(self.credential, self._renew)

    def expire(self, value: str) -> None:
        self._tokens.expire(self.credential, value)

    def _renew(self) -> Token:
        asked = self._clock.now()
        try:
            response = self._transport.send(token_request(self._ionapi), timeout=TIMEOUT)
        except (NotSent, Lost) as error:
            raise Retry(f"the token server of tenant {self._ionapi.tenant} gave no answer: {error}") from error
        value, life = read_token(response, self._ionapi, response.retry_after(asked))
        return Token.issued(value, asked, life)


def credential_of(ionapi: IonApi) -> str:
    """The name under which workers share a token; another secret is another name: a rotation takes effect at once."""
    parts = (ionapi.token_url, ionapi.client_id, ionapi.client_secret, ionapi.access_key, ionapi.secret_key)
    return f"infor-m3:{ionapi.tenant}:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def token_request(ionapi: IonApi) -> Request:
    """Password grant with the service account's keys, client credentials without them (facts/infor.md, section 1)."""
    form = {"grant_type": "client_credentials"}
    if ionapi.access_key:
        form = {"grant_type": "password", "username": ionapi.access_key, "password": ionapi.secret_key}
    basic = base64.b64encode(f"{ionapi.client_id}:{ionapi.client_secret}".encode()).decode()
    headers = {
        "Authorization": f"Basic {basic}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    return Request("POST", ionapi.token_url, headers, urlencode(form).encode())


def read_token(response: Response, ionapi: IonApi, retry_after: float | None = None) -> tuple[str, float]:
    """The token and its life in seconds. Raises Retry or, when the server says no to the credentials, Misconfigured."""
    body = response.json()
    answer = body if isinstance(body, dict) else {}
    value = answer.get("access_token")
    if response.status == 200 and isinstance(value, str) and value:
        try:
            return value, float(answer.get("expires_in") or _UNSTATED_LIFE)
        except (TypeError, ValueError, OverflowError):
            return value, _UNSTATED_LIFE
    error = str(answer.get("error") or "")
    transient = response.status in (200, 408, 429) or response.status >= 500 or error in _TRANSIENT
    if transient:
        raise Retry(f"the token server answered {response.status} {error}".rstrip(), retry_after)
    keys = "ci, cs, saak or sask" if ionapi.access_key else "ci or cs"
    if response.status in (404, 405) or 300 <= response.status < 400:
        keys = "pu or ot"
    raise Misconfigured(
        f"tenant {ionapi.tenant} refused the credentials: {response.status} {error} at {ionapi.token_url}",
        field=keys,
        hint=Hint(
            "was the service account revoked? Download the file again, then {0}",
            (do(Action.SET_CREDENTIAL, side="erp", ionapi="FILE"),),
        ),
    )
