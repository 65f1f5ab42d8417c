"""Commands that are imported when they are called: `--help` and a listing pay for nothing else."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command


class Later(TyperCommand):
    """A command or a group of commands by the name of its module: there it is `made`, a function or a Typer."""

    def __init__(self, name: str, module: str, made: str = "app", *, help: str) -> None:  # noqa: A002 - click's word
        super().__init__(name=name, help=help)
        self._module, self._made = module, made

    @cached_property
    def command(self) -> Any:
        """The command itself, with its options or its commands."""
        made = getattr(import_module(self._module), self._made)
        if not isinstance(made, typer.Typer):
            alone = typer.Typer(add_completion=False)
            alone.command(self.name)(made)
            made = alone
        command = get_command(made)
        command.name = self.name
        return command

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        return self.command.make_context(info_name, args, parent, **extra)
