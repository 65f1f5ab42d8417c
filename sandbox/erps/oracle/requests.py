"""Requests of receiving: an advance shipment notice, or, for whoever says nothing, a receipt (facts, section 4A).

A request is taken with 201 whatever is wrong with its contents; what came of it stands in the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from sandbox.erps.oracle.orders import OURS, open_quantity, schedules_of
from sandbox.erps.oracle.pod import Pod, Row, Values, documents_of

ERROR = "RCV_INVALID_ROI_VALUE_NE"
_Found = tuple[Row, Row, Row]


def create(pod: Pod, values: Values, lines: list[Values]) -> Row:
    """Takes a request and, unless it is to wait, processes it."""
    row = pod.insert("receivingReceiptRequests", "HeaderInterfaceId", values, long=True)
    row.values |= {"ProcessingStatusCode": "PENDING", "CreationDate": pod.now(), "LastUpdateDate": pod.now()}
    row.values.setdefault("ASNType", "STD")
    for line in lines:
        number = pod.new_id(long=True)
        keys = {"InterfaceTransactionId": number, "HeaderInterfaceId": row.id}
        made = Row(number, {**line, **keys}, pod.next_version())
        for name, below in made.values.pop("_below", {}).items():
            made.child(name).extend(Row(pod.new_id(long=True), each, pod.next_version()) for each in below)
        row.child("lines").append(made)
    waits = pod.manners.pending_for
    if waits is None and values.get("InsertAndProcessFlag") is False:
        waits = pod.manners.job_every
    row.values["_due"] = pod.now() + (waits or timedelta(0))
    if waits is None:
        process(pod, row)
        row.values["ReturnStatus"] = row.values["ProcessingStatusCode"]
    return row


def settle_requests(pod: Pod) -> None:
    """Processes what is due."""
    for row in list(pod.table("receivingReceiptRequests").values()):
        if row.values["ProcessingStatusCode"] == "PENDING" and row.values["_due"] <= pod.now():
            process(pod, row)


def again(pod: Pod, row: Row) -> None:
    """A waiting or failed request was corrected: the job takes it the next time."""
    for line in row.child("lines"):
        line.children["processingErrors"] = []
    pod.touch(row, ProcessingStatusCode="PENDING", _due=pod.now() + pod.manners.job_every)


def process(pod: Pod, row: Row) -> None:
    """Makes the advice or the receipt, or notes what is wrong with each line."""
    wrong = list(_header_errors(pod, row))
    found: list[_Found] = []
    for line in row.child("lines"):
        match, errors = _matched(pod, row, line)
        errors = wrong + errors
        found += [match] if match and not errors else []
        line.children["processingErrors"] = [_error(pod, line, text) for text in errors]
    if len(found) != len(row.child("lines")) or not found:
        pod.touch(row, ProcessingStatusCode="ERROR")
        return
    pod.touch(row, ProcessingStatusCode="SUCCESS")
    advice = _shipped(pod, row, found)
    _besides(pod, row, advice)
    if not pod.manners.listed_when_done:
        pod.table("receivingReceiptRequests").pop(row.id)


def _error(pod: Pod, line: Row, text: str) -> Row:
    values = {"ErrorMessage": text, "ErrorMessageName": ERROR, "ItemDescription": line.values.get("ItemDescription")}
    return Row(pod.new_id(long=True), values)


def _column(name: str) -> str:
    return f"You must enter a valid value in the {name} column."


def _header_errors(pod: Pod, row: Row) -> Iterator[str]:
    values = row.values
    if values.get("ReceiptSourceCode") not in ("VENDOR", "SUPPLIER"):
        yield _column("RECEIPT_SOURCE_CODE")
    if values["ASNType"] not in ("STD", "ASN", "ASBN"):
        yield _column("ASN_TYPE")
    if values["ASNType"] == "STD":
        return
    if not values.get("ShipmentNumber") or taken(pod, row):
        yield _column("SHIPMENT_NUM")
    shipped, due = values.get("ShippedDate"), values.get("ExpectedReceiptDate")
    if shipped is None or (shipped > pod.now() and pod.manners.future_ship_date == "refused"):
        yield _column("SHIPPED_DATE")
    if due and shipped and due.date() < shipped.date():
        yield _column("EXPECTED_RECEIPT_DATE")


def taken(pod: Pod, row: Row) -> bool:
    """True when another advice or another request of the supplier has the number."""
    number, supplier = row.values["ShipmentNumber"], _supplier(row.values)
    for advice in pod.advices():
        lives = any(each.values["ShipmentLineStatusCode"] != "CANCELLED" for each in advice.child("shipmentLines"))
        if (lives or pod.manners.number_after_cancel == "kept") and _names(advice, number, supplier):
            return True
    others = [each for each in pod.table("receivingReceiptRequests").values() if each is not row]
    return any(each.values.get("ShipmentNumber") == number and _supplier(each.values) == supplier for each in others)


def _names(advice: Row, number: str, supplier: str) -> bool:
    return advice.values["ShipmentNumber"] == number and supplier in ("", advice.values["VendorName"])


def _supplier(values: Values) -> str:
    return str(values.get("VendorName") or "")


def _matched(pod: Pod, row: Row, line: Row) -> tuple[_Found | None, list[str]]:
    """The schedule that a line means, and what is wrong with the line."""
    values = line.values
    order = pod.order(str(values.get("DocumentNumber") or "")) or pod.orders.get(values.get("POHeaderId") or 0)
    if order is None or order.values["StatusCode"] != "OPEN":
        return None, [_column("DOCUMENT_NUM")]
    for order_line, schedule in schedules_of(order):
        if _same_line(values, order_line, schedule):
            return (order, order_line, schedule), list(_line_errors(pod, row, values, (order, order_line, schedule)))
    return None, [_column("LINE_NUM")]


def _same_line(values: Values, line: Row, schedule: Row) -> bool:
    """The line by number or id; its schedule, or the first one where the request names none."""
    if values.get("DocumentLineNumber") != line.values["LineNumber"] and values.get("POLineId") != line.id:
        return False
    named = values.get("DocumentScheduleNumber"), values.get("POLineLocationId")
    if named == (None, None):
        return schedule is line.child("schedules")[0]
    return named[0] == schedule.values["ScheduleNumber"] or named[1] == schedule.id


def _line_errors(pod: Pod, row: Row, values: Values, found: _Found) -> Iterator[str]:
    order, line, schedule = found
    yield from _vendor_errors(pod, row.values, order)
    for holder in (row.values, values):
        if not _same_organization(holder, schedule):
            yield _column("TO_ORGANIZATION_CODE")
    yield from _code_errors(row.values["ASNType"], values)
    yield from _item_errors(pod, values, line)
    entity = order.values["SoldToLegalEntity"]
    if values.get("SoldtoLegalEntity", entity) != entity:
        yield _column("SOLD_TO_LEGAL_ENTITY")
    if schedule.values.get("ReceiptRequiredFlag") is False:
        yield _column("LINE_LOCATION_ID")
    quantity = values.get("Quantity") or Decimal(0)
    if not 0 < quantity <= open_quantity(pod, order, schedule):
        yield _column("QUANTITY")


def _code_errors(kind: str, values: Values) -> Iterator[str]:
    if values.get("SourceDocumentCode") != "PO":
        yield _column("SOURCE_DOCUMENT_CODE")
    if values.get("TransactionType") != ("RECEIVE" if kind == "STD" else "SHIP"):
        yield _column("TRANSACTION_TYPE")
    if values.get("AutoTransactCode") not in (None, "SHIP", "RECEIVE", "DELIVER"):
        yield _column("AUTO_TRANSACT_CODE")


def _item_errors(pod: Pod, values: Values, line: Row) -> Iterator[str]:
    """The item by number, id or words; the unit by its name or, in a field of its own, by its code."""
    own = {"ItemNumber": "Item", "ItemId": "ItemId", "ItemDescription": "Description"}
    given = {name: line.values.get(field) for name, field in own.items() if values.get(name) is not None}
    if not given or any(values[name] != value for name, value in given.items()):
        yield _column("ITEM_NUM")
    names = {line.values["UOM"]} | ({line.values["UOMCode"]} if pod.manners.unit_by_code == "taken" else set())
    name, code = values.get("UnitOfMeasure"), values.get("UOMCode")
    if (name, code) == (None, None) or name not in (None, *names) or code not in (None, line.values["UOMCode"]):
        yield _column("UNIT_OF_MEASURE")


def _vendor_errors(pod: Pod, header: Values, order: Row) -> Iterator[str]:
    supplier = pod.table("suppliers").get(order.values["SupplierId"])
    names = {"VendorName": order.values["Supplier"], "VendorId": order.values["SupplierId"]}
    names["VendorNumber"] = supplier.values["SupplierNumber"] if supplier else None
    sites = {"VendorSiteCode": order.values["SupplierSite"], "VendorSiteId": order.values["SupplierSiteId"]}
    for column, wanted in (("VENDOR_NAME", names), ("VENDOR_SITE_CODE", sites)):
        given = {name: header[name] for name in wanted if header.get(name) is not None}
        if not given or any(wanted[name] != value for name, value in given.items()):
            yield _column(column)


def _same_organization(given: Values, schedule: Row) -> bool:
    code, number = given.get("OrganizationCode"), given.get("OrganizationId")
    if code is None and number is None:
        return False
    right = schedule.values["_organization_code"], schedule.values["ShipToOrganizationId"]
    return code in (None, right[0]) and number in (None, right[1])


def _shipped(pod: Pod, row: Row, found: list[_Found]) -> Row | None:
    """The advice of a request, or none for a plain receipt."""
    header = row.values
    if header["ASNType"] == "STD":
        for (order, _, schedule), line in zip(found, row.child("lines"), strict=True):
            receive(pod, order, schedule, line.values["Quantity"])
        return None
    own = {name: value for name, value in header.items() if not name.startswith("_")}
    code, number = found[0][2].values["_organization_code"], found[0][2].values["ShipToOrganizationId"]
    vendor = {"VendorName": found[0][0].values["Supplier"], "VendorSiteCode": found[0][0].values["SupplierSite"]}
    advice = add_advice(pod, {**own, **vendor, "OrganizationCode": code, "OrganizationId": number}, OURS)
    for each, line in zip(found, row.child("lines"), strict=True):
        add_advised(pod, advice, each, line.values["Quantity"])
    document = documents_of(pod, advice)
    names = ("ShipmentNumber", "WaybillAirbillNumber", "PackingSlip", "Carrier", "ExpectedReceiptDate", "Comments")
    told = {name: value for name in names if (value := advice.values.get(name)) is not None}
    pod.wrote("inboundShipments", advice, document, told, {})
    pod.stands(document)
    return advice


def _besides(pod: Pod, row: Row, advice: Row | None) -> None:
    """Notes in the ledger all that a request did and no advice should."""
    number = str(row.values.get("ShipmentNumber") or row.id)
    if advice is None:
        pod.facts.append(("receipt", number))
        return
    if row.values["ASNType"] == "ASBN":
        pod.facts.append(("invoice", number))
    for line, asked in zip(advice.child("shipmentLines"), row.child("lines"), strict=True):
        if (code := asked.values.get("AutoTransactCode")) in ("RECEIVE", "DELIVER"):
            pod.facts.append(("receipt" if code == "RECEIVE" else "put away", number))
            receive_line(pod, line)
        if line.values["DestinationTypeCode"] == "DROP SHIP":
            pod.facts.append(("revenue", number))


def add_advice(pod: Pod, values: Values, who: str) -> Row:
    """An advance shipment notice without lines, with its flexfield's row."""
    own = {"ASNType": "ASN", "ReceiptSourceCode": "VENDOR", **values, "_who": who, "CreationDate": pod.now()}
    own["Carrier"] = own.pop("FreightCarrierName", None)
    own["LastUpdateDate"] = pod.now()
    advice = pod.insert("inboundShipments", "ShipmentHeaderId", own, long=True)
    advice.child(pod.manners.header_flexfield).append(Row(advice.id, {}, pod.next_version()))
    return advice


