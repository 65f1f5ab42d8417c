"""Probes of the connection test by what the pod says of itself: its versions, and its description of a resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import islice
from typing import Any

from shared.erp.oracle.advice import LONGEST
from shared.erp.oracle.advices import INBOUND, REQUESTS
from shared.erp.oracle.answers import NotOpen, flag, text
from shared.erp.oracle.cancelling import described
from shared.erp.oracle.changes import moment
from shared.erp.oracle.client import Client, Item
from shared.erp.oracle.file import Segment
from shared.erp.oracle.orders import DRAFTS, ORDERS, draft
from shared.erp.oracle.query import fits, instant
from shared.erp.oracle.query import text as quoted
from shared.erp.oracle.shipments import LINES
from shared.erp.oracle.suppliers import codes_of
from shared.errors import Misconfigured, ParcelbridgeError, hint_of
from shared.ports import Check

SEEN = timedelta(days=365)
"""How far back the test looks for an order to show."""
LOOKED_AT = 500
"""Advices of others that are counted at most."""


def nearest(name: str, names: Iterable[str]) -> str:
    """The words that offer the nearest name there is, "" where none is near."""
    found = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f" (is it {found[0]}?)" if found else ""


def attributes(described_: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """The fields of a described resource by name."""
    found = (described_ or {}).get("attributes")
    rows = found if isinstance(found, list) else []
    return {text(each.get("name")): each for each in rows if isinstance(each, Mapping)}


_MISTRUSTED = {
    "oauth": "is the application of this pod's own identity domain, and is there an active user of Fusion whose name "
    "is the client id?",
    "assertion": "does the pod's identity domain trust the certificate, and is there an active user of this name in "
    "Fusion?",
    "jwt": "is the issuer with this certificate trusted in the Security Console (API Authentication), and is there an "
    "active user of this name?",
    "basic": "are user and password right, is the user not locked, and may it come by Basic?",
}


def trust(client: Client) -> Check:
    """Return whether the pod takes the login at all, whatever the user may do: it tells its versions to everybody."""
    try:
        client.catalogue()
    except NotOpen:
        pass  # whoever is told that this is not theirs is known
    except Misconfigured as error:
        return Check("trust", False, str(error), _MISTRUSTED[client.settings.part.login])
    return Check("trust", True, "the pod takes the login")


def framework(client: Client) -> Check:
    """Return whether the pod takes the framework version that is sent."""
    asked, name = str(client.settings.part.framework), "framework"
    try:
        versions = client.catalogue()
    except NotOpen as error:
        return Check(name, True, f"the catalogue may not be read; version {asked} is sent ({error})")
    for each in versions:
        extension = each.get("adf:extension")
        allowed = extension.get("allowedFrameworkVersions") if isinstance(extension, dict) else None
        if text(each.get("version")) == client.settings.part.version and isinstance(allowed, list):
            if asked not in map(text, allowed):
                return Check(name, False, f"the pod takes {', '.join(map(text, allowed))}", "set erp.framework")
            return Check(name, True, f"version {asked} is taken")
    return Check(name, True, f"the catalogue does not say which versions are taken; {asked} is sent")


def filters(client: Client) -> Check:
    """Return whether the fields of our conditions can be filtered, by the pod's own description."""
    name, part = "fields that can be filtered", client.settings.part
    fields = attributes(client.describe(ORDERS if part.source == "purchase_orders" else LINES))
    if not fields:
        return Check(name, True, "the description may not be read: the listing itself tells")
    wanted = ["StatusCode", part.order_id, "POHeaderId", *([part.cursor] if part.cursor != "key" else [])]
    if part.source == "shipments":
        wanted = ["ShipmentLine", part.shipment.document, part.cursor]
    faults = [
        f"{each} {'cannot be filtered' if each in fields else f'is not there{nearest(each, fields)}'}"
        for each in dict.fromkeys(wanted)
        if each not in fields or flag(fields[each].get("queryable")) is False
    ]
    others = [each for each in ("LastUpdateDate", "CreationDate") if flag(fields.get(each, {}).get("queryable"))]
    if faults:
        hint = f"set erp.cursor: {(others or ['key'])[0]}"
        return Check(name, False, "; ".join(faults), hint if part.source == "purchase_orders" else "")
    return Check(name, True, ", ".join(dict.fromkeys(wanted)))


