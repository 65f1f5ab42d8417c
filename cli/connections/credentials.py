"""Credentials: written into Secrets Manager under the stack's key, never shown again (S49)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class Credentials(Protocol):
    """The part of the credential store that the commands use."""

    def put(self, connection_id: str, side: str, fields: Mapping[str, str]) -> str:
        """Stores the fields; says "stored" or "replaced"."""
        ...

    def stored(self, connection_id: str, side: str, field: str) -> str:
        """One field of the credential that is stored, such as its tenant; "" when that is not known."""
        ...


@dataclass(frozen=True, slots=True)
class StackSecrets:
    """Credentials in Secrets Manager, one secret a side: `{prefix}{connection}/{side}`, under the stack's key."""

    client: SecretsManagerClient
    prefix: str
    key_arn: str

    def put(self, connection_id: str, side: str, fields: Mapping[str, str]) -> str:
        name, value = f"{self.prefix}{connection_id}/{side}", json.dumps(dict(fields))
        described = f"parcelbridge: {side} credential of connection {connection_id}"
        try:
            self.client.create_secret(Name=name, Description=described, KmsKeyId=self.key_arn, SecretString=value)
        except self.client.exceptions.ResourceExistsException:
            self.client.put_secret_value(SecretId=name, SecretString=value)
            return "replaced"
        return "stored"

    def stored(self, connection_id: str, side: str, field: str) -> str:
        try:
            kept = self.client.get_secret_value(SecretId=f"{self.prefix}{connection_id}/{side}")
        except ClientError:
            return ""  # none yet, or not for this caller's eyes: then nothing is known
        return str(json.loads(kept["SecretString"]).get(field, ""))
