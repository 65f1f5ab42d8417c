"""The commands behind `make new-erp` and `make new-carrier`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sandbox.scaffold import NotLaidOut, Side, connector, lay_out

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
Kind = Annotated[str, typer.Argument(help="Its name in connection files, such as acme-erp.")]
Folder = Annotated[str, typer.Option(help="Its folder, where it is not named like the kind.")]
Title = Annotated[str, typer.Option(help="The vendor's name, for people.")]


@app.command()
def erp(kind: Kind, folder: Folder = "", title: Title = "") -> None:
    """Lay out an ERP."""
    _new("erp", kind, folder, title)


@app.command()
def carrier(kind: Kind, folder: Folder = "", title: Title = "") -> None:
    """Lay out a carrier."""
    _new("carrier", kind, folder, title)


def _new(side: Side, kind: str, folder: str, title: str) -> None:
    root = Path.cwd()
    try:
        new = connector(side, kind, folder, title)
        made = lay_out(new, root)
    except NotLaidOut as error:
        print(error)
        raise typer.Exit(1) from None
    for path in made:
        print(path.relative_to(root))
    print(f"one line each in shared/registry.py and sandbox/systems.py: {new.kind}")
    print("next, and after each step: what is still to be done")
    print(f"  .venv/bin/python -m pytest -q --tb=no --no-summary {new.suite} -k {new.kind}")


if __name__ == "__main__":
    app()
