"""The token: one a credential, kept by the Tokens port, renewed only when it ends or UPS says that it has."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import urlsplit

from shared import log
from shared.carriers.ups import build, parse
from shared.carriers.ups.settings import UpsSettings
from shared.carriers.ups.verdict import not_allowed, read_error
from shared.domain.hints import Action, Hint, do
from shared.errors import Misconfigured, Retry
from shared.http import Lost, NotSent, Request, Transport
from shared.ports import Budgets, Clock, Secrets, Token, Tokens


class UpsAuth:
    """Hands out the connection's access token. Keeps nothing itself, so that a rotated secret counts at once."""

    def __init__(
        self,
        settings: UpsSettings,
        *,
        secrets: Secrets,
        tokens: Tokens,
        budgets: Budgets,
        transport: Transport,
        clock: Clock,
    ) -> None:
        self._settings, self._secrets, self._tokens, self._budgets = settings, secrets, tokens, budgets
        self._transport, self._clock = transport, clock

    def token(self) -> str:
        """A valid token. Raises Misconfigured when UPS refuses the credential, Retry when it cannot be asked now."""
        client_id, client_secret = self._credential()
        return self._tokens.get(self._name(client_id, client_secret), lambda: self._renew(client_id, client_secret))

    def expired(self, value: str) -> None:
        """UPS called this token expired (251004): the next one is a new one."""
        self._tokens.expire(self._name(*self._credential()), value)

    def _credential(self) -> tuple[str, str]:
        secret = self._secrets.get(self._settings.connection_id, "carrier")
        missing = [name for name in ("client_id", "client_secret") if not secret.get(name)]
        if missing:
            connection = self._settings.connection_id
            set_it = do(Action.SET_CREDENTIAL, connection=connection, side="carrier", client_id="CLIENT")
            raise Misconfigured(
                f"the carrier's secret has no {' and no '.join(missing)}",
                field="carrier secret",
                hint=Hint("{0}", (set_it,)),
            )
        return secret["client_id"], secret["client_secret"]

    def _name(self, client_id: str, client_secret: str) -> str:
        """The credential's name: connections that share client, secret and host share its token. Another secret is
        another name, so that a wrong one never rides on a right one's token."""
        return self._client(f"{client_id}\n{client_secret}")

    def _client(self, named: str) -> str:
        """A name that shows nothing of what it names. UPS counts tokens by client, whatever its secret is by now."""
        digest = hashlib.sha256(named.encode()).hexdigest()[:16]
        return f"ups/{urlsplit(self._settings.url('')).netloc}/{digest}"

    def _renew(self, client_id: str, client_secret: str) -> Token:
        basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        request = Request("POST", self._settings.url(build.TOKEN), headers, build.TOKEN_FORM)
        self._spend(self._client(client_id))
        asked = self._clock.now()
        try:
            response = self._transport.send(request, timeout=self._settings.read_timeout)
        except (NotSent, Lost) as error:
            raise Retry(f"no token from UPS: {error}") from error
        answer = parse.token(response.json()) if response.status == 200 else None
        if answer:
            return Token.issued(answer.value, asked, answer.expires_in)
        errors = parse.envelope(response.json()) or parse.header_errors(response.headers)
        if response.status in {400, 401, 403}:  # facts 2: 403 is a blocked merchant
            raise not_allowed(errors, response.status)
        raise read_error(response.status, errors, response.retry_after(self._clock.now()))

    def _spend(self, credential: str) -> None:
        """Counts the request against the day's budget. Above its free part a person hears of it, and Retry says when
        the next one may be made: no token at all until midnight would be worse than a slow one."""
        budget = self._settings.token_budget
        try:
            spent = self._budgets.spend(credential, budget)
        except Retry:
            self._alarm(credential)
            raise
        if spent > budget.free:
            self._alarm(credential)

    def _alarm(self, credential: str) -> None:
        log.trouble("token_budget", connection=self._settings.connection_id, credential=credential)
        log.count("TokenBudgets", connection=self._settings.connection_id)
