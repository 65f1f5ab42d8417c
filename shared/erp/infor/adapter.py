"""Infor CloudSuite M3 through the ION API gateway: purchase orders are read, shipping facts written beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from shared.connection import Connection
from shared.domain.order import Order
from shared.domain.purchase import PurchaseOrder
from shared.domain.receiving import InboundOrder, Receipt
from shared.erp.infor.auth import Auth
from shared.erp.infor.changes import changed_orders, newest
from shared.erp.infor.client import M3Client
from shared.erp.infor.ionapi import IonApi, ionapi_of, read_ionapi
from shared.erp.infor.listing import listing
from shared.erp.infor.lookup import entries
from shared.erp.infor.master import MasterFiles
from shared.erp.infor.ping import checks
from shared.erp.infor.read import PurchaseOrders
from shared.erp.infor.receiving import Receiving
from shared.erp.infor.settings import InforSettings, settings_of
from shared.erp.infor.stock import Stock
from shared.erp.infor.write import write_note
from shared.http import Transport
from shared.ports import Change, Check, Clock, Entry, Erp, Listed, LookupKind, Secrets, Tokens, WriteBack

__all__ = ["InforM3", "open_erp", "read_ionapi"]


def open_erp(
    connection: Connection, *, secrets: Secrets, tokens: Tokens, transport: Transport, clock: Clock, **_: object
) -> Erp:
    """The connection's M3. Calls nothing yet. Raises Misconfigured for a wrong credentials file, flow or binding."""
    settings = settings_of(connection)
    ionapi = ionapi_of(secrets.get(connection.id, "erp"), settings.base_url)
    return InforM3(settings, ionapi, tokens, transport, clock)


class InforM3:
    """`Erp` on M3. Made anew for each poll or order: it keeps master files for a few minutes and nothing else."""

    def __init__(
        self, settings: InforSettings, ionapi: IonApi, tokens: Tokens, transport: Transport, clock: Clock
    ) -> None:
        self._settings, self._tenant, self._clock = settings, ionapi.tenant, clock
        self._auth = Auth(ionapi, tokens, transport, clock)
        self._client = M3Client(settings, ionapi, self._auth, transport, clock)
        self._master = MasterFiles(self._client, clock)
        self._orders = PurchaseOrders(self._client, self._master, settings, clock, self.system)
        self._receiving = Receiving(self._client, self._master, settings, clock, self.system)
        self._stock = Stock(self._client, settings)
        self._stamps: dict[str, str] = {}

    @property
    def system(self) -> str:
        return f"infor-m3:{self._tenant}"

    @property
    def company(self) -> str:
        return self._settings.cono

    @property
    def changes_have_time(self) -> bool:
        return True

    def changed(self, cursor: str, floor: datetime) -> Sequence[Change]:
        self._master.forget()
        changes = changed_orders(self._client, self._settings, cursor, floor, self._clock.now())
        self._stamps = newest(changes)
        return changes

    def listing(self, day: date, floor: datetime) -> Iterator[Listed]:
        return listing(self._client, self._settings, day, floor, self._clock.now())

    def read(self, document: str) -> tuple[Order, ...]:
        """`Order.changed` is known for the documents of the last listing only: no other call gives LMTS."""
        return self._orders.read(document, self._stamps.get(document, ""))

    def write(self, note: WriteBack) -> tuple[str, ...]:
        return write_note(self._client, self._settings, note)

    def purchase_order(self, document: str) -> PurchaseOrder | None:
        return self._receiving.purchase_order(document)

    def find_receipt(self, order: InboundOrder, receipt: Receipt) -> str:
        return self._receiving.find_receipt(order, receipt)

    def post_receipt(self, order: InboundOrder, receipt: Receipt, day: date) -> None:
        self._receiving.post_receipt(order, receipt, day)

    def stock_of(self, warehouse: str, location: str, sku: str) -> Decimal | None:
        return self._stock.stock_of(warehouse, location, sku)

    def set_stock(self, warehouse: str, location: str, sku: str, pieces: int) -> None:
        self._stock.set_stock(warehouse, location, sku, pieces)

    def item_names(self) -> Iterator[tuple[str, str]]:
        return self._stock.item_names()

    def lookup(self, kind: LookupKind, like: str = "") -> Sequence[Entry]:
        return entries(self._client, self._settings, kind, like)

    def ping(self) -> tuple[Check, ...]:
        return tuple(checks(self._client, self._auth, self._settings, self._clock.now()))
