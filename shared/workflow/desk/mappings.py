"""The connection file's view of the ERP's own codes: which ones it names, and how it maps each. Pure."""

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
    yield from _selected(connection, "methods")
    yield from (Named("methods", code, f"services.{code}") for code in connection.services)
    yield from (Named("terms", code, f"freight_terms.{code}") for code in connection.freight_terms)
    yield from _selected(connection, "suppliers")
    for place, rule in enumerate(connection.billing.rules):
        if rule.supplier:
            yield Named("suppliers", rule.supplier, f"billing.rules.{place}.supplier")
    yield from _selected(connection, "warehouses")
    yield from (Named("warehouses", code, f"defaults.warehouse.{code}") for code in connection.defaults.warehouse)


def _selected(connection: Connection, kind: LookupKind) -> Iterator[Named]:
    key = connection.select.looked_up.get(kind, "")
    yield from (Named(kind, code, f"select.{key}") for code in selected(connection, kind))


def selected(connection: Connection, kind: LookupKind) -> tuple[str, ...]:
    """The codes of one of the ERP's lists that the file selects; none where all of them are, or the key is unknown."""
    return connection.select.lists.get(connection.select.looked_up.get(kind, ""), ())


def mapped(connection: Connection, kind: LookupKind, code: str) -> str:
    """Return the file's entry for one code of the ERP: its service, who pays, if it is selected, or "not mapped"."""
    if kind == "methods":
        return _method(connection, code)
    if kind == "terms":
        return connection.freight_terms.get(code, NOT_MAPPED)
    if kind == "suppliers":
        return _listed(code, selected(connection, "suppliers"), _billed(connection, code))
    weight = connection.defaults.warehouse.get(code)
    default = f"default weight {weight.unit_weight}" if weight and weight.unit_weight else ""
    return _listed(code, selected(connection, "warehouses"), default)


def _method(connection: Connection, code: str) -> str:
    service = connection.services.get(code)
    if service is None:
        return NOT_MAPPED
    text = f"{service.pick} of {', '.join(service.any)}" if isinstance(service, ServiceChoice) else service
    chosen = selected(connection, "methods")
    return text if not chosen or code in chosen else f"{text}, not selected"


def _billed(connection: Connection, supplier: str) -> str:
    rule = next((each for each in connection.billing.rules if each.supplier == supplier), None)
    return f"billed to {rule.bill} {rule.account}" if rule else ""


def _listed(code: str, chosen: tuple[str, ...], beside: str) -> str:
    standing = ("selected" if code in chosen else "not selected") if chosen else "selected, as all are"
    return f"{standing}; {beside}" if beside else standing
