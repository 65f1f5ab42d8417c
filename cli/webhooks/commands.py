"""`parcelbridge webhooks show|rotate|simulate`."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import rendering
from cli.connections.names import applied
from cli.errors import FAILED, BadUsage
from cli.orders.commands import AsJson
from cli.rendering import say
from cli.webhooks.making import SIDE, end_former, rotate, webhook_of
from cli.webhooks.simulating import LIFE, numbers_of, refuse_real, simulate
from cli.wiring import Stack, stack_of
from shared.connection import Connection
from shared.domain.milestones import Milestone
from shared.domain.webhook import Webhook

app = typer.Typer(no_args_is_help=True)
Of = Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection's id.")]


@app.command()
def show(
    context: typer.Context,
    connection: Of,
    credential: Annotated[
        bool, typer.Option("--credential", help="Print the credential too, to enter it at the carrier.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Show where a connection's carrier pushes its events, and what to enter in the carrier's portal."""
    stack = stack_of(context)
    stored = applied(stack, connection)
    facts = _facts(stack, stored.connection, webhook_of(stack, stored.connection))
    if credential:
        facts["client secret" if stored.connection.tracking.portal else "credential"] = (
            stack.credentials.stored(connection, SIDE, "credential") or "not there, or not for your eyes"
        )
    if json:
        rendering.as_json(facts)
        return
    rendering.facts(list(facts.items()))
    say(_advice(stored.connection, shown=credential))


def _facts(stack: Stack, connection: Connection, webhook: Webhook) -> dict[str, str]:
    address = f"{stack.webhook_base}{webhook.path}"
    facts = {
        "carrier": f"{connection.carrier.words}, {connection.tracking.words}",
        "address": address,
        "valid credentials": str(len(webhook.credentials)),
    }
    if connection.tracking.portal:
        facts |= {
            "portal": connection.tracking.portal,
            "token address": f"{address}/token",
            "grant": "client credentials, sent by Basic or in the form",
            "client id": webhook.client_id,
        }
    return facts


def _advice(connection: Connection, *, shown: bool) -> str:
    if not connection.tracking.portal:
        return "nothing is to be entered anywhere: each subscription names the address and the credential"
    secret = "" if shown else f" (parcelbridge webhooks show {connection.id} --credential prints the client secret)"
    return f"enter address, token address, client id and client secret at {connection.tracking.portal}{secret}"


@app.command("rotate")
def rotate_(
    context: typer.Context,
    connection: Of,
    end: Annotated[
        bool, typer.Option("--end", help="Make no new one: end the former one, which is valid still.")
    ] = False,
) -> None:
    """Replace the credential of a connection's webhook. The former one stays valid until the next time, or --end."""
    stack = stack_of(context)
    stored = applied(stack, connection)
    if end:
        done = end_former(stack, stored.connection)
        say(f"{connection}: {'the former credential is ended' if done else 'there is no former credential'}")
        return
    again = rotate(stack, stored.connection)
    say(f"{connection}: the webhook has a new credential; the former one is valid beside it")
    if stored.connection.tracking.portal:
        say(_advice(stored.connection, shown=False))
        after = "once the carrier uses the new one"
    else:
        say(f"{again} parcels that are on their way are subscribed to again within minutes")
        after = "once they are"
    say(f"{after}: parcelbridge webhooks rotate {connection} --end")


@app.command("simulate")
def simulate_(
    context: typer.Context,
    connection: Of,
    name: Annotated[str, typer.Argument(metavar="ORDER|NUMBER", help="An order, or a tracking number.")],
    milestone: Annotated[
        list[str] | None, typer.Option(help=f"One of {', '.join(Milestone)}; may be repeated, in its order.")
    ] = None,
) -> None:
    """Send made-up events to the deployed webhook, in the carrier's own form; without --milestone a whole way."""
    unknown = [each for each in milestone or () if each not in list(Milestone)]
    if unknown:
        raise BadUsage(f"{', '.join(unknown)}: no milestone; allowed: {', '.join(Milestone)}")
    stack = stack_of(context)
    stored = applied(stack, connection)
    numbers = numbers_of(stack, stored.connection, name)
    refuse_real(stack, stored.connection, numbers)
    wanted = [Milestone(each) for each in milestone] if milestone else list(LIFE)
    if not simulate(stack, stored.connection, numbers, wanted):
        raise typer.Exit(FAILED)
