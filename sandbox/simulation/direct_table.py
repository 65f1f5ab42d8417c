"""A client of DynamoDB that asks moto's emulation without a request in between: worlds make tens of thousands of calls,
and writing, signing and reading a request takes most of the time of one. The contract suite asks it in full.

Imported by worlds that stand on a table alone: what emulates AWS takes long to load.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Callable
from inspect import signature
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from sandbox.simulation.hard_table import Pages
from sandbox.simulation.table import ConditionalCheckFailed, Exceptions


class _Handler(DynamoHandler):
    """moto's handling of one call, over a backend of its own."""

    def __init__(self, backend: DynamoDBBackend) -> None:
        super().__init__()
        self._own, self.body = backend, dict[str, Any]()

    @property
    def dynamodb_backend(self) -> DynamoDBBackend:
        return self._own


_QUERY = signature(Table.query)


class _Table(Table):
    """moto looks through the whole table for a query, and keeps a copy of it for a transaction. Here it looks through
    what has the partition that is asked for, and copies the items that may change."""

    touched: frozenset[tuple[str, str]] = frozenset()
    _narrow: list[Item] | None = None

    def query(self, *given: Any, **facts: Any) -> Any:
        asked = _QUERY.bind(self, *given, **facts).arguments
        hash_key, index = asked["hash_key"], asked.get("index_name")
        if index:
            name = f"{index}_pk"
            items = (item for found in self.items.values() for item in found.values())
            self._narrow = [item for item in items if name in item.attrs and item.attrs[name] == hash_key]
        else:
            self._narrow = list(self.items[hash_key].values()) if hash_key in self.items else []
        try:
            return super().query(*given, **facts)
        finally:
            self._narrow = None

    def all_items(self) -> list[Item]:
        return super().all_items() if self._narrow is None else self._narrow

    def __deepcopy__(self, _: object) -> Table:
        kept, items = copy.copy(self), defaultdict[Any, dict[Any, Any]](dict)
        for partition, found in self.items.items():
            items[partition] = dict(found)
        for pk, sk in self.touched:
            partition, sort = DynamoType({"S": pk}), DynamoType({"S": sk})
            if partition in items and sort in items[partition]:
                items[partition][sort] = copy.deepcopy(items[partition][sort])
        kept.items = items  # type: ignore[assignment]
        return kept


class DirectClient(Pages):
    """The calls of a boto3 client, as far as our adapters make them. Errors are botocore's."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self._backend = DynamoDBBackend("us-east-1", "123456789012")
        self._handler = _Handler(self._backend)

    def create_table(self, **request: Any) -> Any:
        self._call("create_table", request)
        self._backend.tables[request["TableName"]].__class__ = _Table

    def transact_write_items(self, **request: Any) -> Any:
        writes = [write for each in request["TransactItems"] for write in each.values()]
        touched = {(key["pk"]["S"], key["sk"]["S"]) for key in (each.get("Key") or each["Item"] for each in writes)}
        for name in {each["TableName"] for each in writes}:
            self._backend.tables[name].touched = frozenset(touched)  # type: ignore[attr-defined]
        return self._call("transact_write_items", request)

    def query(self, **request: Any) -> Any:
        return self._call("query", request)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda **request: self._call(name, request)

    def _call(self, name: str, request: dict[str, Any]) -> Any:
        self._handler.body = copy.deepcopy(request)
        try:
            return copy.deepcopy(getattr(self._handler, name)().result)
        except JsonRESTError as refused:
            raise _as_botocore(refused, name) from None


def _as_botocore(refused: JsonRESTError, name: str) -> ClientError:
    code, said = refused.relative_error_type, json.loads(refused.description)
    if code == "ConditionalCheckFailedException":
        return ConditionalCheckFailed()
    answer: Any = {"Error": {"Code": code, "Message": refused.message}, **said}
    return ClientError(answer, name)
