"""The packages of a shipment in the order's partition: PKG#generation#number, or PKG#generation#first-last.

A step writes all of them together with the head, and a transaction has room for 100 writes. So the first packages have
an item each, and all further ones share an item by fifty. Where a package stands follows from its number alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from shared.aws.wire import FORMAT, Item, readable
from shared.ports.orders import ShippedPackage

ALONE = 50
"""Packages of a generation that have an item each: as many as an order of ordinary size may have."""
TOGETHER = 50
"""Packages of an item that several share: about 6 KB."""
SHARED_FORMAT = 2
"""The format of an item that several share. An earlier release leaves its order alone: the rest is not all of it."""


def package_items(
    partition: str, generation: int, packages: Sequence[ShippedPackage], kept: Callable[[str], Item | None]
) -> list[Item]:
    """The items to be written for these packages of a generation. `kept` reads one of the partition by its sort key:
    the other packages of a shared item stay as they are there."""
    items = [package_item(partition, generation, each) for each in packages if each.number <= ALONE]
    shared: dict[str, dict[str, Item]] = defaultdict(dict)
    for each in packages:
        if each.number > ALONE:
            shared[_shared_sort(generation, each.number)][str(each.number)] = _facts(each)
    for sort, changed in shared.items():
        before = _shared(kept(sort) or {"v": SHARED_FORMAT, "packages": {}})
        items.append({"pk": partition, "sk": sort, "v": SHARED_FORMAT, "packages": before | changed})
    return items


def package_item(partition: str, generation: int, package: ShippedPackage) -> Item:
    """One package of a shipment; an item says `voided` only when it is."""
    return {"pk": partition, "sk": f"{sort_of(generation)}{package.number:03}", "v": FORMAT, **_facts(package)}


def sort_of(generation: int) -> str:
    """Return the beginning of the sort keys of a generation's packages."""
    return f"PKG#{generation:04}#"


def read_packages(items: Iterable[Item]) -> tuple[ShippedPackage, ...]:
    """The packages of a generation, by number. Raises NewerFormat.

    What a shared item says of a package counts: an earlier release wrote also the fifty-first one alone.
    """
    alone: dict[int, ShippedPackage] = {}
    shared: dict[int, ShippedPackage] = {}
    for item in items:
        if "packages" in item:
            shared |= {int(number): _package(int(number), facts) for number, facts in _shared(item).items()}
        else:
            package = read_package(item)
            alone[package.number] = package
    found = alone | shared
    return tuple(found[number] for number in sorted(found))


def read_package(item: Item) -> ShippedPackage:
    """The package of an item of its own. Raises NewerFormat."""
    readable(item, "PKG")
    return _package(int(item["sk"].rsplit("#", 1)[1]), item)


def _shared_sort(generation: int, number: int) -> str:
    first = number - (number - 1) % TOGETHER
    return f"{sort_of(generation)}{first:03}-{first + TOGETHER - 1:03}"


def _shared(item: Item) -> dict[str, Item]:
    found: dict[str, Item] = readable(item, "PKG", SHARED_FORMAT)["packages"]
    return found


def _facts(package: ShippedPackage) -> Item:
    voided: dict[str, Any] = {"voided": True} if package.voided else {}
    return {"tracking_number": package.tracking_number, "label": package.label, **voided}


def _package(number: int, facts: Item) -> ShippedPackage:
    return ShippedPackage(number, facts["tracking_number"], facts["label"], bool(facts.get("voided", False)))
