"""The notices' way out on AWS: an EventBridge bus for what listens in the account, and a queue of what is posted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from shared.domain.notice import Notice
from shared.errors import Retry

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

SOURCE = "parcelbridge"
"""The `source` of every event on the bus."""
_PAGE = 10
"""The number of entries that EventBridge and SQS take at once."""


class EventsClient(Protocol):
    """The one call of EventBridge that is made."""

    def put_events(self, *, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]: ...  # noqa: N803 - AWS's name


class EventBridgeBus:
    """Puts notices on a bus, 10 at a time: the type is the event's detail-type, the body its detail."""

    def __init__(self, client: EventsClient, bus: str, deployment: str) -> None:
        self._client, self._bus, self._deployment = client, bus, deployment

    def put(self, notices: Sequence[Notice]) -> None:
        """Raises Retry when the bus took only some: all may be put again, as each has its id."""
        for start in range(0, len(notices), _PAGE):
            entries = [self._entry(each) for each in notices[start : start + _PAGE]]
            answer = self._client.put_events(Entries=entries)
            if answer.get("FailedEntryCount"):
                codes = sorted({each["ErrorCode"] for each in answer["Entries"] if "ErrorCode" in each})
                raise Retry(f"{answer['FailedEntryCount']} events were not taken by the bus: {', '.join(codes)}")

    def _entry(self, notice: Notice) -> dict[str, Any]:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": str(notice.type),
            "Time": notice.at,
            "Detail": json.dumps(notice.body(self._deployment)),
        }


class PostQueue:
    """Queues notices for the function that posts them, each as the whole body that is signed."""

    def __init__(self, client: SQSClient, url: str, deployment: str) -> None:
        self._client, self._url, self._deployment = client, url, deployment

    def put(self, notices: Sequence[Notice]) -> None:
        """Raises Retry when the queue took only some."""
        for start in range(0, len(notices), _PAGE):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {
                    "Id": str(number),
                    "MessageBody": json.dumps(notice.body(self._deployment)),
                    "MessageGroupId": notice.connection,
                }
                for number, notice in enumerate(notices[start : start + _PAGE])
            ]
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if failed:
                raise Retry(f"{len(failed)} events were not taken by the queue: {failed[0].get('Code')}")
