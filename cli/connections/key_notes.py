"""Of each key of a connection file an example, as the file writes it, and what it is, for people."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """`example` is YAML in one line."""

    example: str
    meaning: str


NOTES: dict[str, Note] = {
    "id": Note("acme-infor-ups", "the connection's name in every command; it never changes"),
    "flow": Note("inbound", "inbound: our purchase orders, shipped by the supplier on our account. Never guessed"),
    "erp.kind": Note("infor-m3", "which ERP"),
    "erp.cono": Note('"100"', "company number"),
    "erp.divi": Note('""', "division"),
    "erp.test_system": Note(
        "false", "whether writing to it harms nobody; must be true with `carrier.environment: test`"
    ),
    "erp.weight_unit": Note("kg", "unit of the item file's weights, which M3's records do not say"),
    "erp.length_unit": Note("cm", "unit of the item file's lengths"),
    "erp.cursor_unit": Note("ms", "unit of the change stamp LMTS"),
    "erp.overlap": Note("15m", "what is read again behind the cursor at each poll"),
    "erp.overlap_count": Note("0", "so many orders at least are listed again behind the cursor"),
    "erp.bindings": Note(
        "{po.list_changed: {use: EXPORTMI.Select}}",
        "job → the program and transaction of your tenant, each entry whole; {use: NAME} takes a shipped one",
    ),
    "erp.base_url": Note(
        "https://gateway.acme.example", "another host for the ION API gateway; replaces scheme and authority only"
    ),
    "erp.network": Note("public", "how the ERP is reached"),
    "carrier.kind": Note("ups", "which carrier"),
    "carrier.account": Note("A1B2C3", "shipper number; everything is billed to it unless `billing` says otherwise"),
    "carrier.environment": Note("production", "test: labels are samples. production: labels cost money"),
    "carrier.shipper.location": Note("HQ", "who holds the account, at its registered address: one of `locations`"),
    "carrier.base_url": Note(
        "https://proxy.acme.example", "another host for the carrier; replaces scheme and authority only"
    ),
    "start_from": Note(
        "2026-11-01T00:00:00Z",
        "the cut-over line: what changed before is never taken. Absent: the moment of the first apply",
    ),
    "timezone": Note("America/New_York", "of the schedule, and of locations without their own"),
    "schedule": Note("rate(10 minutes)", "when the ERP is polled (EventBridge Scheduler)"),
    "select.status.from": Note('"20"', "lowest order status that is taken"),
    "select.status.to": Note('"35"', "highest order status that is taken, included"),
    "select.delivery_method": Note("[UPS]", "delivery methods that are taken; each must stand in `services`"),
    "select.suppliers": Note("[V100, V200]", "suppliers whose orders are taken"),
    "select.warehouses": Note("[W01]", "warehouses whose orders are taken"),
    "freight_terms.*": Note(
        "we_pay", "the ERP's freight term → who pays the carrier; only we_pay is shipped. Required for inbound"
    ),
    "ship_when.confirmed": Note("true", "only once the order is confirmed"),
    "ship_when.days_before_needed": Note("5", "so many days before the goods are needed"),
    "ship_when.cutoff": Note('"15:00"', "after this time it is the next working day"),
    "ship_when.working_days": Note("[Mon, Tue, Wed, Thu, Fri]", "days on which parcels are bought"),
    "billing.default": Note("shipper", "who pays when no rule matches"),
    "billing.rules.*.customer": Note("C7", "a rule for this customer; infor-m3: where a binding reads one"),
    "billing.rules.*.supplier": Note("V100", "a rule for this supplier; the first rule that matches counts"),
    "billing.rules.*.cost_centre": Note('"4100"', "a rule for this cost centre; infor-m3: where a binding reads one"),
    "billing.rules.*.bill": Note("third_party", "who pays"),
    "billing.rules.*.account": Note("X1Y2Z3", "the paying account"),
    "billing.rules.*.postcode": Note(
        '"10001"', "the paying account's postcode, which UPS asks for in the US, Puerto Rico and Canada"
    ),
    "billing.rules.*.country": Note("US", "the paying account's country"),
    "packing.rule": Note("max_weight", "how order lines become packages"),
    "packing.max_weight": Note(
        "{value: 50, unit: lb}",
        "heaviest package of rule max_weight, which needs it; a single unit that is heavier goes alone, with a note",
    ),
    "packing.package": Note(
        "{length: 20, width: 15, height: 10, unit: in}", "outer size of each package, where it is always the same"
    ),
    "packing.divisor": Note(
        "139", "dimensional weight: 139 in³/lb for a size in inches, 5000 cm³/kg for a metric one, unless given here"
    ),
    "defaults.unit_weight": Note(
        "{value: 1, unit: lb}", "weight of one unit of an item that has none; needs approval unless `allow_automatic`"
    ),
    "defaults.warehouse.*.unit_weight": Note("{value: 2, unit: lb}", "the same for orders to one warehouse"),
    "defaults.phone": Note("[supplier_contact, supplier]", "where a supplier's phone is looked for, in this order"),
    "defaults.allow_automatic": Note("false", "whether an order with a default weight may be bought without a person"),
    "hazard.field": Note("HAZI", "field of the item file that says what is hazardous"),
    "hazard.values": Note('["1"]', "its values that mean so; without any, all but 0 and blank"),
    "hazard.items": Note("[SOLVENT]", "items that are hazardous whatever the field says"),
    "services.*": Note('"03"', "the ERP's delivery method → carrier service; 03 is UPS Ground, 02 is 2nd Day Air"),
    "services.*.any": Note('["03", "02"]', "several services, of which one is picked for each order"),
    "services.*.pick": Note("cheapest", "which of them"),
    "accessorials.*": Note("saturday", "the ERP's code → what is added to the shipment; nothing is without it"),
    "approve.mode": Note("below", "automatic, manual (a person for each quote), below (a person from `amount` on)"),
    "approve.amount": Note("150.00", "up to this price nobody is asked (mode below)"),
    "approve.currency": Note("USD", "its currency; a quote in another one waits for a person"),
    "approve.price_rise": Note(
        "5",
        "percent by which the charge may be above the quote; beyond, the parcel goes and the order waits for a person",
    ),
    "limits.labels_per_hour": Note("50", "buying stops for the rest of the hour, and an alarm says so"),
    "limits.labels_per_day": Note("200", "buying stops for the rest of the UTC day"),
    "limits.amount_per_day": Note(
        "1000.00",
        "buying stops for the rest of the UTC day; a plain amount is in the currency of `approve`, or else in USD",
    ),
    "address_check": Note(
        "strict", "strict holds an ambiguous address, lenient ships to the ERP's own words, off asks nobody"
    ),
    "address_not_covered": Note("note", "whether an address that the carrier does not validate is noted or held"),
    "label.format": Note("ZPL", "format of the label's image"),
    "label.stock": Note("4x6", "size of the label, in inches"),
    "label.to": Note("supplier", "who prints it"),
    "unknown": Note("hold", "what follows when an answer was lost and no label is found: a person, or buying again"),
    "settle": Note(
        "15m", "how long after a lost answer the carrier is asked what became of it; at least 5m with `unknown: retry`"
    ),
    "strays": Note("report", "what follows when a second shipment has our reference"),
    "void_window_days": Note("1", "so many days strays are looked for"),
    "tracking.push": Note("off", "how the carrier tells about parcels"),
    "tracking.quantum_view": Note("ACME", "name of a Quantum View subscription"),
    "tracking.detail": Note("standard", "how much is kept of each event"),
    "write_back.enabled": Note("true", "false writes nothing at all to the ERP"),
    "write_back.tracking_numbers": Note(
        "A121", "field for the tracking numbers, separated by blanks; +n where more do not fit"
    ),
    "write_back.*.to": Note("A121", "the field, where mode or max are given too"),
    "write_back.*.mode": Note("append", "overwrite, only if empty, or behind what stands there"),
    "write_back.*.max": Note("120", "its length in characters, where it is shorter than the field's own"),
    "write_back.*.values": Note("{delivered: D}", "the ERP's words for ours; what is not named is written as it is"),
    "write_back.service": Note("A230", "field for the carrier service"),
    "write_back.cost": Note("N096", "field for the cost; empty when another account pays"),
    "write_back.currency": Note("A430", "field for the cost's currency"),
    "write_back.eta": Note("A530", "field for the day of arrival"),
    "write_back.milestone": Note("A630", "field for the last milestone"),
    "write_back.failure": Note("A730", "field for the reason why an order is held before it has a label"),
    "write_back.tracking_url": Note("off", "field for a link to the tracking page; it takes 60 characters"),
    "locations.*.name": Note("Acme", "company name"),
    "locations.*.attention": Note("Receiving", "person or department"),
    "locations.*.phone": Note('"4045550100"', "phone; in the US, Canada and Puerto Rico 10 digits"),
    "locations.*.address.lines": Note("[1 A St]", "one to three lines, without city and postcode"),
    "locations.*.address.city": Note("Atlanta", "city"),
    "locations.*.address.state": Note("GA", "state or province, where the country has them"),
    "locations.*.address.postcode": Note('"30301"', "postcode"),
    "locations.*.address.country": Note("US", "country"),
    "locations.*.timezone": Note("America/New_York", "its zone, where it is not the connection's"),
    "alerts": Note("arn:aws:sns:eu-west-1:123456789012:acme", "another topic for this connection's alarms"),
    "retention": Note("400d", "how long personal data of an order is kept"),
}
