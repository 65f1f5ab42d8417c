"""Purchase orders at ShipStation's warehouses, and their suppliers (facts 3): the side of the carrier that receives.

Nothing here is idempotent at ShipStation: who makes twice has two. So a make is one request, and everything is found
again by our reference, compared here, since nobody knows how its filters compare (facts 8).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from shared.carriers.shipstation.calls import Answer, ShipStationCalls
from shared.carriers.shipstation.inbound_parcels import FollowingShipStation
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.purchase_order_wire import Shape, order, remote_order, supplier, supplier_name
from shared.carriers.shipstation.receiving_ping import checks
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Party
from shared.errors import Refused, Retry, Unknown
from shared.ports import Check, Clock
from shared.ports.receiving import OrderText, RemoteOrder

ORDERS, SUPPLIERS = "/v2/purchase_orders", "/v2/suppliers"
_SKEW = timedelta(minutes=5)
_PATIENCE = 3.0
"""Seconds that a run waits for its turn within the minute's budget; a longer wait is the workflow's."""
_T = TypeVar("_T")


class PurchaseOrderShipStation(FollowingShipStation):
    """TakesPurchaseOrders on V2. `sleep` waits for a turn within the budget that all workers share."""

    reports_receipts = True

    def __init__(
        self,
        settings: ShipStationSettings,
        calls: ShipStationCalls,
        *,
        clock: Clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(settings, calls, clock=clock)
        self._sleep = sleep

    # --- suppliers -------------------------------------------------------------------------------------------------

    def find_supplier(self, name: str) -> str:
        """The first supplier of exactly this name, by its id: two of one name are possible there."""
        wanted = supplier_name(name)
        query = {"supplier_name": wanted}
        found = [text(row.get("supplier_id")) for row in self._pages(SUPPLIERS, "suppliers", query) if _is(row, wanted)]
        return min(filter(None, found), key=lambda each: (len(each), each), default="")

    def make_supplier(self, seller: Party) -> str:
        answer = self._turn(lambda: self._calls.buy(SUPPLIERS, supplier(seller)))
        return _made(answer, "supplier_id", "supplier")

    # --- purchase orders -------------------------------------------------------------------------------------------

    def find_order(self, reference: str, since: datetime) -> tuple[RemoteOrder, ...]:
        """By our reference; else those made since then that have none."""
        found = [each for each in self._orders(reference_number=reference) if each.reference == reference]
        if not found:
            start = f"{since - _SKEW:%Y-%m-%dT%H:%M:%SZ}"
            found = [each for each in self._orders(create_date_start=start) if each.reference in ("", reference)]
        return tuple(found)

    def make_order(self, told: OrderText) -> str:
        """One draft. A form that is refused for what nobody is sure of is followed by the next one: a refusal proves
        that nothing was made."""
        shape, names = Shape(), self._settings.quantity_names
        while True:
            body = order(told, shape, self._settings)
            try:
                answer = self._turn(lambda body=body: self._calls.buy(ORDERS, body))  # type: ignore[misc]
            except Refused as error:
                following = shape.after(error, names)
                if following is None:
                    raise
                shape = following
            else:
                return _made(answer, "purchase_order_id", "purchase order")

    def get_order(self, remote_id: str) -> RemoteOrder:
        answer = self._turn(lambda: self._calls.ask("GET", order_path(remote_id)))
        found = self._read(answer.body)
        if found is None or found.remote_id != remote_id:
            raise Retry("ShipStation answered without the purchase order", answer.after)
        return found

    def change_order(self, remote_id: str, told: OrderText) -> None:
        shape, names = Shape(), self._settings.quantity_names
        while True:
            body = order(told, shape, self._settings)
            try:
                self._turn(lambda body=body: self._calls.ask("PUT", order_path(remote_id), body))  # type: ignore[misc]
            except Refused as error:
                following = shape.after(error, names)
                if following is None:
                    raise
                shape = following
            else:
                return

    def open_order(self, remote_id: str) -> None:
        self._turn(lambda: self._calls.ask("POST", order_path(remote_id, "status"), {"status": "open"}))

    def cancel_order(self, remote_id: str) -> None:
        self._turn(lambda: self._calls.ask("POST", order_path(remote_id, "status"), {"status": "cancelled"}))

    def ping(self) -> tuple[Check, ...]:
        return tuple(checks(self._calls, self._settings))

    def _orders(self, **query: str) -> Iterator[RemoteOrder]:
        found = (self._read(row) for row in self._pages(ORDERS, "purchase_orders", query))
        return (each for each in found if each is not None)

    def _read(self, row: Any) -> RemoteOrder | None:
        return remote_order(row, self._settings)

    def _pages(self, path: str, plural: str, query: dict[str, str], most: int = 0) -> Iterator[dict[str, Any]]:
        """Every row of a list, by cursor or by page, whichever its links name. Raises Retry where it does not end."""
        more: dict[str, str] = {}
        most = most or self._settings.most_pages
        for _ in range(most):
            address = f"{path}?{urlencode({**query, **more})}"
            answer = self._turn(lambda address=address: self._calls.ask("GET", address))  # type: ignore[misc]
            listed = inside(answer.body, plural)
            if not isinstance(listed, list):
                raise Retry(f"ShipStation answered without a list of {plural.replace('_', ' ')}", answer.after)
            yield from rows(listed)
            more = _next(answer.body)
            if not more:
                return
        raise Retry(f"ShipStation lists more than {most} pages of {plural.replace('_', ' ')}")

    def _turn(self, call: Callable[[], _T]) -> _T:
        """A call, made again after a short wait where nothing was sent for lack of budget."""
        while True:
            try:
                return call()
            except Retry as error:
                if error.after is None or not 0 < error.after <= _PATIENCE:
                    raise
                self._sleep(error.after)


def order_path(remote_id: str, verb: str = "") -> str:
    return "/".join(filter(None, (ORDERS, quote(remote_id, safe=""), verb)))


def _made(answer: Answer, name: str, what: str) -> str:
    made = text(inside(answer.body, name))
    if not made:
        raise Unknown(f"ShipStation answered the create of a {what} without its id")
    return made


def _is(row: dict[str, Any], name: str) -> bool:
    return text(row.get("supplier_name")) == name


def _next(body: Any) -> dict[str, str]:
    """The cursor or page of the next link; its host is never used. Empty at the end."""
    href = text(inside(body, "links", "next", "href"))
    given = parse_qs(urlsplit(href).query)
    return {name: given[name][0] for name in ("cursor", "page") if given.get(name)}
