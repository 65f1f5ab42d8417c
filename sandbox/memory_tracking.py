"""TrackingStore, Webhooks and Pages in dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sandbox.memory import LeaseBook, holds
from shared.domain.page import Page
from shared.domain.parcel import ParcelEvent, Watch
from shared.domain.webhook import Webhook
from shared.ports import AccountReading, Conflict, Lease

_Parcel = tuple[str, str]


class MemoryTrackingStore:
    """Passes the same contract suite as the store on DynamoDB. What expires does so when a test asks (`expire`)."""

    def __init__(self, leases: LeaseBook | None = None) -> None:
        self._leases = {} if leases is None else leases
        self._readings: dict[str, AccountReading] = {}
        self._events: dict[_Parcel, dict[str, tuple[ParcelEvent, datetime | None]]] = {}
        self._watches: dict[_Parcel, Watch] = {}

    def keep(self, carrier: str, number: str, events: Sequence[ParcelEvent], *, expires: datetime | None) -> int:
        kept = self._events.setdefault((carrier, number), {})
        new = [each for each in {each.id: each for each in reversed(events)}.values() if each.id not in kept]
        kept.update({each.id: (each, expires) for each in new})
        return len(new)

    def events(self, carrier: str, number: str, connection: str) -> tuple[ParcelEvent, ...]:
        kept = self._events.get((carrier, number), {})
        kept.update({id_: (each, None) for id_, (each, _) in kept.items() if each.connection == connection})
        return tuple(each for each, _ in kept.values() if each.connection == connection)

    def begin(self, watch: Watch) -> bool:
        return self._watches.setdefault((watch.carrier, watch.number), watch) is watch

    def watch(self, carrier: str, number: str) -> Watch | None:
        return self._watches.get((carrier, number))

    def watches(self, parcels: Sequence[_Parcel]) -> list[Watch]:
        return [self._watches[each] for each in dict.fromkeys(parcels) if each in self._watches]

    def save(self, watch: Watch) -> None:
        parcel = (watch.carrier, watch.number)
        kept = self._watches.get(parcel)
        if kept is None or kept.version != watch.version - 1:
            raise Conflict(f"{watch.carrier}:{watch.number}")
        self._watches[parcel] = watch

    def due(self, now: datetime, limit: int) -> list[Watch]:
        found = [each for each in self._watches.values() if each.due_at and each.due_at <= now]
        return sorted(found, key=lambda each: (each.due_at or now, each.number))[:limit]

    def postpone(self, watch: Watch, until: datetime) -> None:
        parcel = (watch.carrier, watch.number)
        kept = self._watches[parcel]
        if watch.due_at and (kept.version, kept.due_at) == (watch.version, watch.due_at):
            self._watches[parcel] = replace(kept, due_at=until)

    def listing(self, connection: str, bucket: str) -> Iterator[Watch]:
        chosen = [each for each in self._watches.values() if (each.connection, each.bucket) == (connection, bucket)]
        return iter(sorted(chosen, key=lambda each: (each.since, each.carrier, each.number), reverse=True))

    def reading(self, connection: str) -> AccountReading:
        return self._readings.get(connection, AccountReading())

    def save_reading(self, connection: str, owner: str, reading: AccountReading) -> bool:
        held = holds(self._leases, Lease("account", connection), owner)
        if held:
            self._readings[connection] = reading
        return held

    def put_off_reading(self, connection: str, seen: AccountReading, until: datetime) -> bool:
        stands = self.reading(connection)
        if stands.due_at != seen.due_at:
            return False
        self._readings[connection] = replace(stands, due_at=until)
        return True

    def expire(self, now: datetime) -> None:
        """Ends what has expired, as the table does by itself within two days."""
        for kept in self._events.values():
            for id_ in [id_ for id_, (_, expires) in kept.items() if expires and expires <= now]:
                del kept[id_]


class MemoryWebhooks:
    """Passes the same contract suite as the webhooks on DynamoDB."""

    def __init__(self) -> None:
        self._webhooks: dict[str, Webhook] = {}

    def get(self, webhook: str) -> Webhook | None:
        return self._webhooks.get(webhook)

    def of(self, connection: str) -> Webhook | None:
        return next((each for each in self._webhooks.values() if each.connection == connection), None)

    def begin(self, webhook: Webhook) -> bool:
        stands = self.of(webhook.connection) or self._webhooks.setdefault(webhook.id, webhook)
        return stands == webhook

    def save(self, webhook: Webhook) -> bool:
        kept = self._webhooks.get(webhook.id)
        if kept is None or kept.version != webhook.version - 1:
            return False
        self._webhooks[webhook.id] = webhook
        return True


class MemoryPages:
    """Passes the same contract suite as the pages on DynamoDB."""

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}
        self._places: dict[tuple[str, str], str] = {}

    def get(self, page: str) -> Page | None:
        return self._pages.get(page)

    def of(self, order: str) -> list[Page]:
        return [self._pages[id_] for (its, _), id_ in sorted(self._places.items()) if its == order]

    def begin(self, page: Page, former: str = "") -> bool:
        place = (page.order, page.place)
        if page.id in self._pages or self._places.get(place, "") != former:
            return self._pages.get(page.id) == page
        self._pages[page.id], self._places[place] = page, page.id
        return True

    def save(self, page: Page) -> bool:
        kept = self._pages.get(page.id)
        if kept is None or kept.version != page.version - 1:
            return False
        self._pages[page.id] = page
        return True
