"""Check that the parts of a file fit together, and which connections must not stand side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import get_args

from shared.connection.kind_parts import OrderFact
from shared.connection.model import Connection
from shared.connection.problem import FieldPath, Problem
from shared.connection.receiving import stock_problems
from shared.connection.values import notation
from shared.connection.write_back import WORDS
from shared.domain.packing import Rule

SHORTEST_SETTLE = timedelta(minutes=5)
"""A carrier's index is behind: who buys again after a shorter look may own two labels."""


def _selection(connection: Connection) -> Iterator[Problem]:
    select = connection.select
    if not select.narrows():
        keys = ", ".join(type(select).model_fields)
        yield Problem(("select",), f"would take every order: narrow it by at least one of {keys}")
    yield from select.problems()
    for path, code in select.codes() if connection.services else ():
        if code not in connection.services:
            known = ", ".join(connection.services)
            message = f"is selected, but has no service: add it under services (mapped there: {known})"
            yield Problem(path, message, code)


def _places(connection: Connection) -> Iterator[Problem]:
    place = connection.carrier.holder
    if place and place not in connection.locations:
        known = ", ".join(connection.locations) or "none"
        yield Problem(
            ("carrier", "shipper", "location"), f"is not defined under locations (defined there: {known})", place
        )


def _rules(connection: Connection) -> Iterator[Problem]:
    if connection.flow == "inbound" and _asks_for_terms(connection) and not connection.freight_terms:
        message = (
            "is required for flow inbound: map each code to we_pay or not_ours, such as {COL: we_pay, PPD: not_ours}"
        )
        yield Problem(("freight_terms",), message)
    samples_by = connection.carrier.samples_by
    if samples_by and not connection.erp.test_system:
        message = (
            f"must be true with {samples_by}: numbers of test labels belong in no real order. Allowed: "
            f"test_system: true when writing to this ERP harms nobody, or {connection.carrier.real_by}"
        )
        yield Problem(("erp", "test_system"), message, False)
    if connection.unknown == "retry" and connection.settle < SHORTEST_SETTLE:
        message = f"allowed with unknown: retry: {notation(SHORTEST_SETTLE)} or more, or a label would be bought twice"
        yield Problem(("settle",), message, notation(connection.settle))
    approve = connection.approve
    if approve.mode == "below" and not approve.ceiling:
        absent = "amount" if not approve.amount else "currency"
        yield Problem(
            ("approve", absent), "is required for mode below, such as {mode: below, amount: 150.00, currency: USD}"
        )


def _asks_for_terms(connection: Connection) -> bool:
    """Tell if a label is bought and the ERP's orders say who pays for it."""
    return bool(connection.services) and connection.erp.names_freight_terms


def _shipping(connection: Connection) -> Iterator[Problem]:
    """An ERP's documents go certain ways only; which one is never guessed from them."""
    erp = connection.erp
    yield from erp.problems(connection.select, connection.write_back, connection.packing)
    if connection.flow not in erp.flows_read:
        message = f"{erp.kind} reads {erp.documents}; allowed: {', '.join(erp.flows_read)}"
        yield Problem(("flow",), message, connection.flow)
    if connection.carrier.by_hand and connection.strays == "void":
        yield Problem(("strays",), "allowed where a person buys the labels: report", connection.strays)
    if connection.ship_when and not connection.ship_when.working_days:
        yield Problem(("ship_when", "working_days"), "must not be empty: nothing would ever ship")


def _packing(connection: Connection) -> Iterator[Problem]:
    packing = connection.packing
    if packing.rule == "max_weight" and not packing.max_weight:
        yield Problem(("packing", "max_weight"), "is required for rule max_weight, such as {value: 50, unit: lb}")
    if packing.rule == "item_carton" and packing.package:
        yield Problem(("packing", "package"), "is not for rule item_carton, which takes each item's own size")
    if packing.rule == "handling_units" and not connection.erp.handling_units:
        others = ", ".join(rule for rule in get_args(Rule) if rule != "handling_units")
        message = f"{connection.erp.kind} has no handling units on these documents; allowed: {others}"
        yield Problem(("packing", "rule"), message, packing.rule)


def _billing(connection: Connection) -> Iterator[Problem]:
    seen = list[dict[str, str]]()
    for place, rule in enumerate(connection.billing.rules):
        path: FieldPath = ("billing", "rules", place)
        if not rule.conditions:
            yield Problem(path, "matches nothing: name its supplier")
        elif rule.conditions in seen:
            yield Problem(path, f"is never reached: rule {seen.index(rule.conditions)} matches the same orders")
        if fault := connection.carrier.account_fault(rule.account):
            yield Problem((*path, "account"), fault, rule.account)
        yield from _facts_asked_for(connection, rule.conditions, path)
        if rule.bill == "third_party" and not rule.country:
            yield Problem((*path, "country"), "is required to bill a third party, such as US")
        seen.append(rule.conditions)


def _facts_asked_for(connection: Connection, conditions: dict[str, str], path: FieldPath) -> Iterator[Problem]:
    facts: tuple[OrderFact, ...] = ("customer", "cost_centre")
    for name in facts:
        if name in conditions and not connection.erp.gives(name):
            message = f"{connection.erp.kind} orders have no {name}: {connection.erp.how_to_give(name)}"
            yield Problem((*path, name), message, conditions[name])


def _customs(connection: Connection) -> Iterator[Problem]:
    customs = connection.customs
    if customs is None:
        return
    if customs.papers == "forms" and not connection.carrier.makes_papers:
        message = f"{connection.carrier.kind} makes no invoice for customs here; allowed: off"
        yield Problem(("customs", "papers"), message, customs.papers)
    for place, message in customs.faults():
        yield Problem(("customs", *place), message)


def _targets(connection: Connection) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, target in connection.write_back.targets().items():
        other = first.setdefault(target.to, name)
        if other != name:
            message = f"{target.to} is the field of {other} already: give each its own field, or off"
            yield Problem(("write_back", name), message, target.to)
    for name, word in connection.write_back.unknown_words():
        message = f"{word} is no {name}; allowed: {', '.join(sorted(WORDS[name]))}"
        yield Problem(("write_back", name, "values", word), message)


def _receiving(connection: Connection) -> Iterator[Problem]:
    """Goods are received for purchase orders, at warehouses that the file names."""
    yield from connection.carrier.problems()
    yield from stock_problems(connection)
    if not connection.receives:
        return
    if connection.flow != "inbound":
        yield Problem(("flow",), "allowed with carrier.inbound_as: inbound", connection.flow)
    if not getattr(connection, "warehouses", None):
        yield Problem(("warehouses",), "is required with carrier.inbound_as: each warehouse with its ids there")


CHECKS: tuple[Callable[[Connection], Iterator[Problem]], ...] = (
    _shipping, _selection, _places, _rules, _packing, _billing, _customs, _targets, _receiving,
)  # fmt: skip


def overlaps(one: Connection, other: Connection) -> bool:
    """Tell if both could select the same order: same kind, system and company, and no key that keeps them apart.

    A file names the ERP's installation or not; a test system and another one are never the same.
    """
    here, there = one.erp, other.erp
    if (here.kind, here.system_code, here.company_code) != (there.kind, there.system_code, there.company_code):
        return False
    if here.test_system != there.test_system:
        return False
    return here.meets(there, one.select, other.select)
