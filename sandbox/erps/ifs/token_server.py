"""The token endpoint of one realm (facts/ifs.md, section 1): client credentials only, short lives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from sandbox.engine import reply
from sandbox.erps.ifs.manners import Manners
from shared.http import Request, Response

_SCOPES = frozenset({"openid", "microprofile-jwt"})


@dataclass
class TokenServer:
    """`tokens` maps each token to its end; clearing it revokes them all. `further` secrets hold beside the first."""

    realm: str
    client_id: str
    client_secret: str
    manners: Manners
    now: Callable[[], datetime]
    tokens: dict[str, datetime] = field(default_factory=dict)
    issued: int = 0
    further: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        return f"/auth/realms/{self.realm}/protocol/openid-connect/token"

    def answer(self, request: Request, path: str) -> Response:
        """A token, or the OAuth error for what is wrong."""
        if path != self.path:
            return reply(404, {"error": "Realm does not exist"})
        if request.method != "POST":
            return reply(405, {"error": "method_not_allowed"}, {"allow": "POST"})
        return self._granted(request)

    def _granted(self, request: Request) -> Response:
        if header(request, "content-type").split(";")[0].strip() != "application/x-www-form-urlencoded":
            return self._wrong(415, "invalid_request", "A form is expected")
        form = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
        secrets = {self.client_secret, *self.further}
        if form.get("client_id") != self.client_id or form.get("client_secret") not in secrets:
            return self._wrong(401, "invalid_client", "Invalid client or Invalid client credentials")
        if form.get("grant_type") != "client_credentials":
            return self._wrong(400, "unsupported_grant_type", "Unsupported grant_type")
        if not set(form.get("scope", "").split()) <= _SCOPES:
            return self._wrong(400, "invalid_scope", "Invalid scopes")
        return self._issued()

    def _issued(self) -> Response:
        self.issued += 1
        token = f"sandbox-ifs-{self.issued}"
        self.tokens[token] = self.now() + timedelta(seconds=self.manners.expires_in)
        body = {"access_token": token, "token_type": "Bearer", "expires_in": self.manners.expires_in}
        return reply(200, body | ({"refresh_token": f"refresh-{token}"} if self.manners.refresh_token else {}))

    def holds(self, request: Request) -> bool:
        """Tell if the request carries a living token."""
        kind, _, token = header(request, "authorization").partition(" ")
        return kind == "Bearer" and token in self.tokens and self.tokens[token] > self.now()

    def _wrong(self, status: int, error: str, description: str) -> Response:
        described = self.manners.token_error == "described"  # noqa: S105
        return reply(status, {"error": error} | ({"error_description": description} if described else {}))


def header(request: Request, name: str) -> str:
    """A header's value, "" without it; names in any case."""
    return next((value for key, value in request.headers.items() if key.lower() == name.lower()), "")
