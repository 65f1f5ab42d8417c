"""`parcelbridge stock diff` and `parcelbridge items diff`: both sides read in full, and what differs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED
from cli.orders.commands import AsJson
from cli.rendering import counted, instant, say, table
from cli.wiring import stack_of
from shared.domain.stock import ItemDifference, StockDifference, StockScan
from shared.workflow.desk.stock import items_now, stock_now

stock = typer.Typer(no_args_is_help=True)
items = typer.Typer(no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")]
Missing = Annotated[bool, typer.Option("--missing", help="Also the items that are no products at the warehouse.")]
OWNERS = {"erp": "the ERP", "carrier": "the warehouse"}


@stock.callback()
def of_stock() -> None:
    """Stock of the ERP and of a carrier's warehouse, compared."""


@items.callback()
def of_items() -> None:
    """Items of the ERP and products of a carrier's warehouse, compared."""


@stock.command("diff")
def stock_diff(context: typer.Context, name: Id, json: AsJson = False) -> None:
    """List each SKU whose stock differs now, and whose number counts. Nothing is written.

    Ends with 1 when something differs.
    """
    stack = stack_of(context)
    stored = applied(stack, name)
    found, last = stock_now(stack.ports, stored.connection), stack.ports.receiving.scan(name)
    if json:
        rendering.as_json({"compared": found.count, "differences": found.differences, "refused": found.refused})
    else:
        if found.differences:
            columns = ("SKU", "warehouse", "ERP", "warehouse has", "counts", "why it stays")
            table(columns, [_stock_row(each) for each in found.differences])
        for each in found.refused:
            say(each, error=True)
        say(f"{counted(found.count, 'SKU')} compared, {len(found.differences)} differ")
        say(_last(last), error=True)
    if found.differences or found.refused:
        raise typer.Exit(FAILED)


def _stock_row(each: StockDifference) -> tuple[object, ...]:
    erp = "" if each.erp is None else f"{each.erp.normalize():f}"
    return (each.sku, each.warehouse, erp, each.pieces, OWNERS[each.owner], each.why)


def _last(scan: StockScan | None) -> str:
    """The words for the last comparison that ran by itself."""
    if scan is None:
        return "by itself it was not compared yet"
    stands = f"ended {instant(scan.ended)}" if scan.ended else f"under way since {instant(scan.started)}"
    told = f"{scan.compared} compared, {scan.differing} differed, {scan.written} set, {scan.failed} failed"
    return f"by itself: {stands}, {told}" + (f"; {scan.why}" if scan.why else "")


@items.command("diff")
def items_diff(context: typer.Context, name: Id, missing: Missing = False, json: AsJson = False) -> None:
    """List each item whose name differs, and each product that the ERP does not know. Nothing is written.

    Ends with 1 when something differs; items that are no products there do not count, unless they are asked for.
    """
    stack = stack_of(context)
    found = items_now(stack.ports, applied(stack, name).connection)
    lacking = sum(each.carrier is None for each in found)
    shown = [each for each in found if missing or each.carrier is not None]
    if json:
        rendering.as_json({"differences": shown, "missing": lacking})
    else:
        if shown:
            table(("item", "what differs", "ERP", "warehouse"), [_item_row(each) for each in shown])
        say(f"items that differ: {len(found) - lacking}; items of the ERP that are no products there: {lacking}")
    if shown:
        raise typer.Exit(FAILED)


def _item_row(each: ItemDifference) -> tuple[object, ...]:
    return (each.sku, each.why, each.erp or "", each.carrier or "")
