# ruff: noqa: N803 - the clients of AWS name their arguments so
"""AWS behind the tokens and secrets, as far as their production adapters ask it: a table, a key, a store of secrets.

The adapters themselves run (shared/aws/tokens.py, shared/aws/secrets.py): each worker has its own in-process memory
over this one table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from shared.aws.wire import from_wire, to_wire

Item = dict[str, Any]


class ConditionalCheckFailed(ClientError):
    """The condition did not hold; nothing was written."""

    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}, "UpdateItem")


class NoSuchSecret(ClientError):
    """There is no secret of that name."""

    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "ResourceNotFoundException", "Message": ""}}, "GetSecretValue")


class Exceptions:
    ConditionalCheckFailedException = ConditionalCheckFailed
    ResourceNotFoundException = InvalidRequestException = NoSuchSecret


class Table:
    """One table of items by pk and sk, kept as the client gave them; reads the expressions that the token port
    writes."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Item] = {}

    def get_item(self, *, Key: Item, **_: Any) -> dict[str, Any]:
        item = self._items.get(_place(Key))
        return {"Item": dict(item)} if item is not None else {}

    def put_item(self, *, Item: Item, **_: Any) -> dict[str, Any]:
        self._items[_place(Item)] = dict(Item)
        return {}

    def update_item(self, *, Key: Item, UpdateExpression: str, **request: Any) -> dict[str, Any]:
        """SET a = :a, b = if_not_exists(b, :z) + :n; REMOVE a, b. Raises ConditionalCheckFailed."""
        values = from_wire(request.get("ExpressionAttributeValues", {}))
        item = from_wire(self._items.get(_place(Key), Key))
        if not _condition(request.get("ConditionExpression", ""))(item, values):
            raise ConditionalCheckFailed
        for verb, clause in re.findall(r"(SET|REMOVE) (.+?)(?= SET | REMOVE |$)", UpdateExpression):
            for part in re.split(r", (?![^(]*\))", clause):
                if verb == "REMOVE":
                    item.pop(part, None)
                else:
                    name, _, value = part.partition(" = ")
                    item[name] = _value(value)(item, values)
        self._items[_place(Key)] = to_wire(item)
        return {"Attributes": dict(self._items[_place(Key)])}


def _place(key: Item) -> tuple[str, str]:
    return key["pk"]["S"], key["sk"]["S"]


_Reading = Callable[[Item, Mapping[str, Any]], Any]


@cache
def _condition(text: str) -> _Reading:
    """A condition as Python: comparisons with an attribute that is not there are false."""
    python = re.sub(r"attribute_not_exists\((\w+)\)", r"('\1' not in item)", text)
    python = re.sub(r"(\w+) (=|<=|<) (:\w+)", _compared, python)
    python = python.replace(" AND ", " and ").replace(" OR ", " or ")
    return eval(f"lambda item, values: {python or True}")  # noqa: S307 - the expressions are our own adapters'


def _compared(found: re.Match[str]) -> str:
    name, sign, value = found.groups()
    return f"('{name}' in item and item['{name}'] {'==' if sign == '=' else sign} values['{value}'])"


@cache
def _value(text: str) -> _Reading:
    python = re.sub(r"if_not_exists\((\w+), (:\w+)\)", r"item.get('\1', values['\2'])", text)
    python = re.sub(r"(?<!')(:\w+)", r"values['\1']", python)
    return eval(f"lambda item, values: {python}")  # noqa: S307 - the expressions are our own adapters'


class Key:
    """KMS without cryptography: what is encrypted is only ever decrypted again."""

    def encrypt(self, *, Plaintext: bytes, **_: Any) -> dict[str, bytes]:
        return {"CiphertextBlob": Plaintext}

    def decrypt(self, *, CiphertextBlob: bytes, **_: Any) -> dict[str, bytes]:
        return {"Plaintext": CiphertextBlob}


class SecretStore:
    """Secrets Manager: fields by name."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.fields: dict[str, dict[str, str]] = {}

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        if SecretId not in self.fields:
            raise NoSuchSecret
        return {"SecretString": json.dumps(self.fields[SecretId])}
