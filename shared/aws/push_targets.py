"""Where a connection's carrier sends its events: the address of its webhook and the credential that is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.tracking import PushTarget
from shared.domain.webhook import Webhook, digest_of
from shared.errors import Misconfigured
from shared.log import trouble
from shared.ports.services import Secrets
from shared.ports.tracking import Webhooks

if TYPE_CHECKING:
    from shared.connection import Connection


class PushTargets:
    """`Ports.webhook`; `base` is the address below which the deployment's webhooks stand."""

    def __init__(self, webhooks: Webhooks, secrets: Secrets, base: str) -> None:
        self._webhooks, self._secrets, self._base = webhooks, secrets, base

    def __call__(self, connection: Connection) -> PushTarget | None:
        """The target; None, and the connection's parcels are polled, where nothing is pushed or no webhook was made."""
        if not connection.tracking.pushes:
            return None
        webhook = self._webhooks.of(connection.id)
        if webhook is None:
            trouble("webhook_missing", connection=connection.id)
            return None
        if connection.tracking.portal:
            return PushTarget(self._base + webhook.path)
        try:
            return PushTarget(self._base + webhook.path, self._credential(webhook))
        except Misconfigured as error:
            trouble("webhook_missing", connection=connection.id, why=str(error))
            return None

    def _credential(self, webhook: Webhook) -> str:
        """The credential that is in use. One that this process had read before a rotation is read again: whoever is
        given the former one is refused once that is ended."""
        credential = self._secrets.get(webhook.connection, "webhook").get("credential", "")
        if webhook.credentials and digest_of(credential.encode()) != webhook.credentials[0].digest:
            self._secrets.renewed(webhook.connection)
            credential = self._secrets.get(webhook.connection, "webhook").get("credential", "")
        if not credential:
            raise Misconfigured(f"the webhook's secret of connection {webhook.connection} has no credential")
        return credential
