"""UPS: OAuth, address validation, rating, shipping, label recovery, tracking by reference, void (REST, 2026).

Facts and their sources stand in the project's UPS facts file; "facts 5" in a comment means its fifth section.
"""

from __future__ import annotations

from shared.carriers.ups.auth import UpsAuth
from shared.carriers.ups.calls import UpsCalls
from shared.carriers.ups.client import UpsCarrier
from shared.carriers.ups.settings import UpsSettings
from shared.connection import Connection
from shared.http import Transport
from shared.ports import Budgets, Carrier, Clock, Secrets, Tokens


def open_carrier(
    connection: Connection,
    *,
    secrets: Secrets,
    tokens: Tokens,
    budgets: Budgets,
    transport: Transport,
    clock: Clock,
    **_: object,
) -> Carrier:
    """UPS as one connection sees it. Nothing is called yet, no secret is read yet."""
    settings = UpsSettings.of(connection)
    auth = UpsAuth(settings, secrets=secrets, tokens=tokens, budgets=budgets, transport=transport, clock=clock)
    return UpsCarrier(settings, UpsCalls(settings, auth=auth, transport=transport, clock=clock), clock=clock)
