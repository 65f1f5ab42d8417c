"""The lines of a connection test of the way in: what the account has, and what nobody is sure of (facts 3, 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from shared.carriers.shipstation.calls import ShipStationCalls
from shared.carriers.shipstation.ping import asked
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.errors import Misconfigured, Refused, Retry
from shared.ports import Check

_PROBE = "/v2/purchase_orders?page_size=1"
_PLACES = (
    ("ship_from", "/v2/warehouses", "warehouses", "warehouse_id"),
    ("inventory_warehouse", "/v2/inventory_warehouses", "inventory_warehouses", "inventory_warehouse_id"),
    ("inventory_location", "/v2/inventory_locations", "inventory_locations", "inventory_location_id"),
)


def checks(calls: ShipStationCalls, settings: ShipStationSettings) -> Iterator[Check]:
    """Raises nothing: what fails is a Check."""
    yield asked("ShipStation key", lambda: _key(calls, settings))
    own = settings.inbound_as == "purchase_order"
    if own:
        yield asked("ShipStation purchase orders", lambda: _orders(calls, settings))
    if settings.stocked:
        yield asked("ShipStation stock", lambda: _stock(calls, settings))
    for key, path, plural, name in _PLACES if own else _PLACES[:1]:
        yield asked(f"ShipStation {key}", lambda key=key, at=(path, plural, name): _place(calls, settings, key, at))  # type: ignore[misc]


def _stock(calls: ShipStationCalls, settings: ShipStationSettings) -> str:
    """Probes that the account tells its stock, which wants an add-on of the plan."""
    location = next(iter(settings.places.values())).inventory_location
    try:
        body = calls.ask("GET", f"/v2/inventory?inventory_location_id={quote(location, safe='')}&page_size=1").body
    except (Refused, Misconfigured) as error:
        hint = "add the Inventory API to the plan in ShipStation, or leave stock out of the file"
        raise Refused("connection", f"this account tells no stock: {error}", hint=hint) from error
    total = inside(body, "total")
    return f"{total} SKUs have stock at {location}" if isinstance(total, int) else f"the stock at {location} is told"


def _key(calls: ShipStationCalls, settings: ShipStationSettings) -> str:
    calls.ask("GET", "/v2/warehouses")
    return f"a credential of {settings.api} is accepted"


def _orders(calls: ShipStationCalls, settings: ShipStationSettings) -> str:
    """Probes that the account has purchase orders, and how it names what is not documented."""
    try:
        body = calls.ask("GET", _PROBE).body
    except (Refused, Misconfigured) as error:
        hint = "set carrier.inbound_as: shipment in the connection file: then each order is a reference shipment"
        raise Refused("connection", f"this account has no purchase orders: {error}", hint=hint) from error
    listed = inside(body, "purchase_orders")
    if not isinstance(listed, list):
        raise Retry("ShipStation answered without a list of purchase orders")
    if not listed:
        return "none yet: names of quantities are seen once there is one"
    return _seen(rows(listed)[0], settings)


def _seen(row: dict[str, Any], settings: ShipStationSettings) -> str:
    names = {name for each in rows(row.get("products")) for name in each}
    quantity = [name for name in settings.quantity_names if name in names]
    received = [name for name in settings.received_names if name in names]
    if names and not (quantity and received):
        missing = "quantities" if not quantity else "received quantities"
        said = ", ".join(sorted(names))
        raise Refused("connection", f"no {missing} are told under a known name; a line has {said}", field="receipts")
    return f"quantities are {' '.join(quantity) or 'not seen'}, what came in {' '.join(received) or 'not seen'}"


def _place(calls: ShipStationCalls, settings: ShipStationSettings, key: str, at: tuple[str, str, str]) -> str:
    """The ids that `warehouses` names, against those that there are: two kinds of warehouses have ids of their own."""
    path, plural, name = at
    body = calls.ask("GET", path).body
    there = {text(row.get(name)): text(row.get("name")) for row in rows(inside(body, plural))}
    named = {code: getattr(place, key) for code, place in settings.places.items()}
    wrong = [f"{code}: {given} is none" for code, given in named.items() if given not in there]
    if wrong:
        shown = ", ".join(f"{each} ({words})" for each, words in there.items()) or "none"
        raise Refused("connection", f"{'; '.join(wrong)}; there are {shown}", field=f"warehouses.*.{key}")
    return ", ".join(f"{code} is {there[given]}" for code, given in named.items())
