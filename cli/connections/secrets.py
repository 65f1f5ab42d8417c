"""`parcelbridge secrets`: credentials go into Secrets Manager and are never shown again (S49)."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.errors import BadFile, BadUsage
from cli.hints import worded
from cli.orders.names import scope_of
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.erp.infor.ionapi import read_ionapi
from shared.errors import Misconfigured

app = typer.Typer(no_args_is_help=True)
SIDES = ("erp", "carrier")
MOST_BYTES = 64_000  # Secrets Manager's own limit for one secret


@app.callback()
def secrets() -> None:
    """Credentials of a connection."""


@app.command("set")
def set_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")],
    side: Annotated[str, typer.Argument(metavar="SIDE", help="erp or carrier")],
    ionapi: Annotated[Path | None, typer.Option(help="erp: the .ionapi file of the backend service.")] = None,
    client_id: Annotated[str | None, typer.Option(help="carrier: the client id of the UPS app.")] = None,
    client_secret_stdin: Annotated[
        bool, typer.Option("--client-secret-stdin", help="carrier: read the client secret from standard input.")
    ] = False,
) -> None:
    """Store a credential, encrypted with the stack's key. A client secret is asked for, never an argument."""
    if not re.fullmatch(r"[a-z0-9-]{3,40}", name):
        raise BadUsage(f"{name}: not a connection's id; allowed: 3 to 40 of a-z, 0-9 and -")
    if side == "erp":
        fields = _erp(name, ionapi, foreign=client_id is not None or client_secret_stdin)
    elif side == "carrier":
        fields = _carrier(client_id, client_secret_stdin, foreign=ionapi is not None)
    else:
        raise BadUsage(f"{side}: no side of a connection; allowed: {', '.join(SIDES)}")
    stack = stack_of(context)
    if side == "erp":
        _refuse_another_tenant(stack, name, fields["ti"])
    done = stack.credentials.put(name, side, fields)
    told = f"tenant {fields['ti']}" if side == "erp" else f"client {fields['client_id']}"
    say(f"{name}: {side} credential {done} ({told}), encrypted with the stack's key")
    stored = stack.ports.connections.get(name)
    if stored is None:
        say(f"  no connection {name} is applied yet")
        return
    say("  in use at once where the former one is refused, everywhere within 5 minutes")
    say(f"  try it now: parcelbridge connections test {name}")
    if stored.status == "closed":
        say(f"  then: parcelbridge connections resume {name}")


def _refuse_another_tenant(stack: Stack, name: str, tenant: str) -> None:
    """The numbers of one tenant's orders mean nothing in another one, and are written back to by number."""
    scope = scope_of(stack, name) if stack.ports.connections.get(name) else None
    standing = scope[0].partition(":")[2] if scope else tenant
    if standing != tenant:
        raise BadUsage(
            f"{name} has orders of tenant {standing}, this credential is for tenant {tenant}: nothing was stored",
            hint="another tenant is another connection: copy the file, give it another id, and apply that",
        )


def _erp(name: str, ionapi: Path | None, *, foreign: bool) -> dict[str, str]:
    if ionapi is None or foreign:
        raise BadUsage("the erp side takes its credential from a file: --ionapi FILE, and nothing else")
    try:
        content = ionapi.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadFile(f"{ionapi}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"{ionapi}: not a text file; an .ionapi file is JSON in UTF-8") from None
    if len(content) > MOST_BYTES:
        raise BadFile(f"{ionapi}: {len(content)} bytes are too many for an .ionapi file; allowed: {MOST_BYTES}")
    try:
        return read_ionapi(text)
    except Misconfigured as error:
        raise BadFile(f"{ionapi}: {error}", hint=worded(error.hint, connection=name)) from None


def _carrier(client_id: str | None, from_stdin: bool, *, foreign: bool) -> dict[str, str]:
    if not client_id or not client_id.strip() or foreign:
        raise BadUsage("the carrier side takes --client-id ID; the client secret is asked for")
    secret = sys.stdin.readline() if from_stdin else typer.prompt("Client secret", hide_input=True)
    if not secret.strip():
        raise BadUsage("the client secret is empty: nothing was stored")
    return {"client_id": client_id.strip(), "client_secret": secret.strip()}
