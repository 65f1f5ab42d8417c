"""Tokens in the table: one a credential for all workers, encrypted, renewed by one of them before it ends."""

from __future__ import annotations

import base64
import hashlib
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared import log
from shared.aws.leases import DynamoLeases
from shared.aws.wire import FORMAT, from_wire, readable, to_wire
from shared.errors import Retry
from shared.ports import Clock, Lease, Token

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_kms import KMSClient

LEASE = timedelta(seconds=30)
"""Longer than a token request may take: its holder is surely done, or dead."""
MARGIN = timedelta(minutes=5)
"""Renewed this long before the end, or in the last tenth of a shorter life."""
WAITS = 12
BLOCK = 4096
"""Bytes that KMS encrypts at once; a longer token goes in several blocks."""


@dataclass(frozen=True, slots=True)
class _Kept:
    token: Token
    renew_at: datetime


class DynamoTokens:
    """Tokens of one deployment; `sleep` is a parameter so that tests do not wait."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        kms: KMSClient,
        key_id: str,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._table, self._kms, self._key_id = client, table, kms, key_id
        self._clock, self._sleep = clock, sleep
        self._leases = DynamoLeases(client, table, clock)
        self._memory: dict[str, _Kept] = {}

    def get(self, credential: str, renew: Callable[[], Token]) -> str:
        kept = self._memory.get(credential)
        if kept and self._clock.now() < kept.renew_at:
            return kept.token.value
        owner = uuid4().hex
        for attempt in range(WAITS):
            kept = self._read(credential)
            if kept and self._clock.now() < kept.renew_at:
                break
            if self._leases.take(Lease("token", credential), owner, LEASE):
                kept = self._under_lease(credential, owner, renew)
                break
            if kept and self._clock.now() < kept.token.expires_at - timedelta(seconds=30):
                break
            self._sleep(random.uniform(0.1, 0.4) * (1 + attempt / 4))  # noqa: S311 - jitter, not a secret
        else:
            raise Retry(
                f"another worker has been renewing the token {credential} for too long", after=LEASE.total_seconds()
            )
        self._memory[credential] = kept
        return kept.token.value

    def expire(self, credential: str, value: str) -> None:
        self._memory.pop(credential, None)
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(credential),
                UpdateExpression="REMOVE content, digest",
                ConditionExpression="digest = :digest",
                ExpressionAttributeValues=to_wire({":digest": _digest(value)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # somebody has renewed it already

    def _read(self, credential: str) -> _Kept | None:
        answer = self._client.get_item(TableName=self._table, Key=_key(credential), ConsistentRead=True)
        item = readable(from_wire(answer["Item"]), "token") if "Item" in answer else {}
        if "content" not in item:
            return None
        value = self._decrypt(credential, [bytes(block) for block in item["content"]])
        ends = datetime.fromisoformat(item["expires_at"])
        return _Kept(Token(value, ends), datetime.fromisoformat(item["renew_at"]))

    def _under_lease(self, credential: str, owner: str, renew: Callable[[], Token]) -> _Kept:
        """The token that somebody has renewed between our look and our lease, or a new one."""
        kept = self._read(credential)
        if kept is None or self._clock.now() >= kept.renew_at:
            return self._renew(credential, renew)
        self._leases.release(Lease("token", credential), owner)
        return kept

    def _renew(self, credential: str, renew: Callable[[], Token]) -> _Kept:
        """The new item is without the lease. A failed renewal leaves it to run out, which spares the token service a
        storm."""
        log.measure("TokenRequests", credential=credential)
        token, now = renew(), self._clock.now()
        life = token.expires_at - now
        kept = _Kept(token, token.expires_at - min(MARGIN, life / 10))
        item: dict[str, Any] = {
            "v": FORMAT,
            "content": self._encrypt(credential, token.value),
            "digest": _digest(token.value),
            "expires_at": token.expires_at.isoformat(),
            "renew_at": kept.renew_at.isoformat(),
            "expires": int((token.expires_at + timedelta(days=1)).timestamp()),
        }
        self._client.put_item(TableName=self._table, Item={**_key(credential), **to_wire(item)})
        return kept

    def _encrypt(self, credential: str, value: str) -> list[bytes]:
        plain = value.encode()
        blocks = [plain[start : start + BLOCK] for start in range(0, len(plain), BLOCK)]
        context = {"credential": credential}
        return [
            self._kms.encrypt(KeyId=self._key_id, Plaintext=block, EncryptionContext=context)["CiphertextBlob"]
            for block in blocks
        ]

    def _decrypt(self, credential: str, blocks: list[bytes]) -> str:
        context = {"credential": credential}
        plain = [
            self._kms.decrypt(KeyId=self._key_id, CiphertextBlob=block, EncryptionContext=context)["Plaintext"]
            for block in blocks
        ]
        return b"".join(plain).decode()


def _key(credential: str) -> dict[str, Any]:
    return {"pk": {"S": f"TOKEN#{credential}"}, "sk": {"S": "TOKEN"}}


def _digest(value: str) -> str:
    return base64.b64encode(hashlib.sha256(value.encode()).digest()).decode()
