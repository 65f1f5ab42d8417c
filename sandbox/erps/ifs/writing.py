"""PATCH, POST and bound actions (facts/ifs.md, sections 6 and 8)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.erps.ifs.faults import UNSEEN_REQUEST, IfsFault, bad_value, gone, unknown_property
from sandbox.erps.ifs.literals import Value, from_body
from sandbox.erps.ifs.manners import Manners
from sandbox.erps.ifs.queries import Place, key_of
from sandbox.erps.ifs.shipment_rules import NEVER_WRITTEN, check_lock, check_state, database_error, side_effects
from sandbox.erps.ifs.tables import EntitySet
from sandbox.erps.ifs.tenant import Key, Stored, Tenant, Write
from sandbox.erps.ifs.token_server import header
from shared.http import Request

ACTIONS = {
    "Complete": ("Preliminary", "Completed"),
    "Close": ("Completed", "Closed"),
    "Reopen": ("Completed", "Preliminary"),
}
"""Action → the state that it needs and the state that it makes; Deliver leaves the state as it is."""


@dataclass
class Writer:
    """Answers writes of one tenant. `conflicts` counts stale ETags that were refused."""

    tenant: Tenant
    manners: Manners
    allowed: Callable[[EntitySet, Stored], bool]
    conflicts: int = 0

    def patch(self, place: Place, entity: EntitySet, request: Request) -> tuple[Key, Stored]:
        """Changes the fields that are sent and no others. Raises IfsFault."""
        if entity.name in self.manners.uneditable or entity.name.startswith("Reference_"):
            raise IfsFault(500, "ODP_ILLEGAL_STATE", "The entity cannot be updated")
        key = key_of(place.key or "", place.projection, entity)
        changes = self._changes(entity, request)
        stored = self._seen(entity, key)
        given = header(request, "if-match")
        if not given:
            if self.manners.without_if_match == "refused":
                raise IfsFault(428, "ODP_MISSING_PRECONDITION", "If-Match is missing")
            stored = stored or self._upserted(entity, key)
        if stored is None:
            raise gone(entity.entity)
        self._check_match(given, stored)
        self._apply(entity, key, stored, changes, "patch" if given else "upsert")
        return key, stored

    def create(self, entity: EntitySet, request: Request) -> tuple[Key, Stored]:
        """A manual freight charge; its number is the server's, so that a repeated POST makes a second one."""
        if entity.name != "ShipmentFreightChargeSet":
            raise IfsFault(500, "ODP_ILLEGAL_STATE", "The entity cannot be created")
        values = self._changes(entity, request)
        number = values.get("ShipmentId")
        if (number,) not in self.tenant.table("ShipmentSet"):
            raise database_error(20111, "NOTEXIST: the shipment does not exist")
        if not values.get("ChargeType"):
            raise database_error(20110, "MANDATORY: ChargeType must have a value")
        used = [key[1] for key in self.tenant.table(entity.name) if key[0] == number]
        row = values | {"SequenceNo": Decimal(len(used) + 1), "ManuallyCreated": True}
        stored = self.tenant.insert(entity.name, row)
        key: Key = (number, row["SequenceNo"])
        self._note("create", entity.name, key, row)
        return key, stored

    def act(self, place: Place, entity: EntitySet, request: Request) -> tuple[Key, Stored]:
        """A bound action, which needs If-Match like a PATCH. Raises IfsFault."""
        key = key_of(place.key or "", place.projection, entity)
        stored = self._seen(entity, key)
        if stored is None:
            raise gone(entity.entity)
        name = place.rest.removeprefix(f"IfsApp.{place.projection}.{entity.entity}_")
        if entity.name != "ShipmentSet" or name == place.rest or (name not in ACTIONS and name != "Deliver"):
            raise gone(place.rest)
        if not (given := header(request, "if-match")):
            raise IfsFault(428, "ODP_MISSING_PRECONDITION", "If-Match is missing")
        self._check_match(given, stored)
        before, after = ACTIONS.get(name, ("Completed", "Completed"))
        if stored.values.get("Objstate") != before:
            raise database_error(20110, f"STATE: {name} is not allowed in this state")
        values: dict[str, Value] = {"Objstate": after}
        if name == "Deliver":
            values["ActualShipDate"] = self.tenant.site_time(str(stored.values["Contract"]))
        self.tenant.change(entity.name, key, **values)
        self._note("action", entity.name, key, values)
        return key, stored

    def _seen(self, entity: EntitySet, key: Key) -> Stored | None:
        """The row; one of a site that is not allowed is 404 whatever the precondition."""
        stored = self.tenant.table(entity.name).get(key)
        if stored is not None and not self.allowed(entity, stored):
            raise gone(entity.entity)
        return stored

    def _check_match(self, given: str, stored: Stored) -> None:
        """A version has a second's grain: a stale ETag of the same second passes."""
        if not given or given in (stored.etag, "*"):
            return
        self.conflicts += 1
        ways = ("412", "409", "ora")
        way = ways[self.conflicts % 3] if self.manners.conflict == "mixed" else self.manners.conflict
        if way == "ora":
            raise database_error(20114, "MODIFIED: the object has been modified by another user")
        raise IfsFault(int(way), "ODP_PRECONDITION_FAILED", "The object has been modified by another user")

    def _apply(self, entity: EntitySet, key: Key, stored: Stored, changes: Mapping[str, Value], kind: str) -> None:
        shipment = entity.name == "ShipmentSet"
        if shipment:
            check_lock(self.tenant, int(Decimal(str(key[0]))))
            check_state(stored, changes, self.manners)
        passed_over = self.manners.dropped | set(entity.keys) | (set(NEVER_WRITTEN) if shipment else set())
        kept = {name: value for name, value in changes.items() if name not in passed_over}
        changed = {name for name, value in kept.items() if stored.values.get(name) != value}
        self._note(kind, entity.name, key, kept, {name: stored.values.get(name) for name in kept})
        if not changed and not self.manners.equal_moves:
            return
        self.tenant.change(entity.name, key, **kept)
        if shipment:
            number = int(Decimal(str(key[0])))
            side_effects(self.tenant, number, stored, changed)
            self.tenant.afterwards.pop(number, lambda: None)()

    def _upserted(self, entity: EntitySet, key: Key) -> Stored:
        """The row that nobody wanted: an update without a precondition made it (section 6)."""
        return self.tenant.insert(entity.name, dict(zip(entity.keys, key, strict=True)))

    def _changes(self, entity: EntitySet, request: Request) -> dict[str, Value]:
        kind = header(request, "content-type")
        if kind.split(";")[0].strip().lower() != "application/json":
            raise IfsFault(415, UNSEEN_REQUEST, "Content-Type must be application/json")
        if "ieee754compatible=true" in kind.lower():
            raise IfsFault(400, UNSEEN_REQUEST, "Numbers are refused with IEEE754Compatible")
        try:
            body: Any = json.loads(request.body, parse_float=Decimal, parse_constant=_no_number)
        except ValueError:
            raise IfsFault(400, UNSEEN_REQUEST, "The body is no JSON") from None
        if not isinstance(body, dict):
            raise IfsFault(400, UNSEEN_REQUEST, "An object is expected")
        for name in body:
            if "@" in name:
                raise bad_value(name, "annotations are refused")
            if name not in entity.properties:
                raise unknown_property(name, entity.entity)
        return {name: from_body(entity.properties[name], value) for name, value in body.items()}

    def _note(
        self, kind: str, set_name: str, key: Key, values: Mapping[str, Value], before: Mapping[str, Value] | None = None
    ) -> None:
        self.tenant.writes.append(Write(self.tenant.now(), kind, set_name, key, dict(values), before or {}))


def _no_number(text: str) -> Decimal:
    raise ValueError(text)
