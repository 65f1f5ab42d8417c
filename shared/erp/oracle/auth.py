"""The login: a token of the identity domain (client credentials, or a signed assertion), a token that we sign
ourselves, or user and password (facts/oracle.md, section 2)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from shared.domain.hints import Action, Hint, do
from shared.erp.oracle.settings import OracleSettings
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Request, Response, Transport
from shared.ports import Clock, Token, Tokens

TIMEOUT = 20.0
_UNSTATED_LIFE = 600
"""Seconds that a token is trusted whose answer names no `expires_in`; 3600 is the vendor's."""
SIGNED_LIFE = timedelta(minutes=5)
"""How long a token or assertion that we sign is valid: what the pod takes at most."""
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCE = "https://identity.oraclecloud.com/"
_TRANSIENT = ("server_error", "temporarily_unavailable")
_SET_AGAIN = (do(Action.SET_CREDENTIAL, side="erp"),)


class Auth:
    """One credential's login."""

    def __init__(
        self,
        settings: OracleSettings,
        credential: Mapping[str, str],
        tokens: Tokens,
        transport: Transport,
        clock: Clock,
    ) -> None:
        self._settings, self._credential = settings, credential
        self._tokens, self._transport, self._clock = tokens, transport, clock
        parts = (settings.part.login, settings.token_url, settings.part.scope, *sorted(credential.values()))
        self.name = f"oracle-fusion:{settings.pod}:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]

    def header(self) -> str:
        """The value of the Authorization header. Raises Misconfigured when the credential is refused, Retry when
        nobody answered."""
        if self._settings.part.login == "basic":
            return f"Basic {_basic(self._given('client_id'), self._given('client_secret'))}"
        return f"Bearer {self._tokens.get(self.name, self._renew)}"

    def expire(self, header: str) -> bool:
        """Fusion does not take this header any more: whether there can be another one."""
        if self._settings.part.login == "basic":
            return False
        self._tokens.expire(self.name, header.removeprefix("Bearer "))
        return True

    def _renew(self) -> Token:
        asked, login = self._clock.now(), self._settings.part.login
        if login == "jwt":
            claims = {"iss": self._settings.part.issuer, "prn": self._given("client_id")}
            return Token(self._signed(claims, asked), asked + SIGNED_LIFE)
        form = {"grant_type": "client_credentials", "scope": self._settings.part.scope}
        if login == "assertion":
            user, client = self._settings.part.user, self._given("client_id")
            claims = {"iss": client, "sub": user, "prn": user, "aud": _AUDIENCE}
            form |= {"grant_type": _GRANT, "assertion": self._signed(claims, asked)}
        headers = {
            "Authorization": f"Basic {_basic(self._given('client_id'), self._given('client_secret'))}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        request = Request("POST", self._settings.token_url, headers, urlencode(form).encode())
        try:
            response = self._transport.send(request, timeout=TIMEOUT)
        except (NotSent, Lost) as error:
            raise Retry(f"the identity domain gave no answer: {error}") from error
        value, life = _read(response, self._settings.token_url, response.retry_after(asked))
        return Token.issued(value, asked, life)

    def _given(self, name: str) -> str:
        found = self._credential.get(name, "")
        if not found:
            raise Misconfigured(
                f"login {self._settings.part.login} needs {name}, which the credential has not",
                field=name,
                hint=Hint("{0}", _SET_AGAIN),
            )
        return found

    def _signed(self, claims: Mapping[str, str], now: datetime) -> str:
        """A token by the credential's key. Its file has the certificate too, whose digest tells the pod which it is."""
        import jwt  # noqa: PLC0415 - loaded where a token is signed: most connections never do

        pem, password = self._given("key"), self._credential.get("client_secret", "")
        key, digest = _key_of(pem, password)
        life = {"iat": now, "exp": now + SIGNED_LIFE}
        return str(jwt.encode({**claims, **life}, key, algorithm="RS256", headers={"x5t": digest}))


def _key_of(pem: str, password: str) -> tuple[Any, str]:
    """The private key of a PEM file, and its certificate's SHA-1. Raises Misconfigured for what is no such file."""
    from cryptography.hazmat.primitives.hashes import SHA1  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    secret = password.encode() if "ENCRYPTED" in pem else None
    try:
        key = load_pem_private_key(pem.encode(), secret)
        # SHA-1 names the certificate, as the header x5t is defined; it proves nothing.
        digest = load_pem_x509_certificate(pem.encode()).fingerprint(SHA1())  # noqa: S303  # nosec B303
    except (ValueError, TypeError) as error:
        raise Misconfigured(
            f"the key file has no private key and certificate that can be read: {type(error).__name__}",
            field="key",
            hint=Hint("put both into one PEM file, then {0}", _SET_AGAIN),
        ) from None
    return key, base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _basic(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def _read(response: Response, url: str, after: float | None) -> tuple[str, float]:
    """The token and its life in seconds. Raises Retry or, when the server says no to the credential, Misconfigured."""
    body = response.json()
    answer = body if isinstance(body, dict) else {}
    value, life = answer.get("access_token"), answer.get("expires_in")
    if response.status == 200 and isinstance(value, str) and value:
        return value, min(life, 86400) if isinstance(life, int | float) and life > 0 else _UNSTATED_LIFE
    error = answer.get("error")
    said = f"{response.status} {error if isinstance(error, str) else ''}".strip()[:80]
    if response.status in (200, 408, 429) or response.status >= 500 or error in _TRANSIENT:
        raise Retry(f"the identity domain answered {said}", after)
    if response.status in (404, 405) or 300 <= response.status < 400:
        raise Misconfigured(
            f"there is no token server at {url}: {said}", field="erp.token_url", hint="take it from the console"
        )
    if error == "invalid_scope":
        raise Misconfigured(
            f"the identity domain refused the scope: {said}",
            field="erp.scope",
            hint="copy the scope of the Fusion resource from the application in the console, character by character",
        )
    raise Misconfigured(
        f"the identity domain refused the credential: {said}",
        field="client_id or client_secret",
        hint=Hint("the application must be confidential and active; then {0}", _SET_AGAIN),
    )
