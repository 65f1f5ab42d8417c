"""`parcelbridge`: the command line, alike on the local stack and an account."""

from __future__ import annotations

import logging
import os
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from cli.connections import commands as connections
from cli.connections import secrets
from cli.costs import commands as costs
from cli.errors import FAILED, CommandError
from cli.hints import worded
from cli.labels import commands as labels
from cli.operations import replays, status
from cli.orders import addresses, approving, audit, fixing, unknown, voiding
from cli.orders import commands as orders
from cli.pages import commands as pages
from cli.parcels import commands as parcels
from cli.parcels import inbound
from cli.rendering import say
from cli.stack import DEFAULT_STACK
from cli.webhooks import commands as webhooks
from cli.wiring import open_stack
from shared.domain.hints import Advice
from shared.errors import Misconfigured, ParcelbridgeError, Refused
from shared.ports import Conflict


class Parcelbridge(TyperGroup):
    """Turns every expected error into a sentence and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        steps = logging.getLogger(os.environ.get("POWERTOOLS_SERVICE_NAME", "parcelbridge"))
        before = steps.level
        steps.setLevel(logging.CRITICAL)  # the functions' structured lines are not for this terminal
        try:
            return super().invoke(ctx)
        except CommandError as error:
            raise _ended(error.lines, error.hint, error.code) from None
        except (Refused, Misconfigured) as error:
            raise _ended([str(error)], error.hint, FAILED) from None
        except ParcelbridgeError as error:
            raise _ended([str(error)], "", FAILED) from None
        except Conflict:
            raise _ended(["somebody else changed the order at the same moment"], "look at it again", FAILED) from None
        except ClientError as error:
            said = error.response.get("Error", {})
            lines = [f"AWS refuses {error.operation_name}: {said.get('Message') or said.get('Code')}"]
            raise _ended(lines, "", FAILED) from None
        except BotoCoreError as error:
            raise _ended([f"AWS cannot be reached: {error}"], "", FAILED) from None
        finally:
            steps.setLevel(before)


def _ended(lines: list[str], hint: Advice, code: int) -> typer.Exit:
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
    add_completion=False,
    help="Orders of an ERP become parcels at a carrier, exactly once.",
)
app.add_typer(connections.app, name="connections", help="Connection files: apply, test, start, pause.")
app.add_typer(secrets.app, name="secrets", help="Credentials of a connection.")
orders.app.command()(voiding.void)
orders.app.command()(voiding.ship)
app.add_typer(orders.app, name="orders", help="Orders: what, where, why, and what to do next.")
orders.app.command("approve")(approving.approve)
orders.app.command("fix")(fixing.fix)
orders.app.command("dismiss")(fixing.dismiss)
app.add_typer(labels.app, name="labels", help="Labels: for a supplier by a link, for a warehouse as one file.")
app.add_typer(audit.app, name="audit", help="The audit trail of an order.")
app.add_typer(addresses.app, name="addresses", help="What the carrier knows of the places that orders go to.")
app.add_typer(unknown.app, name="unknown", help="Labels of which nobody knows whether they were made.")
app.add_typer(replays.queues, name="queues", help="Queues and their dead letters.")
app.add_typer(replays.writebacks, name="writebacks", help="Numbers in the ERP, written once more.")
app.add_typer(parcels.app, name="parcels", help="Parcels under way: where each is, and what is wrong.")
app.command("arrivals")(parcels.arrivals)
app.add_typer(inbound.app, name="inbound", help="Parcels of suppliers that we have not labelled.")
app.add_typer(pages.app, name="pages", help="The address at which a customer sees where the parcels are.")
app.add_typer(costs.app, name="costs", help="The costs of labels, for the ledger.")
app.add_typer(webhooks.app, name="webhooks", help="Where carriers push what happens to parcels.")
app.command("status")(status.status)


@app.callback()
def choose(
    context: typer.Context,
    stack: Annotated[
        str, typer.Option(envvar="PARCELBRIDGE_STACK", help="The CloudFormation stack to speak to.")
    ] = DEFAULT_STACK,
    local: Annotated[
        bool, typer.Option("--local", envvar="PARCELBRIDGE_LOCAL", help="The stack of `make up`.")
    ] = False,
) -> None:
    context.obj = context.obj or (lambda: open_stack(stack, local=local))
