"""The looks that a webhook asks for and that are no parcel's: a pointer is followed, the carrier's keys are read anew.

Both are hints: what is lost here is found by the polls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

from shared import log
from shared.connection import Connection
from shared.domain.state import AWAITED
from shared.errors import Refused, Retry
from shared.ports import FollowsPointers, Ports, SignsPushes, TracksParcels
from shared.workflow.tracking.change import change
from shared.workflow.tracking.receive import KEYS, POINTED, SUBSCRIBE
from shared.workflow.tracking.times import CALL_SECONDS, TimeLeft, at_once

MOST_OPEN = 5000


def is_hint(key: str) -> bool:
    return key.startswith(POINTED)


def take_hints(ports: Ports, connection: Connection, hints: Sequence[str], time_left: TimeLeft) -> None:
    """Does what the hints say. Raises Misconfigured for a credential that is refused."""
    with ports.carrier(connection) as carrier:
        for hint in hints:
            if time_left() < CALL_SECONDS:
                return
            try:
                if hint == KEYS and isinstance(carrier, SignsPushes):
                    know_keys(ports, connection.id, carrier.signing_keys())
                elif hint == SUBSCRIBE and isinstance(carrier, TracksParcels):
                    _subscribe(ports, connection, carrier)
                elif hint not in (KEYS, SUBSCRIBE) and isinstance(carrier, FollowsPointers):
                    _follow(ports, connection, carrier, hint.removeprefix(POINTED))
            except (Retry, Refused) as error:
                log.trouble("hint_not_followed", connection=connection.id, hint=hint, why=str(error))


def know_keys(ports: Ports, connection: str, keys: Mapping[str, str]) -> None:
    """Stores the carrier's keys with the webhook. Somebody who was first has stored the same ones, or newer ones."""
    webhook = ports.webhooks.of(connection) if keys else None
    if webhook and webhook.signed_by(keys) is not webhook and ports.webhooks.save(webhook.signed_by(keys)):
        log.step("signing_keys_stored", connection=connection, keys=len(keys))


def _subscribe(ports: Ports, connection: Connection, carrier: TracksParcels) -> None:
    """Has the carrier's webhooks made before there is any parcel: they tell of labels that a person buys."""
    target = ports.webhook(connection)
    if target:
        know_keys(ports, connection.id, carrier.subscribe([], target).keys)


def _follow(ports: Ports, connection: Connection, carrier: FollowsPointers, resource: str) -> None:
    """Has the parcels asked for that a pointer leads to, and the orders that wait for its labels."""
    pointed, now = carrier.follow(resource), ports.clock.now()
    kind = connection.carrier.kind
    for watch in ports.tracking.watches([(kind, number) for number in pointed.numbers]):
        if watch.connection == connection.id and not watch.finished:
            change(ports, watch, partial(at_once, now=now))
    if connection.carrier.by_hand and pointed.references:
        _wake(ports, connection.id, frozenset(pointed.references))
    log.step("pointer_followed", connection=connection.id, resource=resource, labels=len(pointed.numbers))


def _wake(ports: Ports, connection: str, references: frozenset[str]) -> None:
    """Sends the orders that wait under these references; those beyond the first thousands are found by their polls."""
    keys = list(islice(ports.orders.listing(connection, "open"), MOST_OPEN))
    waiting = [head for head in ports.orders.heads(keys) if head.reason in AWAITED and head.reference in references]
    ports.order_queue.send(connection, [head.key for head in waiting], "order")
