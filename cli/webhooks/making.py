"""A connection's webhook: made with the connection, its credential replaced when a person says so."""

from __future__ import annotations

from dataclasses import dataclass

from cli.errors import CommandError
from cli.rendering import say
from cli.wiring import Stack
from shared.bearer import new_signing_key, verifying_key
from shared.connection import Connection
from shared.domain.webhook import Credential, Webhook, digest_of, new_credential, new_id
from shared.ports import Conflict
from shared.workflow.tracking.again import subscribe_again
from shared.workflow.tracking.receive import SUBSCRIBE

SIDE = "webhook"


@dataclass(frozen=True, slots=True)
class _New:
    """A new credential: what the secret holds of it, and what the webhook knows of it."""

    secret: dict[str, str]
    known: Credential


def ensure_webhook(stack: Stack, connection: Connection, *, silent: bool = False) -> None:
    """Makes the webhook of a connection whose carrier pushes, unless it has one."""
    if not connection.tracking.pushes or stack.ports.webhooks.of(connection.id):
        return
    new = _new()
    webhook = Webhook(new_id(), connection.id, connection.carrier.kind, (new.known,))
    if not stack.ports.webhooks.begin(webhook):
        return  # somebody else was first
    stack.credentials.put(connection.id, SIDE, new.secret)
    _subscribe(stack, connection)
    entered = f"; enter it at {connection.tracking.portal}" if connection.tracking.portal else ""
    if not silent:
        say(f"  webhook: made{entered}: parcelbridge webhooks show {connection.id}")


def rotate(stack: Stack, connection: Connection) -> int:
    """Gives the webhook a new credential; the one in use stays valid beside it. Returns how many parcels are
    subscribed to again, so that the carrier learns of it."""
    webhook, new = webhook_of(stack, connection), _new()
    _save(stack, webhook.rotated(new.known, _in_use(stack, webhook)))
    stack.credentials.put(connection.id, SIDE, new.secret)
    return 0 if connection.tracking.portal else _subscribe(stack, connection)


def _subscribe(stack: Stack, connection: Connection) -> int:
    """Has the parcels on their way subscribed to again; labels that a person buys are told before there is a parcel."""
    if connection.carrier.by_hand:
        stack.ports.looks_queue.send(connection.id, [SUBSCRIBE], "look")
    return subscribe_again(stack.ports, connection.id)


def end_former(stack: Stack, connection: Connection) -> bool:
    """Ends every credential but the one in use; False when there is none beside it."""
    webhook = webhook_of(stack, connection)
    ended = webhook.ended(_in_use(stack, webhook))
    if ended is webhook:
        return False
    _save(stack, ended)
    return True


def webhook_of(stack: Stack, connection: Connection) -> Webhook:
    """The connection's webhook. Raises CommandError."""
    name = connection.id
    if not connection.tracking.pushes:
        raise CommandError(f"{name} takes no pushes: its file says {connection.tracking.words}")
    webhook = stack.ports.webhooks.of(name)
    if webhook is None:
        raise CommandError(f"{name} has no webhook yet", hint="parcelbridge connections apply FILE makes it")
    return webhook


def _new() -> _New:
    credential, key = new_credential(), new_signing_key()
    known = Credential(digest_of(credential.encode()), verifying_key(key))
    return _New({"credential": credential, "signing_key": key}, known)


def _in_use(stack: Stack, webhook: Webhook) -> str:
    """The digest of the credential that subscriptions are made with: the one that the secret holds, whatever a
    rotation that died half way has left. Without a look at the secret it is the newest."""
    stored = stack.credentials.stored(webhook.connection, SIDE, "credential")
    digest = digest_of(stored.encode())
    if any(each.digest == digest for each in webhook.credentials):
        return digest
    return webhook.credentials[0].digest if webhook.credentials else ""


def _save(stack: Stack, webhook: Webhook) -> None:
    if not stack.ports.webhooks.save(webhook):
        raise Conflict(webhook.connection)
