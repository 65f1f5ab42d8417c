"""The emulated authorization server: gives tokens to the credentials of one .ionapi file, knows which still hold."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote_plus, urlsplit

from sandbox.engine import reply
from shared.http import Request, Response

LIFE = 7200


@dataclass
class TokenServer:
    """`tokens` maps each living token to its owner and its end; clearing it revokes them all. `accepted` are several
    credentials files at once, as while one takes over from the other."""

    ionapi: Mapping[str, str]
    now: Callable[[], datetime]
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    issued: int = 0
    accepted: Sequence[Mapping[str, str]] = ()

    @property
    def path(self) -> str:
        return urlsplit(self.ionapi["pu"]).path.rstrip("/") + "/" + self.ionapi["ot"]

    def answer(self, request: Request) -> Response:
        """A token, or the OAuth 2.0 error for what is wrong."""
        answers = []
        for credential in self.accepted or (self.ionapi,):
            self.ionapi = credential
            answers.append(self._answer(request))
            if answers[-1].status == 200:
                break
        return answers[-1]

    def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            return reply(405, {"error": "method_not_allowed"}, {"allow": "POST"})
        form = _form(request.body)
        client = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        if client != (self.ionapi["ci"], self.ionapi["cs"]):
            return reply(401, {"error": "invalid_client"})
        who = self._granted(form)
        if not who:
            known = form.get("grant_type") in ("password", "client_credentials")
            return reply(400, {"error": "invalid_grant" if known else "unsupported_grant_type"})
        self.issued += 1
        token = f"sandbox-m3-{self.issued}"
        self.tokens[token] = (who, self.now() + timedelta(seconds=LIFE))
        return reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": LIFE})

    def bearer(self, request: Request) -> str:
        """Who calls with this request's token, "" when it is missing, unknown or expired."""
        kind, _, token = _header(request, "authorization").partition(" ")
        who, until = self.tokens.get(token, ("", self.now()))
        return who if kind == "Bearer" and until > self.now() else ""

    def _granted(self, form: Mapping[str, str]) -> str:
        """Who gets a token: the service account, or the application where it has client credentials only."""
        key = self.ionapi.get("saak", "")
        if form.get("grant_type") == "password" and key:
            good = (form.get("username"), form.get("password")) == (key, self.ionapi["sask"])
            return key if good else ""
        return self.ionapi["ci"] if form.get("grant_type") == "client_credentials" and not key else ""


def _header(request: Request, name: str) -> str:
    return next((value for key, value in request.headers.items() if key.lower() == name), "")


def _form(body: bytes) -> dict[str, str]:
    """A form as a server reads it: a raw + in a value becomes a blank, a raw # cuts the rest off."""
    pairs = (part.partition("=") for part in body.decode(errors="replace").split("#")[0].split("&") if part)
    return {unquote_plus(name): unquote_plus(value) for name, _, value in pairs}


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, credentials = _header(request, "authorization").partition(" ")
    if kind != "Basic":
        return None
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, secret
