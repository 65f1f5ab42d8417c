"""ShipStation by its legacy API V1: an order is made under our reference, then its label is bought.

A label of V1 has no reference of its own; that of its order, `orderKey`, stands beside it in the list (facts 4). An
order is made or changed by its key, so that the first step may be repeated; the second one buys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from shared.carriers.shipstation import build, parse
from shared.carriers.shipstation import legacy_wire as wire
from shared.carriers.shipstation.calls import Answer, ShipStationCalls
from shared.carriers.shipstation.ping import NOBODY, Account, accepted, accounts, asked, services
from shared.carriers.shipstation.plain import inside, rows, text
from shared.carriers.shipstation.pointers import checked
from shared.carriers.shipstation.push import IN_ADDRESS
from shared.carriers.shipstation.settings import ShipStationSettings
from shared.domain.address import Party
from shared.domain.milestones import Milestone
from shared.domain.money import Money
from shared.domain.shipment import AddressCheck, CreatedShipment, Found, Label, Quote, ShipmentPlan
from shared.domain.state import Reason
from shared.domain.tracking import Pointed, TrackedParcel
from shared.errors import Refused, Retry, Unknown
from shared.ports import Check, Clock, PushTarget, Subscribed

SHIPMENTS = "ShipStation's shipments"


class LegacyShipStation:
    """The Carrier port on V1. It tells of a parcel only that its label was made or voided."""

    most_numbers = 1

    def __init__(self, settings: ShipStationSettings, calls: ShipStationCalls, *, clock: Clock) -> None:
        self._settings, self._calls, self._clock = settings, calls, clock

    def check_plan(self, plan: ShipmentPlan) -> None:
        wire.order(plan, "X" * 35, self._settings, self._clock.now(), 0)

    def check_address(self, party: Party) -> AddressCheck:  # noqa: ARG002 - nobody is asked, whatever the party
        return AddressCheck("not_covered", note="V1 of ShipStation is asked for no address")

    def rate(self, plan: ShipmentPlan, services: Sequence[str]) -> tuple[Quote, ...]:
        """A call for each account. V1 states no currency: prices are in that of the file's limits."""
        found: dict[str, Quote] = {}
        accounts = {service: build.account_of(service, self._settings) for service in services}
        for account in dict.fromkeys(accounts.values()):
            answer = self._calls.ask("POST", "/shipments/getrates", wire.rate(plan, account, self._settings))
            if not isinstance(answer.body, list):
                raise Retry("ShipStation answered without prices", answer.after)
            for row in rows(answer.body):
                if accounts.get(service := text(row.get("serviceCode"))) == account:
                    found[service] = Quote(service, self._money(row.get("shipmentCost"), row.get("otherCost")))
        return tuple(found[service] for service in accounts if service in found)

    def _money(self, *amounts: Any) -> Money:
        currency = self._settings.currency
        stated = (None if each is None else {"currency": currency, "amount": each} for each in amounts)
        return parse.total(*stated)

    def create(self, plan: ShipmentPlan, reference: str) -> CreatedShipment:
        """Finds where it ships from, makes the order, buys its label. Before the last step nothing is bought, whatever
        becomes of it; an order whose label was refused stays in ShipStation."""
        made, order_id = self._order(plan, reference)
        answer = self._calls.buy("/orders/createlabelfororder", wire.bought(made, order_id))
        number, shipment_id = text(inside(answer.body, "trackingNumber")), text(inside(answer.body, "shipmentId"))
        if not number or not shipment_id:
            raise Unknown("ShipStation answered the create without a shipment and its number")
        cost = self._money(inside(answer.body, "shipmentCost"), inside(answer.body, "insuranceCost"))
        image = wire.image(inside(answer.body, "labelData"))
        labels = (Label(number, "PDF", image, 1),) if image else ()
        return CreatedShipment(shipment_id, (number,), cost, labels=labels, service=plan.service)

    def send_order(self, plan: ShipmentPlan, reference: str) -> str:
        """Makes the order, or leaves it as it stands: it is made by its key (facts 4)."""
        return f"order {self._order(plan, reference)[1]} in ShipStation"

    def _order(self, plan: ShipmentPlan, reference: str) -> tuple[dict[str, Any], int]:
        """The order as it was made, and its id."""
        place = self._warehouse(plan.ship_from)
        made = wire.order(plan, reference, self._settings, self._clock.now(), place)
        answer = self._ordered(made)
        order_id = inside(answer.body, "orderId")
        if not isinstance(order_id, int) or text(inside(answer.body, "orderKey")) != reference:
            raise Retry("ShipStation answered without the order", answer.after)
        if text(inside(answer.body, "orderStatus")) == "shipped":
            raise Unknown(f"order {order_id} has our reference and is shipped already")
        return made, order_id

    def _ordered(self, made: dict[str, Any]) -> Answer:
        """Makes the order, or finds it as it was made. One that is locked has had its label (facts 4): Unknown."""
        try:
            return self._calls.ask("POST", "/orders/createorder", made)
        except Refused as refused:
            number = urlencode({"orderNumber": made["orderNumber"], "orderStatus": "shipped"})
            listed = rows(inside(self._calls.ask("GET", f"/orders?{number}").body, "orders"))
            if any(text(row.get("orderKey")) == made["orderKey"] for row in listed):
                raise Unknown(f"an order that has our reference is shipped already: {refused}") from refused
            raise

    def _warehouse(self, sender: Party) -> int:
        """The ship-from location that has the sender's street and postcode: a label of an order starts at one."""
        at, named = sender.address, []
        for row in rows(self._calls.ask("GET", "/warehouses").body):
            origin, place = row.get("originAddress"), row.get("warehouseId")
            given = [text(inside(origin, name)) for name in ("street1", "postalCode")]
            if isinstance(place, int) and wire.alike(given, [at.lines[0] if at.lines else "", at.postcode]):
                return place
            named.append(text(row.get("warehouseName")))
        hint = f"make a ship-from location with this address in ShipStation, where there are: {', '.join(named)}"
        raise Refused(Reason.CONNECTION, f"no ship-from location is at {at}", field="ship_from.address", hint=hint)

    def find(self, reference: str, plan: ShipmentPlan, since: datetime) -> Found:  # noqa: ARG002 - no window is needed
        """Live labels whose order has exactly our reference as its key; the filter by number takes beginnings too."""
        number = build.numbers(plan, reference, self._settings)[0]
        ours = [row for row in self._listed(orderNumber=number) if text(row.get("orderKey")) == reference]
        ours = [row for row in ours if row.get("isReturnLabel") is not True]
        live = [row for row in ours if row.get("voided") is not True]
        gone = frozenset(text(row.get("trackingNumber")) for row in ours if row.get("voided") is True)
        if any(not text(row.get("trackingNumber")) for row in live):
            raise Retry("ShipStation shows a label under our reference without its number")
        return Found(tuple(map(self._found, live)), (SHIPMENTS,), gone)

    def _found(self, row: dict[str, Any]) -> CreatedShipment:
        cost = self._money(row.get("shipmentCost"), row.get("insuranceCost")) if self._settings.by_hand else None
        facts = (text(row.get("shipmentId")), (text(row.get("trackingNumber")),), cost)
        return CreatedShipment(*facts, service=text(row.get("serviceCode")), source=SHIPMENTS)

    def _listed(self, **filters: str) -> Iterator[dict[str, Any]]:
        for page in range(1, self._settings.most_pages + 1):
            answer = self._calls.ask("GET", f"/shipments?{urlencode({**filters, 'page': page})}")
            listed, pages = inside(answer.body, "shipments"), inside(answer.body, "pages")
            if not isinstance(listed, list):
                raise Retry("ShipStation answered without a list of shipments", answer.after)
            yield from rows(listed)
            if not isinstance(pages, int) or page >= pages:
                return
        raise Retry(f"ShipStation lists more than {self._settings.most_pages} pages of shipments for one number")

    def labels(self, shipment_id: str, plan: ShipmentPlan) -> tuple[Label, ...]:  # noqa: ARG002 - there is none to ask
        message = f"V1 gives the image of a label once, in the answer that buys it: print {shipment_id} in ShipStation"
        raise Refused(Reason.LABEL, message, field="shipment_id", value=shipment_id)

    def void(self, shipment_id: str, packages: Sequence[str] = ()) -> str:
        if packages or not shipment_id.isdecimal():
            message = "ShipStation voids whole labels, by their number in V1"
            raise Refused(Reason.REFUSED, message, field="packages" if packages else "shipment_id", value=shipment_id)
        answer = self._calls.ask("POST", "/shipments/voidlabel", {"shipmentId": int(shipment_id)})
        result = parse.voided(answer.body)
        if result is None:
            raise Retry("ShipStation answered the void without a word that can be read", answer.after)
        if not result.done and "already" not in result.words.lower():  # V1 has words and no code
            message = f"ShipStation did not void {shipment_id}: {result.words}"
            raise Refused(Reason.REFUSED, message, field="shipment_id", hint=parse.void_hint(""))
        return result.words

    def tracking_url(self, tracking_number: str) -> str:
        return self._settings.tracking_url(tracking_number)

    def track(self, number: str) -> tuple[TrackedParcel, ...]:
        """V1 follows no parcel: it tells that a label was made, and that it was voided."""
        found = [row for row in self._listed(trackingNumber=number) if text(row.get("trackingNumber")) == number]
        if not found:
            return ()
        row = next((each for each in found if each.get("voided") is not True), found[0])
        events = [wire.event(row.get("createDate"), "label made", Milestone.LABEL_CREATED)]
        if row.get("voided") is True:
            events.insert(0, wire.event(row.get("voidDate"), "label voided", Milestone.VOIDED))
        return (TrackedParcel(number, tuple(events)),)

    def subscribe(self, numbers: Sequence[str], target: PushTarget) -> Subscribed:
        """Has labels told, by one webhook for the account; V1 pushes no scans, so that parcels are asked for all the
        same. A webhook takes no header: the credential stands in its address, and what comes with it is a hint."""
        wanted = wire.webhook(target, IN_ADDRESS)
        answer = self._calls.ask("GET", "/webhooks")
        listed = inside(answer.body, "webhooks")
        if not isinstance(listed, list):
            raise Retry("ShipStation answered without a list of webhooks", answer.after)
        ours = [row for row in rows(listed) if wire.url_of(row).partition("?")[0] == target.url]
        if not any(wire.url_of(row) == wanted["target_url"] for row in ours):
            self._calls.ask("POST", "/webhooks/subscribe", wanted)
        for row in ours:  # those with a credential that was replaced
            if wire.url_of(row) != wanted["target_url"] and text(row.get("WebHookID")).isdecimal():
                self._calls.ask("DELETE", f"/webhooks/{text(row.get('WebHookID'))}")
        return Subscribed((), self._clock.now(), dict.fromkeys(numbers, "V1 of ShipStation pushes no scans"))

    def follow(self, resource: str) -> Pointed:
        """Of a list of labels, over all of its pages."""
        path, _, query = checked(resource).partition("?")
        if path != "/shipments":
            return Pointed()
        live = [row for row in self._listed(**dict(parse_qsl(query))) if row.get("voided") is not True]
        numbers = filter(None, (text(row.get("trackingNumber")) for row in live))
        return Pointed(tuple(numbers), tuple(dict.fromkeys(filter(None, (text(row.get("orderKey")) for row in live)))))

    def ping(self) -> tuple[Check, ...]:
        return tuple(self._checks())

    def _checks(self) -> Iterator[Check]:
        found: list[Account] = []
        yield asked("ShipStation key", lambda: self._carriers(found))
        if not found:
            return
        yield accounts(self._settings, found)
        known: dict[str, tuple[str, ...]] = {}
        named = [each.key for each in found if each.key in self._settings.accounts.values()]
        if named:
            yield asked("ShipStation lists", lambda: self._services(named, known))
            yield services(self._settings, known)
        yield asked("ShipStation shipments", lambda: f"{len(list(self._listed(orderNumber=NOBODY)))} found")
        if self._settings.push == "v2":
            hint = "set tracking.push: v1 or off, or use the API v2"
            yield Check("ShipStation webhooks", ok=False, detail="V1 pushes no scans of parcels", hint=hint)
        elif self._settings.push == "v1":
            yield asked("ShipStation webhooks", self._webhooks)

    def _webhooks(self) -> str:
        found = rows(inside(self._calls.ask("GET", "/webhooks").body, "webhooks"))
        events = sorted({text(row.get("HookType")) for row in found} - {""})
        return f"made with the first parcel; the account has {', '.join(events) or 'none'}"

    def _carriers(self, found: list[Account]) -> str:
        body = self._calls.ask("GET", "/carriers").body
        if not isinstance(body, list):
            raise Retry("ShipStation answered without its carriers")
        found += [Account(text(row.get("code")), text(row.get("name"))) for row in rows(body) if row.get("code")]
        return accepted("v1", found)

    def _services(self, keys: Sequence[str], known: dict[str, tuple[str, ...]]) -> str:
        for account in keys:
            body = self._calls.ask("GET", f"/carriers/listservices?{urlencode({'carrierCode': account})}").body
            known[account] = tuple(text(row.get("code")) for row in rows(body))
        return f"{sum(map(len, known.values()))} services of {', '.join(keys)}"
