"""Who may call (facts/oracle.md, section 2): OAuth of the identity domain, a JWT that the pod trusts, or Basic."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.engine import reply
from shared.http import Request, Response

PATH = "/oauth2/v1/token"
SCOPE = "urn:opc:resource:fa:instanceid=4711urn:opc:resource:consumer::all"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = 3600
JWT_LIFE = 300


@dataclass(frozen=True)
class Trusted:
    """An issuer that the pod trusts: its key, the certificate's thumbprint as x5t has it, and its users."""

    issuer: str
    key: RSAPublicKey
    thumbprint: str
    users: frozenset[str]


@dataclass
class TokenServer:
    """`tokens` maps each token to its end; clearing it revokes them all. `clients` are ids with their secrets, several
    where one takes over from another, `users` those of Basic with their passwords, `trusted` the issuers of JWTs."""

    now: Callable[[], datetime]
    clients: set[tuple[str, str]] = field(default_factory=lambda: {("sandbox-client", "sandbox-secret")})
    users: dict[str, str] = field(default_factory=dict)
    trusted: list[Trusted] = field(default_factory=list)
    scope: str = SCOPE
    tokens: dict[str, datetime] = field(default_factory=dict)
    issued: int = 0

    def answer(self, request: Request) -> Response:
        """A token, or the OAuth error for what is wrong."""
        if request.method != "POST":
            return reply(405, {"error": "method_not_allowed"}, {"allow": "POST"})
        if header(request, "content-type").split(";")[0].strip() != "application/x-www-form-urlencoded":
            return reply(415, {"error": "invalid_request"})
        form = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
        return self._refused(request, form) or self._granted()

    def _refused(self, request: Request, form: Mapping[str, str]) -> Response | None:
        client = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        if client not in self.clients:
            return _wrong(401, "invalid_client", "Client authentication failed.")
        grant = form.get("grant_type", "")
        if grant not in ("client_credentials", JWT_BEARER):
            return _wrong(400, "unsupported_grant_type", "The grant type is not supported.")
        if form.get("scope") != self.scope:
            return _wrong(400, "invalid_scope", "The scope is not valid.")
        if grant == JWT_BEARER and not self._trusts(form.get("assertion", "")):
            return _wrong(400, "invalid_grant", "The assertion is not valid.")
        return None

    def _granted(self) -> Response:
        """There is no refresh token."""
        self.issued += 1
        token = f"sandbox-fusion-{self.issued}"
        self.tokens[token] = self.now() + timedelta(seconds=LIFE)
        return reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": LIFE})

    def holds(self, request: Request) -> bool:
        """True when the request carries a living token, a trusted JWT, or a user's password."""
        kind, _, token = header(request, "authorization").partition(" ")
        if kind == "Basic":
            name, password = _basic(request) or ("", "")
            return name in self.users and self.users[name] == password
        if kind != "Bearer":
            return False
        return (token in self.tokens and self.tokens[token] > self.now()) or self._trusts(token)

    def _trusts(self, text: str) -> bool:
        try:
            head, body, signature = text.split(".")
            header_, claims = (json.loads(_decoded(part)) for part in (head, body))
            return any(
                self._fits(each, header_, claims, f"{head}.{body}".encode(), _decoded(signature))
                for each in self.trusted
            )
        except (ValueError, TypeError, KeyError, InvalidSignature):
            return False

    def _fits(self, one: Trusted, head: Any, claims: Any, signed: bytes, signature: bytes) -> bool:
        """Raises InvalidSignature, KeyError or TypeError for what is none."""
        if head["alg"] != "RS256" or head["x5t"] != one.thumbprint or claims["iss"] != one.issuer:
            return False
        now, begins, ends = self.now().timestamp(), float(claims["iat"]), float(claims["exp"])
        if claims["prn"] not in one.users or not begins - 60 <= now < ends or ends - begins > JWT_LIFE:
            return False
        one.key.verify(signature, signed, PKCS1v15(), SHA256())
        return True


def header(request: Request, name: str) -> str:
    """A header's value, "" without it; names in any case."""
    return next((value for key, value in request.headers.items() if key.lower() == name), "")


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, encoded = header(request, "authorization").partition(" ")
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (name, secret) if kind == "Basic" and colon else None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _wrong(status: int, error: str, description: str) -> Response:
    return reply(status, {"error": error, "error_description": description})
