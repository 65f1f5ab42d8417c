"""The webhooks of a deployment in its table: WEBHOOK#{id}, and the id of each connection's. Loads little, for the
function that answers at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.aws.transactions import transact
from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.domain.webhook import Credential, Webhook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NEW = "attribute_not_exists(pk)"


class DynamoWebhooks:
    """The webhooks of one deployment."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def get(self, webhook: str) -> Webhook | None:
        item = self._item(_key(webhook))
        return read_webhook(item) if item else None

    def of(self, connection: str) -> Webhook | None:
        item = self._item(_key_of(connection))
        return self.get(item["webhook"]) if item else None

    def begin(self, webhook: Webhook) -> bool:
        pointer = {**_key_of(webhook.connection), "v": FORMAT, "webhook": webhook.id}
        items = [webhook_item(webhook), pointer]
        puts: list[Any] = [
            {"Put": {"TableName": self._table, "Item": to_wire(each), "ConditionExpression": _NEW}} for each in items
        ]
        # One that stands already may be this very one, whose answer was lost.
        return not transact(self._client, puts) or self.of(webhook.connection) == webhook

    def save(self, webhook: Webhook) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(webhook_item(webhook)),
                ConditionExpression="version = :before",
                ExpressionAttributeValues=to_wire({":before": webhook.version - 1}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _item(self, key: Item) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(key), ConsistentRead=True)
        return readable(from_wire(answer["Item"]), "webhook") if "Item" in answer else None


def webhook_item(webhook: Webhook) -> Item:
    """The item of a webhook: digests and verifying keys, nothing that lets anybody in."""
    return {
        **_key(webhook.id),
        "v": FORMAT,
        "connection": webhook.connection,
        "carrier": webhook.carrier,
        "credentials": [[each.digest, each.key] for each in webhook.credentials],
        "version": webhook.version,
        **({"keys": dict(webhook.keys)} if webhook.keys else {}),
    }


def read_webhook(item: Item) -> Webhook:
    """The webhook of an item. Raises NewerFormat."""
    readable(item, "webhook")
    credentials = tuple(Credential(*each) for each in item["credentials"])
    facts = (item["pk"].removeprefix("WEBHOOK#"), item["connection"], item["carrier"], credentials)
    return Webhook(*facts, int(item["version"]), tuple(sorted(item.get("keys", {}).items())))


def _key(webhook: str) -> Item:
    return {"pk": f"WEBHOOK#{webhook}", "sk": "WEBHOOK"}


def _key_of(connection: str) -> Item:
    return {"pk": f"CONNECTION#{connection}", "sk": "WEBHOOK"}
