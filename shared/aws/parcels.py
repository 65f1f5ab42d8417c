"""Parcels in the table: the order of a tracking number, found by one read.

An item is `PARCEL#carrier:number`, and says which package of which generation of an order it is. It is written in the
transaction that stores the package, or before it where that has no room. It holds nothing personal, and stays as long
as the package's own item does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from shared.aws.transactions import MET, MOST, transact
from shared.aws.wire import FORMAT, Item, from_wire, readable, to_wire
from shared.log import count, trouble
from shared.ports.orders import Conflict, Parcel, ShippedPackage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SORT = "PARCEL"
_FREE_OR_OURS = "attribute_not_exists(pk) OR order_key = :order"
"""A number that leads to another order is not led elsewhere."""


def parcel_item(parcel: Parcel, carrier: str, number: str) -> Item:
    """The item of one tracking number."""
    return {
        "pk": _partition(carrier, number),
        "sk": _SORT,
        "v": FORMAT,
        "order_key": parcel.order,
        "generation": parcel.generation,
        "package": parcel.package,
    }


def read_parcel(item: Item) -> Parcel:
    """The parcel of an item. Raises NewerFormat."""
    readable(item, "PARCEL")
    return Parcel(item["order_key"], int(item["generation"]), int(item["package"]))


def parcel_writes(table: str, order: str, generation: int, packages: Iterable[ShippedPackage]) -> list[dict[str, Any]]:
    """A write for each package whose carrier is named and that has a number. One number of several packages leads to
    the first of them: a transaction writes no item twice."""
    places: dict[tuple[str, str], Parcel] = {}
    for each in packages:
        if each.carrier and each.tracking_number:
            places.setdefault((each.carrier, each.tracking_number), Parcel(order, generation, each.number))
    return [
        {
            "Put": {
                "TableName": table,
                "Item": to_wire(parcel_item(parcel, carrier, number)),
                "ConditionExpression": _FREE_OR_OURS,
                "ExpressionAttributeValues": to_wire({":order": order}),
            }
        }
        for (carrier, number), parcel in places.items()
    ]


def lead_before(client: DynamoDBClient, writes: list[dict[str, Any]], order: str) -> None:
    """Makes the writes ahead of the step that has no room for them.

    A number that is known before its order is SHIPPED leads where it should, and the step may follow at any time: the
    carrier gave the number out for this order, whatever becomes of the step. Raises Conflict when others write the same
    numbers.
    """
    for start in range(0, len(writes), MOST):
        part = writes[start : start + MOST]
        reasons = transact(client, part)
        if MET in reasons:
            raise Conflict(order)
        free = list(free_writes(part, reasons, order)) if reasons else []
        if free and transact(client, free):
            raise Conflict(order)


def free_writes(writes: list[dict[str, Any]], reasons: list[str], order: str) -> Iterator[dict[str, Any]]:
    """Those of the writes that were not refused. The others' numbers lead to another order: that is noted."""
    for write, reason in zip(writes, reasons, strict=True):
        if reason == "None":
            yield write
        else:
            number = write["Put"]["Item"]["pk"]["S"]
            trouble("parcel_of_another_order", order=order, parcel=number)
            count("ParcelsTaken")


def order_of_parcel(client: DynamoDBClient, table: str, carrier: str, number: str) -> Parcel | None:
    """The package that a carrier's tracking number is of; None for one that is not ours. Raises NewerFormat."""
    key = to_wire({"pk": _partition(carrier, number), "sk": _SORT})
    answer = client.get_item(TableName=table, Key=key, ConsistentRead=True)
    return read_parcel(from_wire(answer["Item"])) if "Item" in answer else None


def _partition(carrier: str, number: str) -> str:
    return f"PARCEL#{carrier}:{number}"
