"""`parcelbridge costs import` and `costs invoices`: bills of carriers."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import BadFile, BadUsage, CommandError
from cli.labels.printing import beside
from cli.rendering import counted, instant, say, table
from cli.wiring import Stack, stack_of
from shared.domain.billing import Charge, Invoice
from shared.domain.money import Money
from shared.errors import Refused
from shared.ports import Bill
from shared.registry import KINDS, bill_of
from shared.workflow.desk.bills import Imported, import_bill, without_order

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="The most charges to list.")]
_COLUMNS = ("row", "day", "parcel", "charge", "reason", "amount")


def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The carrier's billing file, as it is.")
    ],
    carrier: Annotated[str | None, typer.Option(help="Whose bill it is, where several carriers' are read.")] = None,
    limit: Limit = 50,
) -> None:
    """Read a carrier's billing file: each charge is laid beside the label of its parcel.

    The file is checked to its end first. Read again, it changes nothing.
    """
    stack = stack_of(context)
    bill = _read(file, carrier)
    done = import_bill(stack.ports, bill, stack.who(), beside)
    _show(done)
    _show_others(stack, done.invoice, limit)


def _read(file: Path, carrier: str | None) -> Bill:
    kinds = {name: kind for name, kind in KINDS.carriers.items() if kind.bills}
    name = carrier or (next(iter(kinds)) if len(kinds) == 1 else "")
    if name not in kinds:
        raise BadUsage(f"--carrier {name}: bills are read of {', '.join(sorted(kinds))}")
    try:
        return bill_of(kinds[name], file)
    except Refused as error:
        raise BadFile(str(error), hint=error.hint) from None


def invoices(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(help="An invoice: list its charges without an order of ours.")] = None,
    limit: Limit = 50,
) -> None:
    """List the invoices that were read, or the charges of one that no order of ours has."""
    stack = stack_of(context)
    found = [each for each in stack.ports.bills.invoices() if number in (None, each.number)]
    if number and not found:
        raise CommandError(f"no invoice {number} was read", hint="parcelbridge costs import FILE")
    if not found:
        say("no invoice was read")
        return
    table(
        ("invoice", "day", "carrier", "account", "total", "rows", "read"),
        [(i.number, i.day, i.carrier, i.account, i.total, i.rows, instant(i.imported_at)) for i in found],
    )
    for each in found if number else ():
        _show_others(stack, each, limit)


def _show(done: Imported) -> None:
    invoice = done.invoice
    state = "was read before, nothing changes" if done.unchanged else "read anew" if done.before else "read"
    rows = counted(invoice.rows, "row")
    say(f"invoice {invoice.number} of {invoice.day}, account {invoice.account}: {invoice.total}, {rows}: {state}")
    for name, (count, amount) in (
        (f"of {counted(done.parcels, 'parcel')} of ours", done.ours),
        ("of parcels without an order of ours", done.others),
        ("of the account", done.account),
    ):
        if count:
            say(f"  {counted(count, 'row')} {name}: {_money(amount, invoice)}")
    for note in done.notes:
        say(f"  {note}")


def _show_others(stack: Stack, invoice: Invoice, limit: int) -> None:
    found = list(islice(without_order(stack.ports, invoice), limit + 1))
    if found:
        table(_COLUMNS, [_row(each, invoice) for each in found[:limit]], title="charges without an order of ours")
    if len(found) > limit:
        say(f"the first {limit}; parcelbridge costs invoices {invoice.number} --limit N shows more")


def _row(charge: Charge, invoice: Invoice) -> tuple[object, ...]:
    number = charge.number or charge.lead or "the account"
    why = " ".join(each for each in (charge.category, charge.reason, charge.cause) if each)
    words = charge.words or charge.classification
    return charge.row, charge.day or "", number, words, why, _money(charge.net, invoice)


def _money(amount: Decimal, invoice: Invoice) -> Money:
    return Money(amount, invoice.total.currency)
