"""The connection test: real calls to both systems, then what this side needs (S66)."""

from __future__ import annotations

from collections.abc import Iterator

from cli.wiring import Stack
from shared.connection import Connection
from shared.domain.page import new_page_id, path_of
from shared.errors import ParcelbridgeError, hint_of
from shared.http import Lost, NotSent, Request
from shared.ports import Check, Erp, ProvesWriting, StoredConnection
from shared.workflow.desk.check_systems import system_checks
from shared.workflow.tracking.account import pushed_unasked

Checks = Iterator[Check]


def checks_of(stack: Stack, stored: StoredConnection, written: str = "") -> Iterator[tuple[str, Check]]:
    """Each check with the side it belongs to. A side that fails is a check that fails: the other is asked too.

    `written` is the document on which writing is proven, "" for none."""
    connection = stored.connection

    def further(erp: Erp, of: Connection) -> Checks:
        return _write(erp, of, written) if written else iter(())

    yield from system_checks(stack.ports, connection, further)
    yield "connection", _schedule(stack, stored)
    if connection.tracking.pushes:
        yield "connection", _webhook(stack, connection)
        yield from (("connection", check) for check in _account(stack, connection))
    if connection.tracking.page == "ours":
        yield "connection", _page(stack, connection)


def _write(erp: Erp, connection: Connection, document: str) -> Checks:
    """The proof that the mapped field can be written, on the document that a person has named."""
    if not isinstance(erp, ProvesWriting):
        yield Check("write", False, f"{connection.erp.kind} has no proof of writing", "test without --write")
        return
    try:
        yield from erp.prove_write(document)
    except ParcelbridgeError as error:
        yield Check("write", False, str(error), hint_of(error))


def _page(stack: Stack, connection: Connection) -> Check:
    """The length of our page's addresses beside what the file says of the field; the ERP says what its field takes."""
    name, target = "tracking page", connection.write_back.targets().get("tracking_url")
    if not connection.write_back.writes("tracking_url"):
        return Check(name, True, "write_back.tracking_url is off: pages show gives the address")
    takes, longest = len(f"{stack.webhook_base}{path_of('tracking', new_page_id())}"), target.max if target else None
    if longest and longest < takes:
        detail = f"write_back.tracking_url takes {longest} characters, an address of our page has {takes}"
        return Check(name, False, detail, "map it to a longer field, or deploy with a shorter webhook_domain")
    return Check(name, True, f"an address has {takes} characters: the field of write_back.tracking_url must take them")


def _schedule(stack: Stack, stored: StoredConnection) -> Check:
    connection, running = stored.connection, stored.status == "running"
    drift = stack.schedules.drift(connection, running=running)
    if drift:
        correct = f"apply the file of {connection.id} again"
        return Check("schedule", False, f"{'; '.join(drift)}; to correct it: {correct}")
    return Check("schedule", True, f"{connection.schedule}, {'on' if running else f'off while {stored.status}'}")


def _account(stack: Stack, connection: Connection) -> Checks:
    """A subscription of the whole account shows by what is pushed without one of ours."""
    pushed = pushed_unasked(stack.ports, connection.id)
    if pushed:
        count = f"{len(pushed)} parcel{'' if len(pushed) == 1 else 's'}"
        detail = (
            f"the account has a subscription of its own: it pushes {count} without one of ours, such as {pushed[0]}"
        )
        yield Check("account subscription", True, detail)


def _webhook(stack: Stack, connection: Connection) -> Check:
    webhook, portal = stack.ports.webhooks.of(connection.id), connection.tracking.portal
    if webhook is None:
        return Check("webhook", False, f"there is none: apply the file of {connection.id} again")
    address = f"{stack.webhook_base}{webhook.path}"
    try:
        status = stack.transport.send(Request("POST", address, {"Content-Type": "application/json"}), timeout=30).status
    except (NotSent, Lost) as error:
        return Check("webhook", False, f"{address} cannot be reached: {error}")
    if status != 401:  # what a stranger is answered
        return Check("webhook", False, f"{address} answers {status}, where a stranger should be answered 401")
    entered = f"; enter it at {portal}: parcelbridge webhooks show {connection.id}" if portal else ""
    return Check("webhook", True, f"{address} answers{entered}")