def add_advised(pod: Pod, advice: Row, found: _Found, quantity: Decimal) -> Row:
    """A line of an advice: a quantity of a schedule is on its way."""
    order, line, schedule = found
    names = ("LineNumber", "UOM", "UOMCode")
    number = pod.new_id(long=True)
    advised = {"POLineId": line.id, "LineLocationId": schedule.id, "ShippedQuantity": quantity}
    advised |= {name: line.values[name] for name in names} | {"ScheduleNumber": schedule.values["ScheduleNumber"]}
    values = {
        "ShipmentLineId": number,
        "ShipmentHeaderId": advice.id,
        "LineNumber": len(advice.child("shipmentLines")) + 1,
        "ItemNumber": line.values.get("Item"),
        "ItemDescription": line.values["Description"],
        "DestinationTypeCode": schedule.values["DestinationTypeCode"],
        "BuyerManagedTransportation": "Y" if order.values.get("BuyerManagedTransportFlag") else "N",
        "DropShipTransaction": "Y" if schedule.values["DestinationTypeCode"] == "DROP SHIP" else "N",
        "ShipmentLineStatusCode": "EXPECTED",
        "_order": order.id,
        "_advised": advised,
    }
    row = Row(number, values, pod.next_version())
    row.child("shipmentLineDFFs").append(Row(number, {}, pod.next_version()))
    advice.child("shipmentLines").append(row)
    if advice not in (known := pod.advised.setdefault(order.id, [])):
        known.append(advice)
    return row


def receive_line(pod: Pod, line: Row) -> None:
    """The whole line of an advice has come in."""
    order = pod.orders[line.values["_order"]]
    schedule = next(each for _, each in schedules_of(order) if each.id == line.values["_advised"]["LineLocationId"])
    receive(pod, order, schedule, line.values["_advised"]["ShippedQuantity"], advised=True)
    pod.touch(line, ShipmentLineStatusCode="FULLY RECEIVED")


def receive(pod: Pod, order: Row, schedule: Row, quantity: Decimal, *, advised: bool = False) -> None:
    """A receipt against a schedule."""
    values = {"LineLocationId": schedule.id, "Receipt": str(len(pod.receipts) + 1), "ReceiptDate": pod.now().date()}
    amounts = {"ReceivedQuantity": quantity, "DeliveredQuantity": quantity}
    pod.receipts.append((pod.new_id(), {**values, **amounts, "_order": order.id, "_advised": advised}))
