"""`parcelbridge parcels proof`: the proof of delivery, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.errors import CommandError
from cli.rendering import say
from cli.wiring import stack_of
from shared.domain.proof import Proof
from shared.workflow.desk.parcels import parcels_numbered
from shared.workflow.desk.proving import proof_of


def proof(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A tracking number of ours.")],
    folder: Annotated[Path, typer.Option(help="Where the files are written.", file_okay=False)] = Path(),
) -> None:
    """Fetch the proof of delivery of a parcel: document, signature and photo, as far as the carrier has them.

    It is personal data: it is written to files for you and kept nowhere.
    """
    stack = stack_of(context)
    watches = parcels_numbered(stack.ports, number)
    if not watches:
        raise CommandError(f"no parcel {number} is watched", hint="it is watched from its label on")
    for watch in watches:
        found = proof_of(stack.ports, watch)
        if not found.documents:
            when = f"delivered on {found.delivered}" if found.delivered else "not delivered yet, as far as it says"
            raise CommandError(f"the carrier has no proof of {watch.number}: {when}")
        _write(found, folder)


def _write(found: Proof, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    safe = "".join(sign for sign in found.number if sign.isalnum())
    for each in found.documents:
        file = folder / f"{each.kind}-{safe}.{each.ending}"
        file.write_bytes(each.content)
        say(f"{file}: {each.kind} of {found.number}")
    if found.received_by:
        say(f"delivered {found.delivered or ''}, taken by {found.received_by}")
