"""Codes for whoever fills in a connection file: forwarders or ship-via codes, delivery terms, sites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from shared.erp.ifs.changes import rows
from shared.erp.ifs.client import Client, plain
from shared.erp.ifs.metadata import read_metadata
from shared.erp.ifs.source import Key
from shared.errors import Refused
from shared.ports import Entry, LookupKind

MOST = 500
"""Shipments that are looked at where the tenant has no list of its own."""
_TYPES = {
    "ForwardAgentId": ("ForwarderInfo", "ForwarderId", "Name"),
    "ShipViaCode": ("MpccomShipVia", "ShipViaCode", "Description"),
}
_LISTS = {
    "terms": ("OrderDeliveryTerm", "DeliveryTerms", "Description"),
    "warehouses": ("Site", "Contract", "Description"),
}


def lookup(client: Client, kind: LookupKind, like: str, now: datetime) -> Sequence[Entry]:
    """See Erp.lookup. Lists are found in `$metadata` by their type; without one, the codes of shipments count."""
    part = client.settings.part
    if kind == "suppliers":
        raise Refused("missing", "shipments of IFS go to customers: there is no list of suppliers", field="kind")
    field = {"methods": part.service_field, "terms": "DeliveryTerms", "warehouses": "Contract"}[kind]
    source = _TYPES.get(field) if kind == "methods" else _LISTS[kind]
    found = _listed(client, *source) if source else []
    if not found:
        taken = islice(rows(client, now, most=MOST, any_state=True), MOST)
        codes = {plain(row.get(client.settings.name(field))) for row in taken}
        found = [Entry(code) for code in codes if code]
    wanted = like.casefold()
    return sorted((each for each in found if wanted in f"{each.code}\n{each.name}".casefold()), key=lambda e: e.code)


def _listed(client: Client, entity: str, code: str, name: str) -> list[Entry]:
    projection = client.settings.projection
    sets = read_metadata(client.metadata(projection)).sets
    place = next((each for each, of in sorted(sets.items()) if of == entity), "")
    if not place:
        return []
    rows_of = client.rows(projection, place, "", [Key(code, "text")])
    return [Entry(plain(row.get(code)), plain(row.get(name))) for row in rows_of if plain(row.get(code))]
