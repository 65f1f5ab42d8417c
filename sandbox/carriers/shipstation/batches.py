"""V2's batches: shipments whose labels are bought together, over minutes (facts 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.carriers.shipstation.book import Book
from sandbox.carriers.shipstation.call import Answer, Call
from sandbox.carriers.shipstation.labels import Labels
from sandbox.carriers.shipstation.wire import Pager, Refusal, conflict, instant, not_found

TAKES = timedelta(minutes=2)
"""How long the labels of a batch are processing."""


@dataclass
class Batch:
    """`errors` are those of its shipments, by their ids."""

    batch_id: str
    external: str | None
    notes: str | None
    created: datetime
    shipments: list[str] = field(default_factory=list)
    done: datetime | None = None
    bought: int = 0
    errors: dict[str, str] = field(default_factory=dict)


class Batches:
    """The desk for batches."""

    def __init__(self, book: Book, labels: Labels, pager: Pager) -> None:
        self.book, self.labels, self.pager = book, labels, pager
        self.batches: dict[str, Batch] = {}
        self._running: list[Batch] = []

    def create(self, call: Call) -> Answer:
        body = call.body
        external = body.get("external_batch_id")
        if external and any(each.external == external for each in self.batches.values()):
            raise conflict("identifier_conflict", f"A batch with id {external} exists.", "external_batch_id")
        for identifier in body.get("shipment_ids") or ():
            self.book.shipment(identifier)
        batch = Batch(self.book.se("batch", 60001), external, body.get("batch_notes"), self.book.now())
        batch.shipments = list(dict.fromkeys(body.get("shipment_ids") or ()))
        self.batches[batch.batch_id] = batch
        if (body.get("process_labels") or {}).get("create_batch_and_process_labels"):
            self._process(batch, body["process_labels"])
        return 200, self.told(batch)

    def get(self, call: Call) -> Answer:
        return 200, self.told(self._batch(call.id))

    def get_by_external(self, call: Call) -> Answer:
        found = [each for each in self.batches.values() if each.external == call.id]
        if not found:
            raise not_found("batch", call.id)
        return 200, self.told(found[0])

    def listed(self, call: Call) -> Answer:
        rows = [self.told(each) for each in self.batches.values()]
        rows = [each for each in rows if call.query.get("status", each["status"]) == each["status"]]
        return 200, self.pager.page(call.path, "batches", rows[::-1], call.query)

    def add(self, call: Call) -> Answer:
        batch = self._open(call.id)
        for identifier in call.body.get("shipment_ids") or ():
            self.book.shipment(identifier)
            if identifier not in batch.shipments:
                batch.shipments.append(identifier)
        return 204, None

    def remove(self, call: Call) -> Answer:
        batch = self._open(call.id)
        batch.shipments = [each for each in batch.shipments if each not in (call.body.get("shipment_ids") or ())]
        return 204, None

    def process(self, call: Call) -> Answer:
        """Begin to buy. The labels are processing for a while; a shipment that fails becomes an error of the batch."""
        self._process(self._open(call.id), call.body or {})
        return 204, None

    def _process(self, batch: Batch, printed: dict[str, Any]) -> None:
        batch.done = self.book.now() + TAKES
        for identifier in batch.shipments:
            try:
                label = self.labels.buy(self.book.shipment(identifier), printed, batch=batch.batch_id)
            except Refusal as refusal:
                batch.errors[identifier] = str(refusal)
            else:
                label.ready = max(label.ready, batch.done)
                batch.bought += 1
        self._running.append(batch)

    def errors(self, call: Call) -> Answer:
        """List the batch's errors. This list alone names its page size without an underscore (facts 2)."""
        batch = self._batch(call.id)
        rows = [
            {"error": error, "shipment_id": each, "external_shipment_id": self.book.shipments[each].external}
            for each, error in batch.errors.items()
        ]
        query = {"page": call.query.get("page", "1"), "page_size": call.query.get("pagesize", "25")}
        told = self.pager.page(call.path, "errors", rows, query)
        return 200, {"errors": told["errors"], "links": told["links"]}

    def advance(self, now: datetime) -> None:
        """Tell of the batches that are done by now."""
        for batch in [each for each in self._running if each.done and each.done <= now]:
            self._running.remove(batch)
            self.book.told("batch_processed_v2", f"/v2/batches/{batch.batch_id}")

    def next_due(self) -> datetime | None:
        return min((each.done for each in self._running if each.done), default=None)

    def _batch(self, identifier: str) -> Batch:
        if identifier not in self.batches:
            raise not_found("batch", identifier)
        return self.batches[identifier]

    def _open(self, identifier: str) -> Batch:
        batch = self._batch(identifier)
        if batch.done:
            raise conflict("batch_cannot_be_modified", f"Batch {identifier} has been processed.")
        return batch

    def told(self, batch: Batch) -> dict[str, Any]:
        over = batch.done is not None and self.book.now() >= batch.done
        status = "open" if batch.done is None else "processing"
        if over:
            status = "completed_with_errors" if batch.errors else "completed"
        return {
            "label_layout": None,
            "label_format": None,
            "batch_id": batch.batch_id,
            "batch_number": batch.batch_id[3:],
            "external_batch_id": batch.external,
            "batch_notes": batch.notes,
            "created_at": instant(batch.created),
            "processed_at": instant(batch.done) if over else None,
            "errors": len(batch.errors),
            "process_errors": [],
            "warnings": 0,
            "completed": batch.bought if over else 0,
            "forms": 0,
            "count": len(batch.shipments),
            "label_download": None,
            "form_download": None,
            "status": status,
        }
