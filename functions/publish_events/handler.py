"""publish_events: tells the bus of what happened to orders and parcels, out of the table's stream.

It stands beside the way of an order, not in it: what fails here is tried again, and no order waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from typing import Any

from shared import log
from shared.aws.event_bus import EventBridgeBus, PostQueue
from shared.aws.session import CONFIG, open_session
from shared.aws.stream import notices_in
from shared.environment import PublishEvents, read


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """A batch of the stream's records; answers with the number of events that were sent. What fails is sent again as a
    whole: each event has its id."""
    with log.about(use_case="publish_events"):
        notices = list(notices_in(event["Records"]))
        if notices:
            try:
                for way in ways():
                    way.put(notices)
            except Exception as error:
                log.failed("events_not_sent", error, events=len(notices))
                raise
            for each in notices:
                order = each.data.get("order", "")
                log.step("event_sent", connection=each.connection, order=order, type=str(each.type), id=each.id)
        return {"sent": len(notices)}


@cache
def ways() -> Sequence[EventBridgeBus | PostQueue]:
    """The ways out: the bus, and the queue of what is posted where the deployment has a webhook."""
    settings, session = read(PublishEvents, os.environ), open_session()
    bus = EventBridgeBus(session.client("events", config=CONFIG), settings.event_bus, settings.deployment)
    if not settings.posted:
        return (bus,)
    return (bus, PostQueue(session.client("sqs", config=CONFIG), settings.posted, settings.deployment))
