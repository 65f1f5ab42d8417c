"""SYSPRO as connections read it in other ways than by dispatch notes: worlds of their own for the simulation.

The documents of the face are sales orders, invoices or purchase orders, or the notes are read by the feed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

from sandbox.erps.syspro import seed
from sandbox.erps.syspro.company import Row
from sandbox.erps.syspro.face import FIRST, FORM, HOST, LOCATIONS, OTHERS, PORT, SysproErp, _lines
from sandbox.erps.syspro.tables import Value, stored_key
from sandbox.faces import Entered, Goods, Now
from shared.domain.address import Party
from shared.domain.order import Flow

FEED = f"https://{HOST}:{PORT}/SysproOData/A"
ON_ORDER = "SpecialInstrs"
"""A column of the sales order in which a user notes something."""


class SysproFeed(SysproErp):
    """Tables are read by the OData feed; forms are read and written by e.net."""

    operations = MappingProxyType({**SysproErp.operations, "changed": "MdnMaster.GET", "read": "MdnDetail.GET"})

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        super().__init__(now, lean=lean)
        self._open_feed(seed.OPERATOR)

    def _open_feed(self, operator: str) -> None:
        self.engine.feed.passwords[operator] = seed.FEED_PASSWORD
        self.engine.feed.restart()

    @property
    def credential(self) -> Mapping[str, str]:
        return {**FIRST, "odata_user": seed.OPERATOR, "odata_password": seed.FEED_PASSWORD}

    def rotate(self) -> dict[str, str]:
        return {**super().rotate(), "odata_user": seed.OPERATOR, "odata_password": seed.FEED_PASSWORD}

    @classmethod
    def file(cls) -> dict[str, Any]:
        file = super().file()
        return {**file, "erp": {**file["erp"], "read": "odata", "odata_url": FEED}}


class SysproOrders(SysproErp):
    """The documents are sales orders: there is no dispatch note."""

    source = "order"
    operations = MappingProxyType({**SysproErp.operations, "changed": "COMFND.SorMaster", "read": "COMFND.SorDetail"})

    @classmethod
    def file(cls) -> dict[str, Any]:
        file = super().file()
        erp = {**file["erp"], "source": cls.source}
        return {**file, "erp": erp, "select": {"status": ["4", "8"], "ship_via": ["UPS"]}}

    def add(self, entered: Entered) -> None:
        to = self._parties[entered.supplier] if entered.to is None else entered.to
        self._orders[entered.document] = entered.document
        lines = [self._line(each, entered.warehouse) for each in entered.lines]
        facts: dict[str, Value] = {
            "Customer": entered.supplier,
            "ShippingInstrs": self._instruction(entered.service),
            "ShippingInstrsCod": entered.service,
            "DeliveryTerms": entered.freight_terms,
            "Warehouse": entered.warehouse,
            "ReqShipDate": f"{entered.needed_by(self.engine.now()):%Y-%m-%d}",
        }
        seed.add_order(self.company, entered.document, *lines, **facts, **_address(to))
        if entered.received:
            self.leave(entered.document)

    def edit(self, document: str) -> None:
        self.company.change("SorMaster", document, LastOperator="ANN")

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        values = {"MStockQtyToShp": Decimal(quantity), "MShipQty": Decimal(quantity), "MOrderQty": Decimal(quantity)}
        self.company.change("SorDetail", document, Decimal(line), **values)
        self.edit(document)

    def readdress(self, document: str, to: Party) -> None:
        self.company.change("SorMaster", document, **_address(to))

    def close(self, document: str) -> None:
        self.company.change("SorMaster", document, OrderStatus="\\")

    def leave(self, document: str) -> None:
        self.company.change("SorMaster", document, OrderStatus="9")

    def delete(self, document: str) -> None:
        order = stored_key(document)
        for table in ("SorMaster", "SorDetail"):
            rows = self.company.table(table)
            for each in [each for each in rows if each[0] == order]:
                del rows[each]
        self.company.table("CusSorMaster+").pop((order, ""), None)

    def write_beside(self, document: str, who: str) -> None:
        if who == "system":
            super().write_beside(document, who)
            return
        value = OTHERS[who][1]
        self.company.change("SorMaster", document, **{ON_ORDER: value})
        self._beside.setdefault(document, {})[ON_ORDER] = value

    def change_warehouse(self, document: str, code: str) -> None:
        for row in list(self.company.where("SorDetail", SalesOrder=document)):
            self.company.change("SorDetail", document, row["SalesOrderLine"], MWarehouse=code)
        self.company.change("SorMaster", document, Warehouse=code)
        self.edit(document)

    def goods(self, document: str) -> Goods:
        head = self._note(document) or {}
        rows = self.company.where("SorDetail", SalesOrder=document)
        pieces = tuple((Decimal(str(row["MStockQtyToShp"])), self._mass(row)) for row in rows)
        return Goods(frozenset({str(head["ShipPostalCode"])}), pieces)

    def _note(self, document: str) -> Row | None:
        return self.company.table("SorMaster").get((stored_key(document),))


class SysproInvoices(SysproErp):
    """The documents are invoices, each of one note with its number, which left with it."""

    source = "invoice"
    takes_when_closed = False  # its row is gone, and with it the way to the form
    operations = MappingProxyType({**SysproErp.operations, "changed": "COMFND.ArInvoice"})

    @classmethod
    def file(cls) -> dict[str, Any]:
        file = super().file()
        select = {"document_type": ["I"], "ship_via": ["UPS"]}
        return {**file, "erp": {**file["erp"], "source": cls.source}, "select": select}

    def add(self, entered: Entered) -> None:
        super().add(entered)
        document, today = entered.document, self.company.today()
        seed.move(self.company, document, "9")
        self.company.change("MdnMaster", document, Invoice=document, InvoiceCreatedDate=today)
        facts = {"SalesOrder": self._orders[document], "InvoiceDate": today, "PostDate": today}
        self.company.insert("ArInvoice", Customer=entered.supplier, Invoice=document, DocumentType="I", **facts)

    def edit(self, document: str) -> None:
        """Somebody posts something on it."""
        super().edit(document)
        for row in self._invoices(document):
            key = (row["Customer"], row["Invoice"], row["DocumentType"])
            self.company.change("ArInvoice", *key, PostDate=self.company.today())

    def readdress(self, document: str, to: Party) -> None:
        super().readdress(document, to)
        self.edit(document)

    def close(self, document: str) -> None:
        """An invoice has no status of its own: it is taken out."""
        rows = self.company.table("ArInvoice")
        for key in [key for key, row in rows.items() if row["Invoice"] in (document, stored_key(document))]:
            del rows[key]

    def leave(self, document: str) -> None:
        """It has left by then."""

    def delete(self, document: str) -> None:
        super().delete(document)
        self.close(document)

    def _invoices(self, document: str) -> Sequence[Row]:
        rows = self.company.table("ArInvoice").values()
        return [row for row in rows if row["Invoice"] in (document, stored_key(document))]


class SysproPurchases(SysproErp):
    """The documents are purchase orders, from a supplier to our warehouse. Their lines are shown by PORQRY alone."""

    source = "purchase"
    flow: ClassVar[Flow] = "inbound"
    form = "POR"
    operations = MappingProxyType({**SysproErp.operations, "changed": "COMFND.PorMasterHdr", "read": "PORQRY"})

    def __init__(self, now: Now, *, lean: bool = False) -> None:
        super().__init__(now, lean=lean)
        seed.add_purchase_form(self.company, *FORM)

    @classmethod
    def file(cls) -> dict[str, Any]:
        file = super().file()
        select = {"status": ["4"], "ship_via": ["UPS"]}
        erp = {**file["erp"], "source": cls.source}
        return {**file, "flow": cls.flow, "erp": erp, "select": select, "freight_terms": {}}

    def add_supplier(self, code: str, party: Party, *, contact: str = "", contact_phone: str = "") -> None:
        self._parties[code] = party
        self.company.insert(
            "ApSupplier", Supplier=code, SupplierName=party.name, Telephone=contact_phone or party.phone
        )

    def add(self, entered: Entered) -> None:
        """Without a place of its own it goes to its warehouse."""
        document, supplier = entered.document, self._parties[entered.supplier]
        self._orders[document] = document
        lines = [self._line(each, entered.warehouse) for each in entered.lines]
        at = supplier.address
        facts: dict[str, Value] = {f"SupplierAddr{place}": text for place, text in _lines(supplier).items()}
        facts |= {"SupplierName": supplier.name, "SupPostalCode": at.postcode, "Supplier": entered.supplier}
        facts |= {"ShippingInstrs": entered.service, "Warehouse": entered.warehouse}
        facts |= _delivered(entered.to) if entered.to else dict.fromkeys(DELIVERY, "")
        due = f"{entered.needed_by(self.engine.now()):%Y-%m-%d}"
        seed.add_purchase(self.company, document, *lines, **facts, OrderDueDate=due)
        if entered.received:
            self.leave(document)

    def edit(self, document: str) -> None:
        self.company.change("PorMasterHdr", document, OrderDueDate=self._head(document)["OrderDueDate"])

    def change_quantity(self, document: str, line: str, quantity: int) -> None:
        for row in self._rows(document):
            if row["Line"] == line:
                row |= {"MOutstandingQty": Decimal(quantity), "MOrderQty": Decimal(quantity)}
        self.edit(document)

    def readdress(self, document: str, to: Party) -> None:
        self.company.change("PorMasterHdr", document, **_delivered(to))

    def close(self, document: str) -> None:
        self.company.change("PorMasterHdr", document, OrderStatus="*", CancelledFlag="Y")

    def leave(self, document: str) -> None:
        self.company.change("PorMasterHdr", document, OrderStatus="9")

    def delete(self, document: str) -> None:
        order = stored_key(document)
        self.company.table("PorMasterHdr").pop((order,), None)
        self.company.purchases.pop(order, None)
        self.company.table("PorMasterHdr+").pop((order,), None)

    def write_beside(self, document: str, who: str) -> None:
        """A user's note stands in the form, too: the columns of the head are unsure."""
        super().write_beside(document, "system")

    def change_warehouse(self, document: str, code: str) -> None:
        for row in self._rows(document):
            row["MWarehouse"] = code
        self.company.change("PorMasterHdr", document, Warehouse=code)

    def goods(self, document: str) -> Goods:
        postcode = str(self._head(document)["PostalCode"])
        if not postcode:
            postcode = LOCATIONS[str(self._head(document)["Warehouse"])]["address"]["postcode"]
        rows = self._rows(document)
        pieces = tuple((Decimal(str(row["MOutstandingQty"])), Decimal(str(row["Mass"])) or None) for row in rows)
        return Goods(frozenset({postcode}), pieces)

    def weigh(self, item: str, weight: str) -> None:
        super().weigh(item, weight)
        for _, rows in self.company.purchases.values():
            for row in rows:
                if row["MStockCode"] == item:
                    row["Mass"] = Decimal(weight)

    def _rows(self, document: str) -> Any:
        return self.company.purchases[stored_key(document)][1]

    def _head(self, document: str) -> Row:
        return self.company.row("PorMasterHdr", document)

    def _note(self, document: str) -> Row | None:
        return self.company.table("PorMasterHdr").get((stored_key(document),))


DELIVERY = ("DeliveryName", *(f"DeliveryAddr{place}" for place in range(1, 6)), "PostalCode")


def _delivered(to: Party) -> dict[str, Value]:
    lines: dict[str, Value] = {f"DeliveryAddr{place}": text for place, text in _lines(to).items()}
    return {**lines, "DeliveryName": to.name, "PostalCode": to.address.postcode}


def _address(to: Party) -> dict[str, Value]:
    lines: dict[str, Value] = {f"ShipAddress{place}": text for place, text in _lines(to).items()}
    at = to.address
    return {**lines, "CustomerName": to.name, "ShipPostalCode": at.postcode, "State": at.state}
