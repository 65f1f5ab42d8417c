"""`parcelbridge orders`, with the decisions that stand in modules of their own."""

from __future__ import annotations

from cli.orders import approving, checking, explaining, fixing, voiding
from cli.orders.commands import app

__all__ = ["app"]

app.command()(voiding.void)
app.command()(voiding.ship)
app.command()(approving.approve)
app.command()(fixing.fix)
app.command()(fixing.dismiss)
app.command()(explaining.why)
app.command()(checking.check)
