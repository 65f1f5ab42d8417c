"""The way in: purchase orders of the ERP at a carrier's warehouse, and receipts back. Ports beside Erp and Carrier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

from shared.domain.address import Party
from shared.domain.purchase import PurchaseOrder
from shared.domain.receiving import InboundEntry, InboundOrder, Receipt
from shared.domain.stock import StockScan
from shared.domain.supplier_mark import SupplierMark
from shared.domain.tracking import TrackedParcel


@runtime_checkable
class ReceivesGoods(Protocol):
    """The side of an ERP whose purchase orders are received elsewhere. Raises as `Erp` does."""

    def purchase_order(self, document: str) -> PurchaseOrder | None:
        """The document as it is now, `cancelled` when it is closed or gone; None when the selection does not want it.

        Raises Refused when the document itself is at fault."""
        ...

    def find_receipt(self, order: InboundOrder, receipt: Receipt) -> str:
        """The ERP's own number of the receipt with this mark; "" is the proof that it was not booked, once a call had
        time to settle. Raises Retry when the ERP did not answer."""
        ...

    def post_receipt(self, order: InboundOrder, receipt: Receipt, day: date) -> None:
        """Books it. Not repeatable. Raises Retry or Refused as a proof that nothing was booked, Unknown otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class RemoteOrder:
    """A purchase order as the warehouse has it. `status` is draft, open, receiving, received, closed or cancelled;
    `ordered` and `received` are pieces by SKU, `received` None where the warehouse does not tell."""

    remote_id: str
    number: str
    status: str
    reference: str
    supplier_id: str
    ordered: dict[str, int]
    received: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class OrderText:
    """A purchase order as the warehouse is told of it."""

    reference: str
    supplier_id: str
    warehouse: str
    skus: tuple[tuple[str, int], ...]
    expected: date | None
    seller: Party | None = None


@runtime_checkable
class TakesPurchaseOrders(Protocol):
    """The side of a carrier with warehouses of its own. Read calls raise Retry, Refused or Misconfigured; makes raise
    Unknown too, and Retry and Refused then prove that nothing was made."""

    @property
    def reports_receipts(self) -> bool:
        """Tell if it knows what came in."""
        ...

    def find_supplier(self, name: str) -> str:
        """The id of the supplier of exactly this name, "" for none."""
        ...

    def make_supplier(self, seller: Party) -> str:
        """Makes a supplier and gives its id. Not repeatable."""
        ...

    def find_order(self, reference: str, since: datetime) -> tuple[RemoteOrder, ...]:
        """Orders with exactly this reference of ours, cancelled ones too. Orders made since then that have no reference
        at all come too: where the service drops references, ours may be among them."""
        ...

    def make_order(self, text: OrderText) -> str:
        """Makes a draft and gives its id. Not repeatable."""
        ...

    def get_order(self, remote_id: str) -> RemoteOrder: ...

    def change_order(self, remote_id: str, text: OrderText) -> None:
        """Replaces all of a draft. May be repeated."""
        ...

    def open_order(self, remote_id: str) -> None:
        """Opens a draft. May be repeated after a look at it."""
        ...

    def cancel_order(self, remote_id: str) -> None: ...


@runtime_checkable
class FollowsParcels(Protocol):
    """The side of a carrier that tells of parcels of others, by their numbers alone."""

    def parcel_fault(self, number: str) -> str:
        """The fault of a number that a person gives, "" for none: it names the carriers whose parcels are followed."""
        ...

    def parcel(self, number: str) -> TrackedParcel | None:
        """The parcel as its carrier tells of it, None where it knows none. Raises Retry, Refused or Misconfigured."""
        ...


@runtime_checkable
class KeepsStock(Protocol):
    """The side of an ERP that tells its stock and its items. Raises as `Erp` does."""

    def stock_of(self, warehouse: str, location: str, sku: str) -> Decimal | None:
        """The pieces on hand at a location, at the warehouse as a whole without one; None where it never had any."""
        ...

    def set_stock(self, warehouse: str, location: str, sku: str, pieces: int) -> None:
        """Sets what is on hand at a location. May be repeated. Raises Unknown when the answer was lost."""
        ...

    def item_names(self) -> Iterator[tuple[str, str]]:
        """Each item that is in use, with its name, in the order of their numbers."""
        ...


@runtime_checkable
class ShelvesStock(Protocol):
    """The side of a carrier whose warehouses tell their stock and products. Raises Retry, Refused or Misconfigured."""

    def levels(self, warehouse: str) -> dict[str, int]:
        """The pieces on hand of each SKU at a warehouse of the file: a full scan."""
        ...

    def level(self, warehouse: str, sku: str) -> int:
        """The pieces on hand of one SKU now; 0 where there never were any."""
        ...

    def set_level(self, warehouse: str, sku: str, pieces: int) -> None:
        """Sets what is on hand of a SKU. May be repeated, also after a lost answer."""
        ...

    def products(self) -> dict[str, str]:
        """The name of each SKU that is no bundle: a full scan."""
        ...


class ReceivingStore(Protocol):
    """Records of purchase orders at warehouses, with their receipts and their audit."""

    def get(self, key: str) -> InboundOrder | None: ...

    def create(self, order: InboundOrder, entry: InboundEntry) -> bool:
        """Keeps a new record; False when there is one already."""
        ...

    def step(self, after: InboundOrder, entry: InboundEntry, receipts: Sequence[Receipt] = ()) -> None:
        """Keeps the next version with its audit entry and these receipts, all or nothing. Raises Conflict."""
        ...

    def note_look(self, order: InboundOrder) -> None:
        """Keeps `looked` and `due` of a record that is otherwise as it was: no step, no version. Quiet when a step came
        between."""
        ...

    def receipts(self, key: str) -> tuple[Receipt, ...]: ...

    def audit(self, key: str) -> tuple[InboundEntry, ...]: ...

    def listing(self, connection: str, bucket: str) -> Iterator[str]:
        """Keys in a bucket (open, held, done), the oldest first. May be a moment late."""
        ...

    def supplier(self, connection: str, number: str) -> SupplierMark | None: ...

    def keep_supplier(self, mark: SupplierMark) -> bool:
        """Keeps it as the version after the one before it; False when somebody else was first."""
        ...

    def scan(self, connection: str) -> StockScan | None:
        """The last comparison of stock, also one that is under way."""
        ...

    def keep_scan(self, scan: StockScan) -> bool:
        """Keeps it as the version after the one before it; False when somebody else was first."""
        ...
