"""Issue a carrier a token for its webhook in return for its credential (RFC 6749, section 4.4).

It runs at a public address, beside `receive`. The credential comes by Basic authentication or in the form.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import parse_qs, unquote_plus

from shared import log
from shared.bearer import LIFE, issue, verifying_key
from shared.domain.webhook import Webhook, is_id
from shared.workflow.tracking.receive import Call, KnowsWebhooks

if TYPE_CHECKING:
    from shared.ports import Clock, Secrets

MOST_BYTES = 8192
CHALLENGE = 'Basic realm="webhook"'


@dataclass(frozen=True, slots=True)
class Office:
    """The ports of the token endpoint."""

    webhooks: KnowsWebhooks
    secrets: Secrets
    clock: Clock
    signing: Collection[str] = ()
    """The kinds of carrier that sign what they send: none of these asks for a token, and none is given in its name."""


class Grant(NamedTuple):
    """The answer: a status and the object of the body; with a 401, how to prove oneself."""

    status: int
    body: Mapping[str, Any]
    challenge: str = ""


class _Refused(Exception):
    def __init__(self, grant: Grant) -> None:
        super().__init__(grant.body["error"])
        self.grant = grant


def issue_token(office: Office, call: Call) -> Grant:
    """A token for whoever has the webhook's credential; the errors are those of RFC 6749, section 5.2.

    Raises Misconfigured when the webhook's own secret is missing."""
    try:
        form = _form(call.body)
        webhook = _proven(office, call, form)
        if form.get("grant_type", "client_credentials") != "client_credentials":
            _refuse(400, "unsupported_grant_type")
    except _Refused as refused:
        log.step("token_refused", status=refused.grant.status, why=refused.grant.body["error"])
        return refused.grant
    now = office.clock.now()
    token = issue(signing_key_of(webhook, office.secrets), webhook, now)
    log.step("token_issued", connection=webhook.connection)
    return Grant(200, {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFE.total_seconds())})


def signing_key_of(webhook: Webhook, secrets: Secrets) -> str:
    """The key that tokens of the webhook are signed with: one whose public half the webhook knows. Raises
    Misconfigured."""
    kept = secrets.get(webhook.connection, "webhook")["signing_key"]
    if verifying_key(kept) in {each.key for each in webhook.credentials}:
        return kept
    secrets.renewed(webhook.connection)  # it was rotated since this process read it
    return secrets.get(webhook.connection, "webhook")["signing_key"]


def _proven(office: Office, call: Call, form: Mapping[str, str]) -> Webhook:
    """The webhook of a call that carries its client id and its credential."""
    client, secret = _basic(call.headers.get("authorization", "")) or (
        form.get("client_id", ""),
        form.get("client_secret", ""),
    )
    webhook = office.webhooks.get(call.webhook) if secret and is_id(call.webhook) else None
    if webhook is None or webhook.carrier != call.carrier or webhook.carrier in office.signing:
        _refuse(401, "invalid_client")
    known, proven = webhook.is_client(_bytes(client)), webhook.admits(_bytes(secret))
    if not (known and proven):
        _refuse(401, "invalid_client")
    return webhook


def _basic(header: str) -> tuple[str, str] | None:
    """The client and its secret of a header; None without one. Each half is form-encoded (RFC 6749, 2.3.1)."""
    kind, _, text = header.strip().partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote_plus(client), unquote_plus(secret)


def _form(body: bytes) -> dict[str, str]:
    if len(body) > MOST_BYTES:
        _refuse(413, "invalid_request")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        _refuse(400, "invalid_request")
    return {name: values[0] for name, values in fields.items()}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _refuse(status: int, error: str) -> NoReturn:
    raise _Refused(Grant(status, {"error": error}, CHALLENGE if status == 401 else ""))
