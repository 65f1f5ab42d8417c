"""`parcelbridge`: the command line, alike on the local stack and an account."""

from __future__ import annotations

import logging
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.later import Later

DEFAULT_STACK, VERSION = "parcelbridge", "0.2.0"
COMMANDS = (
    Later("connections", "cli.connections.commands", help="Connection files: apply, test, start, pause."),
    Later("secrets", "cli.connections.secrets", help="Credentials of a connection."),
    Later("orders", "cli.orders.app", help="Orders: what, where, why, and what to do next."),
    Later("labels", "cli.labels.commands", help="Labels: for a supplier by a link, for a warehouse as one file."),
    Later("audit", "cli.orders.audit", help="The audit trail of an order."),
    Later("addresses", "cli.orders.addresses", help="What the carrier knows of the places that orders go to."),
    Later("unknown", "cli.orders.unknown", help="Labels of which nobody knows whether they were made."),
    Later("runs", "cli.operations.runs", help="Polls: what each read, took and skipped."),
    Later("queues", "cli.operations.replays", "queues", help="Queues and their dead letters."),
    Later("writebacks", "cli.operations.replays", "writebacks", help="Numbers in the ERP, written once more."),
    Later("tracking", "cli.operations.replays", "tracking", help="Where parcels are, worked out once more."),
    Later("parcels", "cli.parcels.commands", help="Parcels under way: where each is, and what is wrong."),
    Later("inbound", "cli.parcels.inbound", help="Parcels of suppliers that we have not labelled."),
    Later("receipts", "cli.receipts.commands", help="Purchase orders at a carrier's warehouse, and their receipts."),
    Later("stock", "cli.stock.commands", "stock", help="Stock of the ERP and of a carrier's warehouse, compared."),
    Later("items", "cli.stock.commands", "items", help="Items of the ERP and products of a warehouse, compared."),
    Later("pickups", "cli.pickups.commands", help="A carrier's driver, ordered for a location and a day."),
    Later("pages", "cli.pages.commands", help="The address at which a customer sees where the parcels are."),
    Later("costs", "cli.costs.commands", help="The costs of labels: for the ledger, and beside the carrier's bills."),
    Later("webhooks", "cli.webhooks.commands", help="Where carriers push what happens to parcels."),
    Later("arrivals", "cli.parcels.commands", "arrivals", help="List the arrivals by warehouse and day."),
    Later(
        "endofday",
        "cli.parcels.endofday",
        "endofday",
        help="List what goes with today's truck, and what was labelled earlier and not scanned.",
    ),
    Later("restore", "cli.operations.restoring", help="After the table was restored from a backup."),
    Later("status", "cli.operations.status", "status", help="Connections, orders and queues at a glance."),
    Later(
        "reconcile",
        "cli.operations.reconcile",
        "reconcile",
        help="Compare what the ERP has ready, or let go on a day, with what became of it here.",
    ),
)


class Parcelbridge(TyperGroup):
    """Turns every expected error into a sentence and an exit code."""

    def __init__(self, **made: Any) -> None:
        super().__init__(**made)
        self.commands.update({str(each.name): each for each in COMMANDS})

    def invoke(self, ctx: Any) -> Any:
        before = logging.root.manager.disable
        logging.disable(logging.ERROR)  # the functions' structured lines are not for this terminal
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - what is not expected, and what is said by typer itself, is raised again
            raise _ended(error) from None
        finally:
            logging.disable(before)


def _ended(error: Exception) -> Exception:
    from cli.failures import told  # noqa: PLC0415 - most commands fail with no error, and --help needs none of it

    expected = told(error)
    if expected is None:
        return error
    lines, hint, code = expected
    from cli.hints import worded  # noqa: PLC0415
    from cli.rendering import say  # noqa: PLC0415

    for line in lines:
        say(line, error=True)
    if hint:
        say(f"what to do: {worded(hint)}", error=True)
    return typer.Exit(code)


app = typer.Typer(
    name="parcelbridge",
    cls=Parcelbridge,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Orders of an ERP become parcels at a carrier, exactly once.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"parcelbridge {VERSION}")
        raise typer.Exit


@app.callback()
def choose(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option(envvar="PARCELBRIDGE_STACK", help="The CloudFormation stack to speak to.")
    ] = DEFAULT_STACK,
    local: Annotated[
        bool, typer.Option("--local", envvar="PARCELBRIDGE_LOCAL", help="The stack of `make up`.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback ends the command
        bool, typer.Option("--version", is_eager=True, callback=_version, help="Print the version.")
    ] = False,
) -> None:
    def opened() -> Any:
        from cli.wiring import open_stack  # noqa: PLC0415 - slow, and --help needs none of it

        return open_stack(stack, local=local)

    context.obj = context.obj or opened
