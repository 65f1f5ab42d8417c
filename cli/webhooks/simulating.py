"""`parcelbridge webhooks simulate`: made-up events in the carrier's own form, sent to the deployed webhook."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cli.errors import CommandError
from cli.orders.names import find_order
from cli.rendering import say
from cli.webhooks.making import SIDE, webhook_of
from cli.wiring import Stack
from shared.bearer import issue
from shared.connection import Connection
from shared.domain.milestones import Milestone
from shared.domain.webhook import Webhook
from shared.http import Lost, NotSent, Request, Response
from shared.pushes import SIGNATURES
from shared.registry import KINDS, setup_of

LIFE = (Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED)
"""The events that are sent when no milestone is named."""
SECONDS = 30.0
_NUMBER = re.compile(r"[0-9A-Z]{10,34}")


def numbers_of(stack: Stack, connection: Connection, name: str) -> list[str]:
    """The tracking numbers that a person means: those of an order's last shipment, or the one that was named."""
    if stack.ports.tracking.watch(connection.carrier.kind, name):
        return [name]
    try:
        head = find_order(stack, name, connection.id)
    except CommandError:
        if _NUMBER.fullmatch(name):
            return [name]
        raise
    packages = stack.ports.orders.packages(head.key, head.generation)
    numbers = [each.tracking_number for each in packages if each.tracking_number and not each.voided]
    if not numbers:
        raise CommandError(f"{head.document} has no label: there is no parcel of which anything could be told")
    return numbers


def refuse_real(stack: Stack, connection: Connection, numbers: Sequence[str]) -> None:
    """Raises CommandError where a made-up milestone would be told of a real parcel: none can be taken back."""
    kind = connection.carrier.kind
    watched = [each.number for each in stack.ports.tracking.watches([(kind, number) for number in numbers])]
    if watched and not connection.carrier.samples_by:
        raise CommandError(
            f"{', '.join(watched)}: labels of {connection.id} are real; the ERP would be told what never happened",
            hint="name a tracking number that is none of ours",
        )


def simulate(stack: Stack, connection: Connection, numbers: Sequence[str], milestones: Sequence[Milestone]) -> bool:
    """Sends the events, a second apart and the last one now; whether the webhook took them all."""
    made = setup_of(KINDS.carriers[connection.carrier.kind]).simulated
    if made is None:
        raise CommandError(f"{connection.carrier.kind} pushes nothing")
    webhook, now = webhook_of(stack, connection), stack.ports.clock.now()
    headers = {"Content-Type": "application/json", **_proof(stack, connection, webhook)}
    taken = True
    for number in numbers:
        for at, milestone in _times(milestones, now):
            body = json.dumps(made(number, milestone, at)).encode()
            answer = _post(stack, webhook.path, headers, body)
            said = answer.body.decode(errors="replace")[:100]
            say(f"{number} {milestone}: {answer.status} {said}")
            taken = taken and answer.status == 200
    return taken


def _times(milestones: Sequence[Milestone], now: datetime) -> list[tuple[datetime, Milestone]]:
    last = len(milestones) - 1
    return [(now - timedelta(seconds=last - place), each) for place, each in enumerate(milestones)]


def _proof(stack: Stack, connection: Connection, webhook: Webhook) -> Mapping[str, str]:
    """The headers by which the carrier proves itself: its credential, or a token that it asks for first."""
    credential = stack.credentials.stored(connection.id, SIDE, "credential")
    if not credential:
        raise CommandError(
            f"the credential of {connection.id}'s webhook is not there, or not for your eyes",
            hint=f"parcelbridge webhooks rotate {connection.id}",
        )
    if webhook.carrier in SIGNATURES:  # its own key is the carrier's alone: a token of ours stands for it
        key = stack.credentials.stored(connection.id, SIDE, "signing_key")
        return {"Authorization": f"Bearer {issue(key, webhook, stack.ports.clock.now())}"}
    if not connection.tracking.portal:
        return {"credential": credential}
    basic = base64.b64encode(f"{webhook.client_id}:{credential}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"grant_type": "client_credentials"}).encode()
    answer = _post(stack, f"{webhook.path}/token", headers, body)
    given = answer.json() if answer.status == 200 else None
    token = given.get("access_token") if isinstance(given, dict) else None
    if not token:
        raise CommandError(f"the token endpoint gave no token: {answer.status}")
    return {"Authorization": f"Bearer {token}", "x-api-key": webhook.client_id}


def _post(stack: Stack, path: str, headers: Mapping[str, str], body: bytes) -> Response:
    request = Request("POST", f"{stack.webhook_base}{path}", headers, body)
    try:
        return stack.transport.send(request, timeout=SECONDS)
    except (NotSent, Lost) as error:
        raise CommandError(f"the webhook cannot be reached: {error}") from None
