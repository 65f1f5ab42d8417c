"""The pointers in webhooks: an address of a resource, which is never asked (facts 5).

Only ids are taken out of it, and only of an address that is written exactly as ShipStation writes its own; the request
is built anew from them, at the connection's own host. Pure, the standard library alone.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from shared.carriers.shipstation.plain import text

LONGEST = 2048
_V2_HOST = r"api\.shipstation\.com"
_V1_HOST = r"ssapi[0-9]{0,3}\.shipstation\.com"
_ADDRESS = re.compile(
    rf"https://(?:{_V2_HOST}(?=/v2/)|{_V1_HOST}(?!/v2/))(?P<path>/[a-z0-9_/-]{{1,80}})\?(?P<query>[A-Za-z0-9_.=&-]{{1,400}})",
    re.ASCII,
)
_ID, _UUID, _NUMBER = r"se-[0-9]{1,20}", r"[0-9A-Fa-f-]{36}", r"[0-9]{1,20}"
RESOURCES: dict[str, dict[str, str]] = {
    "/v2/labels": {"batch_id": _ID},
    "/v2/shipments": {"import_batch_id": _UUID},
    "/v2/fulfillments": {"fulfillment_id": _ID, "shipment_id": _ID},
    "/shipments": {"batchId": _NUMBER, "importBatch": _UUID},
    "/fulfillments": {"fulfillmentId": _NUMBER, "batchId": _NUMBER, "importBatch": _UUID},
    "/orders": {"importBatch": _UUID},
}
"""The lists that are pointed into, V2's and V1's, and the form of the ids that say which part of them."""


def resource_of(address: object) -> str:
    """The path of the resource with its ids, "" for an address that is not one of ShipStation's own. No host is in it:
    whoever asks for it takes the connection's."""
    written = text(address) if isinstance(address, str) and address == text(address) else ""
    found = _ADDRESS.fullmatch(written) if len(written) <= LONGEST else None
    return _rebuilt(found["path"], found["query"]) if found else ""


def checked(resource: str) -> str:
    """The resource, "" where it is none that `resource_of` gives: what a message names is not trusted either."""
    path, _, query = resource.partition("?")
    return resource if resource and _rebuilt(path, query) == resource else ""


def _rebuilt(path: str, query: str) -> str:
    """The ids that are known of this list; "" where it has none, or one of another form or twice."""
    forms = RESOURCES.get(path, {})
    given = [part.partition("=")[::2] for part in query.split("&")]
    known = [(name, value) for name, value in given if name in forms]
    fits = all(re.fullmatch(forms[name], value, re.ASCII) for name, value in known)
    if not known or not fits or len(dict(known)) != len(known):
        return ""
    return f"{path}?{urlencode(sorted(known))}"
