"""Tokens of IFS IAM: client credentials, short-lived, one for all workers (facts/ifs.md, section 1)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import urlencode

from shared.domain.hints import Action, Hint, do
from shared.erp.ifs.settings import IfsSettings
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock, Token, Tokens

TIMEOUT = 20.0
_UNSTATED_LIFE = 60
"""Seconds that a token is trusted whose answer names no `expires_in`; 180 was seen in every recording."""
_TRANSIENT = ("server_error", "temporarily_unavailable")


class Auth:
    """One client's tokens. `expires_in` is obeyed as told."""

    def __init__(
        self, settings: IfsSettings, credential: Mapping[str, str], tokens: Tokens, transport: Transport, clock: Clock
    ) -> None:
        self._url, self._credential = settings.token_url, credential
        self._tokens, self._transport, self._clock = tokens, transport, clock
        parts = (self._url, credential.get("client_id", ""), credential.get("client_secret", ""))
        self.name = f"ifs-cloud:{settings.part.host}:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]

    def token(self) -> str:
        """A valid token. Raises Misconfigured when the client is refused, Retry when nobody answered."""
        return self._tokens.get(self.name, self._renew)

    def expire(self, value: str) -> None:
        """The server does not take this token any more."""
        self._tokens.expire(self.name, value)

    def _renew(self) -> Token:
        asked = self._clock.now()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credential.get("client_id", ""),
            "client_secret": self._credential.get("client_secret", ""),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        request = Request("POST", self._url, headers, urlencode(form).encode())
        try:
            response = self._transport.send(request, timeout=TIMEOUT)
        except (NotSent, Lost) as error:
            raise Retry(f"the token server of IFS gave no answer: {error}") from error
        value, life = self._read(response, response.retry_after(asked))
        return Token.issued(value, asked, life)

    def _read(self, response: Response, after: float | None) -> tuple[str, float]:
        body = response.json()
        answer = body if isinstance(body, dict) else {}
        value, life = answer.get("access_token"), answer.get("expires_in")
        if response.status == 200 and isinstance(value, str) and value:
            return value, min(life, 86400) if isinstance(life, int | float) and life > 0 else _UNSTATED_LIFE
        error = str(answer.get("error") or "")
        if response.status in (200, 408, 429) or response.status >= 500 or error in _TRANSIENT:
            raise Retry(f"the token server of IFS answered {response.status} {error}".rstrip(), after)
        if response.status in (404, 405) or 300 <= response.status < 400:
            raise Misconfigured(
                f"there is no token server at {self._url}: {response.status}",
                field="erp.realm",
                hint="take host and realm from the token URL in the API Explorer's OpenAPI document",
            )
        raise Misconfigured(
            f"IFS refused the client: {response.status} {error}".rstrip(),
            field="client_id or client_secret",
            hint=Hint(
                "the IAM client must be confidential and have Service Accounts on; then {0}",
                (do(Action.SET_CREDENTIAL, side="erp"),),
            ),
        )
