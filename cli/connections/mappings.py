"""What a connection file makes of the ERP's own codes, and which of them it names. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.connection import Connection, ServiceChoice
from shared.ports import LookupKind

NOT_MAPPED = "not mapped"


@dataclass(frozen=True, slots=True)
class Named:
    """A code that the file names, and the key where it does."""

    kind: LookupKind
    code: str
    key: str


def named(connection: Connection) -> Iterator[Named]:
    """Every code of the ERP that the file names; one that stands at several keys comes once for each."""
    select = connection.select
    yield from (Named("methods", code, "select.delivery_method") for code in select.delivery_method)
    yield from (Named("methods", code, f"services.{code}") for code in connection.services)
    yield from (Named("terms", code, f"freight_terms.{code}") for code in connection.freight_terms)
    yield from (Named("suppliers", code, "select.suppliers") for code in select.suppliers)
    for place, rule in enumerate(connection.billing.rules):
        if rule.supplier:
            yield Named("suppliers", rule.supplier, f"billing.rules.{place}.supplier")
    yield from (Named("warehouses", code, "select.warehouses") for code in select.warehouses)
    yield from (Named("warehouses", code, f"defaults.warehouse.{code}") for code in connection.defaults.warehouse)


def mapped(connection: Connection, kind: LookupKind, code: str) -> str:
    """What the file says of one code of the ERP: its service, who pays, whether it is selected, or "not mapped"."""
    if kind == "methods":
        return _method(connection, code)
    if kind == "terms":
        return connection.freight_terms.get(code, NOT_MAPPED)
    if kind == "suppliers":
        return _listed(code, connection.select.suppliers, _billed(connection, code))
    weight = connection.defaults.warehouse.get(code)
    default = f"default weight {weight.unit_weight}" if weight and weight.unit_weight else ""
    return _listed(code, connection.select.warehouses, default)


def _method(connection: Connection, code: str) -> str:
    service = connection.services.get(code)
    if service is None:
        return NOT_MAPPED
    text = f"{service.pick} of {', '.join(service.any)}" if isinstance(service, ServiceChoice) else service
    selected = connection.select.delivery_method
    return text if not selected or code in selected else f"{text}, not selected"


def _billed(connection: Connection, supplier: str) -> str:
    rule = next((each for each in connection.billing.rules if each.supplier == supplier), None)
    return f"billed to {rule.bill} {rule.account}" if rule else ""


def _listed(code: str, selected: tuple[str, ...], beside: str) -> str:
    standing = ("selected" if code in selected else "not selected") if selected else "selected, as all are"
    return f"{standing}; {beside}" if beside else standing
