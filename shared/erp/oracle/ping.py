"""The connection test: calls that change nothing, one for each fact that is unsure (facts/oracle.md, 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from shared.erp.oracle import probes, shipment_probes
from shared.erp.oracle.answers import NotOpen, text
from shared.erp.oracle.auth import Auth
from shared.erp.oracle.changes import rows
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.orders import find, lines_of, path_of, read_schedules
from shared.erp.oracle.places import Places
from shared.erp.oracle.schedules import is_confirmed
from shared.erp.oracle.selection import method_of, wanted
from shared.erp.oracle.suppliers import NOBODY, Suppliers
from shared.errors import ParcelbridgeError
from shared.ports import Check

DATA = (
    "make the user a procurement agent of the business units, with access to all orders; with login oauth the user is "
    "the one whose name is the client id"
)


def checks(client: Client, auth: Auth, now: datetime) -> Iterator[Check]:
    """The login, the framework, the listing, one order with all that is read of it, and each door that is open.

    What the pod trusts, what the user may do, and which data it may see are told apart: a login that is refused by
    whoever gives tokens or by the pod, a refusal of one resource, and an empty list.
    """
    login = client.settings.part.login
    try:
        auth.header()
    except ParcelbridgeError as error:
        yield probes.failed("login", error)
        return
    yield Check("login", True, "user and password are sent with each call" if login == "basic" else "a token is given")
    trust = probes.tried("trust", lambda: probes.trust(client))
    yield trust
    if not trust.ok:
        return
    yield probes.tried("framework", lambda: probes.framework(client))
    yield probes.tried("fields that can be filtered", lambda: probes.filters(client))
    if client.settings.part.source == "shipments":
        yield from shipment_probes.checks(client, now)
        return
    seen: list[Item] = []
    yield probes.tried("orders", lambda: _orders(client, now, seen))
    for order in seen:
        yield from _order(client, order)
    doors = client.settings.doors
    if doors.enabled and doors.advice.enabled:
        yield probes.tried("advices", lambda: probes.advices(client))
        yield probes.tried("advices of others", lambda: probes.others(client, now))
    if doors.enabled and doors.order.enabled:
        yield probes.tried("order changes", lambda: probes.changes(client, seen))


def _orders(client: Client, now: datetime, seen: list[Item]) -> Check:
    """The very listing of a poll: an open order, or none where there is none or the data is not open to the user."""
    name = client.settings.part.order_id
    row = next(rows(client, now - probes.SEEN, now, most=1), None)
    if row is None:
        why = "no open order of the last year is seen: there is none, or the user has no access to the data"
        return Check("orders", True, why, DATA)
    order = find(client, text(row.get(name)))
    if order is None:
        return Check("orders", False, f"order {text(row.get(name))} is listed and cannot be read", "check erp.order_id")
    seen.append(order)
    return Check("orders", True, f"order {text(order.get('OrderNumber'))} is seen")


def _order(client: Client, order: Item) -> Iterator[Check]:
    """One order, by all that is read of it."""
    part, settings = client.settings.part, client.settings
    names = {"SupplierId", "Supplier", "LastUpdateDate", part.order_id}
    missing = [f"{each}{probes.nearest(each, order)}" for each in sorted(names) if each not in order]
    if not any(each in order for each in part.method_fields):
        missing.append(f"{' or '.join(part.method_fields)}{probes.nearest(part.method_fields[0], order)}")
    if part.billing_address and part.billing_address not in order:
        missing.append(f"{part.billing_address}{probes.nearest(part.billing_address, order)}")
    if missing:
        yield Check("fields of an order", False, f"an order has no {', no '.join(missing)}", "name them under erp")
    else:
        yield Check("fields of an order", True, f"shipping method {method_of(settings, order) or 'none'}")
    yield probes.tried("selection", lambda: _selected(client, order))
    yield probes.tried("schedules", lambda: _schedules(client, order))
    yield probes.tried("addresses", lambda: _addresses(client, order))
    yield probes.tried("suppliers", lambda: _supplier(client, order))


def _selected(client: Client, order: Item) -> Check:
    taken = wanted(client, order)
    return Check("selection", True, f"{path_of(order)} would {'' if taken else 'not '}be taken")


def _schedules(client: Client, order: Item) -> Check:
    lines = lines_of(client, order)
    try:
        found = read_schedules(client, order, lines)
    except NotOpen as error:
        return Check("schedules", False, str(error), "set erp.schedules: nested")
    for each in found if client.settings.waits else ():
        is_confirmed(each, client.settings.part.confirmed_field)
    silent = [each.number for each in found if not each.destination]
    note = f"; line {', '.join(silent[:5])} does not say whether it goes to a customer" if silent else ""
    return Check("schedules", bool(found), f"{len(lines)} lines, {len(found)} schedules{note}")


def _addresses(client: Client, order: Item) -> Check:
    schedules = read_schedules(client, order, lines_of(client, order))
    if not schedules:
        return Check("addresses", True, "the order has no schedule to look at")
    party, notes = Places(client).of(schedules[0], order, alone=True)
    refused = " (from a text of one line)" if notes else ""
    return Check("addresses", True, f"{party.address.city}, {party.address.country}{refused}")


def _supplier(client: Client, order: Item) -> Check:
    suppliers = Suppliers(client)
    supplier = suppliers.of(order)
    party, notes = suppliers.ship_from(order, supplier)
    if party == NOBODY:
        return Check(
            "suppliers", False, "; ".join(notes), "give the right to see suppliers, or name it under locations"
        )
    return Check("suppliers", True, f"{text(supplier.get('SupplierNumber')) or party.name}: {party.address.city}")
