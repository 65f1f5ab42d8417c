"""`parcelbridge secrets`: credentials go into Secrets Manager and are never shown again (S49)."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cli.connections.forms import Kind, form_of, given_in, kinds_on, takes
from cli.errors import BadFile, BadUsage
from cli.hints import worded
from cli.rendering import say
from cli.wiring import Stack, stack_of
from shared.connection import Asked, CredentialForm
from shared.errors import Misconfigured
from shared.hosts import FIELD, hosts_in
from shared.registry import KINDS
from shared.workflow.desk.finding import scope_of

app = typer.Typer(no_args_is_help=True)
MOST_BYTES = 64_000  # Secrets Manager's own limit for one secret
ASKED = "\n\n".join(takes(kind) for side in (KINDS.erps, KINDS.carriers) for kind in side.values())


@app.callback()
def secrets() -> None:
    """Credentials of a connection."""


@app.command(
    "set",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    options_metavar="[OPTIONS OF THE KIND]",
    epilog=ASKED,
)
def set_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="The connection's id.")],
    side: Annotated[str, typer.Argument(metavar="SIDE", help="erp or carrier")],
    kind: Annotated[str, typer.Option(help="The kind, where the connection is not applied yet.")] = "",
    host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST", help="A host, with its port, that the credential may be sent to. May be repeated."
        ),
    ] = None,
) -> None:
    """Store a credential, encrypted with the stack's key. A secret is asked for, never an argument."""
    if not re.fullmatch(r"[a-z0-9-]{3,40}", name):
        raise BadUsage(f"{name}: not a connection's id; allowed: 3 to 40 of a-z, 0-9 and -")
    known = kinds_on(KINDS, side)
    stack = stack_of(context)
    given = given_in(context.args, known.values())
    chosen = _chosen(stack, name, side, kind, given)
    form = form_of(chosen)
    fields = _fields(name, chosen, form, given)
    if side == "erp" and form.tenant:
        _refuse_another_tenant(stack, name, fields[form.tenant])
    hosts = _hosts(stack, name, side, host)
    done = stack.credentials.put(name, side, {**fields, FIELD: hosts} if hosts else fields)
    word, field = form.shown
    say(f"{name}: {side} credential {done} ({word} {fields[field]}), encrypted with the stack's key")
    named = sorted({*chosen.hosts, *hosts_in({**fields, FIELD: hosts})})
    if named:
        say(f"  it is sent to {', '.join(named)}, and to no other host")
    else:
        say(f"  it is sent nowhere yet: name the {side}'s host with --host HOST")
    _say_what_next(stack, name)


def _hosts(stack: Stack, name: str, side: str, given: list[str] | None) -> str:
    """The hosts that the secret is to name; without any given, those that the stored one names."""
    if not given:
        return stack.credentials.stored(name, side, FIELD)
    for each in given:
        if not re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?", each):
            raise BadUsage(
                f"--host {each}: a host with its port, such as proxy.acme.example or proxy.acme.example:8443"
            )
    return ",".join(sorted({each.lower() for each in given}))


def _say_what_next(stack: Stack, name: str) -> None:
    stored = stack.ports.connections.get(name)
    if stored is None:
        say(f"  no connection {name} is applied yet")
        return
    say("  in use at once where the former one is refused, everywhere within 5 minutes")
    say(f"  try it now: parcelbridge connections test {name}")
    if stored.status == "closed":
        say(f"  then: parcelbridge connections resume {name}")


def _chosen(stack: Stack, name: str, side: str, wanted: str, given: Mapping[str, str]) -> Kind:
    """The kind whose credential it is: that of the applied connection, else the one that is named, else the only one
    that takes what was given. Raises BadUsage where that is not one kind."""
    known = kinds_on(KINDS, side)
    if wanted and wanted not in known:
        raise BadUsage(f"--kind {wanted} is not built in this version; allowed: {', '.join(known)}")
    stored = stack.ports.connections.get(name)
    if stored:
        applied = stored.connection.erp.kind if side == "erp" else stored.connection.carrier.kind
        if wanted not in ("", applied):
            raise BadUsage(f"the {side} of {name} is {applied}, not {wanted}")
        return known[applied]
    if wanted:
        return known[wanted]
    fitting = [each for each in known.values() if given.keys() <= {one.name for one in form_of(each).asked}]
    if len(fitting) != 1:
        raise BadUsage(
            f"{name} is not applied yet: name the kind of its {side} with --kind; allowed: {', '.join(known)}"
        )
    return fitting[0]


def _refuse_another_tenant(stack: Stack, name: str, tenant: str) -> None:
    """The numbers of one tenant's orders mean nothing in another one, and are written back to by number."""
    scope = scope_of(stack.ports, name) if stack.ports.connections.get(name) else None
    standing = scope[0].partition(":")[2] if scope else tenant
    if standing != tenant:
        raise BadUsage(
            f"{name} has orders of tenant {standing}, this credential is for tenant {tenant}: nothing was stored",
            hint="another tenant is another connection: copy the file, give it another id, and apply that",
        )


def _fields(name: str, kind: Kind, form: CredentialForm, given: Mapping[str, str]) -> dict[str, str]:
    """The fields to store, once everything is there and the kind has checked it."""
    for each in form.asked:
        if each.how != "secret" and not each.optional and not given.get(each.name, "").strip():
            raise BadUsage(takes(kind))
    if not given.keys() <= {each.name for each in form.asked}:
        raise BadUsage(f"{takes(kind)}, and nothing else")
    values = {each.name: _value(each, given) for each in form.asked if each.name in given or not each.optional}
    file = next((f"{given[each.name]}: " for each in form.asked if each.how == "file" and each.name in given), "")
    try:
        return form.fields_of(values)
    except Misconfigured as error:
        raise BadFile(f"{file}{error}", hint=worded(error.hint, connection=name)) from None


def _value(asked: Asked, given: Mapping[str, str]) -> str:
    if asked.how == "file":
        return _text_of(Path(given[asked.name]), asked)
    if asked.how == "value":
        return given[asked.name].strip()
    question = asked.words[0].upper() + asked.words[1:]
    secret = sys.stdin.readline() if asked.name in given else str(typer.prompt(question, hide_input=True))
    if not secret.strip():
        raise BadUsage(f"the {asked.words} is empty: nothing was stored")
    return secret.strip()


def _text_of(file: Path, asked: Asked) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BadFile(f"{file}: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise BadFile(f"{file}: {len(content)} bytes are too many for the {asked.words}; allowed: {MOST_BYTES}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{file}: not a text file in UTF-8, as the {asked.words} is") from None
