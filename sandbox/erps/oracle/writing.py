"""POST, PATCH, DELETE and actions: what a body may have, and what it does (facts/oracle.md, sections 1 and 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.erps.oracle import orders, requests, shipments
from sandbox.erps.oracle.faults import FusionFault, bad_parameter, bad_value, gone, unknown_field
from sandbox.erps.oracle.pod import Pod, Row, Values, etag
from sandbox.erps.oracle.reading import Target
from sandbox.erps.oracle.tables import Field, Node
from sandbox.erps.oracle.token_server import header
from sandbox.erps.oracle.values import parsed
from shared.http import Request

JSON = "application/json"
ITEM = "application/vnd.oracle.adf.resourceitem+json"
ACTION = "application/vnd.oracle.adf.action+json"


@dataclass
class Writer:
    """Answers writes of one pod."""

    pod: Pod
    _actions: int = 0

    def patch(self, target: Target, row: Row, request: Request) -> Row:
        """Changes the fields that are sent; the row afterwards. Raises FusionFault."""
        values, nested = self._body(target.node, request, "PATCH")
        if nested:
            raise bad_parameter(next(iter(nested)))
        self._check_match(target, row, request)
        top = target.top
        if target.trail == "draftPurchaseOrders":
            order = self.pod.orders[row.id]
            orders.change_header(self.pod, order, values)
            return orders.draft_of(self.pod, order)
        if target.trail == "draftPurchaseOrders/DFF":
            order = self.pod.orders[row.id]
            orders.change_flexfield(self.pod, order, row, values)
            return orders.draft_of(self.pod, order).child("DFF")[0]
        if target.trail == "inboundShipments":
            shipments.check_writable(self.pod, values)
            shipments.change(self.pod, row, values)
        elif target.trail.startswith("inboundShipments/") and target.node.segments and top is not None:
            shipments.change_flexfield(self.pod, top, row, values)
        elif target.trail.startswith("receivingReceiptRequests") and top is not None:
            row.values |= values
            requests.again(self.pod, top)
        else:
            raise FusionFault(400, f"{target.node.name} cannot be updated.")
        return row

    def create(self, target: Target, request: Request) -> Row:
        """A new row. Raises FusionFault."""
        if header(request, "upsert-mode") == "true":
            raise FusionFault(400, "Upsert-Mode is not supported here.")
        values, nested = self._body(target.node, request, "POST")
        if target.trail == "receivingReceiptRequests":
            return requests.create(self.pod, values, nested.get("lines", []))
        if target.trail == "shipmentLineChangeRequests":
            return self._changed_lines(values, nested.get("shipmentLines", []))
        if target.trail == "draftPurchaseOrders/DFF" and target.top is not None:
            return self._flexfield(self.pod.orders[target.top.id], values)
        raise FusionFault(400, f"{target.node.name} cannot be created.")

    def delete(self, target: Target, row: Row) -> None:
        """A request that waits or failed. Raises FusionFault."""
        if target.trail != "receivingReceiptRequests" or row.values["ProcessingStatusCode"] == "SUCCESS":
            raise FusionFault(400, f"{target.node.name} cannot be deleted.")
        del self.pod.table("receivingReceiptRequests")[row.id]

    def act(self, target: Target, request: Request) -> Values:
        """An action; its parameters are a flat object. Raises FusionFault."""
        _check_media(request, (ACTION,))
        row, given = target.row, _json(request)
        known = target.node.collection_actions if row is None else target.node.actions
        if target.action not in known:
            raise gone(f"action {target.action}")
        if row is None:
            self._actions += 1
            return {"result": shipments.act(self.pod, target.action, given, self._actions)}
        for name in given:
            if name not in known[target.action]:
                raise bad_parameter(name)
        return {"result": self._on_order(target, self.pod.orders[row.id], given)}

    def _on_order(self, target: Target, order: Row, given: Values) -> str:
        flags = {name: str(value).lower() == "true" for name, value in given.items()}
        bypass = flags.get("bypassApprovalsFlag", False)
        if target.trail == "purchaseOrders":
            self.pod.facts.append((target.action, str(order.values["OrderNumber"])))
            return "SUCCESS"
        if target.action == "submit":
            return orders.submit(self.pod, order, bypass=bypass)
        if target.action == "deleteChangeOrder":
            return orders.withdraw(self.pod, order, ("DRAFT",))
        if target.action == "cancelChangeOrder":
            return orders.withdraw(self.pod, order, orders.UNDECIDED)
        return "SUCCESS"

    def _flexfield(self, order: Row, values: Values) -> Row:
        if order.child("DFF"):
            raise FusionFault(400, "The flexfield has a row already.")
        row = Row(order.id, {}, self.pod.next_version())
        order.child("DFF").append(row)
        orders.change_flexfield(self.pod, order, row, values)
        return orders.draft_of(self.pod, order).child("DFF")[0]

    def _changed_lines(self, values: Values, lines: list[Values]) -> Row:
        """Outbound: tracking numbers of shipment lines. All lines, or none."""
        if values.get("ActionCode") != "UpdateAttributes":
            raise bad_value("ActionCode", "UpdateAttributes is the only one")
        known = self.pod.table("shipmentLines")
        for line in lines or [{}]:
            if line.get("ShipmentLine") not in known:
                raise bad_value("ShipmentLine", "there is no such line")
        for line in lines:
            row = known[line["ShipmentLine"]]
            changed = {name: value for name, value in line.items() if name != "ShipmentLine"}
            document = str(row.values.get("Shipment") or row.values.get("Order") or "")
            self.pod.wrote("shipmentLines", row, document, changed, dict(row.values))
            self.pod.touch(row, **changed)
            self.pod.stands(document)
        return Row(self.pod.new_id(), values, self.pod.next_version())

    # --- bodies ------------------------------------------------------------------------------------------------------

    def _body(self, node: Node, request: Request, method: str) -> tuple[Values, dict[str, list[Values]]]:
        """The fields of a body, and what is nested in it, by the child's name. Raises FusionFault."""
        _check_media(request, (JSON,) if node.plain else (JSON, ITEM))
        body = _json(request)
        if not body:
            raise FusionFault(400, "The request body is empty.")
        return self._object(node, body, method)

    def _object(self, node: Node, body: Values, method: str) -> tuple[Values, dict[str, list[Values]]]:
        values: Values = {}
        nested: dict[str, list[Values]] = {}
        for name, value in body.items():
            if name in node.children and method == "POST":
                nested[name] = [self._inner(node.children[name], each) for each in _rows(name, value)]
                continue
            values[name] = parsed(self._field(node, name, method), value)
        return values, nested

    def _inner(self, node: Node, body: Values) -> Values:
        """A row that is created with the one above it; its own rows stand in `_below`."""
        if "POST" not in node.collection:
            raise bad_value(node.name, "it cannot be written")
        values, below = self._object(node, body, "POST")
        return values | ({"_below": below} if below else {})

    def _field(self, node: Node, name: str, method: str) -> Field:
        if node.segments and name in self.pod.segments:
            return Field(name, "T", self.pod.segments[name], created=True, updated=True)
        item = node.fields.get(name)
        if item is None:
            raise unknown_field(name, node.name)
        if not (item.created if method == "POST" else item.updated):
            raise bad_value(name, "it cannot be written")
        return item

    @staticmethod
    def _check_match(target: Target, row: Row, request: Request) -> None:
        given = [tag.strip() for tag in header(request, "if-match").split(",") if tag.strip()]
        if given and "*" not in given and etag(target.trail, row) not in given:
            raise FusionFault(412, "The resource was changed by another user.")


def _check_media(request: Request, allowed: tuple[str, ...]) -> None:
    kind = header(request, "content-type").split(";")[0].strip().lower()
    if kind not in allowed:
        raise FusionFault(415, f"The media type {kind or 'none'} is not supported: {allowed[0]}.")


def _json(request: Request) -> Values:
    try:
        body: Any = json.loads(request.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, UnicodeDecodeError):
        raise FusionFault(400, "The request body is no JSON.") from None
    if not isinstance(body, dict):
        raise FusionFault(400, "The request body is no object.")
    return body


def _rows(name: str, value: Any) -> list[Values]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise bad_value(name, "a list of objects is expected")
    return value


def _no_number(text: str) -> Decimal:
    raise ValueError(text)
