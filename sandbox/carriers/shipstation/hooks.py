"""Webhooks of both versions: subscriptions, what is sent to them, and what goes wrong on the way (facts 5)."""

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from sandbox.carriers.shipstation import signing
from sandbox.carriers.shipstation.book import Book
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.wire import V2_HOST, conflict, invalid, not_found
from sandbox.faces import Post
from sandbox.posting import Mishaps
from shared.http import Lost, NotSent

NEW = (
    "shipment_created_v2 label_created_v2 fulfillment_shipped_v2 fulfillment_created_v2 fulfillment_updated_v2 "
    "fulfillment_canceled_v2 fulfillment_rejected_v2 batch_processed_v2 track_event_v2"
)
OLD = "batch carrier_connected order_source_refresh_complete rate report_complete sales_orders_imported track"
EVENTS = {
    "v2": frozenset(NEW.split()),
    "old": frozenset(OLD.split()),
    "both": frozenset({*NEW.split(), *OLD.split()}),
}
_V1 = "ORDER_NOTIFY ITEM_ORDER_NOTIFY SHIP_NOTIFY ITEM_SHIP_NOTIFY FULFILLMENT_SHIPPED FULFILLMENT_REJECTED"
V1_EVENTS = frozenset(_V1.split())
_OLD_NAMES = {"track_event_v2": "track", "batch_processed_v2": "batch"}


@dataclass
class Hook:
    """A subscription; `event` is "" of none. V1's have integer ids and no headers."""

    serial: int
    event: str
    url: str
    name: str | None = None
    headers: list[dict[str, str]] = field(default_factory=list)
    store_id: int | None = None

    @property
    def webhook_id(self) -> str:
        return f"se-{self.serial}"


@dataclass(frozen=True)
class Sent:
    """One webhook as it left; `status` is 0 where nobody answered."""

    at: datetime
    event: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass
class Hooks:
    """The subscriptions, and the events on their way. Sent at least once, in no order, and possibly never."""

    book: Book
    post: Post | None = None
    mishaps: Mishaps = field(default_factory=Mishaps)
    key: signing.SigningKey = signing.FIRST
    keys: list[signing.SigningKey] = field(default_factory=lambda: [signing.FIRST])
    standing: dict[int, Hook] = field(default_factory=dict)
    v1: dict[int, Hook] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    _queue: list[tuple[datetime, int, int, Hook, bytes]] = field(default_factory=list)
    _serial: int = 0
    _lock: Lock = field(default_factory=Lock)

    # --- V2's subscriptions ----------------------------------------------------------------------------------------

    def create(self, call: Call) -> Answer:
        body, accepted = call.body, EVENTS[self.book.manners.events]
        if body["event"] not in accepted:
            raise invalid("event", f"'{body['event']}' is not a valid webhook event.")
        self._check_url(body["url"])
        if any((each.event, each.url) == (body["event"], body["url"]) for each in self.standing.values()):
            raise conflict("webhook_event_type_conflict", "A webhook with this event and url exists.", "event", 409)
        hook = Hook(
            self.book.serial("webhook", 3001),
            body["event"],
            body["url"],
            body.get("name"),
            body.get("headers") or [],
            body.get("store_id"),
        )
        self.standing[hook.serial] = hook
        return 200, self._told(hook)

    def listed(self, call: Call) -> Answer:
        """List the webhooks as a bare array, without pages (facts 2)."""
        return 200, [self._told(each) for each in self.standing.values()]

    def get(self, call: Call) -> Answer:
        return 200, self._told(self._hook(call.id))

    def update(self, call: Call) -> Answer:
        hook = self._hook(call.id)
        if call.body.get("url"):
            self._check_url(call.body["url"])
        hook.url = call.body.get("url") or hook.url
        hook.headers = call.body.get("headers", hook.headers) or []
        hook.name = call.body.get("name") or hook.name
        return 204, None

    def delete(self, call: Call) -> Answer:
        del self.standing[self._hook(call.id).serial]
        return 204, None

    def _hook(self, identifier: str) -> Hook:
        serial = identifier.removeprefix("se-")
        if not serial.isdecimal() or int(serial) not in self.standing:
            raise not_found("webhook", identifier)
        return self.standing[int(serial)]

    def _check_url(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise invalid("url", f"'{url[:100]}' is not a valid url.")

    def _told(self, hook: Hook) -> dict[str, Any]:
        words = ("webhook_id", "url", "event", "headers", "name", "store_id")
        return {word: getattr(hook, word) for word in words}

    # --- telling ---------------------------------------------------------------------------------------------------

    def tell(self, event: str, path: str, inline: Any = None) -> None:
        """Tell of an event of V2 by a pointer. `inline` is the record itself, for the event that carries it. An account
        with the old names tells by those."""
        name = _OLD_NAMES.get(event, event) if self.book.manners.events == "old" else event
        kind = f"API_{name.upper()}" if name in _OLD_NAMES.values() else name.upper()
        told = {"resource_url": f"{V2_HOST}{path}", "resource_type": kind}
        body = json.dumps(told if inline is None else {**told, "data": inline}).encode()
        for hook in list(self.standing.values()):
            if hook.event == name:
                self._queue_up(hook, body)

    def tell_v1(self, event: str, url: str) -> None:
        """Tell of an event of V1 by a pointer of at most 200 characters, without a signature."""
        body = json.dumps({"resource_url": url[:200], "resource_type": event}).encode()
        for hook in list(self.v1.values()):
            if hook.event == event:
                self._queue_up(hook, body)

    def _queue_up(self, hook: Hook, body: bytes) -> None:
        what = f"{hook.event}:{body.decode()}"
        if self.post is None or self.mishaps.strikes("dropped", what):
            return
        late = self.mishaps.late if self.mishaps.strikes("reordered", what) else timedelta(0)
        self._push(self.book.now() + late, 0, hook, body)
        if self.mishaps.strikes("repeated", what):
            self._push(self.book.now() + late + self.mishaps.late / 2, 0, hook, body)

    def _push(self, due: datetime, tried: int, hook: Hook, body: bytes) -> None:
        with self._lock:
            self._serial += 1
            heapq.heappush(self._queue, (due, self._serial, tried, hook, body))

    def next_due(self) -> datetime | None:
        return self._queue[0][0] if self._queue else None

    def send(self, now: datetime) -> None:
        """Post the webhooks that are due. A receiver that asks us meanwhile may add others."""
        while True:
            with self._lock:
                if not self._queue or self._queue[0][0] > now:
                    return
                _, _, tried, hook, body = heapq.heappop(self._queue)
            if hook.serial not in (self.v1 if hook.event in V1_EVENTS else self.standing):
                continue
            status = self._send(hook, body, now)
            retries = self.book.manners.retries
            if not 200 <= status < 300 and tried < len(retries):
                self._push(now + retries[tried], tried + 1, hook, body)

    def _send(self, hook: Hook, body: bytes, now: datetime) -> int:
        headers = {"content-type": "application/json"}
        if hook.event not in V1_EVENTS:
            headers |= {each["key"]: each["value"] for each in hook.headers}
            headers |= signing.headers(self.key, body, now)
        status = 0
        if self.post is not None:
            try:
                status = self.post(hook.url, headers, body).status
            except (NotSent, Lost, OSError):
                status = 0
        self.sent.append(Sent(now, hook.event, hook.url, headers, body, status))
        return status