def advices(client: Client) -> Check:
    """Return whether advices can be looked up, made and cancelled as this does it."""
    name, faults = "advices", []
    for resource in (INBOUND, REQUESTS):
        next(client.rows(resource, "ShipmentNumber = 'parcelbridge-test'", most=1), None)
    request, inbound = client.describe(REQUESTS), client.describe(INBOUND)
    fields = attributes(request)
    for each, longest in LONGEST.items():
        known = fields.get(each)
        if fields and known is None:
            faults.append(f"{REQUESTS} has no {each}{nearest(each, fields)}")
        elif known and text(known.get("maxLength")).isdecimal() and int(text(known.get("maxLength"))) < longest:
            faults.append(f"{each} takes {text(known.get('maxLength'))} characters, not {longest}")
    if not client.settings.doors.advice.cancel and not described(inbound):
        faults.append("the parameters of cancelASN are not described: name them under write_back.advice.cancel")
    if faults:
        return Check(name, False, "; ".join(faults), "compare with the pod's own description")
    waits = "" if client.settings.doors.advice.confirmed else "; the first one waits for a person's yes"
    return Check(name, True, f"advices can be looked up{'' if fields else ', their fields are not described'}{waits}")


def others(client: Client, now: datetime) -> Check:
    """Return whether somebody else makes advices for the same suppliers: then ours would double theirs."""
    since = now - timedelta(days=90)
    name, codes = "advices of others", _suppliers_named(client)
    try:
        rows = list(islice(client.rows(INBOUND, f"CreationDate >= {instant(since)}", most=LOOKED_AT), LOOKED_AT))
    except NotOpen:
        rows = list(islice(client.rows(INBOUND, most=LOOKED_AT), LOOKED_AT))
    seen = [
        row for row in rows
        if text(row.get("ASNType")) in ("", "ASN") and (moment(row, "CreationDate") or now) >= since
        and "[parcelbridge]" not in text(row.get("Comments"))
        and (not codes or not text(row.get("VendorName")) or text(row.get("VendorName")) in codes)
    ]  # fmt: skip
    if not seen:
        return Check(name, True, "nobody else made an advice in the last 90 days")
    many = f"{len(seen)}{' or more' if len(seen) >= LOOKED_AT else ''}"
    hint = "ask the receivers: a supplier who makes advices in the portal would be doubled"
    return Check(name, True, f"{many} advices of the last 90 days were made by others", hint)


def _suppliers_named(client: Client) -> set[str]:
    """The selected suppliers by name, as advices have them, whichever of its codes the file has; nothing for all."""
    codes = client.settings.select.supplier_codes
    asked = [f"SupplierNumber = {quoted(code)}" for code in codes if fits(code)]
    try:
        found = {text(row.get("Supplier")) for where in asked for row in client.rows("suppliers", where, most=1)}
        ids = [code for code in codes if code.isascii() and code.isdecimal()]
        found |= {codes_of(client.item(f"suppliers/{code}") or {})[1] for code in ids}
    except NotOpen:
        return set()
    return {*codes, *found} - {""}


def changes(client: Client, orders: Sequence[Item]) -> Check:
    """Return whether the segments that the order is told by are there."""
    name, order = "order changes", client.settings.doors.order
    targets = [
        each for each in (order.tracking_numbers, order.tracking_url, order.failure_flag) if isinstance(each, Segment)
    ]
    if not orders:
        return Check(name, True, "no order is there to look at")
    found = draft(client, orders[0])
    if found is None:
        return Check(name, False, "the order's draft side may not be seen", "give the user the right to change orders")
    row: Mapping[str, Any] = next(client.rows(f"{found.path}/child/DFF", most=1), {})
    described_ = client.describe(DRAFTS) or {}
    children = described_.get("children")
    below = children.get("DFF") if isinstance(children, Mapping) else None
    segments = {*row, *attributes(below if isinstance(below, Mapping) else None)}
    if not segments:
        return Check(name, True, "the flexfield is not described, and the order has none yet")
    missing = [each.segment for each in targets if each.segment and each.segment not in segments]
    if missing:
        named = ", ".join(f"{each}{nearest(each, segments)}" for each in missing)
        return Check(name, False, f"the order's flexfield has no {named}", "create the segment, or map another one")
    return Check(name, True, "each change goes through the approval of change orders, and makes a revision")


def tried(name: str, ask: Callable[[], Check]) -> Check:
    """Return the line of a probe, also of one that did not go well."""
    try:
        return ask()
    except ParcelbridgeError as error:
        return failed(name, error)


def failed(name: str, error: ParcelbridgeError) -> Check:
    """The line of a probe that did not go well."""
    return Check(name, False, str(error), hint_of(error))
