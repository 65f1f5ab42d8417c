"""Secrets on Secrets Manager: one secret a connection and side, read once in a while."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.hints import Action, Hint, do
from shared.errors import Misconfigured
from shared.ports import Clock

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT = timedelta(minutes=5)
"""How long a process uses what it read: a rotated credential is in use everywhere after this."""


class SecretsManagerSecrets:
    """The credentials under `prefix`: {prefix}{connection}/{erp|carrier|webhook}, each a JSON object of texts."""

    def __init__(self, client: SecretsManagerClient, prefix: str, clock: Clock) -> None:
        self._client, self._prefix, self._clock = client, prefix, clock
        self._read: dict[str, tuple[datetime, dict[str, str]]] = {}

    def get(self, connection_id: str, side: str) -> dict[str, str]:
        name = f"{self._prefix}{connection_id}/{side}"
        now = self._clock.now()
        kept = self._read.get(name)
        if kept is None or now - kept[0] > KEPT:
            kept = self._read[name] = (now, self._fetch(name, connection_id, side))
        return kept[1]

    def renewed(self, connection_id: str) -> bool:
        changed = [self._changed(name) for name in self._read if name.startswith(f"{self._prefix}{connection_id}/")]
        return any(changed)

    def _changed(self, name: str) -> bool:
        """Tell if the secret differs from the one that was read; one that is gone does not count."""
        before, (connection_id, side) = self._read[name][1], name.removeprefix(self._prefix).split("/")
        try:
            now = self._fetch(name, connection_id, side)
        except Misconfigured:
            return False
        self._read[name] = (self._clock.now(), now)
        return now != before

    def _fetch(self, name: str, connection_id: str, side: str) -> dict[str, str]:
        hint = Hint("set it: {0}", (do(Action.SET_CREDENTIAL, connection=connection_id, side=side),))
        try:
            text = self._client.get_secret_value(SecretId=name).get("SecretString", "")
        except (
            self._client.exceptions.ResourceNotFoundException,
            self._client.exceptions.InvalidRequestException,  # it is there, but about to be deleted
        ):
            message = f"connection {connection_id} has no {side} credential ({name})"
            raise Misconfigured(message, field=name, hint=hint) from None
        try:
            fields = json.loads(text)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise Misconfigured(f"the secret {name} is no JSON object", field=name, hint=hint)
        return {str(key): str(value) for key, value in fields.items()}
