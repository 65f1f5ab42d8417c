"""The events of parcels on DynamoDB: each is kept once. Loads nothing of the ports, so that a webhook answers fast."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shared.aws.tracking_items import event_item
from shared.aws.wire import to_wire
from shared.domain.parcel import ParcelEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEW = "attribute_not_exists(pk)"


class DynamoTrackingEvents:
    """The part of the TrackingStore that takes events in."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def keep(self, carrier: str, number: str, events: Sequence[ParcelEvent], *, expires: datetime | None) -> int:
        """Keeps those of the events that are not there yet, and returns how many were new."""
        return sum(self._keep(carrier, number, each, expires) for each in events)

    def _keep(self, carrier: str, number: str, event: ParcelEvent, expires: datetime | None) -> bool:
        item = to_wire(event_item(carrier, number, event, expires))
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=NEW)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
